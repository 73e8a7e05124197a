/* Old bytes, newest last, and the list of owned stripes. Only their own thread
 * touches them, so they may move when they grow. */
#include "transaction.h"

#include <string.h>

#define ADDRESS_MASK ((UINT64_C(1) << 56) - 1)

void ame_undo_push(struct transaction *tx, const void *address, size_t size) {
  const char *from = address;
  while (size) {
    const size_t piece = size < 8 ? size : 8;
    tx->undo = ame_own_grow(tx->undo, tx->undo_count, &tx->undo_capacity,
                            sizeof *tx->undo);
    struct ame_undo_entry *entry = &tx->undo[tx->undo_count];
    entry->address_size = (uint64_t)(uintptr_t)from | (uint64_t)piece << 56;
    entry->old = 0;
    memcpy(&entry->old, from, piece);
    tx->undo_count++;
    from += piece;
    size -= piece;
  }
}

/* Never below the frame that restarts: those bytes belong to frames that are
 * gone, this function's own among them. In an open transaction the whole stack
 * comes back from the snapshot. */
static bool is_dead_stack(const struct transaction *tx, uintptr_t address) {
  const uintptr_t end = tx->open ? tx->stack_base : tx->registers.rsp;
  return address >= tx->stack_low && address < end;
}

void ame_undo_apply(struct transaction *tx) {
  for (size_t i = tx->undo_count; i-- > 0;) {
    const struct ame_undo_entry *entry = &tx->undo[i];
    const uintptr_t address = entry->address_size & ADDRESS_MASK;
    if (!is_dead_stack(tx, address))
      memcpy((void *)address, &entry->old, entry->address_size >> 56);
  }
  tx->undo_count = 0;
}

void ame_written_push(struct transaction *tx, uint32_t stripe) {
  tx->written = ame_own_grow(tx->written, tx->written_count,
                             &tx->written_capacity, sizeof *tx->written);
  tx->written[tx->written_count++] = stripe;
}

/* Old bytes, newest last, and the list of owned stripes. Only their own thread
 * touches them, so they may move when they grow. Both are whole pages of their
 * own. What a huge transaction has needed goes back when it ends; what a large
 * one has needed stays while others of the thread need it now and then, because to
 * get it again, page by page, costs more than to log: as much as some ten thousand
 * looks at the logs at the ends of others.
 *
 * Without memory for the log a transaction runs again inevitably: then nothing
 * is ever undone, and the log just starts over when it is full. */
#include "transaction.h"

#include <string.h>

#define ADDRESS_MASK ((UINT64_C(1) << 56) - 1)

/* In place of the size: `old` is the size, the bytes lie in the entries below. */
#define IS_RANGE UINT64_C(0xff)

/* In place of the size: bits of a unit. The entry below has the unit's size in place
 * of an address, and the mask. */
#define IS_BITS UINT64_C(0xfe)

enum {
  UNDO_FIRST = 4096,         /* entries */
  WRITTEN_FIRST = 4096,
  KEPT = 1 << 16,            /* entries of either that always stay */
  LARGE = 1 << 19,           /* entries that stay for the next transactions */
  PATIENCE = 4096,           /* of those, as long as one needs more than KEPT */
  RANGE_FROM = 4 * 8,        /* bytes that are logged as a whole */
  LOOK_FROM = 4 * 64,        /* and that cost more to log than to look for: */
  LOOKS = 3                  /* among so many entries */
};

/* Returns only in a transaction that cannot be undone any more. */
AME_COLD static void no_memory(struct transaction *tx, const char *why) {
  if (tx->inevitable) {
    ame_become_inevitable(why);
    return;
  }
  tx->must_be_inevitable = why;
  ame_abort(AME_ABORT_MEMORY);
}

/* From here on the end of each transaction looks at the logs. */
static void note_size(struct transaction *tx, size_t entries) {
  if (entries <= KEPT)
    return;
  tx->large_logs = AME_END_LOGS;
  tx->to_end |= AME_END_LOGS;
}

AME_COLD static void grow_undo(struct transaction *tx) {
  if (tx->irreversible && tx->undo_base) {
    __ame_tls.undo = tx->undo_base;
    return;
  }
  const size_t count = (size_t)(tx->undo_end - tx->undo_base);
  const size_t larger = count ? count * 2 : UNDO_FIRST;
  struct ame_undo_entry *grown =
      ame_os_log_resize(tx->undo_base, count * sizeof *grown, larger * sizeof *grown);
  if (!grown) {
    no_memory(tx, "no memory for the undo log");
    __ame_tls.undo = tx->undo_base;
    return;
  }
  __ame_tls.undo = grown + (__ame_tls.undo - tx->undo_base);
  tx->undo_base = grown;
  tx->undo_end = grown + larger;
  __ame_tls.undo_limit = tx->undo_end;
  note_size(tx, larger);
}

static size_t entries_of(size_t size) {
  return (size + sizeof(struct ame_undo_entry) - 1) / sizeof(struct ame_undo_entry);
}

/* A loop around a loop has the same range logged in each turn. What its first entry
 * holds is older, and put back last. */
static bool is_among_newest(const struct transaction *tx, uintptr_t address,
                            size_t size) {
  const struct ame_undo_entry *end = __ame_tls.undo;
  for (int looks = 0; looks < LOOKS && end != tx->undo_base; looks++) {
    const struct ame_undo_entry *entry = --end;
    const uintptr_t from = entry->address_size & ADDRESS_MASK;
    if (entry->address_size >> 56 == IS_BITS)
      end--;
    if (entry->address_size >> 56 != IS_RANGE)
      continue;
    if (address - from < entry->old && entry->old - (address - from) >= size)
      return true;
    end -= entries_of(entry->old);
  }
  return false;
}

static void push_range(struct transaction *tx, const void *address, size_t size) {
  const size_t entries = entries_of(size) + 1;
  if (size >= LOOK_FROM && is_among_newest(tx, (uintptr_t)address, size))
    return;
  while ((size_t)(__ame_tls.undo_limit - __ame_tls.undo) < entries) {
    if (tx->irreversible)
      return;
    grow_undo(tx);
  }
  memcpy(__ame_tls.undo, address, size);
  __ame_tls.undo += entries;
  __ame_tls.undo[-1].address_size = (uint64_t)(uintptr_t)address | IS_RANGE << 56;
  __ame_tls.undo[-1].old = size;
}

/* Others may change the rest of the unit at the same time: count_bits.c. */
void ame_undo_push_bits(struct transaction *tx, void *unit, size_t size,
                        uint64_t mask) {
  while ((size_t)(__ame_tls.undo_limit - __ame_tls.undo) < 2) {
    if (tx->irreversible)
      return;
    grow_undo(tx);
  }
  uint64_t old = 0;
  memcpy(&old, unit, size);
  __ame_tls.undo[0] = (struct ame_undo_entry){size, mask};
  __ame_tls.undo[1] = (struct ame_undo_entry){
      (uint64_t)(uintptr_t)unit | IS_BITS << 56, old};
  __ame_tls.undo += 2;
}

void ame_undo_push(struct transaction *tx, const void *address, size_t size) {
  const char *from = address;
  if (size >= RANGE_FROM) {
    push_range(tx, address, size);
    return;
  }
  while (size) {
    const size_t piece = size < 8 ? size : 8;
    if (ame_unlikely(__ame_tls.undo == __ame_tls.undo_limit))
      grow_undo(tx);
    ame_undo_log_old(from, piece);
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

static void restore(const struct transaction *tx, uintptr_t address,
                    const void *old, size_t size) {
  if (!is_dead_stack(tx, address) && !is_dead_stack(tx, address + size - 1)) {
    memcpy((void *)address, old, size);
    return;
  }
  for (size_t i = 0; i < size; i++)
    if (!is_dead_stack(tx, address + i))
      ((char *)address)[i] = ((const char *)old)[i];
}

void ame_undo_apply(struct transaction *tx) {
  while (__ame_tls.undo != tx->undo_base) {
    const struct ame_undo_entry *entry = --__ame_tls.undo;
    const uintptr_t address = entry->address_size & ADDRESS_MASK;
    const uint64_t size = entry->address_size >> 56;
    if (size == IS_BITS) {
      const struct ame_undo_entry *which = --__ame_tls.undo;
      if (!is_dead_stack(tx, address))
        ame_bits_store((void *)address, which->address_size, which->old, entry->old);
      continue;
    }
    if (size != IS_RANGE) {
      restore(tx, address, &entry->old, size);
      continue;
    }
    __ame_tls.undo -= entries_of(entry->old);
    restore(tx, address, __ame_tls.undo, entry->old);
  }
}

AME_COLD static void grow_written(struct transaction *tx) {
  const size_t count = tx->written_capacity;
  const size_t larger = count ? count * 2 : WRITTEN_FIRST;
  uint32_t *grown = ame_os_log_resize(tx->written, count * sizeof *grown,
                                      larger * sizeof *grown);
  if (!grown && tx->inevitable)
    ame_fatal("out of memory for the list of the %zu stripes that it owns", count);
  if (!grown)
    no_memory(tx, "no memory for the list of owned stripes");
  tx->written = grown;
  tx->written_capacity = larger;
  note_size(tx, larger);
}

void ame_written_reserve(struct transaction *tx, size_t count) {
  while (ame_unlikely(tx->written_capacity - tx->written_count < count))
    grow_written(tx);
}

_Static_assert(KEPT >= 2 * AME_KEPT_MOST, "the list of kept stripes stays whole");

static void shrink(struct transaction *tx, size_t entries) {
  const size_t count = (size_t)(tx->undo_end - tx->undo_base);
  if (count > entries) {
    ame_os_log_resize(tx->undo_base, count * sizeof *tx->undo_base,
                      entries * sizeof *tx->undo_base);
    tx->undo_end = tx->undo_base + entries;
    __ame_tls.undo_limit = tx->undo_end;
  }
  if (tx->written_capacity > entries) {
    ame_os_log_resize(tx->written, tx->written_capacity * sizeof *tx->written,
                      entries * sizeof *tx->written);
    tx->written_capacity = entries;
  }
}

void ame_logs_thread_end(struct transaction *tx) {
  shrink(tx, KEPT);
  tx->logs_unused = 0;
  tx->large_logs = 0;
}

void ame_logs_give_back(struct transaction *tx, size_t used) {
  ame_read_log_give_back(tx);
  tx->logs_unused = used > KEPT ? 0 : tx->logs_unused + 1;
  if (used > LARGE || tx->logs_unused == PATIENCE)
    ame_logs_thread_end(tx);
  else
    shrink(tx, LARGE);
}

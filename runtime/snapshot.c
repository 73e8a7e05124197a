/* The stack as it was at begin.
 *
 * A region's snapshot is its function's frame, from the stack pointer to the
 * return address, without the locals whose address escapes: other threads may
 * have changed those meanwhile, so the undo log restores what this attempt wrote
 * to them. An open transaction's snapshot is the thread's whole stack. */
#include "transaction.h"

#include <mimalloc.h>
#include <string.h>

void ame_snapshot_take(struct transaction *tx, uintptr_t top) {
  const size_t size = top - tx->registers.rsp;
  if (size > tx->stack_copy_capacity) {
    mi_free(tx->stack_copy);
    tx->stack_copy_capacity = size * 2;
    tx->stack_copy = mi_malloc(tx->stack_copy_capacity);
    if (!tx->stack_copy)
      ame_fatal("out of memory for a stack snapshot of %zu bytes", size);
  }
  tx->stack_copied = size;
  memcpy(tx->stack_copy, (void *)tx->registers.rsp, size);
}

/* End of the shared range that `at` lies in, or `at`. */
static uintptr_t skip_shared(const struct transaction *tx, uintptr_t at,
                             uintptr_t *next) {
  for (size_t i = 0; i < tx->shared_count; i++) {
    const uintptr_t start = tx->shared[i].address;
    if (at >= start && at < start + tx->shared[i].size)
      return start + tx->shared[i].size;
    if (start > at && start < *next)
      *next = start;
  }
  return at;
}

static void put_back_frame(const struct transaction *tx) {
  const uintptr_t base = tx->registers.rsp, top = base + tx->stack_copied;
  for (uintptr_t at = base; at < top;) {
    uintptr_t next = top;
    const uintptr_t past = skip_shared(tx, at, &next);
    if (past == at) {
      memcpy((void *)at, tx->stack_copy + (at - base), next - at);
      at = next;
    } else {
      at = past;
    }
  }
}

void ame_snapshot_resume(struct transaction *tx, int32_t value) {
  if (tx->open)
    ame_resume_stack(&tx->registers, value, tx->stack_copy, tx->stack_copied);
  put_back_frame(tx);
  ame_resume(&tx->registers, value);
}

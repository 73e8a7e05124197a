/* The stack as it was at begin.
 *
 * A region's snapshot is its function's frame, from the stack pointer to the
 * return address, without the locals whose address escapes: other threads may
 * have changed those meanwhile, so the undo log restores what this attempt wrote
 * to them. An open transaction's snapshot is the thread's whole stack. */
#include "transaction.h"

#include <mimalloc.h>
#include <string.h>

/* AddressSanitizer has marks around the locals of the frames that are left. */
void __asan_handle_no_return(void) __attribute__((weak));

/* Under AddressSanitizer memcpy would be its own, which objects to whole frames. */
static void copy_frames(void *to, const void *from, size_t size) {
  if (ame_unlikely(__asan_handle_no_return != NULL))
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
  else
    memcpy(to, from, size);
}

void ame_snapshot_leave_frames(void) {
  if (__asan_handle_no_return)
    __asan_handle_no_return();
}

static char *copy_of(struct transaction *tx) {
  return tx->stack_copied <= AME_SMALL_FRAME ? tx->small_frame : tx->stack_copy;
}

void ame_snapshot_take(struct transaction *tx, size_t size) {
  if (size > AME_SMALL_FRAME && size > tx->stack_copy_capacity) {
    mi_free(tx->stack_copy);
    tx->stack_copy_capacity = size * 2;
    tx->stack_copy = mi_malloc(tx->stack_copy_capacity);
    if (!tx->stack_copy)
      ame_fatal("out of memory for a stack snapshot of %zu bytes", size);
  }
  tx->stack_copied = size;
  copy_frames(copy_of(tx), (const void *)tx->registers.rsp, size);
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

static void put_back_frame(struct transaction *tx) {
  const char *copy = copy_of(tx);
  const uintptr_t base = tx->registers.rsp, top = base + tx->stack_copied;
  for (uintptr_t at = base; at < top;) {
    uintptr_t next = top;
    const uintptr_t past = skip_shared(tx, at, &next);
    if (past == at) {
      copy_frames((void *)at, copy + (at - base), next - at);
      at = next;
    } else {
      at = past;
    }
  }
}

/* Storing mxcsr takes longer than the rest of a short transaction's begin. The
 * rounding mode and the exception masks are in the x87 control word, too, which
 * <fenv.h> changes along with it: only when that has changed since the begin does
 * mxcsr get them back. Exception flags stay raised. */
static void restore_rounding(struct ame_registers *registers) {
  enum { X87_MASKS = 0x3f, X87_ROUNDING = 0xc00, MXCSR_SHIFT_MASKS = 7,
         MXCSR_SHIFT_ROUNDING = 3, MXCSR_BITS = 0x7f80 };
  uint16_t control;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  __asm__ volatile("stmxcsr %0" : "=m"(registers->mxcsr));
  if (control == registers->x87_control)
    return;
  const uint32_t begun = registers->x87_control;
  registers->mxcsr = (registers->mxcsr & ~(uint32_t)MXCSR_BITS) |
                     (begun & X87_MASKS) << MXCSR_SHIFT_MASKS |
                     (begun & X87_ROUNDING) << MXCSR_SHIFT_ROUNDING;
}

void ame_snapshot_resume(struct transaction *tx, int32_t value) {
  if (tx->open)
    ame_resume_stack(&tx->registers, value, copy_of(tx), tx->stack_copied);
  put_back_frame(tx);
  restore_rounding(&tx->registers);
  ame_resume(&tx->registers, value);
}

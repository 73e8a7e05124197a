/* Loops that only read, run piece by piece without barriers between a begin and an end.
 *
 * The steps are those of a read (barrier.c), each for everything that the piece will
 * read: wait for what somebody owns and extend for what is too new, push or mark all
 * stripes, run the piece, then look at all records. If one is not acceptable, nothing
 * of the piece counts as read: its entries are taken off the log, and it runs again.
 * (It has changed nothing, and which memory it touches does not depend on what it
 * finds there; pass/ReadLoops.h.) After FAILURES in a row the loop goes on with
 * barriers, which need one stripe at a time to stay as it is, not all of them.
 *
 * The end compares with the snapshot, not with the limit, which others set to 0 to be
 * noticed: that is no reason to read again, and the next begin sees it. */
#include "stripe_runs.h"

enum {
  FAILURES = 8,
  TRAPS_MASKED = 0x1f80,  /* of mxcsr */
  X87_TRAPS_MASKED = 0x3f /* of the control word */
};

/* What the loop computes from inconsistent data is thrown away, but a trap would be
 * one that the program does not have. */
static bool calculations_may_trap(void) {
  uint16_t x87;
  __asm__ volatile("fnstcw %0" : "=m"(x87));
  return (__builtin_ia32_stmxcsr() & TRAPS_MASKED) != TRAPS_MASKED ||
         (x87 & X87_TRAPS_MASKED) != X87_TRAPS_MASKED;
}

static size_t stripes_in(struct transaction *tx, const struct ame_range *range) {
  const uintptr_t first = range->address;
  if (!range->size || ame_needs_no_barrier(tx, (const void *)first, range->size))
    return 0;
  return ((first + range->size - 1) >> AME_STRIPE_SHIFT) - (first >> AME_STRIPE_SHIFT) + 1;
}

/* There is room in the log, or marks need none. */
static bool make_room(struct transaction *tx, size_t stripes) {
  while (!__ame_tls.marks && (size_t)(__ame_tls.log_limit - __ame_tls.log) < stripes) {
    if (tx->visible)
      return false; /* no membarrier: each mark has a fence of its own */
    ame_forced_abort_at_log_end(tx);
    if (!ame_read_log_widen(tx))
      ame_turn_visible(tx);
  }
  return true;
}

typedef bool visit_run(struct transaction *tx, struct ame_run run);

static bool all_runs(struct transaction *tx, const struct ame_range *ranges, size_t count,
                     visit_run *visit) {
  for (const struct ame_range *range = ranges; range != ranges + count; range++) {
    if (!stripes_in(tx, range))
      continue;
    const char *at = (const char *)range->address;
    for (size_t left = range->size; left;) {
      const struct ame_run run = ame_run_at(at, left);
      if (!visit(tx, run))
        return false;
      at += run.bytes;
      left -= run.bytes;
    }
  }
  return true;
}

static bool push(struct transaction *tx, struct ame_run run) {
  (void)tx;
  ame_push_run(run);
  return true;
}

static bool fits_snapshot(struct transaction *tx, struct ame_run run) {
  return ame_run_is_acceptable(run, tx->snapshot + 1, __ame_tls.self);
}

static bool wait_for(struct transaction *tx, struct ame_run run) {
  for (size_t i = 0; !fits_snapshot(tx, run) && i < run.count; i++)
    ame_await_stripe(tx, run.first + (uint32_t)i);
  return true;
}

int32_t __ame_read_loop_begin(const void *ranges, size_t count) {
  struct transaction *tx = ame_active() ? ame_self() : NULL;
  if (!tx)
    return true;
  size_t stripes = 0;
  for (size_t i = 0; i < count; i++)
    stripes += stripes_in(tx, (const struct ame_range *)ranges + i);
  if (tx->read_loop_failures == FAILURES || calculations_may_trap() ||
      !make_room(tx, stripes)) {
    tx->read_loop_failures = 0;
    return false;
  }
  if (ame_current_limit() == 0)
    ame_extend(tx, AME_NO_STRIPE);
  if (tx->read_loop_failures || ame_now_for(tx) != tx->snapshot)
    all_runs(tx, ranges, count, wait_for);
  tx->read_loop_log = __ame_tls.log;
  return all_runs(tx, ranges, count, push);
}

int32_t __ame_read_loop_end(const void *ranges, size_t count) {
  atomic_signal_fence(memory_order_seq_cst); /* the loop's loads come before */
  struct transaction *tx = ame_active() ? ame_self() : NULL;
  if (!tx)
    return true;
  ame_recording_point("loaded");
  if (all_runs(tx, ranges, count, fits_snapshot) || !ame_keeps(OREC_AFTER_DATA)) {
    tx->read_loop_failures = 0;
    return true;
  }
  if (!__ame_tls.marks)
    __ame_tls.log = tx->read_loop_log;
  tx->read_loop_failures++;
  return false;
}

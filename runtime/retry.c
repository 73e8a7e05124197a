/* ame_retry: undo, sleep until something that was read has changed, run again.
 *
 * What was read is in the markers: a visible transaction has them, a private one
 * marks its log. `retry_mark` tells committing writers which marker counts; they
 * look at it after they have released their stripes, if anybody waits at all.
 *
 * Nothing is missed. A private waiter raises the number of waiters (a locked
 * instruction) before it validates its log: a writer whose stripe still looks
 * untouched there owns it later (by a locked instruction), and looks at the number
 * later still; one that is owned or newer counts as changed. A visible waiter
 * raises it before its end, which the writer of a marked stripe waits for.
 *
 * Counts have no stripes that are written when they are merged: count_waits.c. What
 * plain code changes wakes nobody: the sleep ends after a while all the same. */
#include "transaction.h"

_Alignas(64) _Atomic uint32_t ame_retry_waiters;

enum { LONGEST_SLEEP_NS = 100000000 };

static void stop_waiting(struct transaction *tx) {
  atomic_store_explicit(&tx->retry_mark, 0, memory_order_release);
  ame_refcount_await_no_more(tx);
  atomic_fetch_sub_explicit(&ame_retry_waiters, 1, memory_order_relaxed);
}

bool ame_retry_prepare(struct transaction *tx) {
  const uint8_t mark = tx->visible ? tx->mark : ame_mark_log(tx);
  atomic_store_explicit(&tx->retry_woken, 0, memory_order_relaxed);
  atomic_store_explicit(&tx->retry_mark, mark, memory_order_release);
  ame_refcount_await(tx);
  /* seq_cst: before the loads of the validation; pairs with the swap by which a
   * writer owns a stripe. */
  atomic_fetch_add_explicit(&ame_retry_waiters, 1, memory_order_seq_cst);
  if ((tx->visible || ame_validate(tx, AME_NO_STRIPE)) && ame_refcount_is_as_told(tx))
    return true;
  stop_waiting(tx);
  return false;
}

void ame_retry_sleep(struct transaction *tx) {
  if (atomic_load_explicit(&tx->retry_woken, memory_order_acquire) == 0)
    ame_os_futex_wait(&tx->retry_woken, 0, LONGEST_SLEEP_NS);
  stop_waiting(tx);
}

static bool concerns(struct transaction *tx, size_t written_count,
                     struct transaction *other, uint32_t mark) {
  for (size_t i = 0; i < written_count; i++)
    if (ame_is_marked(other, tx->written[i], (uint8_t)mark) ||
        ame_refcount_is_awaited(other, tx->written[i]))
      return true;
  return false;
}

static void wake(struct transaction *other) {
  atomic_store_explicit(&other->retry_woken, 1, memory_order_release);
  ame_os_futex_wake(&other->retry_woken);
}

void ame_retry_wake(struct transaction *tx, size_t written_count) {
  for (struct transaction *other = ame_all_transactions(); other; other = other->next) {
    const uint32_t mark = atomic_load_explicit(&other->retry_mark, memory_order_acquire);
    if (mark != 0 && other != tx && concerns(tx, written_count, other, mark))
      wake(other);
  }
}

void ame_retry_wake_for_counts(struct transaction *tx) {
  for (struct transaction *other = ame_all_transactions(); other; other = other->next)
    if (atomic_load_explicit(&other->retry_mark, memory_order_acquire) != 0 &&
        other != tx && ame_refcount_merges_awaited(tx, other))
      wake(other);
}

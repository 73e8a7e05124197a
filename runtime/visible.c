/* Visible transactions: readers that committing writers look for.
 *
 * A transaction that has logged many reads marks their stripes in a table of
 * its own (one byte a stripe) and from then on marks instead of logging. It is
 * never validated again: a writer of a marked stripe keeps it owned until the
 * reader has ended. Turning visible (the order is essential): raise the flag,
 * then mark, then validate. A committer owns all its stripes before it looks
 * for visible transactions, so either it sees the flag and scans, or the
 * validation sees its ownership or its new version.
 *
 * A mark is a byte from 1 to 255, other ones in other attempts. An attempt with mark m
 * stores m for stripe s at place s + m of the table: so the low byte of the address that
 * it adds stripes to is what it stores there, and barriers need one word and one
 * register for both. At another attempt's place lies another value. */
#include "transaction.h"

#include <sched.h>

_Alignas(64) _Atomic uint32_t ame_visible_count;

#define MARKS_SIZE (((size_t)1 << AME_STRIPE_BITS) + 4096)

static uint8_t mark_of(uint64_t status) {
  return (uint8_t)(1 + (status >> 2) % 255);
}

/* Marks of 255 attempts ago have the same value: clear the table whenever the
 * values start again. Only long transactions ever come here. */
static uint8_t *prepare_marks(struct transaction *tx, uint64_t status) {
  uint8_t *marks = atomic_load_explicit(&tx->marks, memory_order_relaxed);
  if (!marks) {
    marks = ame_os_reserve(0, MARKS_SIZE, "a marker table");
    atomic_store_explicit(&tx->marks, marks, memory_order_release);
  } else if (mark_of(status) == 1) {
    ame_os_forget(marks, MARKS_SIZE);
  }
  return marks;
}

static void mark_log(struct transaction *tx, uint8_t *marks) {
  for (const uint32_t *entry = tx->log_base; entry != __ame_tls.log; entry++)
    ame_mark_in(marks, *entry);
}

uint8_t ame_mark_log(struct transaction *tx) {
  const uint64_t status = atomic_load_explicit(&tx->status, memory_order_relaxed);
  mark_log(tx, prepare_marks(tx, status) + mark_of(status));
  /* The next ones are different. */
  atomic_store_explicit(&tx->status, ((status >> 2) + 1) << 2, memory_order_release);
  return mark_of(status);
}

void ame_turn_visible(struct transaction *tx) {
  if (tx->keeps)
    ame_abort(AME_ABORT_KEPT); /* others would wait long for stripes of earlier blocks */
  const uint64_t status = atomic_load_explicit(&tx->status, memory_order_relaxed);
  uint8_t *marks = prepare_marks(tx, status) + mark_of(status);
  ame_draw_age(tx);
  if (!tx->begin_time)
    tx->begin_time = ame_os_ticks(); /* from here on it counts as long */
  tx->mark = mark_of(status);
  atomic_store_explicit(&tx->status, status | AME_ACTIVE, memory_order_release);
  /* seq_cst: a committer that misses it owned its stripes before; see above. */
  if (ame_keeps(FLAG_BEFORE_VALIDATION))
    atomic_fetch_add_explicit(&ame_visible_count, 1, memory_order_seq_cst);
  tx->visible = true;
  tx->to_end |= AME_END_VISIBLE;
  ame_recording_point("flag raised");
  if (ame_keeps(MARK_WHAT_WAS_LOGGED))
    mark_log(tx, marks);
  /* A committer without membarrier finds them, or is found by the validation. */
  atomic_thread_fence(memory_order_seq_cst);
  const uint32_t now = ame_now_for(tx);
  const bool valid = !ame_keeps(VALIDATE_WHEN_TURNING_VISIBLE) ||
                     ame_validate(tx, AME_NO_STRIPE);
  ame_recording_point("validated");
  if (!ame_keeps(FLAG_BEFORE_VALIDATION))
    atomic_fetch_add_explicit(&ame_visible_count, 1, memory_order_seq_cst);
  if (!valid)
    ame_abort(AME_ABORT_VALIDATION);
  tx->snapshot = now;
  ame_accept_below(now + 1);
  /* Only now out of the others' quiescence: a failed validation still has an
   * undo to come. The log becomes empty after that. */
  atomic_store_explicit(&tx->published, AME_INACTIVE, memory_order_release);
  atomic_signal_fence(memory_order_seq_cst);
  __ame_tls.log = tx->log_base;
  __ame_tls.log_limit = tx->log_base;
  /* Without membarrier each mark needs a fence: none is inlined. */
  __ame_tls.marks = ame_has_membarrier ? marks : NULL;
  ame_poll_doom(tx);
}

static bool reads_what_i_write(struct transaction *tx, struct transaction *other,
                               uint64_t status) {
  const uint8_t mark = mark_of(status);
  for (size_t i = 0; i < tx->written_count; i++)
    if (ame_is_marked(other, tx->written[i], mark))
      return true;
  return false;
}

static uint64_t status_of(struct transaction *other) {
  return atomic_load_explicit(&other->status, memory_order_acquire);
}

void ame_visible_give_way(struct transaction *tx, struct transaction *other,
                          uint64_t status) {
  ame_recording_point("before giving way");
  const uint64_t sequence = ame_sequence_of(other);
  if (status_of(other) != status)
    return;
  ame_note_killer(tx, other, sequence);
  ame_abort(AME_ABORT_YIELD);
}

static void wait_for_change(struct transaction *other, uint64_t status) {
  const uint64_t sequence = atomic_load_explicit(&other->sequence, memory_order_acquire);
  for (unsigned spins = 0; status_of(other) == status; spins++) {
    if (spins < 200)
      __builtin_ia32_pause();
    else
      ame_sleep_on(other, sequence);
    if (spins % 64 == 63)
      ame_poke(other);
  }
}

/* The other reads what I am about to publish: wait for its end, or give way.
 * Only the attempt that was running right after the membarrier counts; what it
 * does after its end is younger than my ownership. */
static void settle_with(struct transaction *tx, struct transaction *other,
                        uint64_t status) {
  const uint64_t attempt = status >> 2;
  for (; status >> 2 == attempt; status = status_of(other)) {
    switch (AME_STATE(status)) {
    case AME_NONE:
      return;
    case AME_COMMITTING:
      if (!tx->inevitable)
        ame_visible_give_way(tx, other, status);
      else
        wait_for_change(other, status);
      break;
    case AME_ACTIVE:
      if (!tx->inevitable && ame_is_older(other, tx)) {
        ame_visible_give_way(tx, other, status);
        break;
      }
      ame_sign_doom(other, tx);
      if (!atomic_compare_exchange_strong(&other->status, &status,
                                          attempt << 2 | AME_DOOMED))
        break;
      ame_poke(other);
      break;
    case AME_DOOMED:
      if (!ame_keeps(WAIT_FOR_VICTIMS))
        return;
      wait_for_change(other, status);
      break;
    }
  }
}

void ame_visible_scan_others(struct transaction *tx) {
  if (!ame_keeps(SCAN))
    return;
  ame_recording_point("before the scan");
  if (ame_has_membarrier)
    ame_os_membarrier();
  for (struct transaction *other = ame_all_transactions(); other; other = other->next) {
    const uint64_t status = status_of(other);
    if (other != tx && AME_STATE(status) != AME_NONE &&
        reads_what_i_write(tx, other, status))
      settle_with(tx, other, status);
  }
}

void ame_visible_end(struct transaction *tx) {
  if (!tx->visible)
    return;
  tx->visible = false;
  __ame_tls.marks = NULL;
  __ame_tls.log_limit = tx->log_limit;
  atomic_fetch_sub_explicit(&ame_visible_count, 1, memory_order_seq_cst);
  const uint64_t status = atomic_load_explicit(&tx->status, memory_order_relaxed);
  /* release: the undo, or the commit, is visible to whoever sees the end. */
  atomic_store_explicit(&tx->status, ((status >> 2) + 1) << 2, memory_order_release);
}

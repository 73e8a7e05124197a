/* Undoing an attempt, and running it again.
 *
 * ABORT  1 undo, newest first  2 draw a version, after the undo: a reader that
 * saw dirty data must not find the old version again  3 release the stripes with
 * it  4 end visibility: the acknowledgement that a killer waits for  5 leave
 * quiescence. Then the parts drop what they hold, and the attempt starts anew. */
#include "transaction.h"

#include <errno.h>

/* Only by its own wish, and only before it has acted outside. */
static bool may_undo_inevitable(const struct transaction *tx,
                                enum abort_cause cause) {
  return !tx->irreversible &&
         (cause == AME_ABORT_CANCEL || cause == AME_ABORT_RETRY ||
          cause == AME_ABORT_MUTEX || cause == AME_ABORT_FORCED);
}

static void undo_attempt(struct transaction *tx, enum abort_cause cause) {
  if (tx->inevitable && !may_undo_inevitable(tx, cause))
    ame_fatal("an inevitable transaction was asked to abort (cause %d)", (int)cause);
  bool alone;
  ame_statistics_abort(tx, cause);
  ame_recording_abort(tx->snapshot);
  /* A signal's handler may have come between, and does not go back there. */
  atomic_store_explicit(&tx->owning, 0, memory_order_relaxed);
  if (!ame_keeps(END_AFTER_UNDO))
    ame_visible_end(tx);
  if (!ame_keeps(LEAVE_AFTER_UNDO))
    atomic_store_explicit(&tx->published, AME_INACTIVE, memory_order_release);
  uint32_t version = ame_keeps(VERSION_AFTER_UNDO) ? 0 : ame_draw_version(tx, &alone);
  const size_t logged = (size_t)(__ame_tls.undo - tx->undo_base);
  ame_recording_point("before the undo");
  ame_snapshot_leave_frames();
  ame_undo_apply(tx);
  if (tx->written_count) {
    if (ame_keeps(VERSION_AFTER_UNDO))
      version = ame_keeps(NEW_VERSION_ON_ABORT) ? ame_draw_version(tx, &alone)
                                                : tx->snapshot;
    ame_refcount_taking_ends(tx, version);
    if (tx->keeps) {
      ame_kept_release_as(tx, version);
      __ame_tls.owed = version;
    }
    for (size_t i = 0; i < tx->written_count; i++)
      atomic_store_explicit(ame_orec_at(tx->written[i]), version, memory_order_release);
    tx->written_count = 0;
  }
  ame_recording_point("aborted");
  ame_refcount_drop(tx);
  ame_visible_end(tx);
  atomic_store_explicit(&tx->published, AME_INACTIVE, memory_order_release);
  ame_mutexes_abort(tx);
  ame_io_abort(tx);
  if (tx->to_end & AME_END_MEMORY)
    ame_memory_abort(tx);
  if (tx->to_end & AME_END_LOGS)
    ame_logs_give_back(tx, logged);
  ame_fast_outside();
  ame_inevitable_end(tx);
  ame_announce_end(tx);
  if (ame_unlikely(ame_options.verify))
    ame_verify_abort();
  ame_handlers_abort(tx);
  errno = tx->saved_errno;
}

/* Guaranteed progress: a long transaction that has lost a few times, or any that
 * has lost often, runs inevitably. */
enum { LONG_US = 1000, MANY_ATTEMPTS = 32 };

static void decide_inevitability(struct transaction *tx, uint64_t lasted) {
  const bool is_long = lasted > LONG_US * ame_os_ticks_per_microsecond();
  if (!tx->must_be_inevitable &&
      ((is_long && tx->attempts >= ame_options.max_attempts) ||
       tx->attempts >= MANY_ATTEMPTS))
    tx->must_be_inevitable = "lost too often";
}

/* Each commit of another thread pays a membarrier while somebody is visible. A
 * small transaction is not worth that, however often it loses. */
enum { LARGE_READS = 256 };

static bool is_large(const struct transaction *tx) {
  return tx->visible || __ame_tls.log - tx->log_base >= LARGE_READS;
}

static _Noreturn void run_again(struct transaction *tx) {
  ame_stripes_rollover_if_due();
  ame_begin_attempt(tx);
  ame_snapshot_resume(tx, 1);
}

void ame_abort(enum abort_cause cause) {
  struct transaction *tx = ame_self();
  const uint64_t lasted = tx->begin_time ? ame_os_ticks() - tx->begin_time : 0;
  ame_draw_age(tx);
  tx->was_large = is_large(tx);
  undo_attempt(tx, cause);
  if (cause != AME_ABORT_FORCED && cause != AME_ABORT_MUTEX && cause != AME_ABORT_KEPT) {
    tx->attempts++; /* the others say nothing about conflicts */
    tx->calm = 0;
  }
  decide_inevitability(tx, lasted);
  if (cause == AME_ABORT_MUTEX)
    ame_mutexes_pause(tx);
  if (tx->killer)
    ame_wait_for_killer(tx);
  else if (cause == AME_ABORT_VALIDATION || cause == AME_ABORT_REFCOUNT)
    ame_back_off(tx, lasted);
  run_again(tx);
}

/* The thread ends in the middle (it was cancelled): as if it had not begun. No
 * frame is left whose bytes could be put back. */
void ame_undo_at_thread_end(struct transaction *tx) {
  tx->registers.rsp = tx->stack_base;
  undo_attempt(tx, AME_ABORT_CANCEL);
  ame_transaction_rest(tx);
}

void ame_cancel(void) {
  if (!ame_active())
    ame_fatal("ame_cancel outside of an atomic block");
  struct transaction *tx = ame_self();
  if (tx->open)
    ame_fatal("ame_cancel inside an open transaction (ame_enter): only an "
              "outermost atomic block can be left");
  if (tx->irreversible)
    ame_fatal("ame_cancel: the transaction is inevitable (%s) and cannot be undone",
              tx->must_be_inevitable);
  undo_attempt(tx, AME_ABORT_CANCEL);
  ame_transaction_rest(tx);
  ame_quiesce_settle(tx); /* plain code follows */
  tx->cancelled = true;
  ame_snapshot_resume(tx, 0);
}

void ame_retry(void) {
  if (!ame_active())
    ame_fatal("ame_retry outside of an atomic block");
  struct transaction *tx = ame_self();
  if (tx->irreversible)
    ame_fatal("ame_retry: the transaction is inevitable (%s) and cannot be undone",
              tx->must_be_inevitable);
  const bool sleep = ame_retry_prepare(tx);
  undo_attempt(tx, AME_ABORT_RETRY);
  if (sleep)
    ame_retry_sleep(tx);
  /* It has waited, not lost: others must be able to bring what it waits for. */
  tx->must_be_inevitable = NULL;
  tx->attempts = 0;
  run_again(tx);
}

/* The inevitable transaction: at most one, it cannot abort, it wins every
 * conflict, and the others go on running.
 *
 * It is a visible transaction whose status is COMMITTING from the moment it
 * becomes inevitable: writers of what it has read give way, owners of what it
 * wants are asked to abort. The token decides who it is. Nobody waits for the
 * token while owning stripes: who finds it taken aborts and begins again with
 * it.
 *
 * An attempt that begins with the token (it has lost too often, or it will need
 * it) wins, but has done nothing yet that cannot be undone: until it becomes
 * irreversible its output stays queued, and ame_cancel and ame_retry work. A
 * program cannot know that the runtime has let one of its blocks win. */
#include "transaction.h"

#include <pthread.h>

static _Atomic uint32_t token; /* 1 = taken; futex */

static bool take_token(struct transaction *tx) {
  uint32_t free_token = 0;
  tx->has_token = atomic_compare_exchange_strong_explicit(
      &token, &free_token, 1, memory_order_acquire, memory_order_relaxed);
  return tx->has_token;
}

/* The holder may have been a thread that does not exist in the child: between
 * its transaction's end and its last output, or before its begin. */
void ame_inevitable_after_fork(const struct transaction *self) {
  atomic_store_explicit(&token, self && self->has_token, memory_order_relaxed);
}

bool ame_is_inevitable(void) { return ame_active() && ame_self()->irreversible; }

static bool become_undoomable(struct transaction *tx) {
  uint64_t status = atomic_load_explicit(&tx->status, memory_order_relaxed);
  return AME_STATE(status) == AME_ACTIVE &&
         atomic_compare_exchange_strong(&tx->status, &status,
                                        (status & ~UINT64_C(3)) | AME_COMMITTING) &&
         ame_refcount_become_inevitable(tx);
}

void ame_inevitable_begin(struct transaction *tx) {
  while (!take_token(tx))
    ame_os_futex_wait(&token, 1, 1000000);
}

void ame_inevitable_complete(struct transaction *tx, const char *why) {
  tx->must_be_inevitable = why; /* also when this attempt fails right now */
  if (!tx->visible)
    ame_turn_visible(tx);
  if (!become_undoomable(tx))
    ame_abort(AME_ABORT_INEVITABLE_WAIT);
  tx->inevitable = true;
  ame_statistics_inevitable(tx, why);
}

void ame_inevitable_end(struct transaction *tx) {
  if (tx->irreversible)
    pthread_setcancelstate(tx->cancel_state, NULL);
  tx->inevitable = false;
  tx->irreversible = false;
  if (!tx->has_token)
    return;
  tx->has_token = false;
  atomic_store_explicit(&token, 0, memory_order_release);
  ame_os_futex_wake(&token);
}

void ame_become_inevitable(const char *why) {
  if (!ame_active())
    return;
  struct transaction *tx = ame_self();
  if (tx->irreversible) {
    ame_io_drain(tx); /* what waits behind a deferred call */
    return;
  }
  ame_forced_abort_here(tx);
  if (!tx->inevitable && !take_token(tx)) {
    tx->must_be_inevitable = why;
    ame_abort(AME_ABORT_INEVITABLE_WAIT);
  }
  if (!tx->inevitable)
    ame_inevitable_complete(tx, why);
  ame_quiesce_settle(tx); /* plain code may follow. Nobody waits for this one for ever */
  tx->must_be_inevitable = why; /* named by errors: the reason for good */
  tx->irreversible = true;
  /* What cannot be undone must come to its end. */
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &tx->cancel_state);
  ame_io_drain(tx);
}

void __ame_inevitable(const char *site) { ame_become_inevitable(site); }

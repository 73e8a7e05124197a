/* The table of ownership records, the clock, and stopping the world.
 *
 * An orec holds a 31-bit version or an owner. At millions of commits a second
 * 31 bits last some minutes: when the clock comes near the end, one thread
 * stops all transactions (those that run finish; none begins), clears the
 * table and starts the clock again. */
#include "transaction.h"

#include <sched.h>

_Alignas(64) _Atomic uint32_t ame_clock = 1;

/* Versions left when a rollover is asked for: more than all threads together
 * can draw until they have noticed. Tests shrink the range. */
#define ROLLOVER_AT (AME_OREC_LOCK - (1u << 20))

_Alignas(64) static _Atomic uint32_t world_stopped;
static _Atomic uint32_t stoppers_inside; /* transactions that want to stop it */

void ame_stripes_init(void) {
  ame_os_reserve(AME_OREC_BASE, sizeof(uint32_t) << AME_STRIPE_BITS,
                 "ownership records");
}

bool ame_world_may_run(void) {
  /* The caller's publication was a locked instruction, and so is the
   * stopper's: one of the two sees the other (Dekker). */
  return atomic_load_explicit(&world_stopped, memory_order_seq_cst) == 0;
}

void ame_world_wait(void) {
  while (atomic_load_explicit(&world_stopped, memory_order_acquire) != 0)
    ame_os_futex_wait(&world_stopped, 1, 1000000);
}

static bool is_running(struct transaction *tx) {
  return atomic_load_explicit(&tx->published, memory_order_acquire) != AME_INACTIVE ||
         AME_STATE(atomic_load_explicit(&tx->status, memory_order_acquire)) != AME_NONE;
}

/* A transaction that wants to stop the world itself does not end before it has:
 * other stoppers give way. */
static bool must_give_way(const struct transaction *except) {
  return !except && atomic_load_explicit(&stoppers_inside, memory_order_acquire) != 0;
}

static bool nothing_runs(const struct transaction *except) {
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    while (tx != except && is_running(tx)) {
      if (must_give_way(except))
        return false;
      sched_yield();
    }
  return true;
}

bool ame_world_try_stop(const struct transaction *except) {
  uint32_t running = 0;
  if (must_give_way(except) ||
      !atomic_compare_exchange_strong(&world_stopped, &running, 1))
    return false;
  if (nothing_runs(except))
    return true;
  ame_world_resume();
  return false;
}

void ame_world_stop_from_inside(const struct transaction *tx) {
  /* At most one: a transaction that forks is inevitable. */
  atomic_fetch_add_explicit(&stoppers_inside, 1, memory_order_acq_rel);
  while (!ame_world_try_stop(tx))
    ame_world_wait();
  atomic_fetch_sub_explicit(&stoppers_inside, 1, memory_order_acq_rel);
}

void ame_world_resume(void) {
  atomic_store_explicit(&world_stopped, 0, memory_order_seq_cst);
  ame_os_futex_wake(&world_stopped);
}

AME_COLD static void roll_over(void) {
  if (!ame_world_try_stop(NULL)) {
    ame_world_wait();
    return;
  }
  if (atomic_load_explicit(&ame_clock, memory_order_relaxed) >= ROLLOVER_AT) {
    ame_os_forget((void *)(uintptr_t)AME_OREC_BASE,
                  sizeof(uint32_t) << AME_STRIPE_BITS);
    atomic_store_explicit(&ame_clock, 1, memory_order_relaxed);
  }
  ame_world_resume();
}

void ame_stripes_rollover_if_due(void) {
  if (ame_unlikely(atomic_load_explicit(&ame_clock, memory_order_relaxed) >= ROLLOVER_AT))
    roll_over();
}

/* The table of ownership records, the clock, and stopping the world.
 *
 * An orec holds a 31-bit version or an owner. At millions of commits a second
 * 31 bits last some minutes: when the clock comes near the end, one thread
 * stops all transactions (those that run finish; none begins), clears the
 * table and starts the clock again. */
#include "transaction.h"

#include <sched.h>

_Alignas(64) _Atomic uint32_t ame_clock = 1;

_Alignas(64) _Atomic uint32_t ame_company;
static _Atomic uint32_t stoppers_inside; /* transactions that want to stop it */

void ame_stripes_init(void) {
  ame_os_reserve(AME_OREC_BASE, sizeof(uint32_t) << AME_STRIPE_BITS,
                 "ownership records");
}

static void raise_clock(uint32_t version) {
  uint32_t now = atomic_load_explicit(&ame_clock, memory_order_relaxed);
  while (now < version &&
         !atomic_compare_exchange_weak_explicit(&ame_clock, &now, version,
                                                memory_order_seq_cst,
                                                memory_order_relaxed))
    ;
}

void ame_clock_catch_up(void) {
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    raise_clock(atomic_load_explicit(&tx->own_version, memory_order_acquire));
}

uint32_t ame_now(struct transaction *tx) {
  const uint32_t own = atomic_load_explicit(&tx->own_version, memory_order_relaxed);
  const uint32_t now = atomic_load_explicit(&ame_clock, memory_order_acquire);
  if (ame_likely(own <= now))
    return now;
  raise_clock(own);
  return atomic_load_explicit(&ame_clock, memory_order_acquire);
}

uint32_t ame_draw_from_clock(struct transaction *tx) {
  raise_clock(atomic_load_explicit(&tx->own_version, memory_order_relaxed));
  return atomic_fetch_add_explicit(&ame_clock, 1, memory_order_seq_cst) + 1;
}

void ame_world_wait(void) {
  uint32_t company;
  while ((company = atomic_load_explicit(&ame_company, memory_order_acquire)) &
         AME_WORLD_STOPPED)
    ame_os_futex_wait(&ame_company, company, 1000000);
}

static bool is_running(struct transaction *tx) {
  const uint64_t published = atomic_load_explicit(&tx->published, memory_order_acquire);
  return (published != AME_INACTIVE && published != AME_KEEPING) ||
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
  /* A locked instruction, and so is a beginner's publication in company; alone,
   * the only other thread there could be is this one. */
  if (must_give_way(except) ||
      atomic_fetch_or_explicit(&ame_company, AME_WORLD_STOPPED,
                               memory_order_seq_cst) & AME_WORLD_STOPPED)
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
  /* A child that a signal's handler has forked comes without a stop. */
  if (atomic_load_explicit(&ame_company, memory_order_relaxed) & AME_WORLD_STOPPED)
    atomic_fetch_add_explicit(
        &ame_company,
        (ame_keeps(STOPS_ARE_COUNTED) ? AME_GENERATION : 0) - AME_WORLD_STOPPED,
        memory_order_seq_cst);
  ame_os_futex_wake(&ame_company);
}

void ame_stripes_rollover(void) {
  if (!ame_world_try_stop(NULL)) {
    ame_world_wait();
    return;
  }
  if (atomic_load_explicit(&ame_clock, memory_order_relaxed) >= AME_ROLLOVER_AT) {
    ame_os_forget((void *)(uintptr_t)AME_OREC_BASE,
                  sizeof(uint32_t) << AME_STRIPE_BITS);
    ame_refcount_forget_versions();
    atomic_store_explicit(&ame_clock, 1, memory_order_relaxed);
    for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
      atomic_store_explicit(&tx->own_version, 0, memory_order_relaxed);
  }
  ame_world_resume();
}

/* Ownership that outlasts the transaction: a loop of short blocks that write the
 * same memory again and again owns it once.
 *
 * KEEP   1 all stripes are owned, nobody is visible, nobody waits for a stripe
 *        2 announce that quiescence is owed  3 validate the log: the commit point
 *        4 published = AME_KEEPING
 * No version is drawn and no stripe released: to everybody else they stay owned, and
 * to this thread's next block they are its own at once.
 *
 * Why that is a commit: what it has read was still so while it owned all that it has
 * written (two-phase locking). It is behind all that had drawn a version before its
 * validation, and before all that draws one later and meets it: who reads or
 * overwrites what it has written must get the stripe, which has a newer version by
 * then; who has read what it overwrote fails, because the stripe is owned. So each
 * validation looks at the whole log: "nobody has drawn a version since" does not say
 * any more that nobody has committed. The announcement before step 3 tells who would
 * leave it out (commit.c).
 *
 * STEAL  Who wants such a stripe, and finds its owner between two blocks, takes it:
 *        1 published: AME_KEEPING -> AME_STEALING  2 a version newer than all
 *        snapshots  3 the stripe gets it  4 published = AME_KEEPING.
 * The owner's begin is a compare-and-swap from AME_KEEPING; it needs no list of what
 * is gone: at the release a stripe counts only when its record still says so. A block
 * that runs is waited for as usual, and releases all at its commit (`wanted`).
 *
 * Stripes are not kept where it does not pay: each one that is lost to somebody costs
 * a pause that doubles; and when there are twice as many as the first block has
 * written, which does not come back to them, all are released. That spares the clock,
 * but fetches their records once more: where nobody else draws from the clock
 * meanwhile it counts as a loss. Nor are they kept by another block than the one that
 * wrote them, which may be long; where that comes soon, keeping is a loss, too.
 *
 * Lazy release of locks in this form is known from biased locking (Kawachiya and
 * others, "Lock reservation", OOPSLA 2002); there the lock's holder pays nothing
 * until somebody else comes, too. */
#include "transaction.h"

#include <sched.h>

enum { MOST_DOUBLINGS = 10 };

static void wait_briefly(unsigned *rounds) {
  if (++*rounds % 64 == 0)
    sched_yield();
  else
    __builtin_ia32_pause();
}

static bool replace(struct transaction *tx, uint64_t from, uint64_t to) {
  /* seq_cst: an owner that begins is seen by committers, and sees that the world is
   * stopped, as with the exchange of other beginners (begin.c). acquire: the thief
   * sees what the owner wrote. */
  return atomic_compare_exchange_strong_explicit(&tx->published, &from, to,
                                                 memory_order_seq_cst,
                                                 memory_order_relaxed);
}

static void put_back(struct transaction *tx) {
  atomic_store_explicit(&tx->published, AME_KEEPING, memory_order_release);
}

void ame_kept_first(struct transaction *tx) {
  const uint32_t count = (uint32_t)tx->written_count;
  tx->keeps = true;
  tx->kept_since = tx->snapshot;
  tx->kept_before = tx->kept_commits;
  tx->keep_most = count > AME_KEPT_FEW / 2 ? count * 2 : AME_KEPT_FEW;
}

void ame_kept_lost(struct transaction *tx) {
  tx->keep_pause = ame_options.keep_pause << tx->keep_losses;
  if (tx->keep_losses < MOST_DOUBLINGS && ame_options.keep_pause != 1)
    tx->keep_losses++;
}

void ame_kept_too_many(struct transaction *tx) {
  if (atomic_load_explicit(&ame_clock, memory_order_relaxed) == tx->kept_since)
    ame_kept_lost(tx);
}

void ame_kept_trust(struct transaction *tx) {
  if (tx->keep_losses > 0)
    tx->keep_losses--;
}

/* Waits for a thief, and while the world is stopped: the stripes stay as they are
 * then, or go with a rollover, which clears the table. */
static uint64_t leave_rest(struct transaction *tx, bool begins) {
  for (unsigned rounds = 0;; wait_briefly(&rounds)) {
    const uint32_t company = atomic_load_explicit(&ame_company, memory_order_acquire);
    const uint64_t next = begins ? atomic_load_explicit(&ame_clock, memory_order_acquire)
                                 : AME_STEALING;
    ame_recording_point("before going on");
    if (!replace(tx, AME_KEEPING, next))
      continue;
    if (ame_likely(ame_world_has_run(company)))
      return next;
    put_back(tx);
    ame_world_wait();
  }
}

uint32_t ame_kept_begin(struct transaction *tx) { return (uint32_t)leave_rest(tx, true); }

uint32_t ame_kept_release(struct transaction *tx) {
  const uint32_t version = ame_draw_from_clock(tx);
  ame_kept_release_as(tx, version);
  atomic_store_explicit(&tx->published, AME_INACTIVE, memory_order_release);
  return version;
}

void ame_kept_give_up(struct transaction *tx) {
  leave_rest(tx, false);
  __ame_tls.owed = ame_kept_release(tx);
}

void ame_kept_release_as(struct transaction *tx, uint32_t version) {
  for (size_t i = 0; i < tx->written_count; i++) {
    ame_orec *const orec = ame_orec_at(tx->written[i]);
    /* Stolen ones, and what stands in the list twice, have another word by now, and
     * never this one again. relaxed: only this thread stores it. */
    if (atomic_load_explicit(orec, memory_order_relaxed) == (AME_OREC_LOCK | tx->slot) ||
        !ame_keeps(KEPT_COMPARES))
      atomic_store_explicit(orec, version, memory_order_release);
  }
  tx->written_count = 0;
  tx->keeps = false;
  if (tx->keep_pause == 0 && tx->kept_commits - tx->kept_before < AME_KEPT_WORTH)
    ame_kept_lost(tx);
}

bool ame_kept_steal(struct transaction *tx, struct transaction *owner, uint32_t stripe) {
  bool alone;
  if (atomic_load_explicit(&owner->published, memory_order_relaxed) != AME_KEEPING ||
      !replace(owner, AME_KEEPING, AME_STEALING))
    return false;
  ame_recording_point("stealing");
  ame_orec *const orec = ame_orec_at(stripe);
  if (atomic_load_explicit(orec, memory_order_relaxed) == (AME_OREC_LOCK | owner->slot)) {
    const uint32_t version =
        ame_keeps(STEAL_DRAWS) ? ame_draw_version(tx, &alone) : tx->snapshot;
    /* release: pairs with readers' acquire; what the owner wrote came before. */
    atomic_store_explicit(orec, version, memory_order_release);
  }
  put_back(owner);
  return true;
}

/* Who waits, who gives way, and how both sleep.
 *
 * Age: drawn at the first abort or when a transaction turns visible, kept until
 * it commits; smaller is older, undrawn is youngest. A younger transaction waits
 * briefly for a stripe and then aborts; an older one asks the owner to abort and
 * waits longer. Every wait for a stripe is bounded, so that nobody waits for ever
 * while owning. After an abort a transaction owns nothing and waits until the
 * attempt that killed it has ended. Starvation ends in inevitability (abort.c).
 *
 * Who finds that something it has read has changed knows of nobody to wait for.
 * What it owned gets new versions, so its abort may be what another one finds, and
 * the two can undo each other in step. From the second failure on it waits for a
 * random time, at most as long as the attempt took, then twice as long, and so on
 * (exponential back-off; Herlihy and others, "Software transactional memory for
 * dynamic-sized data structures", PODC 2003, compare such rules).
 *
 * Of two that wait for each other the younger one must notice that it is asked to
 * abort: it does not sleep. Before a sleep everybody spins for as long as going to
 * sleep and being woken costs. */
#include "transaction.h"

#include <sched.h>

static _Atomic uint64_t ages = 1;

void ame_draw_age(struct transaction *tx) {
  if (atomic_load_explicit(&tx->age, memory_order_relaxed) == AME_NOT_AGED)
    atomic_store_explicit(&tx->age,
                          atomic_fetch_add_explicit(&ages, 1, memory_order_relaxed),
                          memory_order_release);
}

bool ame_is_older(const struct transaction *a, const struct transaction *b) {
  const uint64_t age_a = atomic_load_explicit(&a->age, memory_order_relaxed);
  const uint64_t age_b = atomic_load_explicit(&b->age, memory_order_relaxed);
  return age_a != age_b ? age_a < age_b : a->slot < b->slot;
}

static uint64_t sequence_of(struct transaction *tx) { return ame_sequence_of(tx); }

static _Atomic uint32_t *futex_of(struct transaction *tx) {
  return (_Atomic uint32_t *)&tx->sequence; /* the low half */
}

void ame_wake_sleepers(struct transaction *tx) { ame_os_futex_wake(futex_of(tx)); }

void ame_sleep_on(struct transaction *other, uint64_t sequence) {
  atomic_fetch_add_explicit(&other->sleepers, 1, memory_order_seq_cst);
  /* Either the other's look at `sleepers` comes after this, or its new sequence
   * is there before the kernel looks. Without membarrier a wake-up may be missed:
   * the sleep is short. */
  if (ame_has_membarrier)
    ame_os_membarrier();
  if (sequence_of(other) == sequence)
    ame_os_futex_wait(futex_of(other), (uint32_t)sequence, 200000);
  atomic_fetch_sub_explicit(&other->sleepers, 1, memory_order_relaxed);
}

void ame_note_killer(struct transaction *tx, struct transaction *killer,
                     uint64_t sequence) {
  tx->killer = killer;
  tx->killer_sequence = sequence;
}

enum { SLOT_BITS = 20 };

static uint64_t signature(const struct transaction *killer, uint64_t sequence) {
  return sequence << SLOT_BITS | killer->slot;
}

void ame_sign_doom(struct transaction *victim, const struct transaction *killer) {
  const uint64_t sequence =
      atomic_load_explicit(&killer->sequence, memory_order_relaxed); /* own */
  /* release: pairs with the load in note_doomer, for the killer's block. */
  atomic_store_explicit(&victim->doomer, signature(killer, sequence),
                        memory_order_release);
}

/* Without the wait for its killer a victim would take the stripe again before
 * the killer has had it, and be killed again, and again. An old signature does
 * no harm: either that attempt has ended, or waiting for it ends, too. */
static void note_doomer(struct transaction *tx) {
  const uint64_t doomer = atomic_load_explicit(&tx->doomer, memory_order_acquire);
  if (doomer == 0)
    return;
  tx->killer = ame_transaction_of_slot(doomer & ((1u << SLOT_BITS) - 1));
  tx->killer_sequence = doomer >> SLOT_BITS;
}

void ame_abort_doomed(struct transaction *tx) {
  note_doomer(tx);
  ame_abort(AME_ABORT_DOOMED);
}

/* How long a wait may last, and how long it spins, in microseconds. */
enum { PATIENCE_YOUNG = 20, PATIENCE_OLD = 20000, SPIN_US = 20, ASK_EVERY_US = 2 };

void ame_wait_for_killer(struct transaction *tx) {
  struct transaction *killer = tx->killer;
  tx->killer = NULL;
  if (!killer)
    return;
  const uint64_t start = ame_os_ticks();
  while (sequence_of(killer) == tx->killer_sequence) {
    if (!ame_waited_for(start, SPIN_US))
      __builtin_ia32_pause();
    else
      ame_sleep_on(killer, tx->killer_sequence);
  }
}

static uint64_t random_below(uint64_t limit, uint32_t slot) {
  uint64_t bits = (ame_os_ticks() ^ (uint64_t)slot << 40) * 0x9e3779b97f4a7c15u;
  return (bits >> 16) % limit;
}

enum { MOST_DOUBLINGS = 16 };

void ame_back_off(const struct transaction *tx, uint64_t lasted) {
  const uint64_t most = ame_options.back_off_us * ame_os_ticks_per_microsecond();
  const uint32_t doublings =
      tx->attempts - 1 < MOST_DOUBLINGS ? tx->attempts - 1 : MOST_DOUBLINGS;
  const uint64_t longest = lasted << doublings < most ? lasted << doublings : most;
  if (tx->attempts < 2 || longest == 0)
    return;
  const uint64_t start = ame_os_ticks(), wait = random_below(longest, tx->slot);
  while (ame_os_ticks() - start < wait)
    __builtin_ia32_pause();
}

void ame_poll_doom(struct transaction *tx) {
  if (tx->inevitable)
    return;
  /* acquire: the doomer's signature was stored before the request. */
  if (atomic_load_explicit(&tx->doom_request, memory_order_acquire) == sequence_of(tx))
    ame_abort_doomed(tx);
  if (tx->visible && AME_STATE(atomic_load_explicit(&tx->status, memory_order_acquire)) ==
                         AME_DOOMED)
    ame_abort_doomed(tx);
}

static bool is_still(uint32_t stripe, uint32_t word) {
  return atomic_load_explicit(ame_orec_at(stripe), memory_order_acquire) == word;
}

static void ask_to_abort(struct transaction *tx, struct transaction *owner,
                         uint64_t sequence) {
  ame_sign_doom(owner, tx);
  atomic_store_explicit(&owner->doom_request, sequence, memory_order_release);
  ame_poke(owner);
}

void ame_contend(struct transaction *tx, uint32_t stripe, uint32_t word) {
  struct transaction *owner = ame_transaction_of_slot(word & ~AME_OREC_LOCK);
  const uint64_t sequence = sequence_of(owner);
  const uint64_t start = ame_os_ticks();
  uint64_t asked = start;
  const bool older = tx->inevitable || ame_is_older(tx, owner);
  /* An owner that has committed and holds its stripes for a moment, to spare itself
   * the announcement, lets go of them. A hint: relaxed. */
  atomic_store_explicit(&owner->wanted, sequence, memory_order_relaxed);
  while (is_still(stripe, word)) {
    ame_poll_doom(tx);
    if (ame_kept_steal(tx, owner, stripe) || sequence_of(owner) != sequence)
      return; /* another attempt of the same thread: judge anew */
    if (!tx->inevitable && ame_waited_for(start, older ? PATIENCE_OLD : PATIENCE_YOUNG)) {
      ame_note_killer(tx, owner, sequence);
      ame_abort(AME_ABORT_LOCKED);
    }
    /* Again and again, since a poke may be lost; but each one takes a cache line
     * from the owner. */
    if (older && ame_waited_for(asked, ASK_EVERY_US)) {
      ask_to_abort(tx, owner, sequence);
      asked = ame_os_ticks();
    }
    if (older && ame_waited_for(start, SPIN_US))
      ame_sleep_on(owner, sequence);
    else
      __builtin_ia32_pause();
  }
}

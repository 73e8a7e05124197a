/* Stripes: their ownership records, the clock, and owning; stripes.c has the rest.
 * Part of transaction.h, which includes it behind the struct that it needs. */
#ifndef AME_STRIPES_H
#define AME_STRIPES_H

#pragma GCC visibility push(hidden)

extern _Atomic uint32_t ame_clock;
/* The newest version that may have been committed. */
uint32_t ame_now(struct transaction *tx);
/* No longer alone: what was committed without the clock becomes part of it. */
void ame_clock_catch_up(void);
typedef _Atomic uint32_t ame_orec;
static inline ame_orec *ame_orec_at(uint32_t stripe) {
  return (ame_orec *)(uintptr_t)AME_OREC_BASE + stripe;
}
static inline uint32_t ame_stripe_of(const void *address) {
  return (uint32_t)((uintptr_t)address >> AME_STRIPE_SHIFT) & AME_STRIPE_MASK;
}
void ame_stripes_init(void);
/* The clock is about to run out of versions: stop all transactions, clear the
 * table. Called outside a transaction. */
/* Versions left when a rollover is asked for: more than all threads together
 * can draw until they have noticed. */
#define AME_ROLLOVER_AT (AME_OREC_LOCK - (1u << 20))
AME_COLD void ame_stripes_rollover(void);
static inline void ame_stripes_rollover_if_due(void) {
  if (ame_unlikely(atomic_load_explicit(&ame_clock, memory_order_relaxed) >=
                   AME_ROLLOVER_AT))
    ame_stripes_rollover();
}
void ame_world_wait(void);
/* Is this thread alone? OTHERS: a second thread is registered, or the kernel has
 * no membarrier: a transaction that begins must publish itself with a fence.
 * WORLD_STOPPED: it must wait. GENERATION and up: a number that grows whenever a
 * solitude or a stop of the world ends, so that two equal values without OTHERS mean
 * no company ever in between, and two without WORLD_STOPPED no stop. */
extern _Atomic uint32_t ame_company;
enum ame_company { AME_OTHERS = 1, AME_WORLD_STOPPED = 2, AME_GENERATION = 4 };
static inline bool ame_is_solitude(uint32_t company) {
  return (company & (AME_OTHERS | AME_WORLD_STOPPED)) == 0;
}
#define AME_NO_SOLITUDE UINT32_MAX
/* Behind the locked instruction by which a transaction has published itself: the
 * world was not stopped since `company` was loaded, before the clock, and is not; no
 * stop misses it from here on. */
static inline bool ame_world_has_run(uint32_t company) {
  return atomic_load_explicit(&ame_company, memory_order_seq_cst) == company &&
         !(company & AME_WORLD_STOPPED);
}

/* A version newer than all others. *alone: no other thread has been registered
 * since this attempt began. */
uint32_t ame_draw_from_clock(struct transaction *tx);
static inline uint32_t ame_draw_version(struct transaction *tx, bool *alone) {
  if (ame_likely(tx->solitude != AME_NO_SOLITUDE)) {
    const uint32_t own = atomic_load_explicit(&tx->own_version, memory_order_relaxed);
    const uint32_t now = atomic_load_explicit(&ame_clock, memory_order_relaxed);
    const uint32_t version = (own > now ? own : now) + 1;
    /* First the store, then the look at ame_company (threads.c). */
    atomic_store_explicit(&tx->own_version, version, memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
    *alone = atomic_load_explicit(&ame_company, memory_order_acquire) == tx->solitude &&
             version < AME_ROLLOVER_AT;
    if (ame_likely(*alone))
      return version;
  }
  *alone = false;
  return ame_draw_from_clock(tx);
}
/* Let the running transactions finish, all but one, and none begin. False:
 * somebody else has stopped it, or one of the running ones wants to. */
bool ame_world_try_stop(const struct transaction *except);
/* The same from inside a transaction, which goes on; returns when it is stopped. */
void ame_world_stop_from_inside(const struct transaction *tx);
void ame_world_resume(void);

/* acquire: what follows sees what the releasing committer wrote. */
static inline uint32_t ame_load_orec(uint32_t stripe) {
  return atomic_load_explicit(ame_orec_at(stripe), memory_order_acquire);
}
static inline uint32_t ame_current_limit(void) {
  return atomic_load_explicit((_Atomic uint32_t *)&__ame_tls.limit,
                              memory_order_relaxed);
}
/* As compiled code judges: false also when this thread is asked to look up. */
static inline bool ame_is_mine(uint32_t orec) {
  /* acquire: who then looks for the request finds it. */
  return orec == atomic_load_explicit((_Atomic uint32_t *)&__ame_tls.owner,
                                      memory_order_acquire);
}
static inline bool ame_is_acceptable(uint32_t orec) {
  return orec < ame_current_limit() || ame_is_mine(orec);
}
static inline void ame_accept(uint64_t self_and_limit) {
  /* relaxed: a request that this overtakes is repeated by whoever waits. */
  atomic_store_explicit((_Atomic uint64_t *)&__ame_tls.accepted, self_and_limit,
                        memory_order_relaxed);
}
/* Reads are good below the limit; whatever was asked for has been done. */
static inline void ame_accept_below(uint32_t limit) {
  ame_accept((uint64_t)__ame_tls.self << 32 | limit);
}
/* `accepted` of one that is asked to look up; no thread has this word. */
#define AME_ASKED (UINT64_C(0xffffffff) << 32)

/* Makes a stripe that is nobody's mine. seq_cst: the committer's load of
 * ame_visible_count comes after it. */
static inline bool ame_swap_owner(uint32_t stripe, uint32_t orec) {
  return atomic_compare_exchange_strong_explicit(ame_orec_at(stripe), &orec,
                                                 __ame_tls.self, memory_order_seq_cst,
                                                 memory_order_relaxed);
}
/* While this thread is alone, stores are enough to own stripes that are nobody's:
 * between begin (true: they are) and end nobody else can own any. It says that it
 * owns some and then looks at ame_company; who ends the solitude sets that, runs a
 * membarrier, and then waits until nobody says so. So either this thread sees that
 * it has company, or the other one waits for its stores, and sees them before it
 * begins its first transaction. A few stores only: the other one spins. Counted,
 * because a signal's handler may come here in between. */
static inline void ame_own_alone_end(struct transaction *tx) {
  /* release: pairs with the acquire in end_solitude; the stripes are before it. */
  atomic_store_explicit(
      &tx->owning, atomic_load_explicit(&tx->owning, memory_order_relaxed) - 1,
      memory_order_release);
}
static inline bool ame_own_alone_begin(struct transaction *tx) {
  if (tx->solitude == AME_NO_SOLITUDE)
    return false;
  atomic_store_explicit(
      &tx->owning, atomic_load_explicit(&tx->owning, memory_order_relaxed) + 1,
      memory_order_relaxed);
  atomic_signal_fence(memory_order_seq_cst); /* the other's membarrier is the fence */
  if (ame_likely(atomic_load_explicit(&ame_company, memory_order_acquire) ==
                 tx->solitude))
    return true;
  ame_own_alone_end(tx);
  return false;
}
static inline bool ame_own_alone(struct transaction *tx, uint32_t stripe) {
  if (!ame_own_alone_begin(tx))
    return false;
  atomic_store_explicit(ame_orec_at(stripe), __ame_tls.self, memory_order_relaxed);
  ame_own_alone_end(tx);
  return true;
}

#pragma GCC visibility pop
#endif

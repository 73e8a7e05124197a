// Owed quiescence, stripes that a thread keeps, and stopping the world, which begin and
// theft look at: kept_stripes.c, quiescence.c and stripes.c of the runtime.
#ifndef AME_TEST_RELACY_KEPT_STRIPES_HPP
#define AME_TEST_RELACY_KEPT_STRIPES_HPP

#include "protocol.hpp"

inline void transaction::owe(unsigned version) {
  if (!owed) {
    add(all.announced, 1, rule::ANNOUNCE_SEQ_CST);
    fence(rule::KEEP_FENCE);
  }
  owed = version;
}
inline void transaction::settle() {
  if (!owed)
    return;
  if (keeping)
    give_up();
  quiesce(owed, true);
  owed = 0;
  add(all.announced, unsigned(-1), rule::RETRACT_SEQ_CST);
}

// After pauses, and where somebody wants a stripe, it does not.
inline bool transaction::may_keep() {
  return solitude == NO_SOLITUDE && rl::rand(4) != 0 &&
         all.visible_count($).load(rl::mo_seq_cst) == 0 &&
         all.retry_waiters($).load(rl::mo_seq_cst) == 0;
}
inline void transaction::commit_keeping() {
  owe(snapshot);
  if (!validate(NOBODY))
    abort();
  keeping = true;
  me.published($).store(KEEPING, order(rule::KEEPING_RELEASE, rl::mo_release));
}
inline bool transaction::somebody_may_keep() {
  return all.announced($).load(order(rule::KEEP_NOTICED_SEQ_CST, rl::mo_seq_cst)) !=
         unsigned(owed != 0);
}

inline bool transaction::steal(shared_thread &owner, unsigned orec, unsigned stripe) {
  if (owner.published($).load(rl::mo_relaxed) != KEEPING ||
      !swap(owner.published, KEEPING, STEALING, rule::THIEF_SEQ_CST))
    return false;
  if (all.orec[stripe]($).load(rl::mo_relaxed) == orec) {
    bool alone;
    const unsigned version = draw_version(&alone);
    all.orec[stripe]($).store(version, order(rule::STEAL_RELEASE, rl::mo_release));
  }
  owner.published($).store(KEEPING, order(rule::PUT_BACK_RELEASE, rl::mo_release));
  return true;
}
inline unsigned transaction::leave_rest(bool begins) {
  for (;; rl::yield(1, $)) {
    const unsigned company = load_company();
    const unsigned next = begins ? load_clock() : STEALING;
    if (!swap(me.published, KEEPING, next, rule::KEPT_BEGIN_SEQ_CST))
      continue;
    fence(rule::KEPT_BEGIN_SEQ_CST);
    if (world_has_run(company))
      return next;
    me.published($).store(KEEPING, order(rule::PUT_BACK_RELEASE, rl::mo_release));
    world_wait();
  }
}
inline void transaction::give_up() {
  bool alone;
  leave_rest(false);
  owed = draw_version(&alone);
  release_stripes(owed, rule::RELEASE_STRIPES);
  leave_quiescence(rule::LEAVE_RELEASE);
}

inline bool transaction::world_has_run(unsigned company) {
  const unsigned now = all.company($).load(rl::mo_seq_cst);
  return (now == company || !keeps(rule::STOP_IS_COUNTED)) && !(now & WORLD_STOPPED) &&
         !(company & WORLD_STOPPED);
}
inline void transaction::world_wait() {
  while (load_company() & WORLD_STOPPED)
    rl::yield(1, $);
}
inline void transaction::world_stop() {
  all.company($).fetch_or(WORLD_STOPPED, rl::mo_seq_cst);
  fence(rule::STOP_FENCE);
  for (int i = 0; i < all.count; i++)
    for (;;) {
      const unsigned at = all.threads[i].published($).load(rl::mo_acquire);
      if ((at == INACTIVE || at == KEEPING) &&
          state_of(all.threads[i].status($).load(rl::mo_acquire)) == NONE)
        break;
      rl::yield(1, $);
    }
}
inline void transaction::world_resume() {
  all.company($).fetch_add(GENERATION - WORLD_STOPPED, rl::mo_seq_cst);
}
// ame_stripes_rollover, by a thread that runs no transaction.
inline void transaction::new_start_of_the_clock() {
  world_stop();
  all.table($) = 1;
  for (word &orec : all.orec)
    orec($).store(0, rl::mo_relaxed);
  all.clock($).store(1, rl::mo_relaxed);
  for (int i = 0; i < all.count; i++)
    all.threads[i].own_version($).store(0, rl::mo_relaxed);
  world_resume();
}

#endif

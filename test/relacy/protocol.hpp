// The lock-free core of the runtime for Relacy, which explores schedules and stale
// values under the memory model of C11 (x86 hides most of what it can find).
//
// C++ because Relacy is a C++ library. Functions have the names of the runtime's and
// do the same operations in the same order, with the orders written there; tied.py
// checks that the lines they stand for are still in the runtime. Two stripes, whose
// data is one word each.
//
// What C11 does not have is modelled by what it is on x86-64:
//   heavy()   membarrier, a fence of all threads; light() where the others count on it:
//             in the program only the compiler's order, in Relacy nothing;
//   fence()   after a locked instruction, where it counts that this is a full fence.
// Compiled code loads data and then the orec, both with acquire
// (pass/LowerAccesses.cpp). Plain stores are relaxed: the swap that
// owned the stripe comes before them.
//
// Left out: requests to look up (limit = 0) and to abort a private owner, ages (either
// answer is tried), the wrap of versions and marks.
#ifndef AME_TEST_RELACY_PROTOCOL_HPP
#define AME_TEST_RELACY_PROTOCOL_HPP

#include "world.hpp"

struct aborted {};

// struct transaction and __ame_tls of one thread.
class transaction {
public:
  transaction(world &all, unsigned slot) : all(all), me(all.threads[slot]), slot(slot) {}

  bool may_turn_visible = false;

  void begin() {
    log_count = undo_count = 0;
    me.log_end($).store(0, rl::mo_relaxed);
    if (keeping) {
      snapshot = leave_rest(true);
      return;
    }
    unsigned now = publish_alone();
    if ((solitude & (OTHERS | WORLD_STOPPED)) && !publish_in_company(&now))
      now = publish_later();
    snapshot = now;
  }

  unsigned read(unsigned stripe) {
    maybe_turn_visible();
    push(stripe);
    for (;;) {
      const unsigned value =
          all.data[stripe]($).load(order(rule::DATA_LOAD_ACQUIRE, rl::mo_acquire));
      const unsigned orec =
          all.orec[stripe]($).load(order(rule::OREC_IN_ORDER, rl::mo_acquire));
      if (orec <= snapshot || orec == mine())
        return value;
      wait_for_stripe(stripe, true);
    }
  }

  void write(unsigned stripe, unsigned value) {
    maybe_turn_visible();
    own(stripe);
    log_old(stripe);
    all.store_in_place(stripe, value);
  }

  // owing: no plain code follows that touches memory of others (__ame_commit_owing).
  void commit(bool owing = false) {
    if (owing && keeping && !undo_count && rl::rand(2))
      me.published($).store(KEEPING, order(rule::KEEPING_RELEASE, rl::mo_release));
    else if (written_count)
      commit_writer(owing);
    else
      commit_reader(owing);
    announce_end();
  }

  // ame_abort, without the next attempt.
  [[noreturn]] void abort() {
    undo_attempt();
    throw aborted();
  }

  // threads.c
  void register_thread() {
    if (++all.registered != 2)
      return;
    all.company($).fetch_add(GENERATION + OTHERS, rl::mo_seq_cst);
    heavy(rule::COMPANY_MEMBARRIER);
    for (int i = 0; i < all.count; i++)
      while (all.threads[i].owning($).load(order(rule::OWNING_ACQUIRE, rl::mo_acquire)))
        rl::yield(1, $);
    clock_catch_up();
  }

  // contention.c: the two sides of a sleep.
  bool announce_end() {
    me.sequence($).store(me.sequence($).load(rl::mo_relaxed) + 1, rl::mo_release);
    light();
    return me.sleepers($).load(rl::mo_relaxed) != 0;
  }
  bool sleeps_on(unsigned other, unsigned sequence) {
    shared_thread &them = all.threads[other];
    them.sleepers($).fetch_add(1, rl::mo_seq_cst);
    heavy(rule::SLEEPER_MEMBARRIER);
    return them.sequence($).load(rl::mo_acquire) == sequence;
  }

  // retry.c: false: something has changed already.
  bool retry_prepare() {
    for (unsigned i = 0; i < log_count; i++)
      me.marks[log[i]]($).store(1, rl::mo_relaxed);
    me.retry_mark($).store(1, rl::mo_release);
    add(all.retry_waiters, 1, rule::NONE);
    fence(rule::RETRY_FENCE);
    return validate(NOBODY);
  }
  bool woken() const { return wakes; }

  // kept_stripes.hpp
  void settle();
  void new_start_of_the_clock();

  enum { OTHERS = 1, WORLD_STOPPED = 2, GENERATION = 4 };

private:
  unsigned mine() const { return LOCK | slot; }
  unsigned load_company() {
    return all.company($).load(order(rule::COMPANY_ACQUIRE, rl::mo_acquire));
  }
  unsigned own_version() { return me.own_version($).load(rl::mo_relaxed); }

  static void add(word &to, unsigned value, rule r) {
    to($).fetch_add(value, order(r, rl::mo_seq_cst));
  }
  static bool swap(word &at, unsigned old, unsigned fresh, rule r) {
    return at($).compare_exchange_strong(old, fresh, order(r, rl::mo_seq_cst),
                                         rl::mo_relaxed);
  }

  // --- stripes.c ---------------------------------------------------------------
  unsigned load_orec(unsigned stripe) {
    if (all.clears_table)
      (void)unsigned(all.table($));
    return all.orec[stripe]($).load(order(rule::OREC_LOAD_ACQUIRE, rl::mo_acquire));
  }
  unsigned load_clock() {
    return all.clock($).load(order(rule::CLOCK_LOAD_ACQUIRE, rl::mo_acquire));
  }
  void raise_clock(unsigned version) {
    unsigned now = all.clock($).load(rl::mo_relaxed);
    while (now < version && !swap(all.clock, now, version, rule::NONE))
      now = all.clock($).load(rl::mo_relaxed);
  }
  unsigned now() {
    const unsigned own = own_version(), now = load_clock();
    if (own <= now)
      return now;
    raise_clock(own);
    return load_clock();
  }
  void clock_catch_up() {
    for (int i = 0; i < all.count; i++)
      raise_clock(all.threads[i].own_version($).load(
          order(rule::OWN_VERSION_ACQUIRE, rl::mo_acquire)));
  }
  unsigned draw_version(bool *alone) {
    if (solitude != NO_SOLITUDE) {
      const unsigned own = own_version(), now = all.clock($).load(rl::mo_relaxed);
      const unsigned version = (own > now ? own : now) + 1;
      me.own_version($).store(version, order(rule::OWN_VERSION_RELEASE, rl::mo_release));
      light();
      *alone = load_company() == solitude;
      if (*alone)
        return version;
    }
    *alone = false;
    raise_clock(own_version());
    return all.clock($).fetch_add(1, order(rule::CLOCK_DRAW_SEQ_CST, rl::mo_seq_cst)) + 1;
  }

  // --- begin.c -------------------------------------------------------------------
  unsigned publish_alone() {
    unsigned now = load_clock();
    if (own_version() > now)
      now = own_version();
    me.published($).store(now, rl::mo_release);
    light();
    solitude = load_company();
    return now;
  }
  bool publish_in_company(unsigned *at) {
    const unsigned company = load_company();
    *at = load_clock();
    solitude = NO_SOLITUDE;
    if (own_version() > *at)
      return false;
    me.published($).exchange(*at, rl::mo_seq_cst);
    fence(rule::BEGIN_FENCE);
    return world_has_run(company);
  }
  unsigned publish_later() {
    unsigned at;
    do {
      me.published($).store(INACTIVE, rl::mo_release);
      world_wait();
      now();
    } while (!publish_in_company(&at));
    return at;
  }

  // --- barrier.c -------------------------------------------------------------------
  bool validate(unsigned excluded) {
    unsigned end = log_count;
    if (end && log[end - 1] == excluded)
      end--;
    for (unsigned i = 0; i < end; i++) {
      const unsigned orec = load_orec(log[i]);
      if (orec > snapshot && orec != mine())
        return false;
    }
    return true;
  }
  void extend(unsigned excluded) {
    const unsigned at = now();
    poll_doom();
    if (!visible && !validate(excluded))
      abort();
    snapshot = at;
    if (!visible)
      me.published($).store(at, order(rule::EXTENSION_RELEASE, rl::mo_release));
  }
  void push(unsigned stripe) {
    if (visible) {
      me.marks[stripe]($).store(mark(), rl::mo_relaxed);
      light();
      return;
    }
    RL_ASSERT(log_count < ROOM);
    log[log_count] = stripe;
    me.log[log_count]($).store(stripe, rl::mo_relaxed);
    me.log_end($).store(++log_count, rl::mo_relaxed);
    light();
  }
  void wait_for_stripe(unsigned stripe, bool pushed) {
    const unsigned orec = load_orec(stripe);
    poll_doom();
    if (orec <= snapshot || orec == mine())
      return;
    if (orec >= LOCK)
      contend(stripe, orec);
    else
      extend(pushed ? stripe : NOBODY);
  }
  void contend(unsigned stripe, unsigned orec) {
    for (int spins = 0; load_orec(stripe) == orec; spins++) {
      poll_doom();
      if (steal(all.threads[orec & ~LOCK], orec, stripe))
        return;
      if (spins == 3)
        abort();
      rl::yield(1, $);
    }
  }
  bool own_alone(unsigned stripe) {
    if (solitude == NO_SOLITUDE)
      return false;
    me.owning($).store(1, rl::mo_relaxed);
    light();
    const bool alone = load_company() == solitude;
    if (alone)
      all.orec[stripe]($).store(mine(), rl::mo_relaxed);
    me.owning($).store(0, order(rule::OWNING_RELEASE, rl::mo_release));
    return alone;
  }
  void own(unsigned stripe) {
    for (;;) {
      const unsigned orec = load_orec(stripe);
      if (orec == mine())
        return;
      if (orec >= LOCK) {
        contend(stripe, orec);
        continue;
      }
      if (orec > snapshot) {
        extend(NOBODY);
        continue;
      }
      bool owned = own_alone(stripe);
      if (!owned && swap(all.orec[stripe], orec, mine(), rule::OWN_SEQ_CST)) {
        fence(rule::OWN_SEQ_CST);
        owned = true;
      }
      if (owned) {
        RL_ASSERT(written_count < ROOM);
        written[written_count++] = stripe;
        return;
      }
    }
  }
  void log_old(unsigned stripe) {
    for (unsigned i = 0; i < undo_count; i++)
      if (undo[i].stripe == stripe)
        return;
    undo[undo_count++] = {stripe, all.data[stripe]($).load(rl::mo_relaxed)};
  }

  // --- visible.c --------------------------------------------------------------------
  unsigned mark() const { return visible_mark; }
  void maybe_turn_visible() {
    if (may_turn_visible && !visible && rl::rand(2))
      turn_visible();
  }
  void turn_visible() {
    if (keeping)
      abort();
    const unsigned status = me.status($).load(rl::mo_relaxed);
    visible_mark = status >> 2;
    me.status($).store(status | ACTIVE, order(rule::VISIBLE_RELEASE, rl::mo_release));
    add(all.visible_count, 1, rule::RAISE_SEQ_CST);
    visible = true;
    for (unsigned i = 0; i < log_count; i++)
      me.marks[log[i]]($).store(mark(), rl::mo_relaxed);
    fence(rule::TURN_FENCE);
    const unsigned at = now();
    if (!validate(NOBODY))
      abort();
    snapshot = at;
    me.published($).store(INACTIVE, order(rule::TURN_LEAVE_RELEASE, rl::mo_release));
    me.log_end($).store(0, rl::mo_relaxed);
    log_count = 0;
    poll_doom();
  }
  unsigned status_of(shared_thread &other) {
    return other.status($).load(order(rule::STATUS_ACQUIRE, rl::mo_acquire));
  }
  bool reads_what_i_write(shared_thread &other, unsigned status) {
    for (unsigned i = 0; i < written_count; i++)
      if (other.marks[written[i]]($).load(rl::mo_relaxed) == status >> 2)
        return true;
    return false;
  }
  void settle_with(shared_thread &other, unsigned status) {
    const unsigned attempt = status >> 2;
    for (; status >> 2 == attempt; status = status_of(other)) {
      switch (state_of(status)) {
      case NONE:
        return;
      case COMMITTING:
        abort();
      case ACTIVE:
        if (rl::rand(2)) // it is older
          abort();
        swap(other.status, status, attempt << 2 | DOOMED, rule::DOOM_SEQ_CST);
        break;
      case DOOMED:
        rl::yield(1, $);
        break;
      }
    }
  }
  void visible_scan() {
    const rl::memory_order look = order(rule::LOOK_SEQ_CST, rl::mo_seq_cst);
    if (all.visible_count($).load(look) == unsigned(visible))
      return;
    heavy(rule::SCAN_MEMBARRIER);
    for (int i = 0; i < all.count; i++) {
      shared_thread &other = all.threads[i];
      const unsigned status = status_of(other);
      if (&other != &me && state_of(status) != NONE && reads_what_i_write(other, status))
        settle_with(other, status);
    }
  }
  void visible_end() {
    if (!visible)
      return;
    visible = false;
    add(all.visible_count, unsigned(-1), rule::NONE);
    const unsigned status = me.status($).load(rl::mo_relaxed);
    me.status($).store(((status >> 2) + 1) << 2, order(rule::END_RELEASE, rl::mo_release));
  }
  void poll_doom() {
    if (visible && state_of(status_of(me)) == DOOMED)
      abort();
  }

  // --- commit.c, abort.c ---------------------------------------------------------------
  void release_stripes(unsigned version, rule r) {
    for (unsigned i = 0; i < written_count; i++) {
      word &orec = all.orec[written[i]];
      if (!keeping || orec($).load(rl::mo_relaxed) == mine())
        orec($).store(version, order(r, rl::mo_release));
    }
    written_count = 0;
    keeping = false;
  }
  void leave_quiescence(rule r) {
    me.published($).store(INACTIVE, order(r, rl::mo_release));
  }
  bool quiesce_announced() {
    return all.announced($).load(order(rule::ANNOUNCED_ACQUIRE, rl::mo_acquire)) != 0;
  }
  void commit_reader(bool owing) {
    const unsigned version = snapshot;
    leave_quiescence(rule::LEAVE_RELEASE);
    visible_end();
    if (owing && owed) {
      owed = version;
    } else if (quiesce_announced()) {
      quiesce(version, false);
      settle();
    }
  }
  void commit_writer(bool owing) {
    bool alone;
    if (visible) {
      const unsigned status = me.status($).load(rl::mo_relaxed);
      if (state_of(status) != ACTIVE ||
          !swap(me.status, status, (status & ~3u) | COMMITTING,
                       rule::COMMITTING_SEQ_CST))
        abort();
    }
    visible_scan();
    if (owing && may_keep()) {
      commit_keeping();
      return;
    }
    const unsigned version = draw_version(&alone);
    const bool is_next = version == snapshot + 1 && (alone || !somebody_may_keep());
    if (!visible && !is_next && !validate(NOBODY))
      abort();
    if (alone && !visible) {
      release_stripes(version, rule::RELEASE_STRIPES);
      leave_quiescence(rule::LEAVE_RELEASE);
      return;
    }
    if (owing && !visible)
      publish_owing(version);
    else
      publish(version);
    visible_end();
  }
  void publish_owing(unsigned version) {
    owe(version);
    release_and_leave(version);
  }
  void release_and_leave(unsigned version) {
    const unsigned count = written_count;
    release_stripes(version, rule::RELEASE_STRIPES);
    leave_quiescence(rule::LEAVE_RELEASE);
    wake_retries(count);
  }
  void publish(unsigned version) {
    const bool waits = quiesce_needed(version) && !quiesce_soon(version);
    if (waits)
      add(all.announced, 1, rule::ANNOUNCE_SEQ_CST);
    release_and_leave(version);
    const bool settles = waits || quiesce_announced();
    if (settles)
      quiesce(version, waits);
    if (waits)
      add(all.announced, unsigned(-1), rule::RETRACT_SEQ_CST);
    if (settles)
      settle();
  }
  void wake_retries(unsigned written_count) {
    if (all.retry_waiters($).load(order(rule::RETRY_LOOK_SEQ_CST, rl::mo_seq_cst)) == 0)
      return;
    for (int i = 0; i < all.count; i++)
      for (unsigned k = 0; k < written_count; k++)
        if (all.threads[i].retry_mark($).load(rl::mo_acquire) != 0 &&
            all.threads[i].marks[written[k]]($).load(rl::mo_relaxed) == 1)
          wakes = true;
  }
  void undo_attempt() {
    bool alone;
    for (; undo_count > 0; undo_count--)
      all.store_in_place(undo[undo_count - 1].stripe, undo[undo_count - 1].value);
    if (written_count) {
      const unsigned version = draw_version(&alone);
      if (keeping)
        owed = version;
      release_stripes(version, rule::ABORT_RELEASE_STRIPES);
    }
    visible_end();
    leave_quiescence(rule::ABORT_LEAVE_RELEASE);
    announce_end();
  }

  // --- quiescence.c -------------------------------------------------------------------
  unsigned published(shared_thread &other) {
    return other.published($).load(order(rule::PUBLISHED_ACQUIRE, rl::mo_acquire));
  }
  bool quiesce_needed(unsigned version) {
    for (int i = 0; i < all.count; i++)
      if (&all.threads[i] != &me && published(all.threads[i]) < version)
        return true;
    return false;
  }
  bool quiesce_soon(unsigned version) {
    if (!visible)
      me.published($).store(RELEASING, rl::mo_release);
    for (int i = 0; i < all.count; i++)
      while (&all.threads[i] != &me && published(all.threads[i]) < version) {
        if (rl::rand(2)) // it takes too long
          return false;
        rl::yield(1, $);
      }
    return true;
  }
  bool log_is_clean(shared_thread &other, unsigned at) {
    const unsigned end = other.log_end($).load(rl::mo_acquire);
    for (unsigned i = 0; i < end; i++)
      if (all.orec[other.log[i]($).load(rl::mo_relaxed)]($).load(rl::mo_acquire) > at)
        return false;
    return true;
  }
  bool holds_nothing_stale(shared_thread &other) {
    const unsigned at = published(other);
    if (at >= STEALING)
      return true;
    if (state_of(status_of(other)) != NONE)
      return false;
    return log_is_clean(other, at) && published(other) == at;
  }
  void quiesce(unsigned version, bool may_read_logs) {
    bool barrier_done = false;
    for (int i = 0; i < all.count; i++) {
      shared_thread &other = all.threads[i];
      while (&other != &me && published(other) < version) {
        if (may_read_logs && rl::rand(2)) {
          if (!barrier_done)
            heavy(rule::QUIESCE_MEMBARRIER);
          barrier_done = true;
          if (holds_nothing_stale(other))
            break;
        }
        rl::yield(1, $);
      }
    }
  }

  // --- kept_stripes.hpp ---------------------------------------------------------------
  void owe(unsigned version);
  bool may_keep();
  void commit_keeping();
  bool somebody_may_keep();
  bool steal(shared_thread &owner, unsigned orec, unsigned stripe);
  unsigned leave_rest(bool begins);
  void give_up();
  bool world_has_run(unsigned company);
  void world_wait();
  void world_stop();
  void world_resume();

  struct old_value {
    unsigned stripe, value;
  };
  world &all;
  shared_thread &me;
  const unsigned slot;
  unsigned snapshot = 0, solitude = NO_SOLITUDE, log_count = 0, log[ROOM];
  unsigned written_count = 0, written[ROOM], undo_count = 0, visible_mark = 0, owed = 0;
  old_value undo[STRIPES];
  bool visible = false, wakes = false, keeping = false;
};

#endif

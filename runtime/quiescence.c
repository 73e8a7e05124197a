/* Privatization: a committer does not return while another transaction may
 * still act on pointers that this commit has taken away.
 *
 * Visible transactions have been dealt with by the scan. A private one is
 * waited for until its published snapshot has reached the commit's version, or
 * until its read log shows that it cannot hold a stale pointer: no entry is
 * owned or newer than *its own* snapshot (comparing with the committer's version
 * would miss a privatization passed on by a third thread). While some committer
 * waits, read-only commits wait too: they may have learnt of the privatization. */
#include "transaction.h"

#include <sched.h>

_Alignas(64) _Atomic uint32_t ame_quiesce_count;

static uint64_t published(struct transaction *other) {
  return atomic_load_explicit(&other->published, memory_order_acquire);
}

/* Deferred quiescence. The code after many commits touches nothing but its own
 * locals before the next transaction begins. There quiescence is owed: the thread
 * stays announced, so that others' commits look after themselves, and waits before
 * it runs plain code that may touch what a commit has made private (the compiler
 * marks the place), or at the next commit that does not owe. What is owed for a
 * commit is owed for all before it.
 *
 * A thread that has kept its stripes owes, too, and has no version: it draws one
 * before it waits, so that whoever began before is older. */
void ame_quiesce_owe(uint32_t version) {
  if (__ame_tls.owed == 0)
    ame_quiesce_announce();
  __ame_tls.owed = version;
}

void ame_quiesce_settle(struct transaction *tx) {
  if (__ame_tls.owed == 0)
    return;
  if (tx->keeps)
    ame_kept_give_up(tx);
  const uint32_t version = __ame_tls.owed;
  ame_quiesce(tx, version, true);
  __ame_tls.owed = 0;
  ame_quiesce_retract();
  ame_memory_settle(tx);
}

/* Inside a transaction it stays owed: its outermost commit will settle it. */
void __ame_quiesce_owed(void) {
  if (!ame_active())
    ame_quiesce_settle(ame_self());
}

void ame_quiesce_announce(void) {
  atomic_fetch_add_explicit(&ame_quiesce_count, 1, memory_order_seq_cst);
}

void ame_quiesce_retract(void) {
  atomic_fetch_sub_explicit(&ame_quiesce_count, 1, memory_order_seq_cst);
}

/* Those who wait here count as ended when the world is stopped: in a forked
 * child they are gone. */
void ame_quiesce_after_fork(void) {
  atomic_store_explicit(&ame_quiesce_count, 0, memory_order_relaxed);
  __ame_tls.owed = 0;
}

static bool log_is_clean(struct transaction *other, const struct ame_thread *fast,
                         uint64_t snapshot) {
  const uint32_t *end = atomic_load_explicit(
      (_Atomic(uint32_t *) *)&fast->log, memory_order_acquire);
  const ptrdiff_t count = end - other->log_base;
  if (!end || count < 0 || count > (ptrdiff_t)ame_read_log_room())
    return false;
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint32_t orec = atomic_load_explicit(
        ame_orec_at(other->log_base[i]), memory_order_acquire);
    if (orec > snapshot)
      return false;
  }
  return true;
}

/* Call after a membarrier that follows the release of the own stripes. */
static bool holds_nothing_stale(struct transaction *other) {
  const uint64_t snapshot = published(other);
  bool clean = false;
  if (snapshot >= AME_STEALING)
    return true;
  /* One that is turning visible may still fail its validation and undo. */
  if (AME_STATE(atomic_load_explicit(&other->status, memory_order_acquire)) != AME_NONE)
    return false;
  const struct ame_thread *fast = ame_pin(other);
  if (fast)
    clean = log_is_clean(other, fast, snapshot);
  ame_unpin(other);
  return clean && published(other) == snapshot;
}

/* Versions have been used up and all who ran then have ended. */
static bool clock_started_anew(uint64_t version) {
  return atomic_load_explicit(&ame_clock, memory_order_acquire) < version;
}

/* How long a committer waits for one other before it announces itself; the option
 * quiesce_us: how long then, before it pays for a membarrier. */
enum { HOLD_US = 2 };

static bool is_over_while_holding(const struct transaction *tx,
                                  struct transaction *other, uint64_t version) {
  const uint64_t start = ame_os_ticks();
  while (published(other) < version) {
    if (ame_is_wanted(tx) || ame_waited_for(start, HOLD_US))
      return false;
    __builtin_ia32_pause();
  }
  return true;
}

static bool is_over_within(struct transaction *other, uint64_t version,
                           unsigned microseconds) {
  const uint64_t start = ame_os_ticks();
  while (published(other) < version) {
    if (ame_waited_for(start, microseconds))
      return false;
    __builtin_ia32_pause();
  }
  return true;
}

bool ame_quiesce_soon(struct transaction *tx, uint64_t version) {
  if (!tx->visible)
    atomic_store_explicit(&tx->published, AME_RELEASING, memory_order_release);
  for (struct transaction *other = ame_all_transactions(); other; other = other->next)
    if (other != tx && !is_over_while_holding(tx, other, version))
      return false;
  return true;
}

static void wait_for(struct transaction *other, uint64_t version,
                     bool may_read_logs, bool *barrier_done) {
  /* It raises its snapshot at its next barrier, which costs less than a membarrier. */
  ame_poke(other);
  if (is_over_within(other, version, ame_options.quiesce_us))
    return;
  for (unsigned rounds = 0; published(other) < version;) {
    if (may_read_logs && ame_options.quiesce_logs && ame_has_membarrier) {
      if (!*barrier_done)
        ame_os_membarrier();
      *barrier_done = true;
      if (holds_nothing_stale(other))
        return;
    }
    if (clock_started_anew(version))
      return;
    ame_poke(other);
    if (rounds++ < 20)
      sched_yield();
    else
      ame_sleep_on(other, atomic_load_explicit(&other->sequence, memory_order_acquire));
  }
}

void ame_quiesce(struct transaction *tx, uint64_t version, bool may_read_logs) {
  ame_recording_point("quiescence");
  bool barrier_done = false;
  for (struct transaction *other = ame_all_transactions(); other; other = other->next)
    if (other != tx && published(other) < version)
      wait_for(other, version, may_read_logs, &barrier_done);
}

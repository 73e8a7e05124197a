/* The global order of output: tickets and turns.
 *
 * A transaction with output draws a ticket at its commit point, while it still
 * owns what it wrote; so tickets are ordered like conflicting commits. It waits
 * for its turn outside the transaction, hands its queue out, passes the turn
 * on. A transaction without output never comes here. A holder of a turn never
 * waits for another transaction (io_drain.c), so turns always go on; an
 * inevitable transaction keeps its turn until its commit, so that its output
 * stays whole.
 *
 * Code that the program deferred runs in a turn, and may wait for a thread that
 * itself waits for its turn: then nothing goes on. That is said once. */
#define _GNU_SOURCE
#include "io.h"

#include <pthread.h>
#include <unistd.h>

#define SPINS 200
#define SLEEP_NS 10000000ull
#define STUCK_SECONDS 20

static _Atomic uint32_t next_ticket;
static _Atomic uint32_t now_serving; /* the futex */
static _Atomic uint32_t waiting;
static _Atomic bool said;
static _Atomic bool held_by_running; /* an inevitable one, not yet committed */

uint32_t ame_io_draw_ticket(void) {
  /* relaxed: the order among conflicting commits comes from their stripes,
   * which the caller owns; the counter itself only has to be unique. */
  return atomic_fetch_add_explicit(&next_ticket, 1, memory_order_relaxed);
}

static bool is_my_turn(uint32_t ticket) {
  /* acquire: pairs with the release in ame_io_next_turn. */
  return atomic_load_explicit(&now_serving, memory_order_acquire) == ticket;
}

static uint64_t ticks_of(unsigned seconds) {
  return (uint64_t)seconds * 1000000 * ame_os_ticks_per_microsecond();
}

/* Sleep until the turn comes or `ticks` are over. */
static bool sleep_for_turn(uint32_t ticket, uint64_t ticks) {
  const uint64_t start = ame_os_ticks();
  bool mine = false;
  /* seq_cst with the load in ame_io_next_turn: either it sees me waiting or the
   * futex finds the word changed. */
  atomic_fetch_add_explicit(&waiting, 1, memory_order_seq_cst);
  for (;;) {
    const uint32_t serving =
        atomic_load_explicit(&now_serving, memory_order_seq_cst);
    mine = serving == ticket;
    if (mine || ame_os_ticks() - start > ticks)
      break;
    ame_os_futex_wait(&now_serving, serving, SLEEP_NS);
  }
  atomic_fetch_sub_explicit(&waiting, 1, memory_order_relaxed);
  return mine;
}

static void say_stuck(uint32_t ticket) {
  const uint32_t serving =
      atomic_load_explicit(&now_serving, memory_order_relaxed);
  if (!atomic_exchange_explicit(&said, true, memory_order_relaxed))
    dprintf(STDERR_FILENO,
            "ame: warning: output of a committed transaction has waited %d s "
            "behind %u others: either the first one's descriptor accepts "
            "nothing, or its deferred code (AME_DEFER, ame_on_commit) waits "
            "for a thread that itself waits to output\n",
            STUCK_SECONDS, ticket - serving);
}

void ame_io_wait_for_turn(uint32_t ticket) {
  for (int spin = 0; spin < SPINS; spin++) {
    if (is_my_turn(ticket))
      return;
    __builtin_ia32_pause();
  }
  if (sleep_for_turn(ticket, ticks_of(STUCK_SECONDS)))
    return;
  say_stuck(ticket);
  sleep_for_turn(ticket, UINT64_MAX);
}

void ame_io_turn_is_taken(bool by_running) {
  atomic_store_explicit(&held_by_running, by_running, memory_order_relaxed);
}

/* A transaction that has not committed, and may be waiting for input for ever,
 * is not waited for. */
bool ame_io_wait_at_exit(uint32_t ticket, unsigned seconds) {
  return is_my_turn(ticket) ||
         atomic_load_explicit(&held_by_running, memory_order_relaxed) ||
         sleep_for_turn(ticket, ticks_of(seconds));
}

void ame_io_next_turn(void) {
  /* seq_cst: release for the next holder, and ordered before the load. */
  atomic_fetch_add_explicit(&now_serving, 1, memory_order_seq_cst);
  if (atomic_load_explicit(&waiting, memory_order_seq_cst) != 0)
    ame_os_futex_wake(&now_serving);
}

/* --- fork ------------------------------------------------------------------ */

/* The child has this thread only. Tickets of others would never be served; what
 * this thread was handing out, and the calls that its transaction has deferred,
 * belong to the parent, or they would come twice. */
static void after_fork_in_child(void) {
  struct transaction *self = ame_self();
  const uint32_t mine = self->has_turn ? 1 : 0;
  const uint32_t next =
      atomic_load_explicit(&next_ticket, memory_order_relaxed);
  if (mine)
    self->io->ticket = next - 1;
  else
    self->io->has_ticket = false;
  for (struct io_batch *batch = self->io->batch; batch; batch = batch->outer)
    batch->at = batch->queue.used;
  self->io->queue.used = self->io->queue.calls = 0;
  atomic_store_explicit(&now_serving, next - mine, memory_order_relaxed);
  atomic_store_explicit(&waiting, 0, memory_order_relaxed);
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(NULL, NULL, after_fork_in_child);
}

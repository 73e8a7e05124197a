/* The global order of output: tickets and turns.
 *
 * A transaction with output draws a ticket at its commit point, while it still
 * owns what it wrote; so tickets are ordered like conflicting commits. It waits
 * for its turn outside the transaction, hands its queue out, passes the turn
 * on. A transaction without output never comes here. A holder of a turn never
 * waits for another transaction's ticket, so turns always go on; an inevitable
 * transaction keeps its turn until its commit, so that its output stays whole.
 */
#include "io.h"

#include <pthread.h>

#define SPINS 200
#define SLEEP_NS 10000000ull

static _Atomic uint32_t next_ticket;
static _Atomic uint32_t now_serving; /* the futex */
static _Atomic uint32_t waiting;

uint32_t ame_io_draw_ticket(void) {
  /* relaxed: the order among conflicting commits comes from their stripes,
   * which the caller owns; the counter itself only has to be unique. */
  return atomic_fetch_add_explicit(&next_ticket, 1, memory_order_relaxed);
}

static bool is_my_turn(uint32_t ticket) {
  /* acquire: pairs with the release in ame_io_next_turn. */
  return atomic_load_explicit(&now_serving, memory_order_acquire) == ticket;
}

void ame_io_wait_for_turn(uint32_t ticket) {
  for (int spin = 0; spin < SPINS; spin++) {
    if (is_my_turn(ticket))
      return;
    __builtin_ia32_pause();
  }
  /* seq_cst with the load in ame_io_next_turn: either it sees me waiting or the
   * futex finds the word changed. */
  atomic_fetch_add_explicit(&waiting, 1, memory_order_seq_cst);
  for (;;) {
    const uint32_t serving =
        atomic_load_explicit(&now_serving, memory_order_seq_cst);
    if (serving == ticket)
      break;
    ame_os_futex_wait(&now_serving, serving, SLEEP_NS);
  }
  atomic_fetch_sub_explicit(&waiting, 1, memory_order_relaxed);
}

void ame_io_next_turn(void) {
  /* seq_cst: release for the next holder, and ordered before the load. */
  atomic_fetch_add_explicit(&now_serving, 1, memory_order_seq_cst);
  if (atomic_load_explicit(&waiting, memory_order_seq_cst) != 0)
    ame_os_futex_wake(&now_serving);
}

/* Tickets of threads that do not exist in the child would never be served. */
static void after_fork_in_child(void) {
  const uint32_t mine = ame_active() && ame_self()->io->has_turn ? 1 : 0;
  const uint32_t next =
      atomic_load_explicit(&next_ticket, memory_order_relaxed);
  if (mine)
    ame_self()->io->ticket = next - 1;
  atomic_store_explicit(&now_serving, next - mine, memory_order_relaxed);
  atomic_store_explicit(&waiting, 0, memory_order_relaxed);
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(NULL, NULL, after_fork_in_child);
}

/* The global order of output: tickets and turns.
 *
 * A transaction with output draws a ticket while it owns what it wrote and before
 * it validates what it read; so tickets are ordered like conflicting commits. Who
 * reads or overwrites what it wrote owns that later. Who overwrites what it read
 * either owns that later, too, or is found by the validation: drawing is an
 * acquire and a release, so whose ticket is earlier has its stripes seen. A
 * visible reader is waited for before the writer draws, and counts that were
 * tested are locked from their check on. One whose validation fails waits for its
 * turn after the undo, and passes it on.
 *
 * It waits for its turn outside the transaction, hands its queue out, passes the
 * turn on. A transaction without output never comes here. A holder of a turn
 * never waits for another transaction (io_drain.c), so turns always go on.
 *
 * An irreversible transaction outputs before it commits, and what it outputs
 * may depend on whatever commits until then. While it has a ticket no other is
 * drawn: who comes to its commit point with output aborts and waits for its
 * end. So its output is whole, and behind everything that it may have seen. Its
 * commit point lets tickets be drawn again.
 *
 * Code that the program deferred runs in a turn, and may wait for a thread that
 * itself waits for its turn: then nothing goes on. That is said once. */
#define _GNU_SOURCE
#include "io.h"

#include <inttypes.h>
#include <pthread.h>
#include <unistd.h>

#define SPINS 200
#define MOST_AT_ONCE 16
#define SLEEP_NS 10000000ull

/* The next ticket; CLOSED: none is drawn until the closer commits. */
#define CLOSED (UINT64_C(1) << 32)
static _Atomic uint64_t tickets;
static _Atomic(struct transaction *) closer;
static _Atomic uint32_t now_serving; /* the futex */
static _Atomic uint32_t waiting;
static _Atomic bool said;

static uint64_t after(uint64_t ticket) { return (uint32_t)(ticket + 1); }

static bool draw(uint32_t *ticket, uint64_t flag) {
  /* relaxed: the exchange decides. */
  uint64_t seen = atomic_load_explicit(&tickets, memory_order_relaxed);
  do {
    if (seen & CLOSED)
      return false;
    /* acq_rel: who draws later sees what the earlier one owns; a closed word
     * that is seen shows its closer. */
  } while (!atomic_compare_exchange_weak_explicit(
      &tickets, &seen, after(seen) | flag, memory_order_acq_rel,
      memory_order_acquire));
  *ticket = (uint32_t)seen;
  return true;
}

bool ame_io_draw_ticket(uint32_t *ticket) { return draw(ticket, 0); }

/* Only the one irreversible transaction closes. */
uint32_t ame_io_draw_last_ticket(struct transaction *tx) {
  uint32_t ticket = 0;
  atomic_store_explicit(&closer, tx, memory_order_relaxed);
  if (!draw(&ticket, CLOSED))
    ame_fatal("two inevitable transactions output at once");
  return ticket;
}

static bool is_closed(void) {
  return atomic_load_explicit(&tickets, memory_order_acquire) & CLOSED;
}

struct transaction *ame_io_closer(void) {
  return atomic_load_explicit(&closer, memory_order_relaxed);
}

void ame_io_note_closer(struct transaction *tx) {
  struct transaction *closing = ame_io_closer();
  const uint64_t sequence = ame_sequence_of(closing);
  if (is_closed() && ame_io_closer() == closing)
    ame_note_killer(tx, closing, sequence);
}

void ame_io_wait_until_open(void) {
  for (;;) {
    const uint32_t serving =
        atomic_load_explicit(&now_serving, memory_order_acquire);
    if (!is_closed())
      return;
    atomic_fetch_add_explicit(&waiting, 1, memory_order_seq_cst);
    ame_os_futex_wait(&now_serving, serving, SLEEP_NS);
    atomic_fetch_sub_explicit(&waiting, 1, memory_order_relaxed);
  }
}

bool ame_io_is_served(uint32_t ticket) {
  /* acquire: pairs with the release in advance. */
  return atomic_load_explicit(&now_serving, memory_order_acquire) == ticket;
}

/* What is taken was marked so before its ticket was served. */
static bool is_over(const struct ame_io *io) {
  return (ame_io_is_served(io->ticket) && ame_io_left(io) != IO_LEFT_TAKEN) ||
         ame_io_left(io) == IO_LEFT_DONE;
}

static uint64_t ticks_of(uint64_t seconds) {
  return seconds * 1000000 * ame_os_ticks_per_microsecond();
}

/* Who sleeps for a ticket is woken by its turn, not by every one. */
static uint32_t bit_of(uint32_t ticket) { return UINT32_C(1) << (ticket % 32); }

/* Sleep until the turn comes or `ticks` are over. */
static bool sleep_for_turn(const struct ame_io *io, uint64_t ticks) {
  const uint64_t start = ame_os_ticks();
  bool over = false;
  /* seq_cst with the load in advance: either it sees me waiting or the
   * futex finds the word changed. */
  atomic_fetch_add_explicit(&waiting, 1, memory_order_seq_cst);
  for (;;) {
    const uint32_t serving =
        atomic_load_explicit(&now_serving, memory_order_seq_cst);
    over = is_over(io);
    if (over || ame_os_ticks() - start > ticks)
      break;
    /* What is returned changes nothing here: its owner may sleep once too long. */
    ame_os_futex_wait_bits(&now_serving, serving, SLEEP_NS, bit_of(io->ticket));
  }
  atomic_fetch_sub_explicit(&waiting, 1, memory_order_relaxed);
  return over;
}

static void say_stuck(uint32_t ticket) {
  const uint32_t serving =
      atomic_load_explicit(&now_serving, memory_order_relaxed);
  if (!atomic_exchange_explicit(&said, true, memory_order_relaxed))
    dprintf(STDERR_FILENO,
            "ame: warning: output of a committed transaction has waited %" PRIu32 " s "
            "behind %u others: either the first one's descriptor accepts "
            "nothing, or its deferred code (AME_DEFER, ame_on_commit) waits "
            "for a thread that itself waits to output\n",
            ame_options.stuck_seconds, ticket - serving);
}

void ame_io_wait_for_turn(const struct ame_io *io) {
  for (int spin = 0; spin < SPINS; spin++) {
    if (is_over(io))
      return;
    __builtin_ia32_pause();
  }
  if (sleep_for_turn(io, ticks_of(ame_options.stuck_seconds)))
    return;
  say_stuck(io->ticket);
  sleep_for_turn(io, UINT64_MAX);
}

bool ame_io_wait_for_all(unsigned seconds) {
  struct ame_io last = {.left = IO_NOT_LEFT}; /* the thread may have none */
  /* One that has not committed, and may be waiting for input for ever, is not
   * waited for. */
  if (!draw(&last.ticket, 0))
    return true;
  return is_over(&last) || sleep_for_turn(&last, ticks_of(seconds));
}

void ame_io_reopen(struct transaction *tx) {
  if (ame_likely(!is_closed() || ame_io_closer() != tx))
    return;
  /* release: pairs with the acquire of who draws next. */
  atomic_fetch_and_explicit(&tickets, ~CLOSED, memory_order_release);
}

static void wake(uint32_t bits) {
  if (bits && atomic_load_explicit(&waiting, memory_order_seq_cst) != 0)
    ame_os_futex_wake_bits(&now_serving, bits);
}

/* The next tickets whose owners have left their output are served here, so many
 * that this thread gets on, too. */
void ame_io_next_turn(uint32_t ticket) {
  uint32_t served = 0; /* whom to wake, because it has been done for them */
  for (int others = 0;; others++) {
    ticket++;
    struct ame_io *left =
        others < MOST_AT_ONCE ? ame_io_take_left(ticket) : NULL;
    /* seq_cst: release for the next holder, and ordered before wake's load. */
    atomic_fetch_add_explicit(&now_serving, 1, memory_order_seq_cst);
    wake(left ? served : served | bit_of(ticket));
    if (!left)
      return;
    served = bit_of(ticket);
    if (!ame_io_hand_out_left(left)) {
      wake(served);
      return;
    }
  }
}

/* --- fork ---------------------------------------------------------------- */

static void keep_own_output_in_parent(struct ame_io *io) {
  for (struct io_batch *batch = io->batch; batch; batch = batch->outer)
    batch->at = batch->queue.used;
  io->queue.used = io->queue.calls = 0;
  atomic_store_explicit(&io->left, IO_NOT_LEFT, memory_order_relaxed);
}

/* The child has this thread only. Tickets of others would never be served; what
 * this thread was handing out, and the calls that its transaction has deferred,
 * belong to the parent, or they would come twice. A ticket that it waits for (the
 * fork is in a signal handler) is served next. */
static void after_fork_in_child(void) {
  struct transaction *self = ame_block_of_thread();
  const uint64_t seen = atomic_load_explicit(&tickets, memory_order_relaxed);
  const bool mine = self && self->has_turn;
  const bool waits = self && !mine && self->io->has_ticket;
  const uint32_t serving = (uint32_t)seen - mine;
  if (!mine || ame_io_closer() != self)
    atomic_store_explicit(&tickets, (uint32_t)(serving + mine + waits),
                          memory_order_relaxed);
  if (self) {
    self->io->ticket = serving;
    keep_own_output_in_parent(self->io);
  }
  ame_io_left_after_fork();
  atomic_store_explicit(&now_serving, serving, memory_order_relaxed);
  atomic_store_explicit(&waiting, 0, memory_order_relaxed);
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(NULL, NULL, after_fork_in_child);
}

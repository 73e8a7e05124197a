/* Output left to whoever has the turn.
 *
 * Tickets are served in their order. If each thread made its own calls, all would
 * wait whenever the next one in the order has been put to sleep, and with more
 * threads than processors it mostly has. So a thread whose turn has not come leaves
 * its output, and the holder of the turn hands it out with its own before it
 * passes the turn on, as the leader of a group commit writes a log for those who
 * wait (Hagmann, "Reimplementing the Cedar file system using logging and group
 * commit", SOSP 1987).
 *
 * What is left must not make the holder wait for anybody: one entry for a stream
 * socket, sent without waiting. If the socket is full, or the peer is gone and the
 * signal is the owner's, the owner gets the turn and goes on with the rest. Errors
 * are reported by the owner, whose output it was.
 *
 * A place is taken before the turn comes to its ticket, by the one thread that has
 * the turn then: who sees its own ticket served knows whether it has been taken. */
#define _GNU_SOURCE
#include "io.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/* A power of two; tickets so far apart do not leave anything. */
enum { PLACES = 64 };

/* Full with a ticket: the owner of that ticket stays until it has been served, so
 * `io` is good for the holder of a turn before it. */
#define FULL (UINT64_C(1) << 32)
#define BEING_FILLED (UINT64_C(2) << 32)
static struct place {
  _Atomic uint64_t ticket;
  struct ame_io *io;
} places[PLACES];

static struct place *place_of(uint32_t ticket) { return &places[ticket % PLACES]; }

static bool fill(struct place *place, struct ame_io *io) {
  uint64_t empty = 0;
  /* acquire: after what its last holder has read. */
  if (!atomic_compare_exchange_strong_explicit(&place->ticket, &empty, BEING_FILLED,
                                               memory_order_acquire,
                                               memory_order_relaxed))
    return false;
  place->io = io;
  atomic_store_explicit(&io->left, IO_LEFT, memory_order_relaxed);
  /* release: pairs with the acquire in ame_io_take_left. */
  atomic_store_explicit(&place->ticket, FULL | io->ticket, memory_order_release);
  return true;
}

static bool may_be_left(const struct io_batch *batch) {
  const struct io_entry *entry = ame_io_entry(&batch->queue, batch->at);
  return (entry->target.kind == IO_SOCKET || entry->target.kind == IO_SEND) &&
         batch->at == batch->queue.last;
}

bool ame_io_leave(struct transaction *tx, struct io_batch *batch) {
  struct ame_io *io = tx->io;
  return !tx->has_turn && io->has_ticket && !ame_io_is_served(io->ticket) &&
         may_be_left(batch) && fill(place_of(io->ticket), io) &&
         ame_io_settle_left(tx, batch);
}

/* Can be interrupted and begun anew: by the end of the process in a signal handler. */
bool ame_io_settle_left(struct transaction *tx, struct io_batch *batch) {
  struct ame_io *io = tx->io;
  if (ame_io_left(io) == IO_NOT_LEFT)
    return false;
  ame_io_wait_for_turn(io);
  const bool done = ame_io_left(io) == IO_LEFT_DONE;
  const struct io_entry *entry = ame_io_entry(&batch->queue, batch->at);
  if (done && io->left_error)
    ame_io_error_set(&entry->target, io->left_error, entry->size);
  if (done)
    batch->at = batch->queue.used;
  tx->has_turn = io->has_ticket = !done;
  atomic_store_explicit(&io->left, IO_NOT_LEFT, memory_order_relaxed);
  atomic_store_explicit(&place_of(io->ticket)->ticket, 0, memory_order_release);
  return done;
}

struct ame_io *ame_io_take_left(uint32_t ticket) {
  struct place *place = place_of(ticket);
  if (atomic_load_explicit(&place->ticket, memory_order_acquire) != (FULL | ticket))
    return NULL;
  atomic_store_explicit(&place->io->left, IO_LEFT_TAKEN, memory_order_relaxed);
  return place->io;
}

/* The entry keeps what was not sent. */
static void cut(struct io_queue *queue, struct io_entry *entry, size_t left) {
  char *bytes = ame_io_bytes(entry);
  memmove(bytes, bytes + (entry->size - left), left);
  entry->size = left;
  queue->used = queue->last + ame_io_entry_size(entry);
}

static int send_left(struct ame_io *io) {
  struct io_queue *queue = &io->batch->queue;
  struct io_entry *entry = ame_io_entry(queue, queue->last);
  struct io_pieces pieces = {.piece = {{ame_io_bytes(entry), entry->size}},
                             .count = entry->size != 0,
                             .total = entry->size};
  int cancel_state;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  const int error = ame_io_send_at_once(entry->target.descriptor, &pieces);
  pthread_setcancelstate(cancel_state, NULL);
  cut(queue, entry, pieces.total);
  return error;
}

bool ame_io_hand_out_left(struct ame_io *io) {
  const int saved_errno = errno;
  const int error = send_left(io);
  const bool done = error != EAGAIN && error != EWOULDBLOCK && error != EPIPE;
  io->left_error = error;
  errno = saved_errno;
  /* release: pairs with the acquire in ame_io_left. */
  atomic_store_explicit(&io->left, done ? IO_LEFT_DONE : IO_LEFT_RETURNED,
                        memory_order_release);
  return done;
}

enum io_left ame_io_left(const struct ame_io *io) {
  return (enum io_left)atomic_load_explicit(&io->left, memory_order_acquire);
}

void ame_io_left_after_fork(void) { memset(places, 0, sizeof places); }

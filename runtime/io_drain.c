/* Handing a queue to the system, in the transaction's turn.
 *
 * At the commit everything goes out in program order: output, and the calls
 * that were deferred to the commit (AME_DEFER, ame_on_commit), while the thread
 * holds the turn. So the order among transactions is the commit order for calls
 * as well. Neighbouring entries for one descriptor go out by one writev.
 *
 * A deferred call is the program's own code. It may run transactions; waiting
 * for another transaction while holding the turn could be for ever, because
 * that one may be waiting for the turn. Beginning a transaction therefore
 * passes the turn on, and what is left draws a new ticket.
 *
 * A transaction that cannot be undone any more hands out what is queued before
 * each call that it makes itself, so that a prompt appears before input is
 * read, and keeps the turn from its first output on. Deferred calls wait for
 * the commit even then. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <errno.h>
#include <mimalloc.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* --- turns --------------------------------------------------------------- */

/* Not at a commit point: an irreversible transaction, or what a committed one
 * has left. */
static uint32_t draw_late_ticket(struct transaction *tx) {
  uint32_t ticket;
  if (ame_active())
    return ame_io_draw_last_ticket(tx);
  while (!ame_io_draw_ticket(&ticket))
    ame_io_wait_until_open();
  return ticket;
}

void ame_io_take_turn(struct transaction *tx) {
  struct ame_io *io = tx->io;
  if (tx->has_turn)
    return;
  if (!io->has_ticket)
    io->ticket = draw_late_ticket(tx);
  io->has_ticket = true;
  ame_io_wait_for_turn(io);
  tx->has_turn = true;
}

void ame_io_make_it_now(const char *site) {
  __ame_inevitable(site);
  ame_io_take_turn(ame_self());
}

void ame_io_pass_turn(struct transaction *tx) {
  if (!tx->has_turn)
    return;
  tx->has_turn = tx->io->has_ticket = false;
  ame_io_reopen(tx);
  ame_io_next_turn(tx->io->ticket);
}

/* --- entries ------------------------------------------------------------- */

static bool may_be_joined(const struct io_target *a,
                          const struct io_target *b) {
  const bool descriptors =
      (a->kind == IO_DESCRIPTOR || a->kind == IO_SOCKET) && b->kind == a->kind;
  const bool sends = a->kind == IO_SEND && b->kind == a->kind;
  const bool streams = a->kind == IO_STREAM && b->kind == a->kind;
  return ((descriptors || sends) && a->descriptor == b->descriptor) ||
         (streams && a->stream == b->stream);
}

static void add_piece(struct io_pieces *pieces, struct io_entry *entry) {
  if (entry->size == 0)
    return;
  pieces->piece[pieces->count++] =
      (struct iovec){ame_io_bytes(entry), entry->size};
  pieces->total += entry->size;
}

/* The entries from batch->at on that go out together; moves `at` behind them.
 */
static void collect(struct io_batch *batch, const struct io_target *target,
                    struct io_pieces *pieces) {
  pieces->count = 0;
  pieces->total = 0;
  do {
    struct io_entry *entry = ame_io_entry(&batch->queue, batch->at);
    add_piece(pieces, entry);
    batch->at += ame_io_entry_size(entry);
  } while (
      batch->at < batch->queue.used && pieces->count < IO_MOST_PIECES &&
      may_be_joined(&ame_io_entry(&batch->queue, batch->at)->target, target));
}

static int close_descriptor(int descriptor) {
  ame_io_error_orphan(descriptor);
  return close(descriptor) == 0 || errno == EINTR ? 0 : errno;
}

static int hand_out_pieces(const struct io_target *target,
                           struct io_pieces *pieces) {
  switch (target->kind) {
  case IO_DESCRIPTOR:
  case IO_SOCKET:
  case IO_RECORD:
    return ame_io_write(target->descriptor, pieces);
  case IO_SEND:
    return ame_io_send(target->descriptor, pieces);
  case IO_AT:
    return ame_io_write_at(target->descriptor, pieces, target->offset);
  case IO_STREAM:
    return ame_io_write_stream(target->stream, pieces);
  case IO_FLUSH:
    return ame_io_flush(target->stream);
  case IO_SEEK:
    return lseek(target->descriptor, target->offset, SEEK_SET) < 0 ? errno : 0;
  case IO_TRUNCATE:
    return ftruncate(target->descriptor, target->offset) == 0 ? 0 : errno;
  case IO_SYNC:
    return fsync(target->descriptor) == 0 ? 0 : errno;
  case IO_CLOSE:
    return close_descriptor(target->descriptor);
  case IO_CALL:
  case IO_HANDLER:
    break;
  }
  return 0;
}

/* Output from batch->at on, as much as goes together. */
static int make_output(struct transaction *tx, struct io_batch *batch) {
  const struct io_target target =
      ame_io_entry(&batch->queue, batch->at)->target;
  struct io_pieces pieces;
  ame_io_take_turn(tx);
  if (batch->at == batch->queue.used)
    return 0; /* in the child of a signal handler that has forked meanwhile */
  collect(batch, &target, &pieces);
  const int error = hand_out_pieces(&target, &pieces);
  if (error)
    ame_io_error_set(&target, error, pieces.total);
  return error;
}

/* The entry is behind `at` before its code runs: it runs once, whatever it
 * does. */
static void make_call(struct transaction *tx, struct io_batch *batch) {
  struct io_entry *entry = ame_io_entry(&batch->queue, batch->at);
  ame_io_take_turn(tx);
  if (batch->at == batch->queue.used)
    return; /* as in make_output */
  batch->at += ame_io_entry_size(entry);
  if (entry->target.kind == IO_CALL) {
    entry->target.thunk(ame_io_bytes(entry));
  } else {
    void *argument;
    memcpy(&argument, ame_io_bytes(entry), sizeof argument);
    entry->target.handler(argument);
  }
}

/* --- queues -------------------------------------------------------------- */

static void finish_batch(struct transaction *tx, struct io_batch *batch) {
  while (batch->at < batch->queue.used)
    if (ame_io_is_call(ame_io_entry(&batch->queue, batch->at)))
      make_call(tx, batch);
    else
      make_output(tx, batch);
}

/* The thread gets the memory back unless it has new one by now. */
static void give_back(struct io_queue *own, struct io_queue queue) {
  if (own->bytes) {
    mi_free(queue.bytes);
    return;
  }
  queue.used = queue.calls = 0;
  *own = queue;
}

/* On the heap, because a thread may end in a call that it hands out. */
static struct io_batch *new_batch(struct ame_io *io) {
  struct io_batch *batch = io->batch ? mi_malloc(sizeof *batch) : &io->first;
  if (!batch)
    ame_fatal("out of memory for output within deferred output");
  *batch = (struct io_batch){.queue = io->queue, .outer = io->batch};
  io->queue = (struct io_queue){0};
  io->batch = batch;
  return batch;
}

static void end_batch(struct ame_io *io, struct io_batch *batch) {
  io->batch = batch->outer;
  give_back(&io->queue, batch->queue);
  if (batch != &io->first)
    mi_free(batch);
}

/* The thread's queue is empty meanwhile: transactions that deferred calls run
 * fill it anew. */
static void hand_out_all(struct transaction *tx) {
  int cancel_state; /* a write may be where a cancellation acts */
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  if (!ame_io_queue_is_valid(&tx->io->queue))
    ame_fatal("the queue of deferred output is damaged");
  struct io_batch *batch = new_batch(tx->io);
  if (!ame_io_leave(tx, batch))
    finish_batch(tx, batch);
  end_batch(tx->io, batch);
  pthread_setcancelstate(cancel_state, NULL);
}

void ame_io_finish_batches(struct transaction *tx) {
  struct io_batch *batch;
  while ((batch = tx->io->batch) != NULL) {
    if (!ame_io_settle_left(tx, batch))
      finish_batch(tx, batch);
    end_batch(tx->io, batch);
  }
}

static void keep_for_commit(struct io_queue *queue, struct io_entry *entry) {
  const size_t size = ame_io_entry_size(entry);
  memmove(queue->bytes + queue->used, entry, size);
  queue->last = queue->used;
  queue->used += size;
}

/* Output only; the calls move together in place. Returns the last error; every
 * error sticks to its target. */
static int hand_out_output(struct transaction *tx) {
  struct io_queue *queue = &tx->io->queue;
  struct io_batch batch = {.queue = *queue};
  const int saved_errno = errno;
  int last_error = 0;
  queue->used = 0;
  while (batch.at < batch.queue.used) {
    struct io_entry *entry = ame_io_entry(&batch.queue, batch.at);
    if (ame_io_is_call(entry)) {
      batch.at += ame_io_entry_size(entry);
      keep_for_commit(queue, entry);
    } else {
      const int error = make_output(tx, &batch);
      last_error = error ? error : last_error;
    }
  }
  tx->io->closed_count = 0; /* they are closed now */
  errno = saved_errno;
  return last_error;
}

/* --- hooks of the core --------------------------------------------------- */

/* It ended in a call that it was handing out. */
void ame_io_thread_end(struct transaction *tx) {
  ame_io_finish_batches(tx);
  ame_io_pass_turn(tx);
}

bool ame_io_pending(struct transaction *tx) {
  return tx->io->queue.used != 0 || tx->has_turn;
}

/* May abort: an irreversible transaction that has output comes first. */
void ame_io_ticket(struct transaction *tx) {
  struct ame_io *io = tx->io;
  if (io->has_ticket) {
    ame_io_reopen(tx);
    return;
  }
  if (io->queue.used == 0)
    return;
  if (!ame_io_draw_ticket(&io->ticket)) {
    ame_io_note_closer(tx);
    ame_abort(AME_ABORT_INEVITABLE_WAIT);
  }
  io->has_ticket = true;
}

void ame_io_commit(struct transaction *tx) {
  struct ame_io *io = tx->io;
  ame_scratch_reset(io->scratch);
  ame_io_descriptors_end(io);
  ame_io_opened_commit(io);
  ame_io_errors_commit(io);
  if (ame_likely(!ame_io_pending(tx)))
    return;
  const int saved_errno = errno;
  if (io->queue.used)
    hand_out_all(tx);
  ame_io_pass_turn(tx);
  errno = saved_errno;
}

/* Its validation failed behind the draw. It owns nothing any more. */
static void give_ticket_up(struct transaction *tx) {
  ame_io_wait_for_turn(tx->io);
  tx->has_turn = true;
  ame_io_pass_turn(tx);
}

void ame_io_abort(struct transaction *tx) {
  ame_scratch_reset(tx->io->scratch);
  tx->io->queue.used = tx->io->queue.calls = 0;
  ame_io_descriptors_end(tx->io);
  ame_io_opened_abort(tx->io);
  ame_io_errors_abort(tx->io);
  if (ame_unlikely(tx->io->has_ticket))
    give_ticket_up(tx);
}

void ame_io_drain(struct transaction *tx) {
  if (tx->io->queue.used != 0)
    hand_out_output(tx);
}

/* Behind a deferred call output waits for the commit, to keep the order, until
 * a call that cannot wait comes (ame_io_drain). */
int ame_io_appended(void) {
  struct transaction *tx = ame_self();
  if (!tx->irreversible || tx->io->queue.calls != 0)
    return 0;
  return hand_out_output(tx);
}

/* The queue of a transaction's output, and handing it to the system.
 *
 * Everything a transaction outputs, to whatever descriptor or stream, is one
 * sequence of entries, so program order is kept. An abort forgets the sequence;
 * the commit hands it out when the transaction's turn comes (io_turns.c) and
 * returns only when the system has taken it. Stream bytes go through fwrite, so
 * they mix rightly with what plain code has put into the stream's buffer.
 *
 * An inevitable transaction hands out what is queued when it becomes so, keeps
 * the turn from its first output on, and afterwards each append goes out at
 * once: prompts appear before input is read. Calls deferred with AME_DEFER are
 * the exception: they always wait for the commit.
 *
 * A deferred call is the program's own code, so it runs after its transaction
 * has passed the turn on; output that follows it draws a new ticket. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <errno.h>
#include <mimalloc.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

struct io_entry {
  struct io_target target;
  size_t size; /* bytes that follow, before padding */
};

#define PADDED(size) (((size) + 15) & ~(size_t)15)

static bool queue_is_valid(const struct io_queue *queue) {
  return queue->used <= queue->capacity && queue->used % 16 == 0 &&
         (queue->used == 0 || queue->last < queue->used);
}

static struct io_entry *entry_at(const struct io_queue *queue, size_t offset) {
  return (struct io_entry *)(void *)(queue->bytes + offset);
}

static char *bytes_of(struct io_entry *entry) {
  return (char *)entry + PADDED(sizeof *entry);
}

static size_t entry_size(const struct io_entry *entry) {
  return PADDED(sizeof *entry) + PADDED(entry->size);
}

void ame_io_thread_start(struct transaction *tx) {
  tx->io = mi_zalloc(sizeof *tx->io);
  if (!tx->io)
    ame_fatal("out of memory for a thread's output queue");
  tx->io->scratch = ame_scratch_new();
}

/* --- appending
 * ---------------------------------------------------------------- */

static void reserve(struct io_queue *queue, size_t more) {
  if (queue->used + more <= queue->capacity)
    return;
  const size_t capacity = 2 * (queue->used + more);
  char *bytes = mi_realloc(queue->bytes, capacity);
  if (!bytes)
    ame_fatal("out of memory: %zu bytes of queued output", queue->used);
  queue->bytes = bytes;
  queue->capacity = capacity;
}

static bool continues(const struct io_queue *queue,
                      const struct io_target *target) {
  if (queue->used == 0)
    return false;
  const struct io_target *last = &entry_at(queue, queue->last)->target;
  return last->kind == target->kind &&
         ((target->kind == IO_DESCRIPTOR &&
           last->descriptor == target->descriptor) ||
          (target->kind == IO_STREAM && last->stream == target->stream));
}

static void start_entry(struct io_queue *queue,
                        const struct io_target *target) {
  reserve(queue, PADDED(sizeof(struct io_entry)));
  queue->last = queue->used;
  *entry_at(queue, queue->last) = (struct io_entry){.target = *target};
  queue->used += PADDED(sizeof(struct io_entry));
}

void ame_io_append(const struct io_target *target, const void *bytes,
                   size_t size) {
  struct io_queue *queue = &ame_self()->io->queue;
  if (queue->used + size > ame_options.io_max && !ame_is_inevitable())
    __ame_inevitable("more queued output than io_max");
  if (!continues(queue, target))
    start_entry(queue, target);
  reserve(queue, PADDED(size) + 16);
  struct io_entry *entry = entry_at(queue, queue->last);
  /* May abort: the entry counts the bytes only afterwards. */
  __ame_read_copy(bytes_of(entry) + entry->size, bytes, size);
  entry->size += size;
  queue->used = queue->last + entry_size(entry);
}

bool ame_io_has_output_for(int descriptor) {
  const struct io_queue *queue = &ame_self()->io->queue;
  for (size_t at = 0; at < queue->used; at += entry_size(entry_at(queue, at))) {
    const struct io_target *target = &entry_at(queue, at)->target;
    if (target->kind == IO_STREAM || target->kind == IO_FLUSH ||
        target->descriptor == descriptor)
      return true; /* a stream may write to any descriptor */
  }
  return false;
}

/* --- handing out one entry: 0 or the error
 * ------------------------------------ */

static void wait_until_writable(int descriptor) {
  struct pollfd wait = {.fd = descriptor, .events = POLLOUT};
  poll(&wait, 1, -1);
}

static int write_all(int descriptor, const char *bytes, size_t size) {
  while (size) {
    const ssize_t written = write(descriptor, bytes, size);
    if (written >= 0) {
      bytes += written;
      size -= (size_t)written;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_until_writable(descriptor);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

/* A stream whose descriptor was interrupted or full for the moment goes on. */
static bool may_try_again(FILE *stream) {
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    wait_until_writable(fileno(stream));
  else if (errno != EINTR)
    return false;
  clearerr(stream);
  return true;
}

static int stream_all(FILE *stream, const char *bytes, size_t size) {
  ame_io_note_stream(stream);
  while (size) {
    errno = 0;
    const size_t written = fwrite(bytes, 1, size, stream);
    bytes += written;
    size -= written;
    if (size && !may_try_again(stream))
      return errno ? errno : EIO;
  }
  return 0;
}

static int flush(FILE *stream) {
  for (;;) {
    errno = 0;
    if (fflush(stream) == 0)
      return 0;
    if (!stream || !may_try_again(stream))
      return errno ? errno : EIO;
  }
}

static int hand_out_entry(struct io_entry *entry) {
  const struct io_target *target = &entry->target;
  switch (target->kind) {
  case IO_DESCRIPTOR:
    return write_all(target->descriptor, bytes_of(entry), entry->size);
  case IO_STREAM:
    return stream_all(target->stream, bytes_of(entry), entry->size);
  case IO_FLUSH:
    return flush(target->stream);
  case IO_CLOSE:
    return close(target->descriptor) == 0 ? 0 : errno;
  case IO_CALL:
    target->thunk(bytes_of(entry));
    return 0;
  }
  return 0;
}

/* --- turns -----------------------------------------------------------------
 */

static void take_turn(struct ame_io *io) {
  if (io->has_turn)
    return;
  if (!io->has_ticket) {
    io->ticket = ame_io_draw_ticket();
    io->has_ticket = true;
  }
  ame_io_wait_for_turn(io->ticket);
  io->has_turn = true;
}

void ame_io_pass_turn(struct ame_io *io) {
  if (!io->has_turn)
    return;
  io->has_turn = io->has_ticket = false;
  ame_io_next_turn();
}

/* --- handing out a queue ---------------------------------------------------
 */

static void keep_for_commit(struct io_queue *queue, struct io_entry *entry) {
  start_entry(queue, &entry->target);
  reserve(queue, PADDED(entry->size));
  struct io_entry *copy = entry_at(queue, queue->last);
  copy->size = entry->size;
  memcpy(bytes_of(copy), bytes_of(entry), entry->size);
  queue->used = queue->last + entry_size(copy);
}

/* Code of the program runs without the turn: it may wait for anything. */
static void make_call(struct ame_io *io, struct io_entry *entry) {
  ame_io_pass_turn(io);
  entry->target.thunk(bytes_of(entry));
}

static int make_output(struct ame_io *io, struct io_entry *entry) {
  take_turn(io);
  const int error = hand_out_entry(entry);
  if (error)
    ame_io_error_set(&entry->target, error);
  return error;
}

/* The thread's queue is empty meanwhile: transactions run by deferred calls
 * fill it anew. Returns the last error; every error sticks to its target. */
static int hand_out(struct ame_io *io, bool with_calls) {
  struct io_queue queue = io->queue;
  const int saved_errno = errno;
  int last_error = 0;
  bool keep = false; /* what follows a kept call stays behind it */
  if (!queue_is_valid(&queue))
    ame_fatal("the queue of deferred output is damaged");
  io->queue = (struct io_queue){0};
  for (size_t at = 0; at < queue.used; at += entry_size(entry_at(&queue, at))) {
    struct io_entry *entry = entry_at(&queue, at);
    keep |= entry->target.kind == IO_CALL && !with_calls;
    if (keep) {
      keep_for_commit(&io->queue, entry);
    } else if (entry->target.kind != IO_CALL) {
      const int error = make_output(io, entry);
      last_error = error ? error : last_error;
    } else {
      make_call(io, entry);
    }
  }
  errno = saved_errno;
  if (io->queue.bytes) {
    mi_free(queue.bytes);
  } else {
    queue.used = 0;
    io->queue = queue;
  }
  return last_error;
}

/* --- hooks of the core
 * -------------------------------------------------------------- */

bool ame_io_pending(struct transaction *tx) {
  return tx->io->queue.used != 0 || tx->io->has_turn;
}

void ame_io_ticket(struct transaction *tx) {
  struct ame_io *io = tx->io;
  if (io->has_ticket || io->queue.used == 0)
    return;
  io->ticket = ame_io_draw_ticket();
  io->has_ticket = true;
}

void ame_io_commit(struct transaction *tx) {
  struct ame_io *io = tx->io;
  ame_scratch_reset(io->scratch);
  if (!ame_io_pending(tx) && !io->has_ticket)
    return;
  if (io->has_ticket)
    take_turn(io); /* also when the queue starts with a call: turns go on */
  hand_out(io, true);
  ame_io_pass_turn(io);
}

void ame_io_abort(struct transaction *tx) {
  ame_scratch_reset(tx->io->scratch);
  tx->io->queue.used = 0;
}

void ame_io_drain(struct transaction *tx) {
  if (tx->io->queue.used != 0)
    hand_out(tx->io, false);
}

int ame_io_appended(void) {
  struct transaction *tx = ame_self();
  return ame_is_inevitable() ? hand_out(tx->io, false) : 0;
}

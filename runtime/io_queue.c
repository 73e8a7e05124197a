/* The queue of a transaction's output.
 *
 * Everything a transaction outputs, to whatever descriptor or stream, and the
 * calls that it defers to its commit are one sequence of entries, so program
 * order is kept. An abort forgets the sequence; the commit hands it out
 * (io_drain.c). Bytes that follow bytes for the same target join their entry.
 */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <mimalloc.h>
#include <string.h>

#define PADDED(size) (((size) + 15) & ~(size_t)15)

bool ame_io_queue_is_valid(const struct io_queue *queue) {
  return queue->used <= queue->capacity && queue->used % 16 == 0 &&
         (queue->used == 0 || queue->last < queue->used);
}

char *ame_io_bytes(struct io_entry *entry) {
  return (char *)entry + PADDED(sizeof *entry);
}

size_t ame_io_entry_size(const struct io_entry *entry) {
  return PADDED(sizeof *entry) + PADDED(entry->size);
}

void ame_io_thread_start(struct transaction *tx) {
  tx->io = mi_zalloc(sizeof *tx->io);
  if (!tx->io)
    ame_fatal("out of memory for a thread's output queue");
  tx->io->scratch = ame_scratch_new();
}

/* --- appending ----------------------------------------------------------- */

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
  const struct io_target *last = &ame_io_entry(queue, queue->last)->target;
  if (last->kind != target->kind)
    return false;
  switch (target->kind) {
  case IO_DESCRIPTOR:
  case IO_SOCKET:
  case IO_SEND:
    return last->descriptor == target->descriptor;
  case IO_STREAM:
    return last->stream == target->stream;
  default:
    return false;
  }
}

static void start_entry(struct io_queue *queue,
                        const struct io_target *target) {
  ame_self()->to_end |= AME_END_IO;
  reserve(queue, PADDED(sizeof(struct io_entry)));
  queue->last = queue->used;
  *ame_io_entry(queue, queue->last) = (struct io_entry){.target = *target};
  queue->used += PADDED(sizeof(struct io_entry));
  queue->calls += target->kind >= IO_CALL;
}

/* Room for `size` bytes at the end of the entry for the target. */
static struct io_entry *prepare(const struct io_target *target, size_t size) {
  struct io_queue *queue = &ame_self()->io->queue;
  if (queue->used + size > ame_options.io_max && !ame_is_inevitable())
    __ame_inevitable("more queued output than io_max");
  if (!continues(queue, target))
    start_entry(queue, target);
  reserve(queue, PADDED(size) + 16);
  return ame_io_entry(queue, queue->last);
}

/* The entry counts the bytes only when they are there: reading may abort. */
static void complete(struct io_entry *entry, size_t size) {
  struct io_queue *queue = &ame_self()->io->queue;
  entry->size += size;
  queue->used = queue->last + ame_io_entry_size(entry);
}

void ame_io_append(const struct io_target *target, const void *bytes,
                   size_t size) {
  struct io_entry *entry = prepare(target, size);
  if (size)
    __ame_read_copy(ame_io_bytes(entry) + entry->size, bytes, size);
  complete(entry, size);
}

void ame_io_append_private(const struct io_target *target, const void *bytes,
                           size_t size) {
  struct io_entry *entry = prepare(target, size);
  if (size)
    memcpy(ame_io_bytes(entry) + entry->size, bytes, size);
  complete(entry, size);
}

/* So that what goes out at once needs no memory for the whole. */
enum { PIECE = 1 << 20 };

int ame_io_append_all(const struct io_target *target, const void *bytes,
                      size_t size) {
  const char *from = bytes;
  for (; size > PIECE && target->kind != IO_RECORD; size -= PIECE) {
    ame_io_append(target, from, PIECE);
    const int error = ame_io_appended();
    if (error)
      return error;
    from += PIECE;
  }
  ame_io_append(target, from, size);
  return ame_io_appended();
}

/* --- looking for output -------------------------------------------------- */

/* The descriptor whose file an entry changes, -1: none or any. */
static int descriptor_of(const struct io_target *target) {
  switch (target->kind) {
  case IO_STREAM:
    return fileno(target->stream);
  case IO_FLUSH:
    return target->stream ? fileno(target->stream) : -1;
  case IO_CLOSE: /* closing one number changes nothing of the file */
  case IO_CALL:
  case IO_HANDLER:
    return -1;
  default:
    return target->descriptor;
  }
}

static bool same_file(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool ame_io_has_output_to_file(const struct stat *file) {
  const struct io_queue *queue = &ame_self()->io->queue;
  int known = -1; /* the last descriptor that was looked at */
  for (size_t at = 0; at < queue->used;
       at += ame_io_entry_size(ame_io_entry(queue, at))) {
    const int descriptor = descriptor_of(&ame_io_entry(queue, at)->target);
    struct stat status;
    if (descriptor < 0 || descriptor == known)
      continue;
    known = descriptor;
    if (fstat(descriptor, &status) == 0 && same_file(&status, file))
      return true;
  }
  return false;
}

bool ame_io_has_output_for(int descriptor) {
  struct stat status;
  return ame_self()->io->queue.used != 0 && fstat(descriptor, &status) == 0 &&
         ame_io_has_output_to_file(&status);
}

bool ame_io_has_output_for_stream(FILE *stream) {
  const struct io_queue *queue = &ame_self()->io->queue;
  for (size_t at = 0; at < queue->used;
       at += ame_io_entry_size(ame_io_entry(queue, at))) {
    const struct io_target *target = &ame_io_entry(queue, at)->target;
    if ((target->kind == IO_STREAM || target->kind == IO_FLUSH) &&
        (target->stream == stream || !target->stream))
      return true;
  }
  return fileno(stream) >= 0 && ame_io_has_output_for(fileno(stream));
}

/* True: the entry moves the offset of the descriptor's file in a way that
 * cannot be followed (another number, a stream). */
static bool moves_unseen(const struct io_target *target, int descriptor,
                         const struct stat *file) {
  struct stat status;
  const int through = descriptor_of(target);
  if (through < 0 || (through == descriptor && target->kind != IO_STREAM))
    return false;
  return fstat(through, &status) == 0 && same_file(&status, file);
}

int64_t ame_io_queued_offset(int descriptor) {
  const struct io_queue *queue = &ame_self()->io->queue;
  struct stat file;
  int64_t offset = -1;
  if (queue->used == 0 || fstat(descriptor, &file) != 0)
    return -1;
  for (size_t at = 0; at < queue->used;
       at += ame_io_entry_size(ame_io_entry(queue, at))) {
    const struct io_entry *entry = ame_io_entry(queue, at);
    if (moves_unseen(&entry->target, descriptor, &file))
      return -1;
    if (entry->target.descriptor != descriptor)
      continue;
    if (entry->target.kind == IO_SEEK)
      offset = entry->target.offset;
    else if (entry->target.kind == IO_DESCRIPTOR && offset >= 0)
      offset += (int64_t)entry->size;
  }
  return offset;
}

/* The system calls that hand output over, and what may go wrong with them.
 *
 * A call that is interrupted is made again, a short one goes on with the rest,
 * a full non-blocking descriptor is waited for. Anything else is an error, and
 * the caller learns how much was left.
 *
 * Bytes for a stream go to its descriptor directly, after what plain code has
 * buffered in it: stdio throws its buffer away when a write fails in the
 * middle, and a commit is to return when its output is with the system. A
 * stream without a descriptor (fmemopen, open_memstream) gets an fwrite. */
#define _GNU_SOURCE
#include "io.h"

#include <errno.h>
#include <poll.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void consume(struct io_pieces *pieces, size_t written) {
  int first = 0;
  pieces->total -= written;
  while (first < pieces->count && written >= pieces->piece[first].iov_len)
    written -= pieces->piece[first++].iov_len;
  pieces->count -= first;
  memmove(pieces->piece, pieces->piece + first,
          (size_t)pieces->count * sizeof *pieces->piece);
  if (pieces->count) {
    pieces->piece[0].iov_base = (char *)pieces->piece[0].iov_base + written;
    pieces->piece[0].iov_len -= written;
  }
}

/* The first `size` bytes, for a call that a fault makes short. */
static struct io_pieces first_bytes(const struct io_pieces *pieces,
                                    size_t size) {
  struct io_pieces part = *pieces;
  part.total = size;
  for (int i = 0; i < part.count; i++) {
    if (part.piece[i].iov_len >= size) {
      part.piece[i].iov_len = size;
      part.count = i + 1;
    }
    size -= part.piece[i].iov_len;
  }
  return part;
}

struct way {
  int descriptor;
  bool is_send, at_once;
  int64_t offset; /* -1: at the descriptor's own */
};

static ssize_t call_system(const struct way *way, struct io_pieces *pieces) {
  if (way->is_send) {
    const struct msghdr message = {.msg_iov = pieces->piece,
                                   .msg_iovlen = (size_t)pieces->count};
    return sendmsg(way->descriptor, &message,
                   MSG_NOSIGNAL | (way->at_once ? MSG_DONTWAIT : 0));
  }
  if (way->offset >= 0)
    return pwritev(way->descriptor, pieces->piece, pieces->count, way->offset);
  if (pieces->count == 1)
    return write(way->descriptor, pieces->piece[0].iov_base, pieces->total);
  return writev(way->descriptor, pieces->piece, pieces->count);
}

static ssize_t write_some(const struct way *way, struct io_pieces *pieces) {
  if (ame_likely(!ame_io_fault))
    return call_system(way, pieces);
  const ssize_t allowed = ame_io_fault(way->descriptor, pieces->total);
  if (allowed < 0) {
    errno = (int)-allowed;
    return -1;
  }
  struct io_pieces part = first_bytes(pieces, (size_t)allowed);
  return allowed == 0 ? 0 : call_system(way, &part);
}

static void wait_until_writable(int descriptor) {
  struct pollfd wait = {.fd = descriptor, .events = POLLOUT};
  poll(&wait, 1, -1);
}

static int write_all(struct way way, struct io_pieces *pieces) {
  while (pieces->total) {
    const ssize_t written = write_some(&way, pieces);
    if (written > 0) {
      consume(pieces, (size_t)written);
      way.offset += way.offset >= 0 ? written : 0;
    } else if (written == 0) {
      return EIO; /* accepts nothing and has no error to tell */
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (way.at_once)
        return EAGAIN;
      wait_until_writable(way.descriptor);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int ame_io_write(int descriptor, struct io_pieces *pieces) {
  return write_all((struct way){.descriptor = descriptor, .offset = -1},
                   pieces);
}

int ame_io_write_at(int descriptor, struct io_pieces *pieces, int64_t offset) {
  return write_all((struct way){.descriptor = descriptor, .offset = offset},
                   pieces);
}

int ame_io_send(int descriptor, struct io_pieces *pieces) {
  return write_all(
      (struct way){.descriptor = descriptor, .is_send = true, .offset = -1},
      pieces);
}

int ame_io_send_at_once(int descriptor, struct io_pieces *pieces) {
  return write_all((struct way){.descriptor = descriptor,
                                .is_send = true,
                                .at_once = true,
                                .offset = -1},
                   pieces);
}

/* --- streams ------------------------------------------------------------- */

/* A thread that holds the stream's lock may itself be waiting for the turn, so
 * the wait is bounded: what it has buffered is in no order with this output. */
static bool lock_stream(FILE *stream) {
  const struct timespec pause = {0, 1000000};
  for (int tries = 0; tries < 100; tries++) {
    if (ftrylockfile(stream) == 0)
      return true;
    nanosleep(&pause, NULL);
  }
  return false;
}

static int flush_locked(FILE *stream) {
  errno = 0;
  const int result = fflush_unlocked(stream);
  const int error = errno;
  funlockfile(stream);
  return result == 0 ? 0 : error ? error : EIO;
}

int ame_io_flush(FILE *stream) {
  if (!stream) {
    errno = 0;
    return fflush(NULL) == 0 ? 0 : errno ? errno : EIO;
  }
  return lock_stream(stream) ? flush_locked(stream) : 0;
}

/* Also when nothing is buffered: stdio forgets the offset that it remembers. */
static int make_way(FILE *stream) {
  if (ftrylockfile(stream) == 0)
    return flush_locked(stream);
  return __fpending(stream) != 0 ? ame_io_flush(stream) : 0;
}

/* ferror tells plain code, which does not ask this runtime. */
static void mark_failed(FILE *stream) {
  if (!lock_stream(stream))
    return;
  stream->_flags |= _IO_ERR_SEEN;
  funlockfile(stream);
}

static int write_to_memory(FILE *stream, struct io_pieces *pieces) {
  while (pieces->count) {
    errno = 0;
    const size_t written =
        fwrite(pieces->piece[0].iov_base, 1, pieces->piece[0].iov_len, stream);
    const bool all = written == pieces->piece[0].iov_len;
    consume(pieces, written);
    if (!all)
      return errno ? errno : EIO;
  }
  return 0;
}

int ame_io_write_stream(FILE *stream, struct io_pieces *pieces) {
  const int descriptor = fileno(stream);
  if (descriptor < 0)
    return write_to_memory(stream, pieces);
  const int error = make_way(stream);
  const int own_error = ame_io_write(descriptor, pieces);
  if (own_error)
    mark_failed(stream);
  return own_error ? own_error : error;
}

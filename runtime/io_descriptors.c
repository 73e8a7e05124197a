/* What a descriptor allows.
 *
 * Output is deferred where its success can be assumed: regular files,
 * terminals, blocking pipes and stream sockets. Where the caller counts on the
 * real result (non-blocking descriptors, sockets that keep record boundaries,
 * whatever is unknown, descriptors declared strict) it is made at once, after
 * becoming inevitable. A close is queued, so its number stays reserved until
 * the commit; the transaction itself sees it closed. */
#define _GNU_SOURCE
#include "io_descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_stream_socket(int descriptor) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_STREAM;
}

static enum io_way way_of_kind(int descriptor, int flags,
                               const struct stat *status) {
  switch (status->st_mode & S_IFMT) {
  case S_IFREG:
  case S_IFBLK:
    return IO_WAY_QUEUE;
  case S_IFIFO: /* a packet pipe keeps the boundaries of writes */
    return flags & O_DIRECT ? IO_WAY_RECORDS : IO_WAY_QUEUE;
  case S_IFCHR:
    return isatty(descriptor) ? IO_WAY_QUEUE : IO_WAY_RECORDS;
  case S_IFSOCK: /* blocking: the caller has seen to it */
    return is_stream_socket(descriptor) ? IO_WAY_SOCKET : IO_WAY_NOW;
  default:
    return IO_WAY_NOW;
  }
}

enum io_way ame_io_way_of(int descriptor) {
  struct stat status;
  const int saved_errno = errno;
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fstat(descriptor, &status) != 0)
    return IO_WAY_NONE;
  if ((flags & O_ACCMODE) == O_RDONLY || ame_io_is_closed_here(descriptor)) {
    errno = EBADF;
    return IO_WAY_NONE;
  }
  const bool waits = !(flags & O_NONBLOCK) || S_ISREG(status.st_mode);
  const enum io_way way = !waits || ame_io_is_strict(descriptor)
                              ? IO_WAY_NOW
                              : way_of_kind(descriptor, flags, &status);
  errno = saved_errno; /* isatty sets it */
  return way;
}

bool ame_io_is_regular(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

bool ame_io_is_blocking_stream_socket(int descriptor) {
  return is_stream_socket(descriptor) &&
         !(fcntl(descriptor, F_GETFL) & O_NONBLOCK);
}

/* --- queued closes ------------------------------------------------------- */

bool ame_io_is_closed_here(int descriptor) {
  const struct ame_io *io = ame_self()->io;
  for (size_t i = 0; i < io->closed_count; i++)
    if (io->closed[i] == descriptor)
      return true;
  return false;
}

bool ame_io_is_open(int descriptor) {
  if (ame_io_is_closed_here(descriptor)) {
    errno = EBADF;
    return false;
  }
  return fcntl(descriptor, F_GETFD) >= 0;
}

void ame_io_note_closed(int descriptor) {
  struct ame_io *io = ame_self()->io;
  ame_self()->to_end |= AME_END_IO;
  io->closed = ame_own_grow(io->closed, io->closed_count, &io->closed_capacity,
                            sizeof *io->closed);
  io->closed[io->closed_count++] = descriptor;
}

void ame_io_descriptors_end(struct ame_io *io) { io->closed_count = 0; }

/* Descriptors and streams that a transaction makes: done now, closed again when
 * the attempt is undone.
 *
 * Nothing else in the process knows the number before the commit, so what such
 * a descriptor is asked (its offset, the contents of a regular file) is
 * answered at once. Opening a file for reading changes nothing that others see;
 * a pipe with a name or a device may do something when it is opened, so that,
 * like creating and truncating, is inevitable. */
#define _GNU_SOURCE
#include "io_descriptors.h"

#include "libc_access.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct io_opened {
  int descriptor; /* of the stream or folder, too */
  FILE *stream;
  DIR *folder;
};

static void note(struct io_opened opened) {
  struct ame_io *io = ame_self()->io;
  ame_io_error_orphan(opened.descriptor);
  if (!ame_active())
    return;
  ame_self()->to_end |= AME_END_IO;
  io->opened = ame_own_grow(io->opened, io->opened_count, &io->opened_capacity,
                            sizeof *io->opened);
  io->opened[io->opened_count++] = opened;
}

static int note_descriptor(int descriptor) {
  if (descriptor >= 0)
    note((struct io_opened){.descriptor = descriptor});
  return descriptor;
}

static FILE *note_stream(FILE *stream) {
  if (stream)
    note((struct io_opened){.descriptor = fileno(stream), .stream = stream});
  return stream;
}

/* --- the end of the attempt ---------------------------------------------- */

static int close_opened(const struct io_opened *opened) {
  if (opened->stream)
    return fclose(opened->stream);
  if (opened->folder)
    return closedir(opened->folder);
  return close(opened->descriptor);
}

void ame_io_opened_commit(struct ame_io *io) { io->opened_count = 0; }

void ame_io_opened_abort(struct ame_io *io) {
  while (io->opened_count)
    close_opened(&io->opened[--io->opened_count]);
}

static struct io_opened *find(int descriptor) {
  struct ame_io *io = ame_self()->io;
  for (size_t i = 0; i < io->opened_count; i++)
    if (io->opened[i].descriptor == descriptor)
      return &io->opened[i];
  return NULL;
}

bool ame_io_is_own(int descriptor) {
  const struct io_opened *opened = find(descriptor);
  return opened && !opened->stream && !opened->folder;
}

static int close_found(struct io_opened *opened) {
  struct ame_io *io = ame_self()->io;
  const struct io_opened closing = *opened;
  *opened = io->opened[--io->opened_count];
  return close_opened(&closing);
}

bool ame_io_close_own(int descriptor, int *result) {
  if (!ame_io_is_own(descriptor))
    return false;
  *result = close_found(find(descriptor));
  return true;
}

bool ame_io_close_own_stream(FILE *stream, int *result) {
  struct io_opened *opened = find(fileno(stream));
  if (!opened || opened->stream != stream ||
      ame_io_has_output_for_stream(stream))
    return false;
  *result = close_found(opened);
  return true;
}

/* --- opening by name ----------------------------------------------------- */

/* Folders, regular files, and devices that only deliver bytes (null, zero,
 * urandom). */
static bool opens_without_effect(int folder, const char *path) {
  struct stat status;
  if (fstatat(folder, path, &status, 0) != 0)
    return true; /* the error is all that will happen */
  return S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) ||
         (S_ISCHR(status.st_mode) && major(status.st_rdev) == 1);
}

static int open_file(int folder, const char *path, int flags, mode_t mode) {
  const bool reads = (flags & O_ACCMODE) == O_RDONLY &&
                     !(flags & (O_CREAT | O_TRUNC | __O_TMPFILE));
  if (!ame_active())
    return note_descriptor(openat(folder, path, flags, mode));
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *copy = ame_string_copy(path, PATH_MAX);
  if (!reads || !opens_without_effect(folder, copy))
    __ame_inevitable("call to open that may create, truncate or wait");
  const int descriptor = openat(folder, copy, flags, mode);
  ame_scratch_release(mark);
  return note_descriptor(descriptor);
}

/* The mode is there only when the flags ask for it. */
#define OPEN(folder)                                                           \
  mode_t mode = 0;                                                             \
  if (flags & (O_CREAT | __O_TMPFILE)) {                                       \
    va_list arguments;                                                         \
    va_start(arguments, flags);                                                \
    mode = va_arg(arguments, mode_t);                                          \
    va_end(arguments);                                                         \
  }                                                                            \
  return open_file(folder, path, flags, mode)

AME_WRAPPER(int, open, (const char *path, int flags, ...)) { OPEN(AT_FDCWD); }
AME_WRAPPER(int, openat, (int folder, const char *path, int flags, ...)) {
  OPEN(folder);
}

AME_WRAPPER(FILE *, fopen, (const char *path, const char *mode)) {
  if (!ame_active())
    return fopen(path, mode);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *name = ame_string_copy(path, PATH_MAX);
  const char *how = ame_string_copy(mode, 64);
  if (how[0] != 'r' || strchr(how, '+') ||
      !opens_without_effect(AT_FDCWD, name))
    __ame_inevitable("call to fopen that may create, truncate or wait");
  FILE *stream = fopen(name, how);
  ame_scratch_release(mark);
  return note_stream(stream);
}

AME_WRAPPER(DIR *, opendir, (const char *path)) {
  if (!ame_active())
    return opendir(path);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  DIR *folder = opendir(ame_string_copy(path, PATH_MAX));
  ame_scratch_release(mark);
  if (folder)
    note((struct io_opened){.descriptor = dirfd(folder), .folder = folder});
  return folder;
}

/* --- without a name ------------------------------------------------------ */

AME_WRAPPER(FILE *, tmpfile, (void)) { return note_stream(tmpfile()); }
AME_WRAPPER(int, socket, (int domain, int type, int protocol)) {
  return note_descriptor(socket(domain, type, protocol));
}
AME_WRAPPER(int, eventfd, (unsigned value, int flags)) {
  return note_descriptor(eventfd(value, flags));
}
AME_WRAPPER(int, epoll_create, (int size)) {
  return note_descriptor(epoll_create(size));
}
AME_WRAPPER(int, epoll_create1, (int flags)) {
  return note_descriptor(epoll_create1(flags));
}
AME_WRAPPER(int, timerfd_create, (int clock, int flags)) {
  return note_descriptor(timerfd_create(clock, flags));
}

AME_WRAPPER(int, memfd_create, (const char *name, unsigned flags)) {
  if (!ame_active())
    return memfd_create(name, flags);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const int descriptor = memfd_create(ame_string_copy(name, NAME_MAX), flags);
  ame_scratch_release(mark);
  return note_descriptor(descriptor);
}

static int note_pair(int result, const int pair[2], int *to) {
  if (result != 0)
    return result;
  note_descriptor(pair[0]);
  note_descriptor(pair[1]);
  if (ame_active())
    ame_store(to, pair, 2 * sizeof *pair);
  else
    memcpy(to, pair, 2 * sizeof *pair);
  return 0;
}

AME_WRAPPER(int, pipe, (int ends[2])) {
  int pair[2];
  return note_pair(pipe(pair), pair, ends);
}
AME_WRAPPER(int, pipe2, (int ends[2], int flags)) {
  int pair[2];
  return note_pair(pipe2(pair, flags), pair, ends);
}
AME_WRAPPER(int, socketpair,
            (int domain, int type, int protocol, int ends[2])) {
  int pair[2];
  return note_pair(socketpair(domain, type, protocol, pair), pair, ends);
}

/* --- from another descriptor --------------------------------------------- */

AME_WRAPPER(int, dup, (int descriptor)) {
  if (ame_active() && !ame_io_is_open(descriptor))
    return -1;
  return note_descriptor(dup(descriptor));
}

/* Another thread may be using the number that is replaced. */
static int replace(int descriptor, int number, int flags) {
  if (ame_active()) {
    if (!ame_io_is_open(descriptor))
      return -1;
    __ame_inevitable("call to dup2");
  }
  ame_io_error_orphan(number);
  return dup3(descriptor, number, flags);
}

AME_WRAPPER(int, dup2, (int descriptor, int number)) {
  if (!ame_active() || descriptor == number)
    return dup2(descriptor, number);
  return replace(descriptor, number, 0);
}
AME_WRAPPER(int, dup3, (int descriptor, int number, int flags)) {
  return replace(descriptor, number, flags);
}

/* What the last argument points to; 0: it is a number. */
static size_t size_of_fcntl(int command) {
  switch (command) {
  case F_GETLK:
  case F_SETLK:
  case F_SETLKW:
  case F_OFD_GETLK:
  case F_OFD_SETLK:
  case F_OFD_SETLKW:
    return sizeof(struct flock);
  case F_GETOWN_EX:
  case F_SETOWN_EX:
    return sizeof(struct f_owner_ex);
  case F_GET_RW_HINT:
  case F_SET_RW_HINT:
  case F_GET_FILE_RW_HINT:
  case F_SET_FILE_RW_HINT:
    return sizeof(uint64_t);
  default:
    return 0;
  }
}

AME_WRAPPER(int, fcntl, (int descriptor, int command, ...)) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (ame_active() && !ame_io_is_open(descriptor))
    return -1;
  switch (command) {
  case F_GETFD:
  case F_GETFL:
    return fcntl(descriptor, command);
  case F_DUPFD:
  case F_DUPFD_CLOEXEC:
    return note_descriptor(fcntl(descriptor, command, argument));
  default:
    if (ame_active()) {
      __ame_inevitable("call to fcntl");
      if (argument && size_of_fcntl(command))
        __ame_write_range(argument, size_of_fcntl(command));
    }
    return fcntl(descriptor, command, argument);
  }
}

/* --- reading ------------------------------------------------------------- */

/* The contents of a regular file that only this transaction has open are read
 * at once; anything else consumes input that others may be waiting for. */
AME_WRAPPER(ssize_t, read, (int descriptor, void *bytes, size_t size)) {
  if (!ame_active())
    return read(descriptor, bytes, size);
  if (!ame_io_is_open(descriptor))
    return -1;
  if (!ame_io_is_own(descriptor) || !ame_io_is_regular(descriptor) ||
      ame_io_has_output_for(descriptor))
    __ame_inevitable("call to read");
  const struct ame_scratch_mark mark = ame_scratch_mark();
  void *copy = ame_scratch_take(size);
  const ssize_t result = read(descriptor, copy, size);
  if (result > 0)
    ame_store(bytes, copy, (size_t)result);
  ame_scratch_release(mark);
  return result;
}

AME_WRAPPER(ssize_t, __read_chk,
            (int descriptor, void *bytes, size_t size, size_t room)) {
  if (size > room)
    ame_fatal("read: buffer overflow detected");
  return __ame_libc_read(descriptor, bytes, size);
}

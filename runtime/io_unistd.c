/* Output through descriptors.
 *
 * What can be known now is checked now (the descriptor is open for writing, an
 * offset is not negative); then the call is queued and reports success. Where
 * the result must be real (io_descriptors.c), for fsync, and for a close behind
 * queued output, the transaction becomes inevitable first; the option io_assume
 * has the latter two queued as well. */
#define _GNU_SOURCE
#include "io_descriptors.h"

#include "libc_access.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool failed_earlier(int descriptor) {
  const struct io_target target = ame_io_to_descriptor(descriptor);
  return ame_io_failed_earlier(&target);
}

static bool is_good(const struct io_target *target, int error) {
  if (!error)
    return true;
  ame_io_error_drop(target);
  errno = error;
  return false;
}

static ssize_t write_now(int descriptor, const void *bytes, size_t size) {
  ame_io_make_it_now("output whose result must be real");
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const ssize_t result = write(descriptor, ame_memory_copy(bytes, size), size);
  ame_scratch_release(mark);
  return result;
}

static struct io_target target_for(int descriptor, enum io_way way) {
  struct io_target target = ame_io_to_descriptor(descriptor);
  if (way == IO_WAY_RECORDS)
    target.kind = IO_RECORD;
  else if (way == IO_WAY_SOCKET)
    target.kind = IO_SOCKET;
  return target;
}

/* --- bytes --------------------------------------------------------------- */

AME_WRAPPER(ssize_t, write, (int descriptor, const void *bytes, size_t size)) {
  if (failed_earlier(descriptor))
    return -1;
  if (!ame_active())
    return write(descriptor, bytes, size);
  const enum io_way way = ame_io_way_of(descriptor);
  if (way == IO_WAY_NONE)
    return -1;
  if (way == IO_WAY_NOW)
    return write_now(descriptor, bytes, size);
  const struct io_target target = target_for(descriptor, way);
  const int error = ame_io_append_all(&target, bytes, size);
  return is_good(&target, error) ? (ssize_t)size : -1;
}

/* The pieces as one private block: they are one write. */
static void *join(const struct iovec *pieces, int count, size_t *total) {
  struct iovec *copy = ame_memory_copy(pieces, (size_t)count * sizeof *pieces);
  *total = 0;
  for (int i = 0; i < count; i++)
    *total += copy[i].iov_len;
  char *bytes = ame_scratch_take(*total), *to = bytes;
  for (int i = 0; i < count; to += copy[i++].iov_len)
    __ame_read_copy(to, copy[i].iov_base, copy[i].iov_len);
  return bytes;
}

static ssize_t write_joined(int descriptor, enum io_way way, const void *bytes,
                            size_t total) {
  if (way == IO_WAY_NOW) {
    ame_io_make_it_now("output whose result must be real");
    return write(descriptor, bytes, total);
  }
  const struct io_target target = target_for(descriptor, way);
  ame_io_append_private(&target, bytes, total);
  return is_good(&target, ame_io_appended()) ? (ssize_t)total : -1;
}

AME_WRAPPER(ssize_t, writev,
            (int descriptor, const struct iovec *pieces, int count)) {
  if (failed_earlier(descriptor))
    return -1;
  if (!ame_active() || count < 0 || count > IOV_MAX)
    return writev(descriptor, pieces, count);
  const enum io_way way = ame_io_way_of(descriptor);
  if (way == IO_WAY_NONE)
    return -1;
  const struct ame_scratch_mark mark = ame_scratch_mark();
  size_t total;
  const void *bytes = join(pieces, count, &total);
  const ssize_t result = write_joined(descriptor, way, bytes, total);
  ame_scratch_release(mark);
  return result;
}

static int put_formatted(int descriptor, const char *format,
                         va_list arguments) {
  if (failed_earlier(descriptor))
    return -1;
  if (!ame_active())
    return vdprintf(descriptor, format, arguments);
  const enum io_way way = ame_io_way_of(descriptor);
  if (way == IO_WAY_NONE)
    return -1;
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  int length = ame_format(&text, format, arguments);
  if (length > 0 && write_joined(descriptor, way, text.bytes, text.length) < 0)
    length = -1;
  ame_scratch_release(mark);
  return length;
}

AME_WRAPPER(int, vdprintf,
            (int descriptor, const char *format, va_list arguments)) {
  return put_formatted(descriptor, format, arguments);
}
AME_WRAPPER(int, __vdprintf_chk,
            (int descriptor, int flag, const char *format, va_list arguments)) {
  (void)flag;
  return put_formatted(descriptor, format, arguments);
}
AME_WRAPPER(int, dprintf, (int descriptor, const char *format, ...)) {
  AME_WITH_ARGUMENTS(put_formatted(descriptor, format, arguments));
}
AME_WRAPPER(int, __dprintf_chk,
            (int descriptor, int flag, const char *format, ...)) {
  (void)flag;
  AME_WITH_ARGUMENTS(put_formatted(descriptor, format, arguments));
}

/* --- sockets ------------------------------------------------------------- */

static bool may_be_queued(int socket, int flags) {
  return !(flags & ~(MSG_NOSIGNAL | MSG_MORE)) && !ame_io_is_strict(socket) &&
         ame_io_is_blocking_stream_socket(socket);
}

AME_WRAPPER(ssize_t, send,
            (int socket, const void *bytes, size_t size, int flags)) {
  if (failed_earlier(socket))
    return -1;
  if (!ame_active())
    return send(socket, bytes, size, flags);
  if (!ame_io_is_open(socket))
    return -1;
  if (!may_be_queued(socket, flags)) {
    ame_io_make_it_now("call to send");
    return send(socket, ame_memory_copy(bytes, size), size, flags);
  }
  const struct io_target target = {.kind = flags & MSG_NOSIGNAL ? IO_SEND
                                                                : IO_SOCKET,
                                   .descriptor = socket};
  ame_io_append(&target, bytes, size);
  return is_good(&target, ame_io_appended()) ? (ssize_t)size : -1;
}

/* --- regular files ------------------------------------------------------- */

static bool is_writable_file(int descriptor) {
  return ame_io_is_regular(descriptor) && !ame_io_is_strict(descriptor) &&
         ame_io_way_of(descriptor) == IO_WAY_QUEUE;
}

AME_WRAPPER(ssize_t, pwrite,
            (int descriptor, const void *bytes, size_t size, off_t offset)) {
  if (failed_earlier(descriptor))
    return -1;
  if (!ame_active())
    return pwrite(descriptor, bytes, size, offset);
  if (!ame_io_is_open(descriptor))
    return -1;
  if (offset < 0 || !is_writable_file(descriptor)) {
    ame_io_make_it_now("call to pwrite");
    return pwrite(descriptor, ame_memory_copy(bytes, size), size, offset);
  }
  const struct io_target target = {
      .kind = IO_AT, .descriptor = descriptor, .offset = offset};
  ame_io_append(&target, bytes, size);
  return is_good(&target, ame_io_appended()) ? (ssize_t)size : -1;
}

AME_WRAPPER(int, ftruncate, (int descriptor, off_t length)) {
  if (failed_earlier(descriptor))
    return -1;
  if (!ame_active())
    return ftruncate(descriptor, length);
  if (!ame_io_is_open(descriptor))
    return -1;
  if (length < 0 || !is_writable_file(descriptor)) {
    ame_io_make_it_now("call to ftruncate");
    return ftruncate(descriptor, length);
  }
  const struct io_target target = {
      .kind = IO_TRUNCATE, .descriptor = descriptor, .offset = length};
  ame_io_append_private(&target, NULL, 0);
  return is_good(&target, ame_io_appended()) ? 0 : -1;
}

/* Where the transaction would find the offset; -1: only the file itself knows,
 * after what is queued. */
static off_t base_of_seek(int descriptor, int whence) {
  struct stat status;
  if (whence == SEEK_SET)
    return 0;
  if (whence == SEEK_CUR) {
    const int64_t queued = ame_io_queued_offset(descriptor);
    if (queued >= 0 && !(fcntl(descriptor, F_GETFL) & O_APPEND))
      return queued;
  }
  if (ame_io_has_output_for(descriptor) || fstat(descriptor, &status) != 0)
    return -1;
  if (whence == SEEK_CUR)
    return lseek(descriptor, 0, SEEK_CUR);
  return whence == SEEK_END ? status.st_size : -1;
}

static off_t seek_now(int descriptor, off_t offset, int whence) {
  ame_io_make_it_now("call to lseek");
  return lseek(descriptor, offset, whence);
}

/* The offset moves at the commit; asking for it moves nothing. */
AME_WRAPPER(off_t, lseek, (int descriptor, off_t offset, int whence)) {
  if (!ame_active())
    return lseek(descriptor, offset, whence);
  if (!ame_io_is_open(descriptor))
    return -1;
  if (lseek(descriptor, 0, SEEK_CUR) < 0)
    return -1;
  if (ame_io_is_own(descriptor) && !ame_io_has_output_for(descriptor))
    return lseek(descriptor, offset, whence);
  if (!ame_io_is_regular(descriptor))
    return seek_now(descriptor, offset, whence);
  const off_t base = base_of_seek(descriptor, whence);
  if (base < 0)
    return seek_now(descriptor, offset, whence);
  off_t result;
  if (__builtin_add_overflow(base, offset, &result) || result < 0) {
    errno = EINVAL;
    return -1;
  }
  if (whence == SEEK_CUR && offset == 0)
    return result;
  const struct io_target target = {
      .kind = IO_SEEK, .descriptor = descriptor, .offset = result};
  ame_io_append_private(&target, NULL, 0);
  return is_good(&target, ame_io_appended()) ? result : -1;
}

/* --- results that must be real ------------------------------------------- */

static int append_plain(enum io_kind kind, int descriptor) {
  const struct io_target target = {.kind = kind, .descriptor = descriptor};
  ame_io_append_private(&target, NULL, 0);
  return is_good(&target, ame_io_appended()) ? 0 : -1;
}

static int sync_descriptor(int descriptor, int (*sync)(int), const char *site) {
  if (ame_active() && ame_options.io_assume)
    return ame_io_is_open(descriptor) && !failed_earlier(descriptor)
               ? append_plain(IO_SYNC, descriptor)
               : -1;
  if (ame_active())
    ame_io_make_it_now(site);
  return failed_earlier(descriptor) ? -1 : sync(descriptor);
}

AME_WRAPPER(int, fsync, (int descriptor)) {
  return sync_descriptor(descriptor, fsync, "call to fsync");
}
AME_WRAPPER(int, fdatasync, (int descriptor)) {
  return sync_descriptor(descriptor, fdatasync, "call to fdatasync");
}

static int close_now(int descriptor) {
  const bool failed = failed_earlier(descriptor);
  const int error = errno;
  const int result = close(descriptor);
  if (failed)
    errno = error;
  return failed ? -1 : result;
}

AME_WRAPPER(int, close, (int descriptor)) {
  int result;
  if (!ame_active())
    return close_now(descriptor);
  if (!ame_io_is_open(descriptor))
    return -1;
  const bool has_output = ame_io_has_output_for(descriptor);
  if (!has_output && ame_io_close_own(descriptor, &result))
    return result;
  if (has_output && !ame_options.io_assume)
    ame_io_make_it_now("call to close with queued output");
  if (ame_is_inevitable())
    return close_now(descriptor);
  result = failed_earlier(descriptor) ? -1 : 0;
  const int error = errno;
  append_plain(IO_CLOSE, descriptor);
  ame_io_note_closed(descriptor);
  errno = error;
  return result;
}

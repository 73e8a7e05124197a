/* Output through descriptors, and the file calls that are done at once.
 *
 * write and writev are queued and report success; what can be known now is
 * checked now (the descriptor is open for writing). close is queued unless
 * output for the descriptor is pending: then, and for fsync, the transaction
 * becomes inevitable so that the result is real. Questions about files (stat,
 * access, pread) are answered now: they consume nothing. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* An error that stuck to the descriptor; sets errno. */
static bool failed_earlier(int descriptor) {
  const struct io_target target = ame_io_to_descriptor(descriptor);
  const int error = ame_io_error_take(&target);
  if (error)
    errno = error;
  return error != 0;
}

static bool is_writable(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0)
    return false;
  if ((flags & O_ACCMODE) != O_RDONLY)
    return true;
  errno = EBADF;
  return false;
}

static bool appended(int descriptor) {
  const struct io_target target = ame_io_to_descriptor(descriptor);
  const int error = ame_io_appended();
  if (error) {
    ame_io_error_take(&target);
    errno = error;
  }
  return error == 0;
}

AME_WRAPPER(ssize_t, write, (int descriptor, const void *bytes, size_t size)) {
  if (failed_earlier(descriptor))
    return -1;
  if (!ame_active())
    return write(descriptor, bytes, size);
  if (!is_writable(descriptor))
    return -1;
  const struct io_target target = ame_io_to_descriptor(descriptor);
  ame_io_append(&target, bytes, size);
  return appended(descriptor) ? (ssize_t)size : -1;
}

AME_WRAPPER(ssize_t, writev,
            (int descriptor, const struct iovec *pieces, int count)) {
  if (failed_earlier(descriptor))
    return -1;
  if (!ame_active() || count < 0 || count > IOV_MAX)
    return writev(descriptor, pieces, count);
  if (!is_writable(descriptor))
    return -1;
  const struct io_target target = ame_io_to_descriptor(descriptor);
  ssize_t total = 0;
  for (int i = 0; i < count; i++) {
    struct iovec piece;
    __ame_read_copy(&piece, pieces + i, sizeof piece);
    ame_io_append(&target, piece.iov_base, piece.iov_len);
    total += (ssize_t)piece.iov_len;
  }
  return appended(descriptor) ? total : -1;
}

/* --- formatted
 * ---------------------------------------------------------------------- */

static int put_formatted(int descriptor, const char *format,
                         va_list arguments) {
  if (failed_earlier(descriptor))
    return -1;
  if (!ame_active())
    return vdprintf(descriptor, format, arguments);
  if (!is_writable(descriptor))
    return -1;
  const struct io_target target = ame_io_to_descriptor(descriptor);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  int length = ame_format(&text, format, arguments);
  if (length > 0) {
    ame_io_append(&target, text.bytes, text.length);
    if (!appended(descriptor))
      length = -1;
  }
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
  va_list arguments;
  va_start(arguments, format);
  const int length = put_formatted(descriptor, format, arguments);
  va_end(arguments);
  return length;
}
AME_WRAPPER(int, __dprintf_chk,
            (int descriptor, int flag, const char *format, ...)) {
  (void)flag;
  va_list arguments;
  va_start(arguments, format);
  const int length = put_formatted(descriptor, format, arguments);
  va_end(arguments);
  return length;
}

/* --- results that must be real
 * --------------------------------------------------------- */

AME_WRAPPER(int, fsync, (int descriptor)) {
  if (ame_active())
    __ame_inevitable("call to fsync");
  return failed_earlier(descriptor) ? -1 : fsync(descriptor);
}

AME_WRAPPER(int, fdatasync, (int descriptor)) {
  if (ame_active())
    __ame_inevitable("call to fdatasync");
  return failed_earlier(descriptor) ? -1 : fdatasync(descriptor);
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
  if (!ame_active())
    return close_now(descriptor);
  if (ame_io_has_output_for(descriptor))
    __ame_inevitable("call to close with pending output");
  if (ame_is_inevitable())
    return close_now(descriptor);
  if (fcntl(descriptor, F_GETFD) < 0)
    return -1;
  const struct io_target target = {.kind = IO_CLOSE, .descriptor = descriptor};
  ame_io_append(&target, NULL, 0);
  return failed_earlier(descriptor) ? -1 : 0;
}

/* --- questions
 * ----------------------------------------------------------------------------
 */

#define QUESTION_BY_PATH(name, type)                                           \
  AME_WRAPPER(int, name, (const char *path, struct type *answer)) {            \
    if (!ame_active())                                                         \
      return name(path, answer);                                               \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    struct type private_answer;                                                \
    const int result = name(ame_string_copy(path, PATH_MAX), &private_answer); \
    if (result == 0)                                                           \
      ame_store(answer, &private_answer, sizeof private_answer);               \
    ame_scratch_release(mark);                                                 \
    return result;                                                             \
  }
#define QUESTION_BY_DESCRIPTOR(name, type)                                     \
  AME_WRAPPER(int, name, (int descriptor, struct type *answer)) {              \
    if (!ame_active())                                                         \
      return name(descriptor, answer);                                         \
    if (ame_io_has_output_for(descriptor))                                     \
      __ame_inevitable("call to " #name " with pending output");               \
    struct type private_answer;                                                \
    const int result = name(descriptor, &private_answer);                      \
    if (result == 0)                                                           \
      ame_store(answer, &private_answer, sizeof private_answer);               \
    return result;                                                             \
  }

QUESTION_BY_PATH(stat, stat)
QUESTION_BY_PATH(lstat, stat)
QUESTION_BY_PATH(stat64, stat64)
QUESTION_BY_PATH(lstat64, stat64)
QUESTION_BY_DESCRIPTOR(fstat, stat)
QUESTION_BY_DESCRIPTOR(fstat64, stat64)

AME_WRAPPER(int, faccessat,
            (int directory, const char *path, int mode, int flags)) {
  if (!ame_active())
    return faccessat(directory, path, mode, flags);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const int result =
      faccessat(directory, ame_string_copy(path, PATH_MAX), mode, flags);
  ame_scratch_release(mark);
  return result;
}

AME_WRAPPER(int, access, (const char *path, int mode)) {
  if (!ame_active())
    return access(path, mode);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const int result = access(ame_string_copy(path, PATH_MAX), mode);
  ame_scratch_release(mark);
  return result;
}

static ssize_t read_at(int descriptor, void *bytes, size_t size, off_t offset) {
  if (!ame_active())
    return pread(descriptor, bytes, size, offset);
  if (ame_io_has_output_for(descriptor))
    __ame_inevitable("call to pread with pending output");
  const struct ame_scratch_mark mark = ame_scratch_mark();
  void *copy = ame_scratch_take(size);
  const ssize_t result = pread(descriptor, copy, size, offset);
  if (result > 0)
    ame_store(bytes, copy, (size_t)result);
  ame_scratch_release(mark);
  return result;
}

AME_WRAPPER(ssize_t, pread,
            (int descriptor, void *bytes, size_t size, off_t offset)) {
  return read_at(descriptor, bytes, size, offset);
}
AME_WRAPPER(ssize_t, pread64,
            (int descriptor, void *bytes, size_t size, off_t offset)) {
  return read_at(descriptor, bytes, size, offset);
}

/* Questions about files: answered now, because they consume nothing.
 *
 * Output that the transaction has queued for the file would change the answer:
 * then it becomes inevitable first, which hands the output over. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* True: the answer was changed by output that has only now gone out. */
static bool is_outdated(const struct stat *answer) {
  if (!ame_io_has_output_to_file(answer))
    return false;
  __ame_inevitable("a question about a file with queued output");
  return true;
}

static int ask_by_path(int (*ask)(const char *, struct stat *),
                       const char *path, struct stat *answer) {
  if (!ame_active())
    return ask(path, answer);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *name = ame_string_copy(path, PATH_MAX);
  struct stat own;
  int result = ask(name, &own);
  if (result == 0 && is_outdated(&own))
    result = ask(name, &own);
  if (result == 0)
    ame_store(answer, &own, sizeof own);
  ame_scratch_release(mark);
  return result;
}

AME_WRAPPER(int, stat, (const char *path, struct stat *answer)) {
  return ask_by_path(stat, path, answer);
}
AME_WRAPPER(int, lstat, (const char *path, struct stat *answer)) {
  return ask_by_path(lstat, path, answer);
}

AME_WRAPPER(int, fstat, (int descriptor, struct stat *answer)) {
  if (!ame_active())
    return fstat(descriptor, answer);
  struct stat own;
  if (ame_io_is_closed_here(descriptor)) {
    errno = EBADF;
    return -1;
  }
  int result = fstat(descriptor, &own);
  if (result == 0 && is_outdated(&own))
    result = fstat(descriptor, &own);
  if (result == 0)
    ame_store(answer, &own, sizeof own);
  return result;
}

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

AME_WRAPPER(ssize_t, pread,
            (int descriptor, void *bytes, size_t size, off_t offset)) {
  if (!ame_active())
    return pread(descriptor, bytes, size, offset);
  if (ame_io_is_closed_here(descriptor)) {
    errno = EBADF;
    return -1;
  }
  if (ame_io_has_output_for(descriptor))
    __ame_inevitable("call to pread with queued output");
  const struct ame_scratch_mark mark = ame_scratch_mark();
  void *copy = ame_scratch_take(size);
  const ssize_t result = pread(descriptor, copy, size, offset);
  if (result > 0)
    ame_store(bytes, copy, (size_t)result);
  ame_scratch_release(mark);
  return result;
}

/* Output through FILE: queued as bytes for the stream (io_formatted.c: what is
 * formatted first). The commit does the writing. A call on a stream whose earlier output failed after its commit
 * returns that error instead of doing anything. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <errno.h>
#include <stdio_ext.h>
#include <string.h>

bool ame_io_stream_failed_earlier(FILE *stream) {
  const struct io_target target = ame_io_to_stream(stream);
  return ame_io_failed_earlier(&target);
}

/* False and errno: output that went out at once failed. */
static bool is_good(const struct io_target *target, int error) {
  if (!error)
    return true;
  ame_io_error_drop(target);
  errno = error;
  return false;
}

/* What can be known now: false and errno when it is only read. */
static bool is_writable(FILE *stream) {
  if (!__fwritable(stream)) {
    errno = EBADF;
    return false;
  }
  if (ame_unlikely(ame_io_is_strict(fileno(stream))))
    __ame_inevitable("output to a strict stream");
  return true;
}

static bool put(FILE *stream, const void *bytes, size_t size) {
  const struct io_target target = ame_io_to_stream(stream);
  if (!is_writable(stream))
    return false;
  return is_good(&target, ame_io_append_all(&target, bytes, size));
}

bool ame_io_put_private(FILE *stream, const void *bytes, size_t size) {
  const struct io_target target = ame_io_to_stream(stream);
  if (!is_writable(stream))
    return false;
  ame_io_append_private(&target, bytes, size);
  return is_good(&target, ame_io_appended());
}

/* --- characters and strings ---------------------------------------------- */

static int put_character(int character, FILE *stream) {
  const unsigned char byte = (unsigned char)character;
  if (ame_io_stream_failed_earlier(stream))
    return EOF;
  if (!ame_active())
    return fputc(character, stream);
  return ame_io_put_private(stream, &byte, 1) ? byte : EOF;
}

AME_WRAPPER(int, fputc, (int character, FILE *stream)) {
  return put_character(character, stream);
}
AME_WRAPPER(int, putc, (int character, FILE *stream)) {
  return put_character(character, stream);
}
AME_WRAPPER(int, _IO_putc, (int character, FILE *stream)) {
  return put_character(character, stream);
}
AME_WRAPPER(int, putchar, (int character)) {
  return put_character(character, stdout);
}
AME_WRAPPER(int, fputs, (const char *string, FILE *stream)) {
  if (ame_io_stream_failed_earlier(stream))
    return EOF;
  if (!ame_active())
    return fputs(string, stream);
  return put(stream, string, ame_string_length(string, SIZE_MAX)) ? 1 : EOF;
}
AME_WRAPPER(int, puts, (const char *string)) {
  if (ame_io_stream_failed_earlier(stdout))
    return EOF;
  if (!ame_active())
    return puts(string);
  const struct io_target target = ame_io_to_stream(stdout);
  if (!is_writable(stdout))
    return EOF;
  ame_io_append(&target, string, ame_string_length(string, SIZE_MAX));
  return ame_io_put_private(stdout, "\n", 1) ? 1 : EOF;
}

AME_WRAPPER(size_t, fwrite,
            (const void *items, size_t size, size_t count, FILE *stream)) {
  size_t bytes;
  if (ame_io_stream_failed_earlier(stream))
    return 0;
  if (!ame_active())
    return fwrite(items, size, count, stream);
  if (__builtin_mul_overflow(size, count, &bytes)) {
    errno = EOVERFLOW;
    return 0;
  }
  return bytes != 0 && put(stream, items, bytes) ? count : 0;
}

/* --- messages ------------------------------------------------------------ */

static void put_message(const char *prefix, const char *message) {
  const struct io_target target = ame_io_to_stream(stderr);
  const size_t length = prefix ? ame_string_length(prefix, SIZE_MAX) : 0;
  if (length) {
    ame_io_append(&target, prefix, length);
    ame_io_append_private(&target, ": ", 2);
  }
  ame_io_append_private(&target, message, strlen(message));
  ame_io_put_private(stderr, "\n", 1);
}

AME_WRAPPER(void, perror, (const char *prefix)) {
  if (ame_active())
    put_message(prefix, strerror(errno));
  else
    perror(prefix);
}
AME_WRAPPER(void, psignal, (int number, const char *prefix)) {
  if (ame_active())
    put_message(prefix, strsignal(number));
  else
    fprintf(stderr, "%s%s%s\n", prefix ? prefix : "",
            prefix && *prefix ? ": " : "", strsignal(number));
}

/* --- flushing and closing ------------------------------------------------ */

AME_WRAPPER(int, fflush, (FILE * stream)) {
  const struct io_target target = {
      .kind = IO_FLUSH, .descriptor = -1, .stream = stream};
  if (stream && ame_io_stream_failed_earlier(stream))
    return EOF;
  if (!ame_active())
    return fflush(stream);
  ame_io_append_private(&target, NULL, 0);
  return is_good(&target, ame_io_appended()) ? 0 : EOF;
}

/* Its result must be real. One that this transaction has opened for reading has
 * nothing to lose. */
AME_WRAPPER(int, fclose, (FILE * stream)) {
  int result;
  if (ame_active() && ame_io_close_own_stream(stream, &result))
    return result;
  if (ame_active())
    __ame_inevitable("call to fclose");
  const bool failed = ame_io_stream_failed_earlier(stream);
  const int error = errno;
  result = fclose(stream);
  if (failed)
    errno = error;
  return failed ? EOF : result;
}

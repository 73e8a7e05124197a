/* Wide output: queued as bytes in the encoding of the locale, as libc would write
 * them. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* A stream that has begun with bytes takes no wide strings; libc lets single
 * characters pass. */
static bool is_refused(FILE *stream) {
  return ame_io_stream_failed_earlier(stream) ||
         (ame_active() && fwide(stream, 0) < 0);
}

static int put_formatted(FILE *stream, const wchar_t *format,
                         va_list arguments) {
  if (is_refused(stream))
    return -1;
  if (!ame_active())
    return vfwprintf(stream, format, arguments);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  int length = ame_format_wide(&text, format, arguments);
  if (length > 0 && !ame_io_put_private(stream, text.bytes, text.length))
    length = -1;
  ame_scratch_release(mark);
  return length;
}

#define PUT_FORMATTED(stream)                                                  \
  va_list arguments;                                                           \
  va_start(arguments, format);                                                 \
  const int length = put_formatted(stream, format, arguments);                 \
  va_end(arguments);                                                           \
  return length

AME_WRAPPER(int, vfwprintf,
            (FILE * stream, const wchar_t *format, va_list arguments)) {
  return put_formatted(stream, format, arguments);
}
AME_WRAPPER(int, vwprintf, (const wchar_t *format, va_list arguments)) {
  return put_formatted(stdout, format, arguments);
}
AME_WRAPPER(int, fwprintf, (FILE * stream, const wchar_t *format, ...)) {
  PUT_FORMATTED(stream);
}
AME_WRAPPER(int, wprintf, (const wchar_t *format, ...)) {
  PUT_FORMATTED(stdout);
}
AME_WRAPPER(int, __vfwprintf_chk,
            (FILE * stream, int flag, const wchar_t *format,
             va_list arguments)) {
  (void)flag;
  return put_formatted(stream, format, arguments);
}
AME_WRAPPER(int, __vwprintf_chk,
            (int flag, const wchar_t *format, va_list arguments)) {
  (void)flag;
  return put_formatted(stdout, format, arguments);
}
AME_WRAPPER(int, __fwprintf_chk,
            (FILE * stream, int flag, const wchar_t *format, ...)) {
  (void)flag;
  PUT_FORMATTED(stream);
}
AME_WRAPPER(int, __wprintf_chk, (int flag, const wchar_t *format, ...)) {
  (void)flag;
  PUT_FORMATTED(stdout);
}

/* --- characters and strings ---------------------------------------------- */

static wint_t put_character(wchar_t character, FILE *stream) {
  char bytes[MB_LEN_MAX];
  mbstate_t state = {0};
  if (ame_io_stream_failed_earlier(stream))
    return WEOF;
  if (!ame_active())
    return fputwc(character, stream);
  const size_t size = wcrtomb(bytes, character, &state);
  if (size == (size_t)-1 || !ame_io_put_private(stream, bytes, size))
    return WEOF;
  return (wint_t)character;
}

AME_WRAPPER(wint_t, fputwc, (wchar_t character, FILE *stream)) {
  return put_character(character, stream);
}
AME_WRAPPER(wint_t, putwc, (wchar_t character, FILE *stream)) {
  return put_character(character, stream);
}
AME_WRAPPER(wint_t, putwchar, (wchar_t character)) {
  return put_character(character, stdout);
}

AME_WRAPPER(int, fputws, (const wchar_t *string, FILE *stream)) {
  if (is_refused(stream))
    return EOF;
  if (!ame_active())
    return fputws(string, stream);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const wchar_t *copy = ame_wide_copy(string, SIZE_MAX);
  const size_t room = (wcslen(copy) + 1) * MB_LEN_MAX;
  char *bytes = ame_scratch_take(room);
  const size_t size = wcstombs(bytes, copy, room);
  const bool done =
      size != (size_t)-1 && ame_io_put_private(stream, bytes, size);
  ame_scratch_release(mark);
  return done ? 1 : EOF;
}

/* --- into memory --------------------------------------------------------- */

/* Like libc: what does not fit is cut off, and the result is an error. */
static int print(wchar_t *to, size_t size, size_t room, const wchar_t *format,
                 va_list arguments) {
  if (!ame_active())
    return vswprintf(to, size, format, arguments);
  if (size > room)
    ame_fatal("swprintf: buffer overflow detected");
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  int length = ame_format_wide(&text, format, arguments);
  if (length >= 0 && size) {
    wchar_t *wide = ame_scratch_take(((size_t)length + 1) * sizeof *wide);
    mbstowcs(wide, text.bytes, (size_t)length + 1);
    const size_t stored = (size_t)length < size ? (size_t)length : size - 1;
    wide[stored] = 0;
    ame_store(to, wide, (stored + 1) * sizeof *wide);
  }
  if ((size_t)length >= size)
    length = -1;
  ame_scratch_release(mark);
  return length;
}

#define WITH_ARGUMENTS(room)                                                   \
  va_list arguments;                                                           \
  va_start(arguments, format);                                                 \
  const int length = print(to, size, room, format, arguments);                 \
  va_end(arguments);                                                           \
  return length

AME_WRAPPER(int, vswprintf,
            (wchar_t * to, size_t size, const wchar_t *format,
             va_list arguments)) {
  return print(to, size, SIZE_MAX, format, arguments);
}
AME_WRAPPER(int, swprintf,
            (wchar_t * to, size_t size, const wchar_t *format, ...)) {
  WITH_ARGUMENTS(SIZE_MAX);
}
AME_WRAPPER(int, __vswprintf_chk,
            (wchar_t * to, size_t size, int flag, size_t room,
             const wchar_t *format, va_list arguments)) {
  (void)flag;
  return print(to, size, room, format, arguments);
}
AME_WRAPPER(int, __swprintf_chk,
            (wchar_t * to, size_t size, int flag, size_t room,
             const wchar_t *format, ...)) {
  (void)flag;
  WITH_ARGUMENTS(room);
}

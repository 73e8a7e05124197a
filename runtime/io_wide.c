/* Wide output: queued as bytes in the encoding of the locale, as libc would write
 * them. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

bool ame_io_takes_wide(FILE *stream) {
  return !ame_io_stream_failed_earlier(stream) &&
         (!ame_active() || fwide(stream, 0) >= 0);
}

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
  if (!ame_io_takes_wide(stream))
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

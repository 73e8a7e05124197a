/* Formatted output to streams, of bytes and of wide characters.
 *
 * The text is made now, with the arguments of now, in the encoding that the
 * stream gets; the commit does the writing. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <wchar.h>

/* `length` is the call's result unless the stream does not take the text. */
static int put_text(FILE *stream, const struct ame_text *text, int length,
                    struct ame_scratch_mark mark) {
  const bool done =
      length <= 0 || ame_io_put_private(stream, text->bytes, text->length);
  ame_scratch_release(mark);
  return done ? length : -1;
}

static int put(FILE *stream, const char *format, va_list arguments) {
  if (ame_io_stream_failed_earlier(stream))
    return -1;
  if (!ame_active())
    return vfprintf(stream, format, arguments);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  const int length = ame_format(&text, format, arguments);
  return put_text(stream, &text, length, mark);
}

static int put_wide(FILE *stream, const wchar_t *format, va_list arguments) {
  if (!ame_io_takes_wide(stream))
    return -1;
  if (!ame_active())
    return vfwprintf(stream, format, arguments);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  const int length = ame_format_wide(&text, format, arguments);
  return put_text(stream, &text, length, mark);
}

/* printf and its forms: to stdout or a stream, with arguments or a va_list,
 * plain or fortified. `w` stands before "printf" in their names. */
#define FORMS(w, character, put)                                               \
  AME_WRAPPER(int, vf##w##printf,                                              \
              (FILE * stream, const character *format, va_list arguments)) {   \
    return put(stream, format, arguments);                                     \
  }                                                                            \
  AME_WRAPPER(int, v##w##printf,                                               \
              (const character *format, va_list arguments)) {                  \
    return put(stdout, format, arguments);                                     \
  }                                                                            \
  AME_WRAPPER(int, f##w##printf,                                               \
              (FILE * stream, const character *format, ...)) {                 \
    AME_WITH_ARGUMENTS(put(stream, format, arguments));                        \
  }                                                                            \
  AME_WRAPPER(int, w##printf, (const character *format, ...)) {                \
    AME_WITH_ARGUMENTS(put(stdout, format, arguments));                        \
  }                                                                            \
  AME_WRAPPER(int, __vf##w##printf_chk,                                        \
              (FILE * stream, int flag, const character *format,               \
               va_list arguments)) {                                           \
    (void)flag;                                                                \
    return put(stream, format, arguments);                                     \
  }                                                                            \
  AME_WRAPPER(int, __v##w##printf_chk,                                         \
              (int flag, const character *format, va_list arguments)) {        \
    (void)flag;                                                                \
    return put(stdout, format, arguments);                                     \
  }                                                                            \
  AME_WRAPPER(int, __f##w##printf_chk,                                         \
              (FILE * stream, int flag, const character *format, ...)) {       \
    (void)flag;                                                                \
    AME_WITH_ARGUMENTS(put(stream, format, arguments));                        \
  }                                                                            \
  AME_WRAPPER(int, __##w##printf_chk,                                          \
              (int flag, const character *format, ...)) {                      \
    (void)flag;                                                                \
    AME_WITH_ARGUMENTS(put(stdout, format, arguments));                        \
  }

FORMS(, char, put)
FORMS(w, wchar_t, put_wide)

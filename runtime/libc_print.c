/* The snprintf family: formatting into memory. libc_format.c does the work. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* `size` as given to snprintf; `room` is what the fortified forms know. */
static int print(char *to, size_t size, size_t room, const char *format,
                 va_list arguments) {
  if (!ame_active())
    return vsnprintf(to, size, format, arguments);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  const int length = ame_format(&text, format, arguments);
  if (length >= 0 && size) {
    const size_t stored = text.length < size ? text.length : size - 1;
    if (stored >= room)
      ame_fatal("sprintf: buffer overflow detected");
    text.bytes[stored] = 0;
    ame_store(to, text.bytes, stored + 1);
  }
  ame_scratch_release(mark);
  return length;
}

static int print_allocated(char **result, const char *format,
                           va_list arguments) {
  if (!ame_active())
    return vasprintf(result, format, arguments);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  int length = ame_format(&text, format, arguments);
  char *memory = length < 0 ? NULL : __ame_libc_malloc(text.length + 1);
  if (memory) {
    ame_store(memory, text.bytes, text.length + 1);
    ame_store(result, &memory, sizeof memory);
  } else {
    length = -1;
  }
  ame_scratch_release(mark);
  return length;
}

/* vsprintf: libc is told the largest size it accepts outside a transaction. */
#define UNLIMITED ((size_t)0x7fffffff)

AME_WRAPPER(int, vsnprintf,
            (char *to, size_t size, const char *format, va_list arguments)) {
  return print(to, size, SIZE_MAX, format, arguments);
}
AME_WRAPPER(int, snprintf, (char *to, size_t size, const char *format, ...)) {
  AME_WITH_ARGUMENTS(print(to, size, SIZE_MAX, format, arguments));
}
AME_WRAPPER(int, vsprintf, (char *to, const char *format, va_list arguments)) {
  return print(to, UNLIMITED, SIZE_MAX, format, arguments);
}
AME_WRAPPER(int, sprintf, (char *to, const char *format, ...)) {
  AME_WITH_ARGUMENTS(print(to, UNLIMITED, SIZE_MAX, format, arguments));
}
AME_WRAPPER(int, vasprintf,
            (char **result, const char *format, va_list arguments)) {
  return print_allocated(result, format, arguments);
}
AME_WRAPPER(int, asprintf, (char **result, const char *format, ...)) {
  AME_WITH_ARGUMENTS(print_allocated(result, format, arguments));
}

AME_WRAPPER(int, __vsnprintf_chk,
            (char *to, size_t size, int flag, size_t room, const char *format,
             va_list arguments)) {
  (void)flag;
  return print(to, size, room, format, arguments);
}
AME_WRAPPER(int, __snprintf_chk,
            (char *to, size_t size, int flag, size_t room, const char *format,
             ...)) {
  (void)flag;
  AME_WITH_ARGUMENTS(print(to, size, room, format, arguments));
}
AME_WRAPPER(int, __vsprintf_chk,
            (char *to, int flag, size_t room, const char *format,
             va_list arguments)) {
  (void)flag;
  return print(to, UNLIMITED, room, format, arguments);
}
AME_WRAPPER(int, __sprintf_chk,
            (char *to, int flag, size_t room, const char *format, ...)) {
  (void)flag;
  AME_WITH_ARGUMENTS(print(to, UNLIMITED, room, format, arguments));
}
AME_WRAPPER(int, __vasprintf_chk,
            (char **result, int flag, const char *format, va_list arguments)) {
  (void)flag;
  return print_allocated(result, format, arguments);
}
AME_WRAPPER(int, __asprintf_chk,
            (char **result, int flag, const char *format, ...)) {
  (void)flag;
  AME_WITH_ARGUMENTS(print_allocated(result, format, arguments));
}

/* --- wide characters ------------------------------------------------------ */

/* Like libc: what does not fit is cut off, and the result is an error. */
static int print_wide(wchar_t *to, size_t size, size_t room,
                      const wchar_t *format, va_list arguments) {
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

AME_WRAPPER(int, vswprintf,
            (wchar_t * to, size_t size, const wchar_t *format,
             va_list arguments)) {
  return print_wide(to, size, SIZE_MAX, format, arguments);
}
AME_WRAPPER(int, swprintf,
            (wchar_t * to, size_t size, const wchar_t *format, ...)) {
  AME_WITH_ARGUMENTS(print_wide(to, size, SIZE_MAX, format, arguments));
}
AME_WRAPPER(int, __vswprintf_chk,
            (wchar_t * to, size_t size, int flag, size_t room,
             const wchar_t *format, va_list arguments)) {
  (void)flag;
  return print_wide(to, size, room, format, arguments);
}
AME_WRAPPER(int, __swprintf_chk,
            (wchar_t * to, size_t size, int flag, size_t room,
             const wchar_t *format, ...)) {
  (void)flag;
  AME_WITH_ARGUMENTS(print_wide(to, size, room, format, arguments));
}

/* Wide strings and multibyte conversion.
 *
 * Rarely hot: everything runs on private copies. A conversion state that the
 * caller leaves to libc is libc's own, per function, and not undone. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static size_t length_of(const wchar_t *string, size_t limit) {
  for (size_t length = 0; length < limit; length++) {
    wchar_t character;
    __ame_read_copy(&character, string + length, sizeof character);
    if (!character)
      return length;
  }
  return limit;
}

static wchar_t *copy_of(const wchar_t *string, size_t limit) {
  const size_t length = length_of(string, limit);
  wchar_t *copy = ame_scratch_take((length + 1) * sizeof *copy);
  __ame_read_copy(copy, string, length * sizeof *copy);
  copy[length] = 0;
  return copy;
}

/* --- copying
 * -------------------------------------------------------------------- */

static wchar_t *append(wchar_t *to, size_t offset, const wchar_t *from,
                       size_t limit) {
  const wchar_t end = 0;
  const size_t length = length_of(from, limit);
  __ame_memcpy(to + offset, from, length * sizeof *from);
  ame_store(to + offset + length, &end, sizeof end);
  return to;
}

AME_WRAPPER(size_t, wcslen, (const wchar_t *string)) {
  return length_of(string, SIZE_MAX);
}
AME_WRAPPER(size_t, wcsnlen, (const wchar_t *string, size_t limit)) {
  return length_of(string, limit);
}
AME_WRAPPER(wchar_t *, wcscpy, (wchar_t * to, const wchar_t *from)) {
  return append(to, 0, from, SIZE_MAX);
}
AME_WRAPPER(wchar_t *, wcscat, (wchar_t * to, const wchar_t *from)) {
  return append(to, length_of(to, SIZE_MAX), from, SIZE_MAX);
}
AME_WRAPPER(wchar_t *, wcsncpy,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  const size_t length = length_of(from, size);
  __ame_memcpy(to, from, length * sizeof *to);
  __ame_memset(to + length, 0, (size - length) * sizeof *to);
  return to;
}
AME_WRAPPER(wchar_t *, wmemcpy,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  __ame_memcpy(to, from, size * sizeof *to);
  return to;
}
AME_WRAPPER(wchar_t *, wmemmove,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  __ame_memmove(to, from, size * sizeof *to);
  return to;
}
AME_WRAPPER(wchar_t *, wmemset, (wchar_t * to, wchar_t value, size_t size)) {
  __ame_write_range(to, size * sizeof *to);
  return wmemset(to, value, size);
}

/* --- comparing and searching
 * ------------------------------------------------------- */

AME_WRAPPER(int, wcsncmp, (const wchar_t *a, const wchar_t *b, size_t limit)) {
  for (size_t i = 0; i < limit; i++) {
    wchar_t one, other;
    __ame_read_copy(&one, a + i, sizeof one);
    __ame_read_copy(&other, b + i, sizeof other);
    if (one != other)
      return one < other ? -1 : 1;
    if (!one)
      break;
  }
  return 0;
}
AME_WRAPPER(int, wcscmp, (const wchar_t *a, const wchar_t *b)) {
  return __ame_libc_wcsncmp(a, b, SIZE_MAX);
}
AME_WRAPPER(int, wmemcmp, (const wchar_t *a, const wchar_t *b, size_t size)) {
  for (size_t i = 0; i < size; i++) {
    wchar_t one, other;
    __ame_read_copy(&one, a + i, sizeof one);
    __ame_read_copy(&other, b + i, sizeof other);
    if (one != other)
      return one < other ? -1 : 1;
  }
  return 0;
}
AME_WRAPPER(wchar_t *, wmemchr,
            (const wchar_t *memory, wchar_t value, size_t size)) {
  for (size_t i = 0; i < size; i++) {
    wchar_t character;
    __ame_read_copy(&character, memory + i, sizeof character);
    if (character == value)
      return (wchar_t *)(uintptr_t)(memory + i);
  }
  return NULL;
}
AME_WRAPPER(wchar_t *, wcschr, (const wchar_t *string, wchar_t value)) {
  return __ame_libc_wmemchr(string, value, length_of(string, SIZE_MAX) + 1);
}
AME_WRAPPER(wchar_t *, wcsrchr, (const wchar_t *string, wchar_t value)) {
  wchar_t *last = NULL;
  for (size_t i = length_of(string, SIZE_MAX) + 1; i-- > 0 && !last;) {
    wchar_t character;
    __ame_read_copy(&character, string + i, sizeof character);
    if (character == value)
      last = (wchar_t *)(uintptr_t)(string + i);
  }
  return last;
}

/* --- multibyte
 * ------------------------------------------------------------------------ */

/* The bytes that a multibyte function may look at: to the terminator. */
static const char *bytes_of(const char *bytes, size_t limit) {
  return bytes ? ame_string_copy(bytes, limit) : NULL;
}

static void load_state(mbstate_t *own, const mbstate_t *state) {
  if (state)
    __ame_read_copy(own, state, sizeof *own);
}
static void store_state(mbstate_t *state, const mbstate_t *own) {
  if (state)
    ame_store(state, own, sizeof *own);
}

AME_WRAPPER(int, mbtowc, (wchar_t * to, const char *bytes, size_t size)) {
  if (!ame_active())
    return mbtowc(to, bytes, size);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  wchar_t character = 0;
  const int used = mbtowc(&character, bytes_of(bytes, size), size);
  if (to && bytes && used >= 0)
    ame_store(to, &character, sizeof character);
  ame_scratch_release(mark);
  return used;
}
AME_WRAPPER(int, mblen, (const char *bytes, size_t size)) {
  if (!ame_active())
    return mblen(bytes, size);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const int used = mblen(bytes_of(bytes, size), size);
  ame_scratch_release(mark);
  return used;
}
AME_WRAPPER(int, wctomb, (char *to, wchar_t character)) {
  char bytes[16];
  if (!to)
    return wctomb(NULL, character);
  const int length = wctomb(bytes, character);
  if (length > 0)
    ame_store(to, bytes, (size_t)length);
  return length;
}
AME_WRAPPER(size_t, mbrtowc,
            (wchar_t * to, const char *bytes, size_t size, mbstate_t *state)) {
  if (!ame_active())
    return mbrtowc(to, bytes, size, state);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  wchar_t character = 0;
  mbstate_t own;
  load_state(&own, state);
  const size_t used = mbrtowc(bytes ? &character : NULL, bytes_of(bytes, size),
                              size, state ? &own : NULL);
  store_state(state, &own);
  if (to && bytes && used <= size)
    ame_store(to, &character, sizeof character);
  ame_scratch_release(mark);
  return used;
}
AME_WRAPPER(size_t, mbrlen,
            (const char *bytes, size_t size, mbstate_t *state)) {
  static _Thread_local mbstate_t own_state;
  return __ame_libc_mbrtowc(NULL, bytes, size, state ? state : &own_state);
}
AME_WRAPPER(size_t, wcrtomb, (char *to, wchar_t character, mbstate_t *state)) {
  char bytes[16];
  mbstate_t own;
  load_state(&own, state);
  const size_t length =
      wcrtomb(to ? bytes : NULL, character, state ? &own : NULL);
  store_state(state, &own);
  if (to && length != (size_t)-1)
    ame_store(to, bytes, length);
  return length;
}
AME_WRAPPER(int, mbsinit, (const mbstate_t *state)) {
  mbstate_t own;
  load_state(&own, state);
  return state ? mbsinit(&own) : 1;
}
AME_WRAPPER(size_t, mbstowcs, (wchar_t * to, const char *bytes, size_t size)) {
  if (!ame_active())
    return mbstowcs(to, bytes, size);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *copy = ame_string_copy(bytes, SIZE_MAX);
  const size_t longest = strlen(copy) + 1;
  wchar_t *result =
      to ? ame_scratch_take((longest < size ? longest : size) * sizeof *to)
         : NULL;
  const size_t length = mbstowcs(result, copy, longest < size ? longest : size);
  if (to && length != (size_t)-1)
    ame_store(to, result, (length < size ? length + 1 : size) * sizeof *to);
  ame_scratch_release(mark);
  return length;
}
AME_WRAPPER(size_t, wcstombs, (char *to, const wchar_t *string, size_t size)) {
  if (!ame_active())
    return wcstombs(to, string, size);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const wchar_t *copy = copy_of(string, SIZE_MAX);
  const size_t longest = wcslen(copy) * 16 + 1;
  const size_t room = longest < size ? longest : size;
  char *result = to ? ame_scratch_take(room) : NULL;
  const size_t length = wcstombs(result, copy, room);
  if (to && length != (size_t)-1)
    ame_store(to, result, length < size ? length + 1 : size);
  ame_scratch_release(mark);
  return length;
}

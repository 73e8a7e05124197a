/* Wide strings and multibyte conversion.
 *
 * Rarely hot: everything runs on private copies. A conversion state that the
 * caller leaves to libc is libc's own, per function, and not undone. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* --- copying
 * -------------------------------------------------------------------- */

/* At most `limit` characters and a terminator; returns the latter's address. */
static wchar_t *copy(wchar_t *to, const wchar_t *from, size_t limit) {
  const wchar_t end = 0;
  const size_t length = ame_wide_length(from, limit);
  __ame_memcpy(to, from, length * sizeof *from);
  ame_store(to + length, &end, sizeof end);
  return to + length;
}

/* Pads with zeros up to `size`; returns the end of the text. */
static wchar_t *copy_padded(wchar_t *to, const wchar_t *from, size_t size) {
  const size_t length = ame_wide_length(from, size);
  __ame_memcpy(to, from, length * sizeof *to);
  __ame_memset(to + length, 0, (size - length) * sizeof *to);
  return to + length;
}

AME_WRAPPER(wchar_t *, wcscpy, (wchar_t * to, const wchar_t *from)) {
  copy(to, from, SIZE_MAX);
  return to;
}
AME_WRAPPER(wchar_t *, wcpcpy, (wchar_t * to, const wchar_t *from)) {
  return copy(to, from, SIZE_MAX);
}
AME_WRAPPER(wchar_t *, wcscat, (wchar_t * to, const wchar_t *from)) {
  copy(to + ame_wide_length(to, SIZE_MAX), from, SIZE_MAX);
  return to;
}
AME_WRAPPER(wchar_t *, wcsncat,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  copy(to + ame_wide_length(to, SIZE_MAX), from, size);
  return to;
}
AME_WRAPPER(wchar_t *, wcsncpy,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  copy_padded(to, from, size);
  return to;
}
AME_WRAPPER(wchar_t *, wcpncpy,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  return copy_padded(to, from, size);
}
AME_WRAPPER(wchar_t *, wmemcpy,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  __ame_memcpy(to, from, size * sizeof *to);
  return to;
}
AME_WRAPPER(wchar_t *, wmempcpy,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  __ame_memcpy(to, from, size * sizeof *to);
  return to + size;
}
AME_WRAPPER(wchar_t *, wmemmove,
            (wchar_t * to, const wchar_t *from, size_t size)) {
  __ame_memmove(to, from, size * sizeof *to);
  return to;
}
AME_WRAPPER(wchar_t *, wcsdup, (const wchar_t *string)) {
  const size_t size = (ame_wide_length(string, SIZE_MAX) + 1) * sizeof *string;
  wchar_t *duplicate = __ame_libc_malloc(size);
  if (duplicate)
    __ame_memcpy(duplicate, string, size);
  return duplicate;
}

/* --- searching
 * ------------------------------------------------------- */

/* Reads only as far as the character. */
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

AME_WRAPPER(wchar_t *, wcstok,
            (wchar_t * string, const wchar_t *delimiters, wchar_t **rest)) {
  const wchar_t end = 0;
  if (!ame_active())
    return wcstok(string, delimiters, rest);
  if (!string)
    __ame_read_copy(&string, rest, sizeof string);
  if (!string)
    return NULL;
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const wchar_t *set = ame_wide_copy(delimiters, SIZE_MAX);
  const wchar_t *text = ame_wide_copy(string, SIZE_MAX);
  const size_t skipped = wcsspn(text, set);
  const size_t length = wcscspn(text + skipped, set);
  wchar_t *token = length ? string + skipped : NULL, *after = NULL;
  if (length && text[skipped + length]) {
    after = token + length + 1;
    ame_store(token + length, &end, sizeof end);
  }
  ame_store(rest, &after, sizeof after);
  ame_scratch_release(mark);
  return token;
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
/* libc's own state is a new one for each call. */
AME_WRAPPER(int, mblen, (const char *bytes, size_t size)) {
  mbstate_t state = {0};
  if (!ame_active() || !bytes)
    return mblen(bytes, size);
  const size_t used = __ame_libc_mbrtowc(NULL, bytes, size, &state);
  return used >= (size_t)-2 ? -1 : (int)used;
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
/* --- multibyte strings ----------------------------------------------------- */

/* No character. */
#define WEOF_FILL ((wchar_t)-1)
#define CHARACTER_MAX ((size_t)MB_LEN_MAX)

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t to_wide(wchar_t *to, const char **source, size_t bytes,
                      size_t room, mbstate_t *state) {
  static _Thread_local mbstate_t hidden;
  const char *from;
  mbstate_t own;
  __ame_read_copy(&from, source, sizeof from);
  state = state ? state : &hidden;
  load_state(&own, state);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *copy = ame_string_copy(from, bytes), *at = copy;
  /* Without the terminator that only the copy has. */
  bytes = smaller(bytes, strlen(copy) + 1);
  wchar_t *result = to ? ame_scratch_take((bytes + 1) * sizeof *to) : NULL;
  if (to)
    wmemset(result, WEOF_FILL, bytes + 1);
  const size_t length =
      mbsnrtowcs(result, &at, bytes, smaller(room, bytes + 1), &own);
  if (to) {
    size_t written = 0;
    while (written <= bytes && result[written] != WEOF_FILL)
      written++;
    ame_store(to, result, smaller(written, room) * sizeof *to);
    from = at ? from + (at - copy) : NULL;
    ame_store(source, &from, sizeof from);
  }
  store_state(state, &own);
  ame_scratch_release(mark);
  return length;
}

static size_t to_bytes(char *to, const wchar_t **source, size_t characters,
                       size_t room, mbstate_t *state) {
  static _Thread_local mbstate_t hidden;
  const wchar_t *from;
  mbstate_t own;
  __ame_read_copy(&from, source, sizeof from);
  state = state ? state : &hidden;
  load_state(&own, state);
  const mbstate_t before = own;
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const wchar_t *copy = ame_wide_copy(from, characters), *at = copy;
  characters = smaller(characters, wcslen(copy) + 1);
  const size_t longest = smaller(room, characters * CHARACTER_MAX + 1);
  char *result = to ? ame_scratch_take(longest) : NULL;
  const size_t length = wcsnrtombs(result, &at, characters, longest, &own);
  if (to) {
    size_t written = length;
    if (length == (size_t)-1) { /* what came before the bad character */
      const wchar_t *again = copy;
      mbstate_t state_again = before;
      written = wcsnrtombs(result, &again, (size_t)(at - copy), longest,
                           &state_again);
    }
    ame_store(to, result, written + !at);
    from = at ? from + (at - copy) : NULL;
    ame_store(source, &from, sizeof from);
  }
  store_state(state, &own);
  ame_scratch_release(mark);
  return length;
}

AME_WRAPPER(size_t, mbsrtowcs,
            (wchar_t * to, const char **source, size_t room,
             mbstate_t *state)) {
  return ame_active() ? to_wide(to, source, SIZE_MAX, room, state)
                      : mbsrtowcs(to, source, room, state);
}
AME_WRAPPER(size_t, mbsnrtowcs,
            (wchar_t * to, const char **source, size_t bytes, size_t room,
             mbstate_t *state)) {
  return ame_active() ? to_wide(to, source, bytes, room, state)
                      : mbsnrtowcs(to, source, bytes, room, state);
}
AME_WRAPPER(size_t, wcsrtombs,
            (char *to, const wchar_t **source, size_t room,
             mbstate_t *state)) {
  return ame_active() ? to_bytes(to, source, SIZE_MAX, room, state)
                      : wcsrtombs(to, source, room, state);
}
AME_WRAPPER(size_t, wcsnrtombs,
            (char *to, const wchar_t **source, size_t characters, size_t room,
             mbstate_t *state)) {
  return ame_active() ? to_bytes(to, source, characters, room, state)
                      : wcsnrtombs(to, source, characters, room, state);
}

/* Without a position and a state to keep. */
AME_WRAPPER(size_t, mbstowcs, (wchar_t * to, const char *bytes, size_t size)) {
  mbstate_t state = {0};
  return ame_active() ? to_wide(to, &bytes, SIZE_MAX, size, &state)
                      : mbstowcs(to, bytes, size);
}
AME_WRAPPER(size_t, wcstombs, (char *to, const wchar_t *string, size_t size)) {
  mbstate_t state = {0};
  return ame_active() ? to_bytes(to, &string, SIZE_MAX, size, &state)
                      : wcstombs(to, string, size);
}

/* Copying strings, and cutting them into pieces.
 *
 * The source is measured first and copied afterwards: within one attempt both
 * see the same bytes. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>

/* string.h's basename leaves its argument alone, libgen.h's does not. */
#undef basename
extern char *gnu_basename(const char *path) __asm__("basename");

static void check(size_t size, size_t room, const char *name) {
  if (ame_unlikely(size > room))
    ame_fatal("%s: buffer overflow detected", name);
}

/* Copies at most `limit` characters and a terminator; returns the latter's
 * address. */
static char *copy(char *to, const char *from, size_t limit, size_t room,
                  const char *name) {
  const size_t length = ame_string_length(from, limit);
  check(length + 1, room, name);
  __ame_memcpy(to, from, length);
  ame_store(to + length, "", 1);
  return to + length;
}

/* strncpy: pads with zeros up to `size`; returns the end of the text. */
static char *copy_padded(char *to, const char *from, size_t size, size_t room,
                         const char *name) {
  const size_t length = ame_string_length(from, size);
  check(size, room, name);
  __ame_memcpy(to, from, length);
  __ame_memset(to + length, 0, size - length);
  return to + length;
}

static char *append(char *to, const char *from, size_t limit, size_t room,
                    const char *name) {
  const size_t length = ame_string_length(to, SIZE_MAX);
  check(length, room, name);
  copy(to + length, from, limit, room - length, name);
  return to;
}

AME_WRAPPER(size_t, strlen, (const char *string)) {
  return ame_active() ? ame_string_length(string, SIZE_MAX) : strlen(string);
}
AME_WRAPPER(size_t, strnlen, (const char *string, size_t limit)) {
  return ame_active() ? ame_string_length(string, limit)
                      : strnlen(string, limit);
}

AME_WRAPPER(char *, strcpy, (char *to, const char *from)) {
  if (!ame_active())
    return strcpy(to, from);
  copy(to, from, SIZE_MAX, SIZE_MAX, "strcpy");
  return to;
}
AME_WRAPPER(char *, stpcpy, (char *to, const char *from)) {
  return ame_active() ? copy(to, from, SIZE_MAX, SIZE_MAX, "stpcpy")
                      : stpcpy(to, from);
}
AME_WRAPPER(char *, strncpy, (char *to, const char *from, size_t size)) {
  if (!ame_active())
    return strncpy(to, from, size);
  copy_padded(to, from, size, SIZE_MAX, "strncpy");
  return to;
}
AME_WRAPPER(char *, stpncpy, (char *to, const char *from, size_t size)) {
  return ame_active() ? copy_padded(to, from, size, SIZE_MAX, "stpncpy")
                      : stpncpy(to, from, size);
}
AME_WRAPPER(char *, strcat, (char *to, const char *from)) {
  return ame_active() ? append(to, from, SIZE_MAX, SIZE_MAX, "strcat")
                      : strcat(to, from);
}
AME_WRAPPER(char *, strncat, (char *to, const char *from, size_t size)) {
  return ame_active() ? append(to, from, size, SIZE_MAX, "strncat")
                      : strncat(to, from, size);
}

AME_WRAPPER(char *, __strcpy_chk, (char *to, const char *from, size_t room)) {
  copy(to, from, SIZE_MAX, room, "strcpy");
  return to;
}
AME_WRAPPER(char *, __stpcpy_chk, (char *to, const char *from, size_t room)) {
  return copy(to, from, SIZE_MAX, room, "stpcpy");
}
AME_WRAPPER(char *, __strncpy_chk,
            (char *to, const char *from, size_t size, size_t room)) {
  copy_padded(to, from, size, room, "strncpy");
  return to;
}
AME_WRAPPER(char *, __stpncpy_chk,
            (char *to, const char *from, size_t size, size_t room)) {
  return copy_padded(to, from, size, room, "stpncpy");
}
AME_WRAPPER(char *, __strcat_chk, (char *to, const char *from, size_t room)) {
  return append(to, from, SIZE_MAX, room, "strcat");
}
AME_WRAPPER(char *, __strncat_chk,
            (char *to, const char *from, size_t size, size_t room)) {
  return append(to, from, size, room, "strncat");
}

/* The BSD forms return the length they tried to create. */
static size_t copy_bounded(char *to, const char *from, size_t size) {
  const size_t length = ame_string_length(from, SIZE_MAX);
  if (size)
    copy(to, from, size - 1, SIZE_MAX, "strlcpy");
  return length;
}
static size_t append_bounded(char *to, const char *from, size_t size) {
  const size_t length = ame_string_length(to, size);
  return length + copy_bounded(to + length, from, size - length);
}

AME_WRAPPER(size_t, strlcpy, (char *to, const char *from, size_t size)) {
  return copy_bounded(to, from, size);
}
AME_WRAPPER(size_t, strlcat, (char *to, const char *from, size_t size)) {
  return append_bounded(to, from, size);
}
AME_WRAPPER(size_t, __strlcpy_chk,
            (char *to, const char *from, size_t size, size_t room)) {
  check(size, room, "strlcpy");
  return copy_bounded(to, from, size);
}
AME_WRAPPER(size_t, __strlcat_chk,
            (char *to, const char *from, size_t size, size_t room)) {
  check(size, room, "strlcat");
  return append_bounded(to, from, size);
}

/* --- tokens
 * ---------------------------------------------------------------------- */

static char *load_pointer(char *const *from) {
  char *pointer;
  __ame_read_copy(&pointer, from, sizeof pointer);
  return pointer;
}

/* Ends the token that starts at `token`; returns where the next may start, or
 * NULL when the string ends there. */
static char *cut(char *token, const char *delimiters) {
  char *end = token + ame_string_span(token, delimiters, false);
  if (ame_string_length(end, 1) == 0)
    return NULL;
  ame_store(end, "", 1);
  return end + 1;
}

static char *next_token(char *string, const char *delimiters, char **rest) {
  string = string ? string : load_pointer(rest);
  char *token = string + ame_string_span(string, delimiters, true);
  const bool empty = ame_string_length(token, 1) == 0;
  char *after = empty ? token : cut(token, delimiters);
  if (!after)
    after = token + ame_string_length(token, SIZE_MAX);
  ame_store(rest, &after, sizeof after);
  return empty ? NULL : token;
}

AME_WRAPPER(char *, strtok_r,
            (char *string, const char *delimiters, char **rest)) {
  return ame_active() ? next_token(string, delimiters, rest)
                      : strtok_r(string, delimiters, rest);
}

/* What strtok remembers is the runtime's, so that it can be undone: the plain
 * function is defined here too (weak: a program's own comes first). */
static char *being_cut;
__attribute__((weak)) char *strtok(char *string, const char *delimiters) {
  return strtok_r(string, delimiters, &being_cut);
}
AME_WRAPPER(char *, strtok, (char *string, const char *delimiters)) {
  return __ame_libc_strtok_r(string, delimiters, &being_cut);
}

AME_WRAPPER(char *, strsep, (char **rest, const char *delimiters)) {
  if (!ame_active())
    return strsep(rest, delimiters);
  char *token = load_pointer(rest);
  if (!token)
    return NULL;
  char *after = cut(token, delimiters);
  ame_store(rest, &after, sizeof after);
  return token;
}

/* Tokens between commas, "name" or "name=value", looked up in a list. */
AME_WRAPPER(int, getsubopt,
            (char **rest, char *const *names, char **value)) {
  if (!ame_active())
    return getsubopt(rest, names, value);
  char *option = load_pointer(rest);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  char *copy = ame_string_copy(option, SIZE_MAX), *own_rest = copy, *own_value;
  const size_t length = strlen(copy);
  const int index = getsubopt(&own_rest, (char **)(uintptr_t)
                              __ame_call_texts(names), &own_value);
  char *after = option + (own_rest - copy);
  char *found = own_value ? option + (own_value - copy) : NULL;
  if (length)
    ame_store(option, copy, (size_t)(own_rest - copy));
  ame_store(rest, &after, sizeof after);
  ame_store(value, &found, sizeof found);
  ame_scratch_release(mark);
  return index;
}

/* --- paths
 * ---------------------------------------------------------------------------
 */

AME_WRAPPER(char *, basename, (const char *path)) {
  if (!ame_active())
    return gnu_basename(path);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *copied = ame_string_copy(path, SIZE_MAX);
  const size_t offset = (size_t)(gnu_basename(copied) - copied);
  ame_scratch_release(mark);
  return (char *)(uintptr_t)path + offset;
}

/* libgen.h's functions cut the path itself or return a constant. */
static char *edit_path(char *path, char *(*edit)(char *)) {
  if (!ame_active() || !path)
    return edit(path);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  char *copied = ame_string_copy(path, SIZE_MAX);
  const size_t size = strlen(copied) + 1;
  char *result = edit(copied);
  const bool inside = result >= copied && result < copied + size;
  if (inside)
    ame_store(path, copied, size);
  ame_scratch_release(mark);
  return inside ? path + (result - copied) : result;
}
AME_WRAPPER(char *, dirname, (char *path)) { return edit_path(path, dirname); }
AME_WRAPPER(char *, __xpg_basename, (char *path)) {
  return edit_path(path, __xpg_basename);
}

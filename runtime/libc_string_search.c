/* Comparing strings and searching in them.
 *
 * Comparison reads both strings stripe by stripe and stops at the first
 * difference. Searches read no further than they must. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <ctype.h>
#include <string.h>

/* --- comparison
 * ------------------------------------------------------------------ */

#define STRIPE ((size_t)1 << AME_STRIPE_SHIFT)

static int compare(const char *a, const char *b, size_t limit,
                   int (*compare_piece)(const char *, const char *, size_t)) {
  char a_piece[STRIPE], b_piece[STRIPE];
  while (limit) {
    const size_t size = ame_string_piece(b, ame_string_piece(a, limit));
    __ame_read_copy(a_piece, a, size);
    __ame_read_copy(b_piece, b, size);
    const int order = compare_piece(a_piece, b_piece, size);
    if (order || memchr(a_piece, 0, size))
      return order;
    a += size;
    b += size;
    limit -= size;
  }
  return 0;
}

AME_WRAPPER(int, strcmp, (const char *a, const char *b)) {
  return ame_active() ? compare(a, b, SIZE_MAX, strncmp) : strcmp(a, b);
}
AME_WRAPPER(int, strncmp, (const char *a, const char *b, size_t limit)) {
  return ame_active() ? compare(a, b, limit, strncmp) : strncmp(a, b, limit);
}
AME_WRAPPER(int, strcasecmp, (const char *a, const char *b)) {
  return ame_active() ? compare(a, b, SIZE_MAX, strncasecmp) : strcasecmp(a, b);
}
AME_WRAPPER(int, strncasecmp, (const char *a, const char *b, size_t limit)) {
  return ame_active() ? compare(a, b, limit, strncasecmp)
                      : strncasecmp(a, b, limit);
}

/* --- search
 * ------------------------------------------------------------------------- */

static char *translate(const char *string, const char *copy,
                       const char *found) {
  return found ? (char *)(uintptr_t)(string + (found - copy)) : NULL;
}

/* Reads only as far as the character or the terminator. */
static char *find_character(const char *string, int character, bool or_end) {
  char piece[STRIPE];
  for (size_t size;; string += size) {
    size = ame_string_piece(string, STRIPE);
    __ame_read_copy(piece, string, size);
    const char *end = memchr(piece, 0, size);
    const char *found = memchr(piece, character, size);
    if (found && (!end || found <= end))
      return translate(string, piece, found);
    if (end)
      return or_end ? translate(string, piece, end) : NULL;
  }
}

AME_WRAPPER(char *, strchr, (const char *string, int character)) {
  return ame_active() ? find_character(string, character, false)
                      : (char *)(uintptr_t)strchr(string, character);
}
AME_WRAPPER(char *, index, (const char *string, int character)) {
  return ame_active() ? find_character(string, character, false)
                      : (char *)(uintptr_t)strchr(string, character);
}
AME_WRAPPER(char *, strchrnul, (const char *string, int character)) {
  return ame_active() ? find_character(string, character, true)
                      : (char *)(uintptr_t)strchrnul(string, character);
}

static char *find_last(const char *string, int character) {
  if (!ame_active())
    return (char *)(uintptr_t)strrchr(string, character);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *copy = ame_string_copy(string, SIZE_MAX);
  char *found = translate(string, copy, strrchr(copy, character));
  ame_scratch_release(mark);
  return found;
}
AME_WRAPPER(char *, strrchr, (const char *string, int character)) {
  return find_last(string, character);
}
AME_WRAPPER(char *, rindex, (const char *string, int character)) {
  return find_last(string, character);
}

AME_WRAPPER(char *, strstr, (const char *string, const char *part)) {
  if (!ame_active())
    return (char *)(uintptr_t)strstr(string, part);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *copy = ame_string_copy(string, SIZE_MAX);
  char *found =
      translate(string, copy, strstr(copy, ame_string_copy(part, SIZE_MAX)));
  ame_scratch_release(mark);
  return found;
}

/* --- sets of characters
 * ------------------------------------------------------------- */

size_t ame_string_span(const char *string, const char *set, bool inside) {
  bool member[256] = {false};
  char piece[STRIPE];
  const struct ame_scratch_mark mark = ame_scratch_mark();
  for (const char *c = ame_string_copy(set, SIZE_MAX); *c; c++)
    member[(unsigned char)*c] = true;
  ame_scratch_release(mark);
  for (const char *at = string;;) {
    const size_t size = ame_string_piece(at, STRIPE);
    __ame_read_copy(piece, at, size);
    for (size_t i = 0; i < size; i++)
      if (!piece[i] || member[(unsigned char)piece[i]] != inside)
        return (size_t)(at - string) + i;
    at += size;
  }
}

AME_WRAPPER(size_t, strspn, (const char *string, const char *set)) {
  return ame_active() ? ame_string_span(string, set, true)
                      : strspn(string, set);
}
AME_WRAPPER(size_t, strcspn, (const char *string, const char *set)) {
  return ame_active() ? ame_string_span(string, set, false)
                      : strcspn(string, set);
}
AME_WRAPPER(char *, strpbrk, (const char *string, const char *set)) {
  if (!ame_active())
    return (char *)(uintptr_t)strpbrk(string, set);
  const char *at = string + ame_string_span(string, set, false);
  return ame_string_length(at, 1) ? (char *)(uintptr_t)at : NULL;
}

/* Comparing strings and searching in them.
 *
 * Comparison reads both strings stripe by stripe and stops at the first
 * difference. Searches run libc on private copies and translate the result. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <ctype.h>
#include <string.h>

/* --- comparison
 * ------------------------------------------------------------------ */

#define STRIPE ((size_t)1 << AME_STRIPE_SHIFT)

static size_t to_stripe_end(const char *at) {
  return STRIPE - ((uintptr_t)at & (STRIPE - 1));
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static int compare(const char *a, const char *b, size_t limit,
                   int (*compare_piece)(const char *, const char *, size_t)) {
  char a_piece[STRIPE], b_piece[STRIPE];
  while (limit) {
    const size_t size =
        smaller(smaller(to_stripe_end(a), to_stripe_end(b)), limit);
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

#define COMPARE_COPIES(name)                                                   \
  AME_WRAPPER(int, name, (const char *a, const char *b)) {                     \
    if (!ame_active())                                                         \
      return name(a, b);                                                       \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    const char *a_copy = ame_string_copy(a, SIZE_MAX);                         \
    const int order = name(a_copy, ame_string_copy(b, SIZE_MAX));              \
    ame_scratch_release(mark);                                                 \
    return order;                                                              \
  }
COMPARE_COPIES(strcoll)
COMPARE_COPIES(strverscmp)

AME_WRAPPER(size_t, strxfrm, (char *to, const char *from, size_t size)) {
  if (!ame_active())
    return strxfrm(to, from, size);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *copy = ame_string_copy(from, SIZE_MAX);
  char *result = ame_scratch_take(size + 1);
  const size_t length = strxfrm(result, copy, size);
  ame_store(to, result, length < size ? length + 1 : size);
  ame_scratch_release(mark);
  return length;
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
  for (;; string += to_stripe_end(string)) {
    const size_t size = to_stripe_end(string);
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

#define FIND_IN_COPIES(name)                                                   \
  AME_WRAPPER(char *, name, (const char *string, const char *other)) {         \
    if (!ame_active())                                                         \
      return (char *)(uintptr_t)name(string, other);                           \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    const char *copy = ame_string_copy(string, SIZE_MAX);                      \
    char *found =                                                              \
        translate(string, copy, name(copy, ame_string_copy(other, SIZE_MAX))); \
    ame_scratch_release(mark);                                                 \
    return found;                                                              \
  }
FIND_IN_COPIES(strstr)
FIND_IN_COPIES(strcasestr)
FIND_IN_COPIES(strpbrk)

#define SPAN_OF_COPIES(name)                                                   \
  AME_WRAPPER(size_t, name, (const char *string, const char *set)) {           \
    if (!ame_active())                                                         \
      return name(string, set);                                                \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    const char *copy = ame_string_copy(string, SIZE_MAX);                      \
    const size_t length = name(copy, ame_string_copy(set, SIZE_MAX));          \
    ame_scratch_release(mark);                                                 \
    return length;                                                             \
  }
SPAN_OF_COPIES(strspn)
SPAN_OF_COPIES(strcspn)

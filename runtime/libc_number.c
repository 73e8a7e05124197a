/* Numbers at the beginning of a string.
 *
 * strtol and its like get a private copy of what may belong to the number:
 * leading white space and the characters behind it that occur in numbers of
 * some locale, not the rest of a possibly long text. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

static bool may_belong(wint_t c) {
  return c >= 128 || isalnum((int)c) || (c && strchr("+-.,_()", (int)c));
}

#define NUMBER_COPY(name, character, is_space)                                 \
  const void *name(const void *string) {                                       \
    const character *from = string;                                            \
    size_t capacity = 64, length = 0;                                          \
    bool leading = true;                                                       \
    if (!string || !ame_active())                                              \
      return string;                                                           \
    character *copy = ame_scratch_take(capacity * sizeof *copy);               \
    for (;; length++) {                                                        \
      if (length + 1 == capacity) {                                            \
        capacity *= 2;                                                         \
        copy = memcpy(ame_scratch_take(capacity * sizeof *copy), copy,         \
                      length * sizeof *copy);                                  \
      }                                                                        \
      __ame_read_copy(copy + length, from + length, sizeof *copy);             \
      leading = leading && is_space(copy[length]);                             \
      if (!leading && !may_belong((wint_t)copy[length]))                       \
        break;                                                                 \
    }                                                                          \
    copy[length] = 0;                                                          \
    return copy;                                                               \
  }
NUMBER_COPY(__ame_call_number, unsigned char, isspace)
NUMBER_COPY(__ame_call_wide_number, wchar_t, iswspace)

/* The other way round, of a length that nobody knows before. */
AME_WRAPPER(char *, gcvt, (double number, int digits, char *to)) {
  char text[64];
  gcvt(number, digits, text);
  ame_store(to, text, strlen(text) + 1);
  return to;
}
AME_WRAPPER(char *, qgcvt, (long double number, int digits, char *to)) {
  char text[64];
  qgcvt(number, digits, text);
  ame_store(to, text, strlen(text) + 1);
  return to;
}

/* Numbers from strings.
 *
 * libc parses a private copy of what can belong to the number: leading white
 * space and the characters behind it that occur in numbers, not the rest of a
 * possibly long text. The end pointer is translated back. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <ctype.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static bool may_belong(char c, char decimal_point) {
  return isalnum((unsigned char)c) || c == '+' || c == '-' || c == '.' ||
         c == '_' || c == '(' || c == ')' || c == decimal_point;
}

/* Private copy of the longest prefix that may be a number. */
static char *copy_number(const char *string) {
  const char decimal_point = *localeconv()->decimal_point;
  size_t capacity = 64, length = 0;
  bool leading = true;
  char *copy = ame_scratch_take(capacity);
  for (;; length++) {
    if (length + 1 == capacity) {
      char *bigger = ame_scratch_take(2 * capacity);
      memcpy(bigger, copy, length);
      copy = bigger;
      capacity *= 2;
    }
    __ame_read_copy(copy + length, string + length, 1);
    leading = leading && isspace((unsigned char)copy[length]);
    if (!leading && !may_belong(copy[length], decimal_point))
      break;
  }
  copy[length] = 0;
  return copy;
}

static void store_end(const char *string, const char *copy, const char *end,
                      char **where) {
  const char *translated = string + (end - copy);
  if (where)
    ame_store(where, &translated, sizeof translated);
}

#define CONVERSION(type, name, real, parameters, arguments)                    \
  AME_WRAPPER(type, name, parameters) {                                        \
    if (!ame_active())                                                         \
      return real arguments;                                                   \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    const char *const original = string;                                       \
    char **const where = end;                                                  \
    char *private_end;                                                         \
    string = copy_number(original);                                            \
    end = &private_end;                                                        \
    const type value = real arguments;                                         \
    store_end(original, string, private_end, where);                           \
    ame_scratch_release(mark);                                                 \
    return value;                                                              \
  }
#define INTEGER(type, name, real)                                              \
  CONVERSION(type, name, real, (const char *string, char **end, int base),     \
             (string, end, base))
#define REAL(type, name)                                                       \
  CONVERSION(type, name, name, (const char *string, char **end), (string, end))

INTEGER(long, strtol, strtol)
INTEGER(unsigned long, strtoul, strtoul)
INTEGER(long long, strtoll, strtoll)
INTEGER(unsigned long long, strtoull, strtoull)
INTEGER(intmax_t, strtoimax, strtoimax)
INTEGER(uintmax_t, strtoumax, strtoumax)
REAL(float, strtof)
REAL(double, strtod)
REAL(long double, strtold)

/* What glibc's headers once made of strtol and strtod; `group` is always 0. */
CONVERSION(long, __strtol_internal, strtol,
           (const char *string, char **end, int base, int group),
           (string, end, ((void)group, base)))
CONVERSION(double, __strtod_internal, strtod,
           (const char *string, char **end, int group),
           (string, ((void)group, end)))

#define SIMPLE(type, name)                                                     \
  AME_WRAPPER(type, name, (const char *string)) {                              \
    if (!ame_active())                                                         \
      return name(string);                                                     \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    const type value = name(copy_number(string));                              \
    ame_scratch_release(mark);                                                 \
    return value;                                                              \
  }
SIMPLE(int, atoi)
SIMPLE(long, atol)
SIMPLE(long long, atoll)
SIMPLE(double, atof)

/* printf's formatting for transactions.
 *
 * The format is walked one directive at a time: strings are copied through
 * barriers, then libc formats the single directive with the private copy. So
 * the result is libc's own for every conversion, and libc never reads memory
 * that others may write. %n stores through a barrier. Formats with positional
 * arguments ("%2$s") cannot be walked in order: the transaction becomes
 * inevitable and libc formats the whole. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum length_modifier {
  L_NONE,
  L_HH,
  L_H,
  L_L,
  L_LL,
  L_J,
  L_Z,
  L_T,
  L_LONG_DOUBLE
};

#define SPECIFICATION_SIZE 64

struct directive {
  char text[SPECIFICATION_SIZE]; /* "%-8.3ls", stars replaced */
  size_t text_length;
  int precision; /* -1: none */
  enum length_modifier modifier;
  char conversion;
};

/* Passed by pointer: what one function takes, the next does not see again. */
struct arguments {
  va_list list;
};

/* --- text
 * ------------------------------------------------------------------------ */

void ame_text_init(struct ame_text *text) {
  text->capacity = 512;
  text->length = 0;
  text->bytes = ame_scratch_take(text->capacity);
  text->bytes[0] = 0;
}

static void make_room(struct ame_text *text, size_t more) {
  if (text->length + more < text->capacity)
    return;
  const size_t capacity = 2 * (text->length + more + 1);
  char *bytes = ame_scratch_take(capacity);
  memcpy(bytes, text->bytes, text->length + 1);
  text->bytes = bytes;
  text->capacity = capacity;
}

void ame_text_append(struct ame_text *text, const char *bytes, size_t size) {
  make_room(text, size);
  memcpy(text->bytes + text->length, bytes, size);
  text->length += size;
  text->bytes[text->length] = 0;
}

/* libc formats one directive at the end of the text. */
static bool append_directive(struct ame_text *text, const char *directive,
                             ...) {
  for (;;) {
    va_list list;
    const size_t room = text->capacity - text->length;
    va_start(list, directive);
    const int length =
        vsnprintf(text->bytes + text->length, room, directive, list);
    va_end(list);
    if (length < 0)
      return false;
    if ((size_t)length < room) {
      text->length += (size_t)length;
      return true;
    }
    make_room(text, (size_t)length + 1);
  }
}

/* --- parsing
 * ------------------------------------------------------------------------ */

static void add(struct directive *directive, char character) {
  if (directive->text_length + 1 < SPECIFICATION_SIZE)
    directive->text[directive->text_length++] = character;
}

static void add_number(struct directive *directive, int number) {
  char digits[16];
  snprintf(digits, sizeof digits, "%d", number);
  for (const char *digit = digits; *digit; digit++)
    add(directive, *digit);
}

static const char *parse_number(const char *at, int *number) {
  long value = 0;
  for (; *at >= '0' && *at <= '9'; at++)
    if (value < INT_MAX)
      value = value * 10 + (*at - '0');
  *number = value > INT_MAX ? INT_MAX : (int)value;
  return at;
}

static const char *parse_width(struct directive *directive, const char *at,
                               struct arguments *arguments) {
  int width = 0;
  if (*at == '*') {
    add_number(directive,
               va_arg(arguments->list, int)); /* "-8" is a flag too */
    return at + 1;
  }
  at = parse_number(at, &width);
  if (width)
    add_number(directive, width);
  return at;
}

static const char *parse_precision(struct directive *directive, const char *at,
                                   struct arguments *arguments) {
  directive->precision = -1;
  if (*at != '.')
    return at;
  if (*++at == '*') {
    directive->precision = va_arg(arguments->list, int);
    at++;
  } else if (*at == '-') {
    at = parse_number(at + 1, &directive->precision);
    directive->precision = -1;
  } else {
    at = parse_number(at, &directive->precision);
  }
  if (directive->precision < 0) {
    directive->precision = -1;
    return at;
  }
  add(directive, '.');
  add_number(directive, directive->precision);
  return at;
}

static const char *parse_modifier(struct directive *directive, const char *at) {
  static const struct {
    char text[3];
    enum length_modifier modifier;
  } table[] = {
      {"hh", L_HH},         {"ll", L_LL}, {"h", L_H}, {"l", L_L}, {"q", L_LL},
      {"L", L_LONG_DOUBLE}, {"j", L_J},   {"z", L_Z}, {"Z", L_Z}, {"t", L_T}};
  directive->modifier = L_NONE;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const size_t length = strlen(table[i].text);
    if (strncmp(at, table[i].text, length) != 0)
      continue;
    for (const char *c = table[i].text; *c; c++)
      add(directive, *c);
    directive->modifier = table[i].modifier;
    return at + length;
  }
  return at;
}

/* `at` is behind the '%'; returns what follows the conversion. */
static const char *parse_directive(struct directive *directive, const char *at,
                                   struct arguments *arguments) {
  directive->text_length = 0;
  add(directive, '%');
  for (; *at && strchr("-+ #0'I", *at); at++)
    add(directive, *at);
  at = parse_width(directive, at, arguments);
  at = parse_precision(directive, at, arguments);
  at = parse_modifier(directive, at);
  directive->conversion = *at;
  add(directive, *at);
  directive->text[directive->text_length] = 0;
  return *at ? at + 1 : at;
}

/* --- conversions
 * ---------------------------------------------------------------------- */

static bool append_integer(struct ame_text *text,
                           const struct directive *directive,
                           struct arguments *arguments) {
  switch (directive->modifier) {
  case L_L:
  case L_Z:
  case L_T:
    return append_directive(text, directive->text,
                            va_arg(arguments->list, long));
  case L_LL:
  case L_J:
  case L_LONG_DOUBLE:
    return append_directive(text, directive->text,
                            va_arg(arguments->list, long long));
  case L_NONE:
  case L_HH:
  case L_H:
    break;
  }
  return append_directive(text, directive->text, va_arg(arguments->list, int));
}

static bool append_real(struct ame_text *text,
                        const struct directive *directive,
                        struct arguments *arguments) {
  if (directive->modifier == L_LONG_DOUBLE)
    return append_directive(text, directive->text,
                            va_arg(arguments->list, long double));
  return append_directive(text, directive->text,
                          va_arg(arguments->list, double));
}

/* The limit counts wide characters: more than the precision needs, at most. */
static wchar_t *copy_wide(const wchar_t *string, size_t limit) {
  size_t length = 0;
  wchar_t character;
  for (; length < limit; length++) {
    __ame_read_copy(&character, string + length, sizeof character);
    if (!character)
      break;
  }
  wchar_t *copy = ame_scratch_take((length + 1) * sizeof *copy);
  __ame_read_copy(copy, string, length * sizeof *copy);
  copy[length] = 0;
  return copy;
}

static bool append_string(struct ame_text *text,
                          const struct directive *directive,
                          struct arguments *arguments) {
  const void *string = va_arg(arguments->list, void *);
  const size_t limit =
      directive->precision < 0 ? SIZE_MAX : (size_t)directive->precision;
  const bool wide = directive->modifier == L_L || directive->conversion == 'S';
  if (!string)
    return append_directive(text, directive->text, NULL);
  if (!wide && strcmp(directive->text, "%s") == 0) {
    const size_t length = ame_string_length(string, SIZE_MAX);
    make_room(text, length);
    __ame_read_copy(text->bytes + text->length, string, length);
    text->length += length;
    text->bytes[text->length] = 0;
    return true;
  }
  return append_directive(text, directive->text,
                          wide ? (void *)copy_wide(string, limit)
                               : ame_string_copy(string, limit));
}

static void store_length(const struct ame_text *text,
                         const struct directive *directive,
                         struct arguments *arguments) {
  static const size_t sizes[] = {
      [L_NONE] = 4, [L_HH] = 1, [L_H] = 2, [L_L] = 8,          [L_LL] = 8,
      [L_J] = 8,    [L_Z] = 8,  [L_T] = 8, [L_LONG_DOUBLE] = 8};
  const uint64_t length = text->length; /* little-endian: low bytes first */
  ame_store(va_arg(arguments->list, void *), &length,
            sizes[directive->modifier]);
}

static bool append_conversion(struct ame_text *text,
                              const struct directive *directive,
                              struct arguments *arguments) {
  switch (directive->conversion) {
  case 'd':
  case 'i':
  case 'o':
  case 'u':
  case 'x':
  case 'X':
  case 'b':
  case 'B':
    return append_integer(text, directive, arguments);
  case 'e':
  case 'E':
  case 'f':
  case 'F':
  case 'g':
  case 'G':
  case 'a':
  case 'A':
    return append_real(text, directive, arguments);
  case 'c':
  case 'C':
    return append_directive(text, directive->text,
                            va_arg(arguments->list, int));
  case 's':
  case 'S':
    return append_string(text, directive, arguments);
  case 'p':
    return append_directive(text, directive->text,
                            va_arg(arguments->list, void *));
  case 'n':
    store_length(text, directive, arguments);
    return true;
  case 0:
    errno = EINVAL;
    return false;
  default: /* "%%", "%m", and what libc prints as it stands */
    return append_directive(text, directive->text);
  }
}

/* --- the whole
 * ----------------------------------------------------------------------------
 */

static bool has_positions(const char *format) {
  for (const char *at = strchr(format, '%'); at; at = strchr(at + 1, '%')) {
    const char *end = at + 1 + strspn(at + 1, "0123456789");
    if (end != at + 1 && *end == '$')
      return true;
    if (at[1] == '%')
      at++;
  }
  return false;
}

static int format_inevitably(struct ame_text *text, const char *format,
                             struct arguments *arguments) {
  va_list again;
  __ame_inevitable("a format with positional arguments");
  va_copy(again, arguments->list);
  const int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  if (length < 0)
    return -1;
  make_room(text, (size_t)length + 1);
  vsnprintf(text->bytes + text->length, (size_t)length + 1, format,
            arguments->list);
  text->length += (size_t)length;
  return length;
}

static int format_all(struct ame_text *text, const char *format,
                      struct arguments *arguments) {
  const int saved_errno = errno; /* "%m" means the caller's */
  if (has_positions(format))
    return format_inevitably(text, format, arguments);
  for (const char *at = format; *at;) {
    const char *percent = strchrnul(at, '%');
    ame_text_append(text, at, (size_t)(percent - at));
    if (!*percent)
      break;
    struct directive directive;
    errno = saved_errno;
    at = parse_directive(&directive, percent + 1, arguments);
    if (!append_conversion(text, &directive, arguments))
      return -1;
  }
  errno = saved_errno;
  if (text->length > INT_MAX) {
    errno = EOVERFLOW;
    return -1;
  }
  return (int)text->length;
}

int ame_format(struct ame_text *text, const char *format, va_list arguments) {
  struct arguments own;
  va_copy(own.list, arguments);
  const int length = format_all(text, ame_string_copy(format, SIZE_MAX), &own);
  va_end(own.list);
  return length;
}

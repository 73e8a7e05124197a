/* printf's formatting for transactions.
 *
 * The format is walked one directive at a time: strings are copied through
 * barriers, then libc formats the single directive with the private copy. So
 * the result is libc's own for every conversion, and libc never reads memory
 * that others may write. %n stores through a barrier. A format with positions
 * ("%2$s") is walked twice: first for the types of its arguments.
 *
 * Wide formats are walked in the encoding of the locale, in which their output
 * will be. Only strings, characters and %n count differently there. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
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
  int width;     /* negative: to the left */
  int precision; /* -1: none */
  int position;  /* of its argument; 0: the next one */
  enum length_modifier modifier;
  char conversion;
};

enum argument_type { T_NONE, T_INT, T_LONG, T_REAL, T_LONG_REAL, T_POINTER };

union argument {
  int integer;
  long number;
  double real;
  long double long_real;
  void *pointer;
};

/* Passed by pointer: what one function takes, the next does not see again. */
struct arguments {
  va_list list;
  /* Formats with positions: arrays of NL_ARGMAX + 1 in scratch. */
  unsigned char *types;   /* being collected */
  union argument *values; /* when all types are known */
  bool is_wrong;          /* no such position */
};

/* --- arguments
 * ------------------------------------------------------------------- */

static union argument read_next(struct arguments *arguments,
                                enum argument_type type) {
  union argument value = {0};
  switch (type) {
  case T_NONE: /* a position that the format leaves out */
  case T_INT:
    value.integer = va_arg(arguments->list, int);
    break;
  case T_LONG:
    value.number = va_arg(arguments->list, long);
    break;
  case T_REAL:
    value.real = va_arg(arguments->list, double);
    break;
  case T_LONG_REAL:
    value.long_real = va_arg(arguments->list, long double);
    break;
  case T_POINTER:
    value.pointer = va_arg(arguments->list, void *);
    break;
  }
  return value;
}

static union argument take(struct arguments *arguments, int position,
                           enum argument_type type) {
  if (!arguments->types)
    return read_next(arguments, type);
  if (position <= 0 || position > NL_ARGMAX)
    arguments->is_wrong = true;
  else if (arguments->values)
    return arguments->values[position];
  else
    arguments->types[position] = (unsigned char)type;
  return (union argument){0};
}

/* --- text
 * ------------------------------------------------------------------------ */

void ame_text_init(struct ame_text *text) {
  text->capacity = 512;
  text->length = 0;
  text->is_wide = false;
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

/* "2$"; 0: there is none. */
static const char *parse_position(const char *at, int *position) {
  const char *end = parse_number(at, position);
  if (end != at && *end == '$')
    return end + 1;
  *position = 0;
  return at;
}

/* Behind a star. */
static const char *take_number(struct arguments *arguments, const char *at,
                               int *number) {
  int position;
  at = parse_position(at, &position);
  *number = take(arguments, position, T_INT).integer;
  return at;
}

static const char *parse_width(struct directive *directive, const char *at,
                               struct arguments *arguments) {
  if (*at == '*')
    at = take_number(arguments, at + 1, &directive->width);
  else
    at = parse_number(at, &directive->width);
  if (directive->width)
    add_number(directive, directive->width); /* "-8" is a flag too */
  return at;
}

static const char *parse_precision(struct directive *directive, const char *at,
                                   struct arguments *arguments) {
  directive->precision = -1;
  if (*at != '.')
    return at;
  if (*++at == '*') {
    at = take_number(arguments, at + 1, &directive->precision);
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
  bool left = false;
  directive->text_length = 0;
  at = parse_position(at, &directive->position);
  add(directive, '%');
  for (; *at && strchr("-+ #0'I", *at); at++) {
    add(directive, *at);
    left |= *at == '-';
  }
  at = parse_width(directive, at, arguments);
  if (left && directive->width > 0)
    directive->width = -directive->width;
  at = parse_precision(directive, at, arguments);
  at = parse_modifier(directive, at);
  directive->conversion = *at;
  add(directive, *at);
  directive->text[directive->text_length] = 0;
  return *at ? at + 1 : at;
}

/* --- conversions
 * ---------------------------------------------------------------------- */

static enum argument_type type_of(const struct directive *directive) {
  const enum length_modifier modifier = directive->modifier;
  switch (directive->conversion) {
  case 'd':
  case 'i':
  case 'o':
  case 'u':
  case 'x':
  case 'X':
  case 'b':
  case 'B':
    return modifier == L_NONE || modifier == L_HH || modifier == L_H ? T_INT
                                                                     : T_LONG;
  case 'e':
  case 'E':
  case 'f':
  case 'F':
  case 'g':
  case 'G':
  case 'a':
  case 'A':
    return modifier == L_LONG_DOUBLE ? T_LONG_REAL : T_REAL;
  case 'c':
  case 'C':
    return T_INT;
  case 's':
  case 'S':
  case 'p':
  case 'n':
    return T_POINTER;
  default:
    return T_NONE; /* "%%", "%m", and what libc prints as it stands */
  }
}

static bool append_value(struct ame_text *text,
                         const struct directive *directive,
                         enum argument_type type, union argument value) {
  switch (type) {
  case T_NONE:
    return append_directive(text, directive->text);
  case T_INT:
    return append_directive(text, directive->text, value.integer);
  case T_LONG:
    return append_directive(text, directive->text, value.number);
  case T_REAL:
    return append_directive(text, directive->text, value.real);
  case T_LONG_REAL:
    return append_directive(text, directive->text, value.long_real);
  case T_POINTER:
    break;
  }
  return append_directive(text, directive->text, value.pointer);
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

static bool is_wide(const struct directive *directive) {
  return directive->modifier == L_L || directive->conversion == 'S' ||
         directive->conversion == 'C';
}

static void append_spaces(struct ame_text *text, size_t count) {
  for (; count; count--)
    ame_text_append(text, " ", 1);
}

/* Width and precision count wide characters; libc's narrow functions would count
 * bytes. */
static bool append_wide(struct ame_text *text,
                        const struct directive *directive,
                        const wchar_t *string, size_t length) {
  const long width = directive->width;
  const size_t padded = (size_t)(width < 0 ? -width : width);
  const size_t spaces = padded > length ? padded - length : 0;
  mbstate_t state = {0};
  char bytes[MB_LEN_MAX];
  append_spaces(text, width > 0 ? spaces : 0);
  for (size_t i = 0; i < length; i++) {
    const size_t size = wcrtomb(bytes, string[i], &state);
    if (size == (size_t)-1)
      return false;
    ame_text_append(text, bytes, size);
  }
  append_spaces(text, width < 0 ? spaces : 0);
  return true;
}

/* At most `limit` characters of a string in the encoding of the locale. */
static wchar_t *widen(const char *string, size_t limit, size_t *length) {
  const char *from = ame_string_copy(
      string, limit > SIZE_MAX / MB_LEN_MAX ? limit : limit * MB_LEN_MAX);
  wchar_t *wide = ame_scratch_take((strlen(from) + 1) * sizeof *wide);
  mbstate_t state = {0};
  for (*length = 0; *length < limit && *from; (*length)++) {
    const size_t size = mbrtowc(&wide[*length], from, strlen(from), &state);
    if (size == (size_t)-1 || size == (size_t)-2) {
      errno = EILSEQ;
      return NULL;
    }
    from += size;
  }
  return wide;
}

static bool append_string_to_wide(struct ame_text *text,
                                  const struct directive *directive,
                                  const void *string, size_t limit) {
  size_t length;
  const wchar_t *wide;
  if (!string) {
    wide = limit < 6 ? L"" : L"(null)";
    length = wcslen(wide);
  } else if (is_wide(directive)) {
    wide = copy_wide(string, limit);
    length = wcslen(wide);
  } else {
    wide = widen(string, limit, &length);
  }
  return wide && append_wide(text, directive, wide, length);
}

static bool append_character_to_wide(struct ame_text *text,
                                     const struct directive *directive,
                                     int character) {
  const wint_t wide = is_wide(directive) ? (wint_t)character
                                         : btowc((unsigned char)character);
  const wchar_t string = (wchar_t)wide;
  if (wide == WEOF) {
    errno = EILSEQ;
    return false;
  }
  return append_wide(text, directive, &string, 1);
}

static bool append_string(struct ame_text *text,
                          const struct directive *directive,
                          const void *string) {
  const size_t limit =
      directive->precision < 0 ? SIZE_MAX : (size_t)directive->precision;
  const bool wide = is_wide(directive);
  if (text->is_wide)
    return append_string_to_wide(text, directive, string, limit);
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

/* In characters of the output. */
static size_t length_of(const struct ame_text *text) {
  return text->is_wide ? mbstowcs(NULL, text->bytes, 0) : text->length;
}

static void store_length(const struct ame_text *text,
                         const struct directive *directive, void *where) {
  static const size_t sizes[] = {
      [L_NONE] = 4, [L_HH] = 1, [L_H] = 2, [L_L] = 8,          [L_LL] = 8,
      [L_J] = 8,    [L_Z] = 8,  [L_T] = 8, [L_LONG_DOUBLE] = 8};
  const uint64_t length = length_of(text); /* little-endian: low bytes first */
  ame_store(where, &length, sizes[directive->modifier]);
}

static bool append_conversion(struct ame_text *text,
                              const struct directive *directive,
                              struct arguments *arguments) {
  const enum argument_type type = type_of(directive);
  union argument value = {0};
  if (type != T_NONE)
    value = take(arguments, directive->position, type);
  switch (directive->conversion) {
  case 's':
  case 'S':
    return append_string(text, directive, value.pointer);
  case 'c':
  case 'C':
    if (text->is_wide)
      return append_character_to_wide(text, directive, value.integer);
    break;
  case 'n':
    store_length(text, directive, value.pointer);
    return true;
  case 0:
    errno = EINVAL;
    return false;
  }
  return append_value(text, directive, type, value);
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

/* Types of all positions, then their values. */
static bool read_positions(const char *format, struct arguments *arguments) {
  struct directive directive;
  union argument *values = ame_scratch_take((NL_ARGMAX + 1) * sizeof *values);
  int last = NL_ARGMAX;
  arguments->types = memset(ame_scratch_take(NL_ARGMAX + 1), 0, NL_ARGMAX + 1);
  for (const char *at = strchrnul(format, '%'); *at;
       at = strchrnul(at, '%')) {
    at = parse_directive(&directive, at + 1, arguments);
    const enum argument_type type = type_of(&directive);
    if (type != T_NONE)
      take(arguments, directive.position, type);
  }
  while (last > 0 && arguments->types[last] == T_NONE)
    last--;
  for (int i = 1; i <= last; i++)
    values[i] = read_next(arguments, arguments->types[i]);
  arguments->values = values;
  if (arguments->is_wrong)
    errno = EINVAL;
  return !arguments->is_wrong;
}

static int format_all(struct ame_text *text, const char *format,
                      struct arguments *arguments) {
  const int saved_errno = errno; /* "%m" means the caller's */
  if (has_positions(format) && !read_positions(format, arguments))
    return -1;
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
  const size_t length = length_of(text);
  if (length > INT_MAX) {
    errno = EOVERFLOW;
    return -1;
  }
  return (int)length;
}

static int format_with(struct ame_text *text, const char *format,
                       va_list arguments) {
  struct arguments own = {0};
  va_copy(own.list, arguments);
  const int length = format_all(text, format, &own);
  va_end(own.list);
  return length;
}

int ame_format(struct ame_text *text, const char *format, va_list arguments) {
  return format_with(text, ame_string_copy(format, SIZE_MAX), arguments);
}

int ame_format_wide(struct ame_text *text, const wchar_t *format,
                    va_list arguments) {
  const wchar_t *from = ame_wide_copy(format, SIZE_MAX);
  const size_t size = (wcslen(from) + 1) * MB_LEN_MAX;
  char *copy = ame_scratch_take(size);
  text->is_wide = true;
  if (wcstombs(copy, from, size) == (size_t)-1)
    return -1;
  return format_with(text, copy, arguments);
}

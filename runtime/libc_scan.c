/* sscanf for transactions.
 *
 * The format is walked one directive at a time over a private copy of the
 * input: libc scans the directive into private memory and says how far it came
 * (%n), then exactly the bytes it produced are stored through barriers.
 * Positional arguments make the transaction inevitable. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct arguments {
  va_list list;
};

struct scan {
  const char *input; /* private */
  size_t length, at;
  struct arguments *arguments;
  int assigned;
  bool failed_at_end; /* input ended before the first conversion */
};

struct directive {
  char text[320]; /* "%12[a-z]%n" */
  bool suppressed, allocates;
  long width;    /* 0: none */
  char modifier; /* 'H' hh, 'h', 'l', 'q' ll, 'L', or 0 */
  char conversion;
};

/* --- parsing
 * ---------------------------------------------------------------------- */

static const char *parse_modifier(struct directive *directive, const char *at) {
  directive->modifier = 0;
  if (strncmp(at, "hh", 2) == 0) {
    directive->modifier = 'H';
    return at + 2;
  }
  if (strncmp(at, "ll", 2) == 0) {
    directive->modifier = 'q';
    return at + 2;
  }
  if (!*at || !strchr("hlLjztq", *at))
    return at;
  directive->modifier = strchr("jzt", *at) ? 'l' : *at;
  return at + 1;
}

static const char *end_of_set(const char *at) {
  at++;
  if (*at == '^')
    at++;
  if (*at == ']')
    at++;
  while (*at && *at != ']')
    at++;
  return at;
}

/* `percent` points at '%'; returns what follows, NULL if it is malformed. */
static const char *parse(struct directive *directive, const char *percent) {
  const char *at = percent + 1;
  directive->suppressed = *at == '*';
  at += directive->suppressed;
  char *after_width;
  directive->width =
      isdigit((unsigned char)*at) ? strtol(at, &after_width, 10) : 0;
  if (directive->width)
    at = after_width;
  directive->allocates = *at == 'm';
  const char *const m = at;
  at += directive->allocates;
  at = parse_modifier(directive, at);
  directive->conversion = *at;
  if (*at == '[')
    at = end_of_set(at);
  if (!*at)
    return NULL;
  at++;
  const size_t length = (size_t)(at - percent);
  if (length + 3 > sizeof directive->text)
    return NULL;
  /* Without the 'm': the private buffer is always large enough. */
  const size_t before_m = (size_t)(m - percent);
  memcpy(directive->text, percent, before_m);
  const size_t rest = length - before_m - directive->allocates;
  memcpy(directive->text + before_m, m + directive->allocates, rest);
  memcpy(directive->text + before_m + rest, "%n", 3);
  return at;
}

/* --- results
 * ------------------------------------------------------------------------ */

static bool is_text(char conversion) {
  return conversion && strchr("sSc[C", conversion) != NULL;
}

static size_t number_size(const struct directive *directive) {
  if (strchr("eEfFgGaA", directive->conversion))
    return directive->modifier == 'L'   ? sizeof(long double)
           : directive->modifier == 'l' ? sizeof(double)
                                        : sizeof(float);
  if (directive->conversion == 'p')
    return sizeof(void *);
  switch (directive->modifier) {
  case 'H':
    return 1;
  case 'h':
    return 2;
  case 'l':
  case 'q':
  case 'L':
    return 8;
  default:
    return 4;
  }
}

static size_t text_size(const struct directive *directive, const char *bytes) {
  const bool wide = directive->modifier == 'l' ||
                    directive->conversion == 'S' ||
                    directive->conversion == 'C';
  const size_t unit = wide ? sizeof(wchar_t) : 1;
  if (directive->conversion == 'c' || directive->conversion == 'C')
    return unit * (directive->width ? (size_t)directive->width : 1);
  return unit * ((wide ? wcslen((const wchar_t *)(const void *)bytes)
                       : strlen(bytes)) +
                 1);
}

static void store_result(struct scan *scan, const struct directive *directive,
                         const char *bytes) {
  const size_t size = is_text(directive->conversion)
                          ? text_size(directive, bytes)
                          : number_size(directive);
  void *destination = va_arg(scan->arguments->list, void *);
  if (directive->allocates) {
    void *memory = __ame_libc_malloc(size);
    ame_store(destination, &memory, sizeof memory);
    destination = memory;
  }
  if (destination)
    ame_store(destination, bytes, size);
}

/* --- one directive
 * -------------------------------------------------------------------- */

static void store_position(struct scan *scan,
                           const struct directive *directive) {
  const uint64_t position = scan->at; /* little-endian: low bytes first */
  if (!directive->suppressed)
    ame_store(va_arg(scan->arguments->list, void *), &position,
              number_size(directive));
}

/* False: the input does not match; scanning ends. */
static bool convert(struct scan *scan, const struct directive *directive) {
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *from = scan->input + scan->at;
  char *bytes =
      ame_scratch_take((scan->length - scan->at + 4) * sizeof(wchar_t) + 32);
  int consumed = -1;
  const int result = directive->suppressed
                         ? sscanf(from, directive->text, &consumed)
                         : sscanf(from, directive->text, bytes, &consumed);
  const bool matched = consumed >= 0;
  if (matched && !directive->suppressed) {
    store_result(scan, directive, bytes);
    scan->assigned++;
  }
  if (!matched)
    scan->failed_at_end = result == EOF;
  else
    scan->at += (size_t)consumed;
  ame_scratch_release(mark);
  return matched;
}

static bool skip_literal(struct scan *scan, char literal) {
  if (scan->at == scan->length)
    scan->failed_at_end = true;
  if (scan->input[scan->at] != literal || scan->at == scan->length)
    return false;
  scan->at++;
  return true;
}

static void skip_space(struct scan *scan) {
  while (isspace((unsigned char)scan->input[scan->at]))
    scan->at++;
}

/* Returns the rest of the format, NULL when scanning ends. */
static const char *step(struct scan *scan, const char *format) {
  struct directive directive;
  if (isspace((unsigned char)*format)) {
    skip_space(scan);
    return format + 1;
  }
  if (*format != '%')
    return skip_literal(scan, *format) ? format + 1 : NULL;
  const char *next = parse(&directive, format);
  if (!next)
    return NULL;
  if (directive.conversion == '%') {
    skip_space(scan);
    return skip_literal(scan, '%') ? next : NULL;
  }
  if (directive.conversion == 'n') {
    store_position(scan, &directive);
    return next;
  }
  return convert(scan, &directive) ? next : NULL;
}

/* --- the whole
 * -------------------------------------------------------------------------- */

static bool has_positions(const char *format) {
  for (const char *at = strchr(format, '%'); at; at = strchr(at + 1, '%')) {
    const size_t digits = strspn(at + 1, "0123456789");
    if (digits && at[1 + digits] == '$')
      return true;
  }
  return false;
}

static int scan_string(const char *input, const char *format,
                       va_list arguments) {
  if (!ame_active())
    return vsscanf(input, format, arguments);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  const char *at = ame_string_copy(format, SIZE_MAX);
  if (has_positions(at)) {
    __ame_inevitable("a scanf format with positional arguments");
    return vsscanf(input, format, arguments);
  }
  struct arguments own;
  va_copy(own.list, arguments);
  const char *copy = ame_string_copy(input, SIZE_MAX);
  struct scan scan = {.input = copy, .length = strlen(copy), .arguments = &own};
  while (at && *at)
    at = step(&scan, at);
  va_end(own.list);
  ame_scratch_release(mark);
  return scan.assigned == 0 && scan.failed_at_end ? EOF : scan.assigned;
}

#define SCAN_FUNCTIONS(name, vname)                                            \
  AME_WRAPPER(int, vname,                                                      \
              (const char *input, const char *format, va_list arguments)) {    \
    return scan_string(input, format, arguments);                              \
  }                                                                            \
  AME_WRAPPER(int, name, (const char *input, const char *format, ...)) {       \
    va_list arguments;                                                         \
    va_start(arguments, format);                                               \
    const int assigned = scan_string(input, format, arguments);                \
    va_end(arguments);                                                         \
    return assigned;                                                           \
  }
SCAN_FUNCTIONS(sscanf, vsscanf)

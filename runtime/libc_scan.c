/* scanf for transactions, of strings and of streams, narrow and wide.
 *
 * libc scans with a format of ours into private cells: texts of any length are
 * allocated by libc ('m'), numbers and characters go into cells that first get
 * what the destination holds. Then what was assigned, and nothing else, is
 * stored through barriers. All arguments of scanf are pointers, so the list of
 * cells is built by hand. Reading a stream makes the transaction inevitable.
 *
 * A narrow format is widened byte by byte: only its syntax is looked at. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum result_kind { R_NUMBER, R_CHARACTERS, R_TEXT, R_COUNT };

struct result {
  enum result_kind kind;
  bool allocates;  /* the program's own 'm' */
  size_t unit;     /* of texts: 1 or sizeof(wchar_t) */
  size_t size;     /* bytes to store; of texts: when scanned */
  size_t argument; /* which one it goes to */
  void *cell;
  void *destination;
};

struct scan {
  wchar_t *format; /* ours */
  struct result *results;
  size_t count, arguments;
};

/* --- the format ------------------------------------------------------------- */

static bool is_digit(wchar_t c) { return c >= L'0' && c <= L'9'; }

static size_t number_at(const wchar_t **at) {
  size_t value = 0;
  for (; is_digit(**at); ++*at)
    if (value < (1u << 20))
      value = value * 10 + (size_t)(**at - L'0');
  return value;
}

static size_t integer_size(const wchar_t *modifier, size_t length) {
  if (length == 0)
    return sizeof(int);
  if (*modifier == L'h')
    return length == 2 ? sizeof(char) : sizeof(short);
  return sizeof(long);
}

static size_t real_size(const wchar_t *modifier, size_t length) {
  return length == 0            ? sizeof(float)
         : *modifier == L'L'    ? sizeof(long double)
                                : sizeof(double);
}

static const wchar_t *end_of_set(const wchar_t *at) {
  at += at[0] == L'^';
  at += at[0] == L']';
  while (*at && *at != L']')
    at++;
  return at + (*at != 0);
}

static void describe(struct result *result, wchar_t conversion, size_t width,
                     const wchar_t *modifier, size_t length) {
  const bool wide = conversion == L'S' || conversion == L'C' ||
                    (length && *modifier == L'l');
  result->unit = wide ? sizeof(wchar_t) : 1;
  if (wcschr(L"sS[", conversion)) {
    result->kind = R_TEXT;
  } else if (wcschr(L"cC", conversion)) {
    result->kind = R_CHARACTERS;
    result->size = result->unit * (width ? width : 1);
  } else {
    result->kind = conversion == L'n' ? R_COUNT : R_NUMBER;
    result->size = wcschr(L"eEfFgGaA", conversion) ? real_size(modifier, length)
                   : conversion == L'p'            ? sizeof(void *)
                                        : integer_size(modifier, length);
  }
}

/* One directive, `at` behind its '%'. Writes ours to *to, adds its result. */
static const wchar_t *directive(struct scan *scan, const wchar_t *at,
                                wchar_t **to) {
  const wchar_t *start = at;
  size_t position = number_at(&at);
  if (position && *at == L'$')
    at++;
  else
    position = 0, at = start;
  const bool suppressed = *at == L'*';
  at += suppressed;
  while (*at == L'\'' || *at == L'I')
    at++;
  const size_t width = number_at(&at);
  const wchar_t *const before_m = at;
  const bool allocates = *at == L'm';
  at += allocates;
  const wchar_t *modifier = at;
  while (*at && wcschr(L"hlLqjztZ", *at))
    at++;
  const size_t length = (size_t)(at - modifier);
  const wchar_t conversion = *at;
  if (!conversion)
    return at;
  const wchar_t *const end = conversion == L'[' ? end_of_set(at + 1) : at + 1;
  *to = wmempcpy(*to, start, (size_t)(before_m - start));
  if (conversion != L'%' && !suppressed) {
    struct result *result = &scan->results[scan->count];
    result->allocates = allocates;
    result->argument = position ? position - 1 : scan->count;
    if (result->argument >= scan->arguments)
      scan->arguments = result->argument + 1;
    describe(result, conversion, width, modifier, length);
    scan->count++;
    if (result->kind == R_TEXT)
      *(*to)++ = L'm';
  }
  *to = wmempcpy(*to, modifier, (size_t)(end - modifier));
  return end;
}

static void parse(struct scan *scan, const wchar_t *format) {
  const size_t length = wcslen(format);
  wchar_t *to = ame_scratch_take((2 * length + 1) * sizeof *to);
  scan->format = to;
  scan->results = ame_scratch_take((length + 1) * sizeof *scan->results);
  memset(scan->results, 0, (length + 1) * sizeof *scan->results);
  scan->count = scan->arguments = 0;
  while (*format) {
    if ((*to++ = *format++) == L'%')
      format = directive(scan, format, &to);
  }
  *to = 0;
}

/* --- cells -------------------------------------------------------------------- */

/* The list that va_arg reads when the registers are used up. */
struct list_of_pointers {
  unsigned gp_offset, fp_offset;
  void **overflow_area;
  void *save_area;
};
_Static_assert(sizeof(struct list_of_pointers) == sizeof(va_list),
               "the va_list of x86-64");

static void make_cells(struct scan *scan, va_list arguments, va_list *cells) {
  void **pointers = ame_scratch_take((scan->arguments + 1) * sizeof *pointers);
  void **area = ame_scratch_take((scan->arguments + 1) * sizeof *area);
  for (size_t i = 0; i < scan->arguments; i++) {
    pointers[i] = va_arg(arguments, void *);
    area[i] = NULL;
  }
  for (size_t i = 0; i < scan->count; i++) {
    struct result *result = &scan->results[i];
    result->destination = pointers[result->argument];
    const size_t size = result->size > 16 ? result->size : 16;
    result->cell = area[result->argument] = ame_scratch_take(size);
    memset(result->cell, result->kind == R_COUNT ? -1 : 0, size);
    if (!result->allocates &&
        (result->kind == R_NUMBER || result->kind == R_CHARACTERS))
      __ame_read_copy(result->cell, result->destination, result->size);
  }
  const struct list_of_pointers list = {48, 176, area, NULL};
  memcpy(cells, &list, sizeof list);
}

/* Texts come out of libc's memory before any barrier may abort. */
static void take_texts(struct scan *scan, int assigned) {
  for (size_t i = 0; i < scan->count; i++) {
    struct result *result = &scan->results[i];
    if (result->kind == R_COUNT || assigned-- <= 0 || result->kind != R_TEXT)
      continue;
    char *text;
    memcpy(&text, result->cell, sizeof text);
    result->size =
        result->unit * ((result->unit == 1
                             ? strlen(text)
                             : wcslen((const wchar_t *)(const void *)text)) +
                        1);
    result->cell = memcpy(ame_scratch_take(result->size), text, result->size);
    free(text);
  }
}

static bool is_reached(const struct result *count) {
  static const char never[sizeof(long)] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return memcmp(count->cell, never, count->size) != 0;
}

static void store(const struct result *result) {
  void *destination = result->destination;
  if (result->allocates) {
    void *memory = __ame_libc_malloc(result->size);
    ame_store(destination, &memory, sizeof memory);
    destination = memory;
  }
  if (destination)
    ame_store(destination, result->cell, result->size);
}

static void store_results(const struct scan *scan, int assigned) {
  for (size_t i = 0; i < scan->count; i++) {
    const struct result *result = &scan->results[i];
    if (result->kind == R_COUNT ? is_reached(result) : assigned-- > 0)
      store(result);
  }
}

/* --- the functions -------------------------------------------------------------- */

static wchar_t *widened(const char *format) {
  const char *copy = ame_string_copy(format, SIZE_MAX);
  const size_t length = strlen(copy);
  wchar_t *wide = ame_scratch_take((length + 1) * sizeof *wide);
  for (size_t i = 0; i <= length; i++)
    wide[i] = (unsigned char)copy[i];
  return wide;
}

static const char *narrowed(const wchar_t *format) {
  const size_t length = wcslen(format);
  char *narrow = ame_scratch_take(length + 1);
  for (size_t i = 0; i <= length; i++)
    narrow[i] = (char)format[i];
  return narrow;
}

/* `own_format`, `own_source`: how the private copies are made. `call`: libc's
 * function with them and the list `cells`. */
#define SCAN(vname, source_type, character, format_copy, format_back,          \
             own_source, call)                                                 \
  AME_WRAPPER(int, vname,                                                      \
              (source_type source, const character *format,                    \
               va_list arguments)) {                                           \
    if (!ame_active())                                                         \
      return vname(source, format, arguments);                                 \
    own_source;                                                                \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    struct scan scan;                                                          \
    va_list cells, given;                                                      \
    parse(&scan, format_copy);                                                 \
    va_copy(given, arguments);                                                 \
    make_cells(&scan, given, &cells);                                          \
    va_end(given);                                                             \
    const character *own_format = format_back;                                 \
    const int assigned = call;                                                 \
    take_texts(&scan, assigned);                                               \
    store_results(&scan, assigned);                                            \
    ame_scratch_release(mark);                                                 \
    return assigned;                                                           \
  }
#define VARIADIC(name, vname, source_type, character)                          \
  AME_WRAPPER(int, name,                                                       \
              (source_type source, const character *format, ...)) {            \
    AME_WITH_ARGUMENTS(__ame_libc_##vname(source, format, arguments));         \
  }
#define OF_INPUT(name, vname, fname, character)                                \
  AME_WRAPPER(int, vname, (const character *format, va_list arguments)) {      \
    return __ame_libc_##fname(stdin, format, arguments);                       \
  }                                                                            \
  AME_WRAPPER(int, name, (const character *format, ...)) {                     \
    AME_WITH_ARGUMENTS(__ame_libc_##fname(stdin, format, arguments));          \
  }

SCAN(vsscanf, const char *, char, widened(format), narrowed(scan.format), ,
     vsscanf(ame_string_copy(source, SIZE_MAX), own_format, cells))
SCAN(vswscanf, const wchar_t *, wchar_t, ame_wide_copy(format, SIZE_MAX),
     scan.format, ,
     vswscanf(ame_wide_copy(source, SIZE_MAX), own_format, cells))
SCAN(vfscanf, FILE *, char, widened(format), narrowed(scan.format),
     __ame_inevitable("call to fscanf"), vfscanf(source, own_format, cells))
SCAN(vfwscanf, FILE *, wchar_t, ame_wide_copy(format, SIZE_MAX), scan.format,
     __ame_inevitable("call to fwscanf"), vfwscanf(source, own_format, cells))
VARIADIC(sscanf, vsscanf, const char *, char)
VARIADIC(swscanf, vswscanf, const wchar_t *, wchar_t)
VARIADIC(fscanf, vfscanf, FILE *, char)
VARIADIC(fwscanf, vfwscanf, FILE *, wchar_t)
OF_INPUT(scanf, vscanf, vfscanf, char)
OF_INPUT(wscanf, vwscanf, vfwscanf, wchar_t)

/* --- lines ------------------------------------------------------------------------ */

/* The program's buffer grows as by realloc. */
static ssize_t get_line(char **line, size_t *size, int delimiter,
                        FILE *stream) {
  char *own = NULL, *buffer;
  size_t own_size = 0, room;
  __ame_inevitable("call to getline");
  const ssize_t length = getdelim(&own, &own_size, delimiter, stream);
  __ame_read_copy(&buffer, line, sizeof buffer);
  __ame_read_copy(&room, size, sizeof room);
  const size_t need = length < 0 ? 1 : (size_t)length + 1;
  if (!buffer || room < need) {
    room = own_size > need ? own_size : need;
    buffer = __ame_libc_realloc(buffer, room);
    ame_store(line, &buffer, sizeof buffer);
    ame_store(size, &room, sizeof room);
  }
  if (length >= 0)
    ame_store(buffer, own, need);
  free(own);
  return length;
}

AME_WRAPPER(ssize_t, getdelim,
            (char **line, size_t *size, int delimiter, FILE *stream)) {
  return ame_active() ? get_line(line, size, delimiter, stream)
                      : getdelim(line, size, delimiter, stream);
}
AME_WRAPPER(ssize_t, getline, (char **line, size_t *size, FILE *stream)) {
  return ame_active() ? get_line(line, size, '\n', stream)
                      : getline(line, size, stream);
}

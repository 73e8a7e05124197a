/* AME_OPTIONS=key=value:key=value, read once before the first transaction.
 *
 * The keys stand in options.def. An unknown key or a value that does not parse
 * is reported on stderr and otherwise ignored: a program never fails to start
 * because of an option. "help=1" (or just "help") prints the table. Values
 * cannot contain a colon. A set-user-id program ignores the variable, because
 * options name files to be written. */
#include "io.h"

#include <errno.h>
#include <mimalloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind { flag, number, bytes, text };

struct option {
  const char *key;
  enum kind kind;
  size_t offset;
  const char *default_text, *meaning;
};

static const struct option table[] = {
#define AME_OPTION(key, kind, value, meaning)                                  \
  {#key, kind, offsetof(struct ame_options, key), #value, meaning},
#include "options.def"
#undef AME_OPTION
};
enum { OPTION_COUNT = sizeof table / sizeof *table };

struct ame_options ame_options = {
#define AME_OPTION(key, kind, value, meaning) .key = (value),
#include "options.def"
#undef AME_OPTION
};

static void complain(const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  dprintf(STDERR_FILENO, "ame: warning: AME_OPTIONS: %s\n", line);
}

static void print_help(void) {
  dprintf(STDERR_FILENO, "ame: AME_OPTIONS=key=value:key=value\n");
  for (size_t i = 0; i < OPTION_COUNT; i++)
    dprintf(STDERR_FILENO, "  %-14s %s [%s]\n", table[i].key, table[i].meaning,
            table[i].default_text);
}

static unsigned unit_shift(char unit) {
  switch (unit) {
  case 'k':
  case 'K':
    return 10;
  case 'm':
  case 'M':
    return 20;
  case 'g':
  case 'G':
    return 30;
  default:
    return 0;
  }
}

static bool parse_number(const char *value, bool units, uint64_t max,
                         uint64_t *result) {
  if (*value < '0' || *value > '9')
    return false;
  char *end;
  errno = 0;
  const unsigned long long parsed = strtoull(value, &end, 10);
  const unsigned shift = units ? unit_shift(*end) : 0;
  if (shift)
    end++;
  if (errno || *end || parsed > (max >> shift))
    return false;
  *result = (uint64_t)parsed << shift;
  return true;
}

static bool assign(const struct option *option, const char *value) {
  char *field = (char *)&ame_options + option->offset;
  uint64_t parsed;
  switch (option->kind) {
  case flag:
    if (!parse_number(value, false, 1, &parsed))
      return false;
    *(bool *)field = parsed != 0;
    return true;
  case number:
    if (!parse_number(value, false, UINT32_MAX, &parsed) || parsed == 0)
      return false;
    *(uint32_t *)field = (uint32_t)parsed;
    return true;
  case bytes:
    if (!parse_number(value, true, INT64_MAX, &parsed))
      return false;
    *(uint64_t *)field = parsed;
    return true;
  case text:
    if (!*value)
      return false;
    *(const char **)field = value; /* the copy of the variable is kept */
    return true;
  }
  return false;
}

static void set(const char *key, const char *value) {
  if (strcmp(key, "help") == 0) {
    print_help();
    return;
  }
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    if (strcmp(key, table[i].key) != 0)
      continue;
    if (!assign(&table[i], value))
      complain("bad value '%s' for '%s' (%s)", value, key, table[i].meaning);
    return;
  }
  complain("unknown key '%s' (AME_OPTIONS=help lists them)", key);
}

AME_HIDDEN void ame_options_parse(char *variable) {
  char *rest = variable, *item;
  while ((item = strsep(&rest, ":")) != NULL) {
    if (!*item)
      continue;
    char *value = strchr(item, '=');
    if (value)
      *value++ = '\0';
    set(item, value ? value : "1");
  }
}

void ame_statistics_report_at_exit(void);

void ame_options_init(void) {
  const char *variable = secure_getenv("AME_OPTIONS");
  if (variable && *variable) {
    char *copy = mi_strdup(variable);
    if (copy)
      ame_options_parse(copy);
  }
  if (ame_options.io_fault)
    ame_io_fault_parse(ame_options.io_fault);
  ame_options.counts_regions =
      ame_options.stats_regions && (ame_options.stats || ame_options.stats_file);
  ame_options.watched = ame_options.counts_regions || ame_options.force_aborts != 0;
  ame_verify_init();
  if (ame_options.stats || ame_options.stats_file)
    atexit(ame_statistics_report_at_exit);
}

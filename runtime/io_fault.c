/* Faults on purpose: writes of committed output that fail or stay short.
 *
 * AME_OPTIONS=io_fault=WHAT[@DESCRIPTOR]/N[,...] makes every Nth system call
 * that hands output over fail with WHAT (EIO, ENOSPC, EPIPE, EINTR, EAGAIN), or
 * take one byte only (short). Programs that test themselves set a hook of their
 * own. The hook is called by the thread that has the turn, so never by two. */
#define _GNU_SOURCE
#include "io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ame_io_fault_hook *ame_io_fault;

enum { MOST_RULES = 8 };

static const struct {
  const char *name;
  int error;
} names[] = {{"EIO", EIO},     {"ENOSPC", ENOSPC}, {"EPIPE", EPIPE},
             {"EINTR", EINTR}, {"EAGAIN", EAGAIN}, {"EDQUOT", EDQUOT},
             {"EFBIG", EFBIG}, {"short", 0}};

static struct rule {
  int error;
  int descriptor; /* -1: any */
  unsigned long every, count;
} rules[MOST_RULES];
static size_t rule_count;

static ssize_t follow_rules(int descriptor, size_t size) {
  for (size_t i = 0; i < rule_count; i++) {
    struct rule *rule = &rules[i];
    if (rule->descriptor >= 0 && rule->descriptor != descriptor)
      continue;
    if (++rule->count % rule->every != 0)
      continue;
    return rule->error ? -rule->error : 1;
  }
  return (ssize_t)size;
}

static bool parse_rule(const char *text, struct rule *rule) {
  const size_t length = strcspn(text, "@/");
  char *end = (char *)text + length;
  rule->descriptor = -1;
  if (*end == '@')
    rule->descriptor = (int)strtol(end + 1, &end, 10);
  if (*end != '/')
    return false;
  rule->every = strtoul(end + 1, &end, 10);
  if (*end || rule->every == 0)
    return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strlen(names[i].name) == length &&
        strncmp(names[i].name, text, length) == 0) {
      rule->error = names[i].error;
      return true;
    }
  return false;
}

void ame_io_fault_parse(const char *plan) {
  char copy[256], *rest = copy, *item;
  if (strlen(plan) >= sizeof copy)
    return;
  strcpy(copy, plan);
  while ((item = strsep(&rest, ",")) != NULL) {
    if (rule_count < MOST_RULES && parse_rule(item, &rules[rule_count]))
      rule_count++;
    else
      dprintf(STDERR_FILENO,
              "ame: warning: AME_OPTIONS: io_fault: bad rule '%s' "
              "(ERROR[@DESCRIPTOR]/N, e.g. EIO@1/3)\n",
              item);
  }
  if (rule_count)
    ame_io_fault = follow_rules;
}

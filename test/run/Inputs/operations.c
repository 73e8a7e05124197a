#include "operations.h"
#include <stddef.h>
#include <string.h>

int total;

int add(int x) {
  total += x;
  return total;
}

static int hidden(int x) { return total -= x; }
int subtract(int x) { return hidden(x); }

static const struct named table[] = {{"add", add}, {"subtract", subtract}};

const struct named *by_name(const char *name) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (strcmp(table[i].name, name) == 0)
      return &table[i];
  return NULL;
}

int apply(operation *run, int x) { return run(x); }

// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O1 %s -o %t.O1 && %ame_run %t.O1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %ame_cc -Os %s -o %t.Os && %ame_run %t.Os | FileCheck %s
// RUN: %ame_cc -O2 -g %s -o %t.O2g && %ame_run %t.O2g | FileCheck %s
// RUN: %ame_cc -O0 -g %s -o %t.O0g && %ame_run %t.O0g | FileCheck %s
// RUN: %ame_cc -O2 -flto %s -o %t.O2flto && %ame_run %t.O2flto | FileCheck %s
// RUN: %ame_cc -O2 -flto=thin %s -o %t.O2fltothin && %ame_run %t.O2fltothin | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: memory is allocated, grown, shrunk and freed in transactions that
// abort once; what was freed by the aborted attempt is still there.
#include "second_attempt.h"
#include <stdint.h>
#include <string.h>

struct item {
  struct item *next;
  char *name;
};

static struct item *list;
static char *grown;

static void push(const char *name) {
  struct item *item = malloc(sizeof *item);
  item->name = strdup(name);
  item->next = list;
  list = item;
}

static void pop(void) {
  struct item *item = list;
  list = item->next;
  free(item->name);
  free(item);
}

static void change(void) {
  void *aligned = NULL;
  second_attempt_prepare();
  AME_ATOMIC {
    size_t zeros = 0;
    char *zeroed = calloc(100, 3);
    pop();
    pop();
    push("d");
    push("e");
    pop();
    grown = realloc(grown, 5000);
    memset(grown + 6, 'y', 4993);
    grown[4999] = 0;
    for (int i = 0; i < 300; i++)
      zeros += zeroed[i] == 0;
    free(zeroed);
    if (posix_memalign(&aligned, 256, 100) != 0)
      abort();
    memset(aligned, 1, 100);
    if (zeros != 300 || (uintptr_t)aligned % 256 != 0)
      abort();
    second_attempt_force();
    free(aligned);
    free(NULL);
    grown = realloc(grown, 10);
    grown[9] = 0;
  }
  second_attempt_check();
}

int main(void) {
  push("a");
  push("b");
  push("c");
  grown = malloc(7);
  strcpy(grown, "xxxxxx");
  change();
  // CHECK: d a
  for (struct item *item = list; item; item = item->next)
    printf("%s%s", item->name, item->next ? " " : "\n");
  // CHECK-NEXT: xxxxxxyyy
  puts(grown);
  while (list)
    pop();
  free(grown);
  return 0;
}

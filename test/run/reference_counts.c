// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O1 %s -o %t.O1 && %ame_run %t.O1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: reference counts: changes are undone by an abort, tests of the count
// are exact, the object dies once, at zero.
#include "second_attempt.h"

struct object {
  int count AME_REFCOUNT;
  int value;
};

static int destroyed;
static struct object *shared;

static void drop(struct object *object) {
  if (--object->count == 0) {
    destroyed++;
    free(object);
  }
}

static struct object *make(int value) {
  struct object *object = malloc(sizeof *object);
  object->count = 1;
  object->value = value;
  return object;
}

static void run(void) {
  int seen = 0, owner = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    struct object *captured = make(2);
    captured->count++;
    drop(captured);
    drop(captured); /* destroyed 1 */
    shared->count += 3;
    drop(shared);
    seen = shared->count;
    drop(shared);
    drop(shared);
    owner = shared->count == 1;
    second_attempt_force();
  }
  second_attempt_check();
  // CHECK: seen 3, owner 1, destroyed 1
  printf("seen %d, owner %d, destroyed %d\n", seen, owner, destroyed);
}

int main(void) {
  AME_ATOMIC { shared = make(1); }
  run();
  AME_ATOMIC {
    drop(shared);
    shared = NULL;
  }
  // CHECK-NEXT: destroyed 2
  printf("destroyed %d\n", destroyed);
  return 0;
}

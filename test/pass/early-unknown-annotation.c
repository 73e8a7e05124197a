// Intent: a misspelled annotation is an error at its line, with and without -g;
// annotations of others are left alone.
// RUN: not %ame_cc -O0 -c %s -o %t.o 2>&1 | FileCheck %s -DFILE=%s
// RUN: not %ame_cc -O2 -g -c %s -o %t.o 2>&1 | FileCheck %s -DFILE=%s
#include <ame/ame.h>

// CHECK-DAG: [[FILE]]:[[# @LINE + 1]]:{{.*}}error: annotation 'ame.gobal' on 'shared' is not one of ame's for variables
__attribute__((annotate("ame.gobal"))) int shared;

// CHECK-DAG: [[FILE]]:[[# @LINE + 1]]:{{.*}}error: annotation 'ame.saef' on function 'f' is not one of ame's for functions
__attribute__((annotate("ame.saef"))) int f(void) { return 1; }

struct object {
  // CHECK-DAG: [[FILE]]:[[# @LINE + 1]]:{{.*}}error: annotation 'ame.imutable' is not one of ame's for fields
  __attribute__((annotate("ame.imutable"))) int x;
  __attribute__((annotate("other"))) int y;
};
int get(struct object *o) { return o->x + o->y; }

// CHECK-DAG: [[FILE]]:[[# @LINE + 1]]:{{.*}}error: AME_DEFER: 'late' must return void
AME_DEFER int late(void) { return 1; }

// CHECK-DAG: [[FILE]]:[[# @LINE + 1]]:{{.*}}error: AME_WRAP: 'wrong' must have the type of 'put'
AME_WRAP(put) int wrong(int x) { return x; }
void put(const char *text) {}

struct tiny {
  AME_REFCOUNT char count;
};
// CHECK-DAG: [[FILE]]:[[# @LINE + 1]]:{{.*}}error: AME_REFCOUNT: the field must be an integer of 4 or 8 bytes
void increment(struct tiny *t) { t->count++; }

// CHECK-NOT: 'other'

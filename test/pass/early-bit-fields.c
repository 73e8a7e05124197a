// Intent: an annotation on a bit-field, which clang does not pass on, draws a warning at its line
// where the debug information shows it; other fields do not.
// RUN: %ame_cc -g -O1 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %ame_cc -O1 -c %s -o %t.o 2>&1 | FileCheck %s --allow-empty --check-prefix=NONE
// NONE-NOT: warning
#include <ame/ame.h>

struct object {
  unsigned flags : 3;
  // CHECK: warning: {{.*}}early-bit-fields.c:[[# @LINE + 1]]: 'count' is a bit-field, on which 'ame.refcount' has no effect{{.*}} [ame-bit-field]
  unsigned count : 20 AME_REFCOUNT;
  // CHECK: warning: {{.*}}early-bit-fields.c:[[# @LINE + 1]]: 'type' is a bit-field, on which 'ame.immutable' has no effect{{.*}} [ame-bit-field]
  unsigned type : 2 AME_IMMUTABLE;
  long plain AME_REFCOUNT;
};
// CHECK-NOT: 'plain'

void change(struct object *o) {
  AME_ATOMIC {
    o->count++;
    o->plain++;
    o->flags = o->type;
  }
}

// Intent: a fact that both of two accesses have survives when the optimiser makes
// one of them (LLVM drops metadata that it does not know); one that only the
// other one has does not come along.
// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O2 -g -S -emit-llvm %s -o - | FileCheck %s
#include <ame/ame.h>

struct object {
  long kind AME_IMMUTABLE;
  long size;
};
struct other {
  long kind, size;
};
long sink;

// Read twice, before and after a call that nothing is known about.
// CHECK-LABEL: define {{.*}}@twice.ame(
// CHECK-NOT: acquire
// CHECK: ret i64
long twice(const struct object *o) {
  long sum = o->kind;
  __asm__ volatile("" : "+r"(sum));
  return sum + o->kind;
}

// In both branches: hoisted or sunk.
// CHECK-LABEL: define {{.*}}@branches.ame(
// CHECK-NOT: acquire
// CHECK: ret i64
long branches(const struct object *o, int c) {
  return c ? o->kind * 3 : o->kind + 7;
}

// Only one of the branches knows it.
// CHECK-LABEL: define {{.*}}@one_branch.ame(
// CHECK: acquire
// CHECK: ret i64
long one_branch(const void *o, int c) {
  return c ? ((const struct object *)o)->kind * 3
           : ((const struct other *)o)->kind + 7;
}

// Intent: a fact that both of two accesses have survives when the optimiser makes
// one of them (LLVM drops metadata that it does not know); one that only the
// other one has does not come along. Accesses to untracked fields are not merged
// with others at all.
// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s --implicit-check-not=unordered
// RUN: %ame_cc -O2 -g -S -emit-llvm %s -o - | FileCheck %s --implicit-check-not=unordered
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

struct entry {
  long used, hash;
};
struct text {
  long length;
  unsigned char bytes[8];
  long hash AME_NOTRACK;
};

// A load in each branch: one has a barrier, the other one has none.
// CHECK-LABEL: define {{.*}}@untracked_in_one_branch.ame(
// CHECK-NOT: {{phi|select}} {{.*}}ptr
// CHECK-COUNT-1: load atomic i32{{.*}} acquire
// CHECK-NOT: acquire
// CHECK: ret i64
long untracked_in_one_branch(const void *o, int c) {
  return c ? ((const struct text *)o)->hash : ((const struct entry *)o)->hash;
}

// CHECK-LABEL: define {{.*}}@untracked_stores.ame(
// CHECK-NOT: {{phi|select}} {{.*}}ptr
// CHECK: ret void
void untracked_stores(void *o, int c, long hash) {
  if (c)
    ((struct text *)o)->hash = hash;
  else
    ((struct entry *)o)->hash = hash;
}

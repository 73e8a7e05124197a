// Intent: what the language promises about pointers ends at a block's borders:
// another thread may have changed the memory. And a promise about reads inside
// (an invariant load) does not take a barrier away.
// RUN: %clang -O2 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -S -emit-llvm %s -o - | FileCheck %s
#include <ame/ame.h>

// CHECK-LABEL: define {{.*}}@twice(
// CHECK: call i32 @__ame_begin(
// CHECK: load atomic i32, ptr %{{.*}} acquire
// CHECK: call void @__ame_commit{{(_owing)?}}()
// CHECK: call i32 @__ame_begin(
// CHECK: load atomic i32, ptr %{{.*}} acquire
// CHECK: call void @__ame_commit{{(_owing)?}}()
int twice(int *restrict p, int *restrict q) {
  int sum = 0;
  AME_ATOMIC { sum += *p; }
  AME_ATOMIC { sum += *p; }
  return sum;
}

// A write before the second block is not forwarded into it.
// CHECK-LABEL: define {{.*}}@kept(
// CHECK: call void @__ame_commit{{(_owing)?}}()
// CHECK: call i32 @__ame_begin(
// CHECK: load atomic i32, ptr %{{.*}} acquire
// CHECK: call void @__ame_commit{{(_owing)?}}()
int kept(int *restrict p) {
  int seen = 0;
  AME_ATOMIC { *p = 3; }
  AME_ATOMIC { seen = *p; }
  return seen;
}

// In a clone the parameters' promises are gone, too.
// CHECK-LABEL: define internal {{.*}}@helper.ame(
// CHECK-NOT: noalias
// CHECK: {
__attribute__((noinline)) int helper(int *restrict p, int *restrict q) {
  *q = *p + 1;
  return *p;
}

// Intent: a function that touches only its own locals, constants and what it is
// given has no clone and may be inlined; one that reads or writes anything else,
// through an argument, too, or calls one that does, has a clone.
// RUN: %clang -D__AME__ -I%ame_include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s
// RUN: %clang -O2 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ -I%ame_include -Rpass=ame -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: remark: 'square' touches no shared memory: called as it is
// REMARK-NOT: 'reads'
#include <ame/ame.h>
#include <math.h>

static const int table[4] = {1, 2, 3, 4};
int global;
int unknown(int);

__attribute__((noinline)) int square(int x) { return x * x; }
int looks_up(int i) {
  int copy[4];
  for (int j = 0; j < 4; j++)
    copy[j] = table[j] + square(i);
  return copy[i & 3];
}
double root(double x) { return sqrt(x) + looks_up(3); }
int even(int n);
int odd(int n) { return n == 0 ? 0 : even(n - 1); }
int even(int n) { return n == 0 ? 1 : odd(n - 1); }

int reads(void) { return global; }
void writes(int *p) { *p = 1; }
int calls(int x) { return unknown(x); }
int deep(int x) { return square(x) + reads(); }
int through(int (*f)(int)) { return f(1); }
int atomic(int x) {
  int local;
  __atomic_store_n(&local, x, __ATOMIC_SEQ_CST);
  return local;
}

int run(int x) {
  int r = 0;
  // CHECK-LABEL: define {{.*}}@run(
  // CHECK: call {{.*}}i32 @looks_up(
  // CHECK: call {{.*}}double @root(
  // CHECK: call {{.*}}i32 @odd(
  // CHECK: call {{.*}}i32 @deep.ame(
  AME_ATOMIC {
    r = looks_up(x);
    r += (int)root(x);
    r += odd(x);
    r += deep(x);
    writes(&global);
    r += atomic(x);
    r += calls(x);
    r += through(&square);
  }
  return r;
}
// CHECK-NOT: @square.ame
// CHECK-NOT: @looks_up.ame
// CHECK-NOT: @root.ame
// CHECK-NOT: @odd.ame
// CHECK-DAG: define internal {{.*}}@reads.ame(
// CHECK-DAG: define internal {{.*}}@writes.ame(
// CHECK-DAG: define internal {{.*}}@calls.ame(
// CHECK-DAG: define internal {{.*}}@deep.ame(
// CHECK-DAG: define internal {{.*}}@through.ame(
// CHECK-DAG: define internal {{.*}}@atomic.ame(

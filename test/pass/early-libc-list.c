// Intent: the list of libc that comes with ame is found by its name, says what the
// built-in table says about functions of the library, and gives the same to a
// program that defines such functions itself.
// RUN: %ame_cc -Werror -Wno-builtin-requires-header -O1 --ame-list=libc -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,LISTED
// RUN: %ame_cc -Werror -Wno-builtin-requires-header -O1 -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,UNLISTED
// RUN: not %ame_cc --ame-list=libk -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot read the list 'libk'
#include <ame/ame.h>

double log(double);
int listen(int, int);
static double rest;

// An own one: instrumented like any function, unless the list says what it does.
// LISTED-NOT: define {{.*}}@cbrt.ame(
// UNLISTED: define {{.*}}@cbrt.ame(
double cbrt(double x);
__attribute__((noinline)) double cbrt(double x) {
  rest += x;
  return x / 3;
}

double calculate(double x, int s);
// CHECK-LABEL: define {{.*}}@calculate.ame(
// CHECK-NOT: @__ame_
// CHECK: call double @log(
// CHECK: call void @__ame_inevitable(
// CHECK: call i32 @listen(
// CHECK-NOT: @__ame_
// LISTED: call double @cbrt(
// UNLISTED: call {{.*}}double @cbrt.ame(
double calculate(double x, int s) {
  x = log(x);
  listen(s, 3);
  return cbrt(x);
}

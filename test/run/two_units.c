// RUN: %ame_cc -O0 -c %s -o %t.O0.a.o && %ame_cc -O0 -c %S/Inputs/operations.c -o %t.O0.b.o
// RUN: %ame_cc -O0 %t.O0.a.o %t.O0.b.o -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 -c %s -o %t.O2.a.o && %ame_cc -O2 -c %S/Inputs/operations.c -o %t.O2.b.o
// RUN: %ame_cc -O2 %t.O2.a.o %t.O2.b.o -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O2 -flto -c %s -o %t.O2flto.a.o && %ame_cc -O2 -flto -c %S/Inputs/operations.c -o %t.O2flto.b.o
// RUN: %ame_cc -O2 -flto %t.O2flto.a.o %t.O2flto.b.o -o %t.O2flto && %ame_run %t.O2flto | FileCheck %s
// RUN: %ame_cc -O2 -flto=thin -c %s -o %t.O2fltothin.a.o && %ame_cc -O2 -flto=thin -c %S/Inputs/operations.c -o %t.O2fltothin.b.o
// RUN: %ame_cc -O2 -flto=thin %t.O2fltothin.a.o %t.O2fltothin.b.o -o %t.O2fltothin && %ame_run %t.O2fltothin | FileCheck %s
// RUN: %ame_cc -O0 -fPIE -pie -c %s -o %t.O0fPIEpie.a.o && %ame_cc -O0 -fPIE -pie -c %S/Inputs/operations.c -o %t.O0fPIEpie.b.o
// RUN: %ame_cc -O0 -fPIE -pie %t.O0fPIEpie.a.o %t.O0fPIEpie.b.o -o %t.O0fPIEpie && %ame_run %t.O0fPIEpie | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s %S/Inputs/operations.c -o %t.plain && %t.plain | FileCheck %s
// Intent: functions of another unit run transactionally when they are called
// directly and through pointers: what they wrote is undone.
#include "second_attempt.h"
#include "Inputs/operations.h"

static int local_operation(int x) { return total += 1000 * x; }

static int call(int (*operation)(int), int x) { return operation(x); }

int main(void) {
  operation *chosen[3] = {add, subtract, local_operation};
  int sum = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    add(5);                          /* direct */
    sum += call(chosen[0], 10);      /* through pointers */
    sum += call(chosen[1], 1);
    sum += call(chosen[2], 2);
    sum += by_name("add")->run(7);   /* through a table of the other unit */
    sum += by_name("subtract")->run(2);
    sum += apply(local_operation, 1); /* the other unit calls back */
    second_attempt_force();
  }
  second_attempt_check();
  // CHECK: total 3019, sum 9102
  printf("total %d, sum %d\n", total, sum);
  return 0;
}

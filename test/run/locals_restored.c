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
// Intent: after an abort the block starts with the locals that it started with
// the first time: in registers, in memory, with and without escaping addresses,
// in the frame of the region and in those of its callees.
#include "second_attempt.h"
#include <string.h>

struct record {
  long a[5];
  double d;
  char text[17];
};

static long global = 3;
static long *escaped;

static __attribute__((noinline)) void change(long *p) { *p *= 2; }
static __attribute__((noinline)) void fill(struct record *r, int by) {
  for (int i = 0; i < 5; i++)
    r->a[i] += by;
  r->d *= 1.5;
  strcat(r->text, "x");
}

static __attribute__((noinline)) long deep(int depth) {
  long local[8];
  for (int i = 0; i < 8; i++)
    local[i] = depth + i;
  if (depth == 0) {
    second_attempt_force();
    return 0;
  }
  long below = deep(depth - 1);
  for (int i = 0; i < 8; i++)
    below += local[i];
  return below;
}

static __attribute__((noinline)) int run(int argument) {
  int i = argument, in_register = 7 * argument;
  double d = 0.5;
  long address_taken = 10, array[4] = {1, 2, 3, 4};
  long published = 20;
  struct record record = {.a = {1, 2, 3, 4, 5}, .d = 2, .text = "t"};
  escaped = &published;
  second_attempt_prepare();
  AME_ATOMIC {
    long sum;
    i++;
    in_register += i;
    d += in_register;
    change(&address_taken);
    for (int k = 0; k < 4; k++)
      array[k] += i + k;
    fill(&record, i);
    (*escaped)++;
    published += 2;
    global += published;
    argument += 5;
    sum = deep(6);
    i += (int)sum;
  }
  second_attempt_check();
  // CHECK: 338 9 9.5
  printf("%d %d %g\n", i, in_register, d);
  // CHECK-NEXT: 20 3 5 7 9
  printf("%ld %ld %ld %ld %ld\n", address_taken, array[0], array[1], array[2],
         array[3]);
  // CHECK-NEXT: 3 4 5 6 7 3 tx
  printf("%ld %ld %ld %ld %ld %g %s\n", record.a[0], record.a[1], record.a[2],
         record.a[3], record.a[4], record.d, record.text);
  // CHECK-NEXT: 23 26
  printf("%ld %ld\n", published, global);
  return argument;
}

int main(void) {
  // CHECK-NEXT: 6
  printf("%d\n", run(1));
  return 0;
}

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
// Intent: copies, fills, struct assignment, strings, bit-fields, wide and
// unaligned accesses of an aborted attempt leave nothing behind.
#include "second_attempt.h"
#include <string.h>

struct large {
  long a[40];
};
struct packed {
  char before;
  long unaligned;
  unsigned low : 3, middle : 7, high : 22;
  char after;
} __attribute__((packed));
typedef int vector __attribute__((vector_size(16)));

static struct large one, two;
static struct packed packed = {1, 2, 3, 4, 5, 6};
static vector v = {1, 2, 3, 4};
static __int128 wide = 5;
static long double extended = 1.5L;
static char text[200] = "abcdef";
static char other[200];

static void run(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    struct large local = one;
    memmove(text + 1, text, strlen(text) + 1);
    strcpy(other, text);
    strcat(other, "!");
    memset(text + 100, '#', 50);
    memcpy(text + 160, text + 100, 10);
    two = local;
    two.a[39] += two.a[0]++;
    one.a[5] = 55;
    packed.unaligned *= 3;
    packed.middle += 100;
    packed.high--;
    packed.before++;
    packed.after = 9;
    v += (vector){10, 20, 30, 40};
    wide = (wide << 70) + 1;
    extended *= 2;
    snprintf(text + 180, 20, "%d", (int)v[2]);
    second_attempt_force();
  }
  second_attempt_check();
}

int main(void) {
  for (int i = 0; i < 40; i++)
    one.a[i] = i;
  run();
  // CHECK: aabcdef aabcdef! 33
  printf("%s %s %s\n", text, other, text + 180);
  // CHECK-NEXT: 1 39 55 ##
  printf("%ld %ld %ld %.2s\n", two.a[0], two.a[39], one.a[5], text + 168);
  // CHECK-NEXT: 2 6 3 104 4 9
  printf("%d %ld %d %d %d %d\n", packed.before, packed.unaligned, packed.low,
         packed.middle, packed.high, packed.after);
  // CHECK-NEXT: 11 22 33 44
  printf("%d %d %d %d\n", v[0], v[1], v[2], v[3]);
  // CHECK-NEXT: 320 1 3
  printf("%ld %ld %g\n", (long)(wide >> 64), (long)wide, (double)extended);
  return 0;
}

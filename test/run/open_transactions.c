// RUN: %ame_cc -fame-mode=always -O0 %s -o %t.famemodealwaysO0 && %ame_run %t.famemodealwaysO0 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O1 %s -o %t.famemodealwaysO1 && %ame_run %t.famemodealwaysO1 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O2 %s -o %t.famemodealwaysO2 && %ame_run %t.famemodealwaysO2 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O3 %s -o %t.famemodealwaysO3 && %ame_run %t.famemodealwaysO3 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -Os %s -o %t.famemodealwaysOs && %ame_run %t.famemodealwaysOs | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O2 -g %s -o %t.famemodealwaysO2g && %ame_run %t.famemodealwaysO2g | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O2 -flto %s -o %t.famemodealwaysO2flto && %ame_run %t.famemodealwaysO2flto | FileCheck %s
// Intent: an open transaction begins in one function and ends in another; an
// abort, deep in other functions, restores the frames that have returned and
// been built since, and starts again after the last begin.
#include "second_attempt.h"
#include <string.h>

static long global = 1;

static __attribute__((noinline)) void take(void) { ame_enter(); }
static __attribute__((noinline)) void drop(void) { ame_leave(); }

static __attribute__((noinline)) long deep(int depth, char *text) {
  char local[64];
  long below;
  memset(local, 'a' + depth, sizeof local);
  if (depth == 0) {
    second_attempt_force();
    return 1;
  }
  strcat(text, "x");
  below = deep(depth - 1, text);
  for (size_t i = 0; i < sizeof local; i++)
    below += local[i] == 'a' + depth;
  return below;
}

static __attribute__((noinline)) long body(int *changed) {
  char text[32] = "";
  long sum, i, array[6] = {1, 2, 3, 4, 5, 6};
  (*changed)++;
  take();
  (*changed)++;
  for (i = 0; i < 6; i++)
    array[i] *= array[i];
  global += array[5];
  sum = deep(5, text);
  drop();
  for (i = 0; i < 6; i++)
    sum += array[i];
  printf("%s %ld %d\n", text, global, *changed);
  return sum;
}

int main(void) {
  int changed = 0;
  long sum;
  second_attempt_prepare();
  sum = body(&changed);
  second_attempt_check();
  // CHECK: xxxxx 37 2
  // CHECK-NEXT: sum 412
  printf("sum %ld\n", sum);
  return 0;
}

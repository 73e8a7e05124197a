// RUN: %ame_cc -O0 -g -fsanitize=address %s -o %t.O0
// RUN: env AME_OPTIONS=force_aborts=4 %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 -g -fsanitize=address %s -o %t.O2
// RUN: env AME_OPTIONS=force_aborts=4 %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O2 -g -fsanitize=address -fame-mode=always %s -o %t.always
// RUN: env AME_OPTIONS=force_aborts=4 %ame_run %t.always | FileCheck %s
// Intent: under AddressSanitizer, too, an abort restores the region's locals, and
// the frames that it leaves behind do not poison those that come after them.
#include <ame/ame.h>
#include <stdio.h>
#include <string.h>

static long shared[500];

static __attribute__((noinline)) long deep(int depth, long by) {
  long local[9];
  for (int i = 0; i < 9; i++)
    local[i] = by + i + shared[depth * 9 + i];
  if (depth < 40)
    local[depth % 9] += deep(depth + 1, by);
  for (int i = 0; i < 9; i++)
    shared[depth * 9 + i] += local[i] & 7;
  return local[depth % 9];
}

static __attribute__((noinline)) long flat(int n) {
  char text[600];
  long sum = 0;
  memset(text, n, sizeof text);
  for (unsigned i = 0; i < sizeof text; i++)
    sum += text[i];
  return sum;
}

int main(void) {
  long counts[4] = {0, 0, 0, 0}, escaping = 5;
  long *volatile pointer = &escaping;
  for (int round = 0; round < 5; round++)
    AME_ATOMIC {
      counts[round % 4]++;
      *pointer += flat(1);
      deep(0, round);
      *pointer += flat(2);
    }
  // CHECK: 2 1 1 1 9005
  printf("%ld %ld %ld %ld %ld\n", counts[0], counts[1], counts[2], counts[3], escaping);
  return 0;
}

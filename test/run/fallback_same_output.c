// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: env AME_DISABLE=1 %ame_cc -O2 %s -o %t.disabled && %ame_run %t.disabled | FileCheck %s
// RUN: %clang -O2 -I%ame_include -pthread %s -o %t.plain && %t.plain | FileCheck %s
// Intent: a program gives the same output with the plugin, with ame-cc switched
// off and with a plain compiler (one lock).
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

enum { THREADS = 3, STEPS = 300 };

static long fibonacci[2] = {0, 1};
static int steps;

static void *step(void *unused) {
  int more = 1;
  while (more) {
    AME_ATOMIC {
      more = steps < STEPS;
      if (more) {
        long next = (fibonacci[0] + fibonacci[1]) % 1000007;
        fibonacci[0] = fibonacci[1];
        fibonacci[1] = next;
        if (++steps % 100 == 0)
          printf("%d: %ld\n", steps, fibonacci[0]);
      }
    }
  }
  return unused;
}

int main(void) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, step, NULL);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  // CHECK: 100: 556308
  // CHECK-NEXT: 200: 754119
  // CHECK-NEXT: 300: 142282
  // CHECK-NEXT: end
  puts("end");
  return 0;
}

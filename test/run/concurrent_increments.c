// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %ame_cc -O2 -flto %s -o %t.O2flto && %ame_run %t.O2flto | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: threads that add to the same words lose no addition.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 5000 };

static long total;
static double sum;
static unsigned char bytes[8]; /* all in one stripe */

static void *add(void *argument) {
  int id = (int)(long)argument;
  for (int i = 0; i < ROUNDS; i++) {
    AME_ATOMIC {
      total++;
      sum += 0.5;
      bytes[id]++;
      bytes[7]++;
    }
  }
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  for (long i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, add, (void *)i);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  // CHECK: 20000 10000 136 136 136 136 32
  printf("%ld %g %d %d %d %d %d\n", total, sum, bytes[0], bytes[1], bytes[2],
         bytes[3], bytes[7]);
  return 0;
}

// RUN: %ame_cc -O1 %s -o %t && %ame_run %t | FileCheck %s
// CHECK: x 100
// Intent: the versions that a thread has drawn while it was alone are known to a
// thread that begins after its end, in the place of yet another one.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

static long x;
static pthread_barrier_t together;

static void add(long n) {
  for (long i = 0; i < n; i++)
    AME_ATOMIC { x++; }
}

static void *first(void *second) {
  add(1);
  pthread_barrier_wait(&together);
  pthread_join(*(pthread_t *)second, NULL);
  add(98); /* alone */
  return NULL;
}

static void *second(void *unused) {
  pthread_barrier_wait(&together); /* registers after the first */
  add(1);
  return unused;
}

int main(void) {
  pthread_t threads[2];
  long seen = 0;
  pthread_barrier_init(&together, NULL, 2);
  pthread_create(&threads[1], NULL, second, NULL);
  pthread_create(&threads[0], NULL, first, &threads[1]);
  pthread_join(threads[0], NULL);
  AME_ATOMIC { seen = x; }
  printf("x %ld\n", seen);
  return 0;
}

// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O0 -Wall -Wextra -Werror %s -o %t.plain0 && %t.plain0 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O3 %s -o %t.plain3 && %t.plain3 | FileCheck %s
// Intent: ame_retry never returns: the outermost block runs again from its
// start, also from a nested block in another function, with and without the
// plugin; handlers of the abandoned attempt are dropped.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

enum { ITEMS = 2000, CONSUMERS = 2 };

static int available, taken, negative;
static int handled AME_NOTRACK;

static void count(void *unused) {
  (void)unused;
  __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static void need(int *counter) {
  AME_ATOMIC {
    if (*counter == 0)
      ame_retry();
  }
}

static void *consumer(void *unused) {
  for (int i = 0; i < ITEMS / CONSUMERS; i++)
    AME_ATOMIC {
      ame_on_commit(count, NULL);
      need(&available);
      available--;
      taken++;
      if (available < 0)
        negative++;
    }
  return unused;
}

int main(void) {
  pthread_t threads[CONSUMERS];
  for (int i = 0; i < CONSUMERS; i++)
    pthread_create(&threads[i], NULL, consumer, NULL);
  for (int i = 0; i < ITEMS; i++)
    AME_ATOMIC { available++; }
  for (int i = 0; i < CONSUMERS; i++)
    pthread_join(threads[i], NULL);
  // CHECK: taken 2000, left 0, negative 0, handlers 2000
  printf("taken %d, left %d, negative %d, handlers %d\n", taken, available,
         negative, handled);
  return 0;
}

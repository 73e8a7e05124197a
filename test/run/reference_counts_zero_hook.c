// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// Intent: two transactions that both drop a reference, neither the last one by
// what it sees, merge to zero: the hook destroys the object, once.
#include <ame/ame.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct object {
  long value;
  long count AME_REFCOUNT;
};

static struct object *object;
static int by_test, by_hook;
static int arrived AME_NOTRACK;

static void destroy(struct object *dead) { free(dead); }

static void found_zero(void *count) {
  by_hook++;
  destroy((struct object *)((char *)count - offsetof(struct object, count)));
}

/* Both have decremented before either commits, as far as the time allows: a
 * runtime may make one wait for the other. */
AME_PURE static void meet(void) {
  __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i < 200 && __atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < 2; i++)
    usleep(1000);
}

static void *drop(void *unused) {
  AME_ATOMIC {
    if (--object->count == 0) {
      by_test++;
      destroy(object);
    }
    meet();
  }
  return unused;
}

int main(void) {
  ame_refcount_on_zero(found_zero);
  for (int round = 0; round < 20; round++) {
    pthread_t threads[2];
    object = malloc(sizeof *object);
    object->count = 2;
    arrived = 0;
    for (int i = 0; i < 2; i++)
      pthread_create(&threads[i], NULL, drop, NULL);
    for (int i = 0; i < 2; i++)
      pthread_join(threads[i], NULL);
  }
  // CHECK: destroyed 20, some by the hook: 1
  printf("destroyed %d, some by the hook: %d\n", by_test + by_hook, by_hook > 0);
  return 0;
}

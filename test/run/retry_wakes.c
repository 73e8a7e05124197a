// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %ame_cc -O2 -flto %s -o %t.O2flto && %ame_run %t.O2flto | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: ame_retry sleeps until what it read has changed, and then sees it.
#include <ame/ame.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

enum { ITEMS = 1000, PLACES = 4 };

static int queue[PLACES];
static int used, first;
static int found_empty AME_NOTRACK;

static void put(int item) {
  AME_ATOMIC {
    while (used == PLACES)
      ame_retry();
    queue[(first + used) % PLACES] = item;
    used++;
  }
}

static int take(void) {
  int item;
  AME_ATOMIC {
    while (used == 0) {
      __atomic_store_n(&found_empty, 1, __ATOMIC_RELEASE);
      ame_retry();
    }
    item = queue[first];
    first = (first + 1) % PLACES;
    used--;
  }
  return item;
}

static void *producer(void *unused) {
  while (!__atomic_load_n(&found_empty, __ATOMIC_ACQUIRE))
    sched_yield();
  for (int i = 0; i < ITEMS; i++)
    put(i);
  return unused;
}

int main(void) {
  pthread_t thread;
  int in_order = 1;
  pthread_create(&thread, NULL, producer, NULL);
  for (int i = 0; i < ITEMS; i++)
    in_order &= take() == i;
  pthread_join(thread, NULL);
  // CHECK: in order: 1, left: 0
  printf("in order: %d, left: %d\n", in_order, used);
  return 0;
}

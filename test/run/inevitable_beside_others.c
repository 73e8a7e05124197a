// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// Intent: while one transaction is inevitable and does something that cannot be
// undone, others commit; the inevitable one runs once.
#include <ame/ame.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

// In stripes of their own: otherwise they conflict.
static _Alignas(64) long inevitable_value;
static _Alignas(64) long other_value;
static _Alignas(64) int entered AME_NOTRACK;
static int stop AME_NOTRACK;
static long commits AME_NOTRACK;

static void *others(void *unused) {
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
    AME_ATOMIC { other_value++; }
    __atomic_fetch_add(&commits, 1, __ATOMIC_RELAXED);
  }
  return unused;
}

AME_PURE static long commits_now(void) {
  return __atomic_load_n(&commits, __ATOMIC_RELAXED);
}
// For ever if the others are held up.
AME_PURE static void wait_for_commits(long wanted) {
  while (commits_now() < wanted)
    sched_yield();
}

int main(void) {
  pthread_t thread;
  long beside = 0;
  pthread_create(&thread, NULL, others, NULL);
  AME_ATOMIC {
    long before;
    inevitable_value++;
    ame_become_inevitable("test");
    entered++;
    before = commits_now();
    wait_for_commits(before + 100);
    beside = commits_now() - before;
    inevitable_value++;
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  pthread_join(thread, NULL);
  // CHECK: entered 1, value 2, beside at least 100: 1
  printf("entered %d, value %ld, beside at least 100: %d\n", entered,
         inevitable_value, beside >= 100);
  return 0;
}

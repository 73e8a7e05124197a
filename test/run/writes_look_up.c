// RUN: %ame_cc -O0 %s -o %t.O0 && env AME_OPTIONS=quiesce_logs=0 %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2
// RUN: env AME_OPTIONS=quiesce_logs=0 %ame_run %t.O2 | FileCheck %s
// RUN: env AME_OPTIONS=membarrier=0 %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O2 -flto %s -o %t.lto && env AME_OPTIONS=quiesce_logs=0 %ame_run %t.lto | FileCheck %s
// Intent: a transaction that only writes what it owns already notices that it is
// asked to look up: a committer need not wait for its end.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

enum { WORDS = 1024 };
static _Alignas(64) long words[WORDS];
static _Alignas(64) long other;
static int started AME_NOTRACK, committed AME_NOTRACK;

AME_PURE static void start(void) {
  __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
}
AME_PURE static int is_committed(void) {
  return __atomic_load_n(&committed, __ATOMIC_ACQUIRE);
}

// Would never end if the other's commit waited for its end.
static void *write_only(void *unused) {
  AME_ATOMIC {
    for (long i = 0; i < WORDS; i++)
      words[i] = i;
    start();
    for (long i = 0; !is_committed(); i++)
      words[i % WORDS] = i;
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, write_only, NULL);
  while (!__atomic_load_n(&started, __ATOMIC_ACQUIRE))
    ;
  AME_ATOMIC { other++; }
  __atomic_store_n(&committed, 1, __ATOMIC_RELEASE);
  pthread_join(thread, NULL);
  // CHECK: committed 1, words 1
  printf("committed %ld, words %d\n", other, words[3] % WORDS == 3);
  return 0;
}

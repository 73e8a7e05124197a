// RUN: %ame_cc -O2 %s -o %t && %ame_run %t | FileCheck %s
// RUN: env AME_OPTIONS=visible_after=1 %ame_run %t | FileCheck %s
// RUN: env AME_OPTIONS=membarrier=0:visible_after=1 %ame_run %t | FileCheck %s
// Intent: ame_retry wakes up for what was read, not for other commits; also when
// the transaction was visible.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

enum { OTHER_COMMITS = 20000 };
static struct {
  _Alignas(4096) int ready;
  _Alignas(4096) int waiting;
  _Alignas(4096) long other;
} shared;
static AME_NOTRACK int runs;

static void *other_work(void *unused) {
  int waits = 0;
  while (!waits)
    AME_ATOMIC { waits = shared.waiting; }
  for (int i = 0; i < OTHER_COMMITS; i++)
    AME_ATOMIC { shared.other++; }
  AME_ATOMIC { shared.ready = 1; }
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, other_work, NULL);
  AME_ATOMIC { shared.waiting = 1; }
  AME_ATOMIC {
    runs++;
    if (!shared.ready)
      ame_retry();
  }
  pthread_join(thread, NULL);
  // CHECK: few runs: 1
  printf("few runs: %d\n", runs < OTHER_COMMITS / 20);
  return 0;
}

// RUN: %ame_cc -fame-mode=always -O0 %s -o %t.famemodealwaysO0 && %ame_run %t.famemodealwaysO0 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O2 %s -o %t.famemodealwaysO2 && %ame_run %t.famemodealwaysO2 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: ame_atomic_push and pop nest; AME_OUTSIDE commits what was done and
// begins anew; a transaction is open again behind it.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

static int value, seen;

/* Reads by a transaction of its own: sees what has been committed. */
static void *look(void *unused) {
  ame_enter();
  seen = value;
  ame_leave();
  return unused;
}

static void look_from_another_thread(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, look, NULL);
  pthread_join(thread, NULL);
}

int main(void) {
  int depth[4], inside[3];
  ame_enter();
  depth[0] = ame_atomic_depth();
  ame_atomic_push();
  value = 1;
  ame_atomic_push();
  depth[1] = ame_atomic_depth();
  ame_checkpoint();
  ame_atomic_pop();
  depth[2] = ame_atomic_depth();
  ame_atomic_pop();
  depth[3] = ame_atomic_depth();
  value = 2;
  inside[0] = ame_in_transaction();
  AME_OUTSIDE {
    inside[1] = ame_in_transaction();
    look_from_another_thread();
  }
  inside[2] = ame_in_transaction();
  ame_hint_commit_soon();
  ame_checkpoint();
  ame_leave();
  // CHECK: depth 0 2 1 0
  printf("depth %d %d %d %d\n", depth[0], depth[1], depth[2], depth[3]);
  // CHECK-NEXT: inside 1 0 1, seen 2
  printf("inside %d %d %d, seen %d\n", inside[0], inside[1], inside[2], seen);
  // CHECK-NEXT: after 0
  printf("after %d\n", ame_in_transaction());
  return 0;
}

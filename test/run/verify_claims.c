// RUN: %ame_cc -O0 -fame-verify %s -o %t.O0 && env AME_OPTIONS=verify=1 %ame_run %t.O0 2>&1 | FileCheck %s
// RUN: %ame_cc -O2 -fame-verify %s -o %t.O2 && env AME_OPTIONS=verify=1 %ame_run %t.O2 2>&1 | FileCheck %s
// RUN: %ame_cc -O2 -fame-verify -fame-mode=always %s -o %t.all && env AME_OPTIONS=verify=1 %ame_run %t.all 2>&1 | FileCheck %s
// RUN: %ame_run %t.O2 2>&1 | FileCheck %s --check-prefix=OFF
// RUN: %ame_cc -O2 %s -o %t.unchecked && env AME_OPTIONS=verify=1 %ame_run %t.unchecked 2>&1 | FileCheck %s --check-prefix=NOT
// Intent: verify=1 finds claims that are false and names both lines, and says
// nothing of true ones: initialisation, thread-local data used by one transaction
// after the other, pure functions that write locals and NOTRACK data.
// OFF-NOT: verify
// OFF: end
// NOT: ame: verify: nothing was checked: compile with -fame-verify
// CHECK-NOT: verify: nothing
#include <ame/ame.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

struct object {
  long size AME_IMMUTABLE;
  long owner AME_THREADLOCAL;
  long hint AME_NOTRACK;
};

static struct object *shared;
static long counter, result;
static sem_t touched, checked;

static void *in_thread(void (*body)(void)) {
  pthread_t thread;
  pthread_create(&thread, NULL, (void *(*)(void *))(void (*)(void))body, NULL);
  pthread_join(thread, NULL);
  return NULL;
}

static void read_size(void) {
  AME_ATOMIC { result += shared->size; } // READ
}

static void true_claims(void) {
  AME_ATOMIC {
    struct object *mine = malloc(sizeof *mine);
    mine->size = 5;
    mine->size = 6; /* not published yet */
    mine->owner = 1;
    shared = mine;
  }
  in_thread(read_size);
  AME_ATOMIC { shared->owner++; }
}

AME_PURE static void post(sem_t *which) { sem_post(which); }
AME_PURE static void wait_for(sem_t *which) { sem_wait(which); }

static void touch_and_stay(void) {
  AME_ATOMIC {
    shared->owner++; // FIRST
    post(&touched);
    wait_for(&checked);
  }
}

static void touch_beside(void) {
  long seen = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, (void *(*)(void *))(void (*)(void))touch_and_stay,
                 NULL);
  wait_for(&touched);
  AME_ATOMIC { seen = shared->owner; } // SECOND: writes nothing, so that it waits for nobody
  result += seen;
  post(&checked);
  pthread_join(thread, NULL);
}

AME_PURE __attribute__((noinline)) static long honest(struct object *object) {
  long local[3] = {1, 2, 3};
  object->hint = local[1]; /* NOTRACK */
  return local[2];
}

AME_PURE __attribute__((noinline)) static long liar(long by) {
  counter += by; // WRITE
  return counter;
}

int main(void) {
  sem_init(&touched, 0, 0);
  sem_init(&checked, 0, 0);
  true_claims();
  // CHECK: ame: verify: AME_IMMUTABLE memory is written at {{.*}}verify_claims.c:[[# @LINE + 1]] after another thread has read it at {{.*}}verify_claims.c:37
  AME_ATOMIC { shared->size = 7; }
  // CHECK-NEXT: ame: verify: AME_THREADLOCAL memory is touched at {{.*}}verify_claims.c:69 while another transaction that has touched it at {{.*}}verify_claims.c:57 runs
  touch_beside();
  AME_ATOMIC { result += honest(shared); }
  // CHECK-NEXT: ame: verify: an AME_PURE function writes shared memory at {{.*}}verify_claims.c:82, called at {{.*}}verify_claims.c:[[# @LINE + 1]]
  AME_ATOMIC { result += liar(2); }
  // CHECK-NEXT: end
  fflush(stderr);
  printf("end\n");
  return 0;
}

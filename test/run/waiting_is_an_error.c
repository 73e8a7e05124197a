// RUN: %ame_cc -O0 -g %s -o %t.O0
// RUN: not --crash %t.O0 join 2>&1 | FileCheck --check-prefix=JOIN %s
// RUN: not --crash %t.O0 cond 2>&1 | FileCheck --check-prefix=COND %s
// RUN: %ame_cc -O2 -g %s -o %t.O2
// RUN: not --crash %t.O2 sem 2>&1 | FileCheck --check-prefix=SEM %s
// RUN: not --crash %t.O2 barrier 2>&1 | FileCheck --check-prefix=BARRIER %s
// RUN: not --crash %t.O2 twice 2>&1 | FileCheck --check-prefix=TWICE %s
// RUN: %ame_run %t.O2 outside | FileCheck --check-prefix=OUTSIDE %s
// Intent: waiting for another thread inside a block is an error that names the call,
// its line, the block, and what to do.
#include <ame/ame.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore;
static int value;

static void wait_for(const char *what) {
  AME_ATOMIC_AS("waiter") {
    value++;
    if (strcmp(what, "join") == 0) {
      // JOIN: ame: fatal: call to pthread_join at {{.*}}waiting_is_an_error.c:[[@LINE+1]]{{.*}} in a transaction: it waits for another thread, {{.*}} wait outside the atomic block, or use ame_retry() (in transaction 'waiter')
      pthread_join(pthread_self(), 0);
    } else if (strcmp(what, "cond") == 0) {
      pthread_mutex_lock(&mutex);
      // COND: call to pthread_cond_wait at {{.*}}:[[@LINE+1]]
      pthread_cond_wait(&condition, &mutex);
    } else if (strcmp(what, "sem") == 0) {
      // SEM: call to sem_wait at {{.*}}:[[@LINE+1]]
      sem_wait(&semaphore);
    } else if (strcmp(what, "barrier") == 0) {
      // BARRIER: call to pthread_barrier_wait at {{.*}}:[[@LINE+1]]
      pthread_barrier_wait(&barrier);
    } else if (strcmp(what, "twice") == 0) {
      // TWICE: ame: fatal: a mutex is locked twice by one transaction
      pthread_mutex_lock(&mutex);
      pthread_mutex_lock(&mutex);
    }
  }
}

int main(int argc, char **argv) {
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  pthread_barrier_init(&barrier, 0, 1);
  sem_init(&semaphore, 0, 1);
  if (argc > 1 && strcmp(argv[1], "outside") == 0) {
    sem_wait(&semaphore);
    // OUTSIDE: outside 1
    printf("outside %d\n", pthread_barrier_wait(&barrier) ==
                               PTHREAD_BARRIER_SERIAL_THREAD);
    return 0;
  }
  wait_for(argv[1]);
  return 0;
}

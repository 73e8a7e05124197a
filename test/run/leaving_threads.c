// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O2 %s -o %t.always && %ame_run %t.always | FileCheck %s
// Intent: threads that are made in blocks, end in blocks or are cancelled in blocks; signal
// handlers that interrupt blocks: each has its documented meaning and holds nobody up.
#include <ame/ame.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static long first, second;
static atomic_int reached AME_NOTRACK;

static void use_both(void) {
  AME_ATOMIC {
    first++;
    second++;
  }
}

/* --- made in a block ------------------------------------------------------- */

static void *started(void *unused) {
  use_both();
  return unused;
}
static void start_inside(void) {
  pthread_t thread;
  AME_ATOMIC {
    first++;
    pthread_create(&thread, 0, started, 0);
    second++;
  }
  pthread_join(thread, 0);
  printf("created: %ld %ld\n", first, second);
}

/* --- ending in a block ----------------------------------------------------- */

static void *end_inside(void *unused) {
  AME_ATOMIC {
    first++;
    second++;
    printf("last words\n");
    pthread_exit(&first);
  }
  return unused;
}
static void end(void) {
  pthread_t thread;
  void *result;
  pthread_create(&thread, 0, end_inside, 0);
  pthread_join(thread, &result);
  use_both();
  printf("ended: %ld %ld, result %d\n", first, second, result == &first);
}

/* --- cancelled in a block -------------------------------------------------- */

AME_PURE static void wait_to_be_cancelled(void) {
  const struct timespec pause = {0, 1000000};
  atomic_store(&reached, 1);
  for (;;)
    nanosleep(&pause, 0);
}
static void *cancelled_inside(void *unused) {
  AME_ATOMIC {
    first++;
    printf("never\n");
    wait_to_be_cancelled();
    second++;
  }
  return unused;
}
static void cancel(void) {
  pthread_t thread;
  void *result;
  atomic_store(&reached, 0);
  pthread_create(&thread, 0, cancelled_inside, 0);
  while (!atomic_load(&reached))
    usleep(1000);
  pthread_cancel(thread);
  pthread_join(thread, &result);
  use_both();
  printf("cancelled: %ld %ld, result %d\n", first, second,
         result == PTHREAD_CANCELED);
}

/* One that is irreversible comes to its end first. */
AME_PURE static void wait_for_the_cancellation(void) {
  const struct timespec pause = {0, 1000000};
  atomic_store(&reached, 1);
  while (atomic_load(&reached) != 2)
    nanosleep(&pause, 0);
}
static void *cancelled_late(void *unused) {
  AME_ATOMIC {
    first++;
    ame_become_inevitable("test");
    wait_for_the_cancellation();
    second++;
    printf("to the end\n");
  }
  pthread_testcancel();
  return unused;
}
static void cancel_late(void) {
  pthread_t thread;
  void *result;
  atomic_store(&reached, 0);
  pthread_create(&thread, 0, cancelled_late, 0);
  while (!atomic_load(&reached))
    usleep(1000);
  pthread_cancel(thread);
  atomic_store(&reached, 2);
  pthread_join(thread, &result);
  printf("irreversible: %ld %ld, result %d\n", first, second,
         result == PTHREAD_CANCELED);
}

/* --- signals --------------------------------------------------------------- */

static volatile sig_atomic_t signals;
static atomic_int worker_ends AME_NOTRACK;

/* AME_PURE: not instrumented in whole-program mode either. */
AME_PURE static void on_signal(int number) {
  (void)number;
  signals++;
}
static void *interrupted(void *unused) {
  while (!atomic_load(&worker_ends))
    use_both();
  return unused;
}
static void interrupt(void) {
  pthread_t thread;
  signal(SIGUSR1, on_signal);
  atomic_store(&worker_ends, 0);
  pthread_create(&thread, 0, interrupted, 0);
  for (int i = 1; i <= 100; i++) {
    pthread_kill(thread, SIGUSR1);
    while (signals < i)
      sched_yield();
    use_both();
  }
  atomic_store(&worker_ends, 1);
  pthread_join(thread, 0);
  printf("interrupted %d times: difference %ld\n", (int)signals,
         first - second);
}

int main(void) {
  // CHECK: created: 2 2
  start_inside();
  // CHECK-NEXT: last words
  // CHECK-NEXT: ended: 4 4, result 1
  end();
  // CHECK-NEXT: cancelled: 5 5, result 1
  cancel();
  // CHECK-NEXT: to the end
  // CHECK-NEXT: irreversible: 6 6, result 1
  cancel_late();
  // CHECK-NEXT: interrupted 100 times: difference 0
  interrupt();
  return 0;
}

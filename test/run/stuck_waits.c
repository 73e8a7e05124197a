// RUN: %ame_cc -O2 %s -o %t
// RUN: env AME_OPTIONS=stuck_seconds=1 %ame_run %t lock | FileCheck --check-prefix=LOCK %s
// RUN: env AME_OPTIONS=stuck_seconds=1 %ame_run %t turn | FileCheck --check-prefix=TURN %s
// Intent: a wait that may be a deadlock of the program is reported once its time is over, with
// the transaction, the reason and what to do: an inevitable transaction that waits for a mutex
// whose holder does not let go, and output behind a deferred call that waits for its thread.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int errors[2]; /* what goes to standard error */
static int value;

/* The thread that the other one waits for goes on when it has read the warning. */
static void wait_for_warning(void) {
  char text[1000];
  size_t size = 0;
  ssize_t more;
  do {
    more = read(errors[0], text + size, sizeof text - 1 - size);
    size += more > 0 ? (size_t)more : 0;
  } while (more > 0 && text[size - 1] != '\n');
  text[size] = 0;
  dprintf(1, "%s", text);
}

static int tell[2]; /* "the mutex is locked" */
static void *hold(void *unused) {
  pthread_mutex_lock(&mutex);
  if (write(tell[1], "x", 1) != 1)
    return NULL;
  wait_for_warning();
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void lock_inevitably(void) {
  AME_ATOMIC_AS("late lock") {
    ame_become_inevitable("a test");
    pthread_mutex_lock(&mutex);
    value++;
    pthread_mutex_unlock(&mutex);
  }
}
// LOCK: ame: warning: an inevitable transaction ('late lock', because of a test) has waited 1 s for a mutex whose holder may be waiting for it: lock before the atomic block, or before what makes it inevitable
// LOCK-NEXT: value 1

static void first(void *unused) {
  (void)unused;
  if (write(tell[1], "x", 1) == 1)
    wait_for_warning();
}
static void *defer(void *unused) {
  AME_ATOMIC { ame_on_commit(first, NULL); }
  return unused;
}
static void print_behind(void) {
  AME_ATOMIC {
    value++;
    printf("behind\n");
  }
}
// TURN: ame: warning: output of a committed transaction has waited 1 s behind 1 others: either the first one's descriptor accepts nothing, or its deferred code (AME_DEFER, ame_on_commit) waits for a thread that itself waits to output
// TURN-NEXT: behind
// TURN-NEXT: value 1

int main(int argc, char **argv) {
  const int is_lock = argc > 1 && strcmp(argv[1], "lock") == 0;
  pthread_t thread;
  char byte;
  if (pipe(errors) != 0 || pipe(tell) != 0 || dup2(errors[1], 2) != 2)
    return 2;
  pthread_create(&thread, NULL, is_lock ? hold : defer, NULL);
  if (read(tell[0], &byte, 1) != 1)
    return 2;
  if (is_lock)
    lock_inevitably();
  else
    print_behind();
  pthread_join(thread, NULL);
  printf("value %d\n", value);
  return 0;
}

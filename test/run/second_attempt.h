/* Makes an atomic block run twice, every time the test runs.
 *
 * second_attempt_prepare() starts a thread that waits for the first attempt.
 * second_attempt_force(), called in the block, undoes the first attempt at that
 * place (it retries until the other thread has committed its release), and does
 * nothing in the second. second_attempt_check() says, after the block, whether
 * there was more than one attempt. Without the plugin, where nothing can be
 * undone, all three do nothing. */
#ifndef SECOND_ATTEMPT_H
#define SECOND_ATTEMPT_H

#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __AME__
static int second_attempt_number AME_NOTRACK; /* is not undone */
static int second_attempt_released;
static pthread_t second_attempt_thread;

static void *second_attempt_release(void *unused) {
  while (__atomic_load_n(&second_attempt_number, __ATOMIC_ACQUIRE) == 0)
    usleep(1000);
  AME_ATOMIC { second_attempt_released = 1; }
  return unused;
}

static inline void second_attempt_prepare(void) {
  second_attempt_number = 0;
  second_attempt_released = 0;
  pthread_create(&second_attempt_thread, NULL, second_attempt_release, NULL);
}

/* The flag is read before the attempt is counted: the first sees it down. */
static inline void second_attempt_force(void) {
  int released = second_attempt_released;
  second_attempt_number++;
  if (!released)
    ame_retry();
}

static inline void second_attempt_check(void) {
  pthread_join(second_attempt_thread, NULL);
  if (second_attempt_number < 2) {
    puts("there was no second attempt");
    exit(1);
  }
}
#else
static inline void second_attempt_prepare(void) {}
static inline void second_attempt_force(void) {}
static inline void second_attempt_check(void) {}
#endif

#endif

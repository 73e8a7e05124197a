/* Transactions of two threads, interleaved by hand: the body of one starts another in
 * a second thread, and mostly waits for it. */
#ifndef AME_TEST_FOREIGN_H
#define AME_TEST_FOREIGN_H

#include "runtime_test.h"

#include <pthread.h>

struct job {
  void (*body)(void *);
  void *arg;
};

static void *run_job(void *argument) {
  struct job *job = argument;
  run_transaction(job->body, job->arg);
  return NULL;
}

static void foreign(void (*body)(void *), void *arg) {
  struct job job = {body, arg};
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, run_job, &job), 0);
  pthread_join(thread, NULL);
}

#endif

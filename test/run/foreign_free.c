// RUN: %ame_cc -O2 %s -o %t && %ame_run %t | FileCheck %s
// Intent: what code without barriers frees in an inevitable transaction is not reused while
// another attempt may still look at it, although that one is doomed.
#include <ame/ame.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 256, BLOCKS = 20000 };

static long *shared;
static sem_t has_read, was_freed, has_looked;
static long seen = -1;
static void *garbage[BLOCKS];

/* Called as they are. */
AME_PURE __attribute__((noinline)) static void plain_free(void *block) { free(block); }
AME_PURE __attribute__((noinline)) static void fill_memory(void) {
  for (int i = 0; i < BLOCKS; i++)
    memset(garbage[i] = malloc(SIZE), 0x55, SIZE);
}
AME_PURE __attribute__((noinline)) static void tell(sem_t *whom) { sem_post(whom); }
AME_PURE __attribute__((noinline)) static void wait_for(sem_t *what) { sem_wait(what); }
AME_PURE __attribute__((noinline)) static void note(long value) { seen = value; }

static void *look(void *unused) {
  AME_ATOMIC {
    long *block = shared;
    if (block) {
      tell(&has_read);
      wait_for(&was_freed);
      note(*block);
      tell(&has_looked);
    }
  }
  return unused;
}

static void take_away(void) {
  wait_for(&has_read);
  AME_ATOMIC {
    ame_become_inevitable("a test");
    long *block = shared;
    shared = NULL;
    plain_free(block);
    fill_memory();
    tell(&was_freed);
    wait_for(&has_looked);
  }
}

int main(void) {
  pthread_t thread;
  sem_init(&has_read, 0, 0);
  sem_init(&was_freed, 0, 0);
  sem_init(&has_looked, 0, 0);
  shared = malloc(SIZE);
  shared[0] = 42;
  pthread_create(&thread, NULL, look, NULL);
  take_away();
  pthread_join(thread, NULL);
  for (int i = 0; i < BLOCKS; i++)
    free(garbage[i]);
  // CHECK: seen 42
  printf("seen %ld\n", seen);
  return 0;
}

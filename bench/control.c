/* What the machine has to give at this moment.
 *   control THREADS ROUNDS   threads that share nothing do a fixed amount of work
 *                            each: the seconds it took
 *   control line             two threads take turns with one word: nanoseconds for
 *                            its cache line to get from one core to the other */
#include <pthread.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned long rounds;

static void *work(void *seed) {
  volatile uint64_t state = (uintptr_t)seed + 1;
  for (unsigned long i = 0; i < rounds * 1000000; i++)
    state = state * 6364136223846793005u + 1442695040888963407u;
  return NULL;
}

enum { TURNS = 100000 };
static _Alignas(64) _Atomic long turn;

static void *take_turns(void *me) {
  for (long i = 0; i < TURNS; i++) {
    while (atomic_load_explicit(&turn, memory_order_acquire) != (long)me)
      ;
    atomic_store_explicit(&turn, 1 - (long)me, memory_order_release);
  }
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double seconds_of(void *(*body)(void *), int threads) {
  pthread_t thread[64];
  const double start = now();
  for (long i = 0; i < threads; i++)
    pthread_create(&thread[i], NULL, body, (void *)i);
  for (int i = 0; i < threads; i++)
    pthread_join(thread[i], NULL);
  return now() - start;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "line") == 0) {
    printf("%.1f\n", seconds_of(take_turns, 2) / (2.0 * TURNS) * 1e9);
    return 0;
  }
  const int threads = argc > 1 ? atoi(argv[1]) : 1;
  rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 300;
  if (threads < 1 || threads > 64)
    return 2;
  printf("%.4f\n", seconds_of(work, threads));
  return 0;
}

/* The scaling control: threads that share nothing do a fixed amount of work each.
 *   control THREADS ROUNDS
 * Prints the seconds it took. What two threads gain here is what this machine
 * has to give at this moment. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static unsigned long rounds;

static void *work(void *seed) {
  volatile uint64_t state = (uintptr_t)seed + 1;
  for (unsigned long i = 0; i < rounds * 1000000; i++)
    state = state * 6364136223846793005u + 1442695040888963407u;
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  pthread_t thread[64];
  const int threads = argc > 1 ? atoi(argv[1]) : 1;
  rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 300;
  if (threads < 1 || threads > 64)
    return 2;
  const double start = now();
  for (long i = 0; i < threads; i++)
    pthread_create(&thread[i], NULL, work, (void *)i);
  for (int i = 0; i < threads; i++)
    pthread_join(thread[i], NULL);
  printf("%.4f\n", now() - start);
  return 0;
}

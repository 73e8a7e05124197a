/* What every stress program shares: arguments THREADS SECONDS SEED, threads
 * that run until the time is over, a random number generator, and violations.
 *
 * A program gives a worker, which loops while stress_running() and returns how
 * many operations it did, and a check for after the threads have ended. It
 * ends with one line "NAME: OK ...", or with "NAME: FAIL ..." and status 1.
 *
 * A violation may be seen inside a transaction that is doomed; that is the bug
 * that these programs look for, so the report may be neither deferred nor
 * undone: stress_violation is AME_PURE (called as it is) and ends the process.
 * A program that hangs is ended by an alarm and says so. */
#ifndef STRESS_HARNESS_H
#define STRESS_HARNESS_H

#include <ame/ame.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STRESS_MAX_THREADS 256
#define STRESS_HANG_SECONDS 60

struct stress_worker {
  int id;
  uint64_t random;     /* state of stress_random */
  uint64_t operations; /* what the worker returned */
  pthread_t thread;
};

static const char *stress_name;
static int stress_threads;
static double stress_seconds;
static uint64_t stress_seed;
static atomic_int stress_stop AME_NOTRACK;
static uint64_t (*stress_body)(struct stress_worker *);
static struct stress_worker stress_workers[STRESS_MAX_THREADS];

AME_PURE __attribute__((noinline, noreturn, unused)) static void
stress_violation(const char *what, long a, long b) {
  char text[300];
  int size = snprintf(text, sizeof text, "%s: FAIL %s (%ld, %ld)\n",
                      stress_name, what, a, b);
  if (write(STDERR_FILENO, text, (size_t)size) != size)
    _exit(2);
  _exit(1);
}

#define STRESS_EXPECT(condition, a, b)                                         \
  do {                                                                         \
    if (!(condition))                                                          \
      stress_violation(#condition, (long)(a), (long)(b));                      \
  } while (0)

/* xorshift*: each worker has its own sequence, which depends on the seed only. */
static inline uint64_t stress_random(struct stress_worker *worker) {
  uint64_t x = worker->random;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  worker->random = x;
  return (x * 0x2545f4914f6cdd1dull) >> 16;
}

static inline int stress_running(void) {
  return !atomic_load_explicit(&stress_stop, memory_order_relaxed);
}

static inline double stress_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline void stress_sleep(double seconds) {
  struct timespec left = {(time_t)seconds,
                          (long)((seconds - (double)(time_t)seconds) * 1e9)};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

static void *stress_thread(void *argument) {
  struct stress_worker *worker = argument;
  worker->operations = stress_body(worker);
  return NULL;
}

static void stress_hangs(int number) {
  static const char text[] = "FAIL: hangs\n";
  (void)number;
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
    _exit(4);
  _exit(3);
}

/* Read the arguments; the program may then build its data. */
static void stress_start(const char *name, int argc, char **argv) {
  stress_name = name;
  stress_threads = argc > 1 ? atoi(argv[1]) : 2;
  stress_seconds = argc > 2 ? atof(argv[2]) : 1;
  stress_seed = argc > 3 ? strtoull(argv[3], NULL, 0) : 1;
  if (stress_threads < 1 || stress_threads > STRESS_MAX_THREADS) {
    fprintf(stderr, "usage: %s THREADS SECONDS SEED\n", name);
    exit(2);
  }
}

/* Run the threads for the time given and wait for their end. */
static uint64_t stress_run(uint64_t (*body)(struct stress_worker *)) {
  uint64_t operations = 0;
  int i;
  stress_body = body;
  signal(SIGALRM, stress_hangs);
  alarm((unsigned)stress_seconds + STRESS_HANG_SECONDS);
  for (i = 0; i < stress_threads; i++) {
    struct stress_worker *worker = &stress_workers[i];
    worker->id = i;
    worker->random =
        (stress_seed * 1000003u + (uint64_t)i + 1) * 0x9e3779b97f4a7c15ull;
    if (pthread_create(&worker->thread, NULL, stress_thread, worker) != 0)
      stress_violation("pthread_create", i, 0);
  }
  stress_sleep(stress_seconds);
  atomic_store(&stress_stop, 1);
  for (i = 0; i < stress_threads; i++) {
    pthread_join(stress_workers[i].thread, NULL);
    operations += stress_workers[i].operations;
  }
  return operations;
}

/* The last line. An idle program has tested nothing. */
static int stress_end(uint64_t operations) {
  STRESS_EXPECT(operations > 0, operations, 0);
  printf("%s: OK threads=%d seconds=%g seed=%llu operations=%llu\n",
         stress_name, stress_threads, stress_seconds,
         (unsigned long long)stress_seed, (unsigned long long)operations);
  return 0;
}

#endif

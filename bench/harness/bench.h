/* What every benchmark shares. A benchmark is one C source:
 *
 *   static void prepare(void)                     builds the data, not timed
 *   static void work(struct bench_worker *)       one thread's share, timed
 *   static void beside(struct bench_worker *)     optional: runs in a thread of
 *                                                 its own while work runs,
 * until bench_stopped() static void check(void) BENCH_EXPECTs the result
 *   BENCHMARK(prepare, work, beside, check)
 *
 * The work does not depend on the number of threads: n threads share it. All
 * random numbers are fixed. Arguments of the program: NAME=NUMBER; threads=,
 * idle=1 (one more thread that has run one transaction and then sleeps),
 * beside=1, and what the benchmark asks for with bench_parameter.
 *
 * The program prints one line of JSON, or says what is wrong and exits with 1.
 */
#ifndef BENCH_H
#define BENCH_H

#include "atomic.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct bench_worker {
  uint64_t random; /* state for bench_random, differs from thread to thread */
  uint64_t operations; /* reported: how many operations this thread did */
  uint64_t attempts; /* reported: calls of bench_attempt, of the worst thread */
  double lap, longest; /* bench_lap */
  int id, threads;     /* 0 .. threads - 1; of `beside`: threads */
};

struct benchmark {
  void (*prepare)(void);
  void (*work)(struct bench_worker *);
  void (*beside)(struct bench_worker *);
  void (*check)(void);
  void (*transaction)(void);
};

int bench_main(int argc, char **argv, const struct benchmark *benchmark);
long bench_parameter(const char *name, long default_value);
/* Adds a number to the line of JSON. Main thread only: prepare and check. */
void bench_report(const char *name, double value);
int bench_stopped(void);
/* Phases of work: returns when all threads that work have called it. */
void bench_wait_for_all(void);
void bench_wrong(const char *file, int line, const char *what)
    __attribute__((noreturn));

#define BENCH_EXPECT(condition)                                                \
  do {                                                                         \
    if (!(condition))                                                          \
      bench_wrong(__FILE__, __LINE__, #condition);                             \
  } while (0)

/* What is seen inside a transaction must neither be deferred nor undone. */
AME_PURE __attribute__((noinline, noreturn, unused)) static void
bench_violation(const char *what) {
  bench_wrong("transaction", 0, what);
}

/* Counts attempts of a transaction: call it first thing inside. */
AME_PURE __attribute__((noinline, unused)) static void
bench_attempt(struct bench_worker *worker) {
  worker->attempts++;
}

AME_PURE __attribute__((noinline, unused)) static double bench_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Called after each short transaction: keeps the longest time between calls. */
static inline void bench_lap(struct bench_worker *worker) {
  const double now = bench_now();
  if (worker->lap && now - worker->lap > worker->longest)
    worker->longest = now - worker->lap;
  worker->lap = now;
}

/* xorshift*. */
static inline uint64_t bench_random(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return (x * 0x2545f4914f6cdd1dull) >> 16;
}

static inline uint64_t bench_seed(uint64_t number) {
  return (number + 1) * 0x9e3779b97f4a7c15ull;
}

/* This thread's share of `total` equal pieces. */
static inline long bench_first(const struct bench_worker *worker, long total) {
  return total * worker->id / worker->threads;
}
static inline long bench_end(const struct bench_worker *worker, long total) {
  return total * (worker->id + 1) / worker->threads;
}

static inline void *bench_allocate(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (!memory)
    bench_wrong("bench.h", 0, "out of memory");
  return memory;
}

/* The threads' first transactions must not conflict: a word of each thread. */
#define BENCHMARK(prepare, work, beside, check)                                \
  static _Thread_local long bench_idle_word;                                   \
  static void bench_idle_transaction(void) {                                   \
    AME_ATOMIC { bench_idle_word++; }                                          \
  }                                                                            \
  int main(int argc, char **argv) {                                            \
    static const struct benchmark benchmark = {prepare, work, beside, check,   \
                                               bench_idle_transaction};        \
    return bench_main(argc, argv, &benchmark);                                 \
  }

#endif

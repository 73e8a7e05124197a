/* A transaction fills `kilobytes` with one byte value; beside it a thread reads
 * 2-byte words of it at random places, four in a transaction: they must all be
 * of one value. `inconsistent` counts the transactions that saw two. */
#include "../harness/bench.h"

static long bytes, rounds, tolerate;
static unsigned char *memory;
static long inconsistent;

static void prepare(void) {
  bytes = bench_parameter("kilobytes", 4096) * 1024;
  rounds = bench_parameter("rounds", 20);
  tolerate = bench_parameter("tolerate", 0);
  memory = bench_allocate((size_t)bytes);
}

static void work(struct bench_worker *worker) {
  for (long i = bench_first(worker, rounds); i < bench_end(worker, rounds);
       i++) {
    const int value = (int)(i % 250 + 1);
    AME_ATOMIC { memset(memory, value, (size_t)bytes); }
    worker->operations++;
  }
}

static unsigned read_word(uint64_t random) {
  const uint16_t *words = (const uint16_t *)(const void *)memory;
  return words[random % (uint64_t)(bytes / 2)];
}

static void beside(struct bench_worker *worker) {
  while (!bench_stopped()) {
    const uint64_t a = bench_random(&worker->random),
                   b = bench_random(&worker->random);
    unsigned first = 0, second = 0, third = 0, fourth = 0;
    AME_ATOMIC {
      first = read_word(a);
      second = read_word(b);
      third = read_word(a >> 16);
      fourth = read_word(b >> 16);
    }
    if (first != second || first != third || first != fourth ||
        first != (first & 255) * 257)
      inconsistent++;
    worker->operations++;
    bench_lap(worker);
  }
}

static void check(void) {
  bench_report("inconsistent", (double)inconsistent);
  BENCH_EXPECT(tolerate || inconsistent == 0);
  for (long i = 0; i < bytes; i++)
    BENCH_EXPECT(memory[i] == memory[0]);
}

BENCHMARK(prepare, work, beside, check)

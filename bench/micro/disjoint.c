/* Transactions of `accesses` accesses (one of 8 is a write) to words that are
 * the thread's own: nothing is shared, so nothing may conflict. */
#include "../harness/bench.h"

static long accesses AME_IMMUTABLE, total AME_IMMUTABLE;
static long *area[64];
static long transactions[64];

static void prepare(void) {
  accesses = bench_parameter("accesses", 1000);
  total = bench_parameter("total", 20000000);
}

static void touch(long *words, long step) {
  for (long i = 0; i < accesses; i++)
    if (i % 8 == step)
      words[i]++;
    else if (words[i] < 0)
      bench_violation("a count is negative");
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, total / accesses);
  const long end = bench_end(worker, total / accesses);
  long *words = bench_allocate((size_t)accesses * sizeof *words + 4096);
  area[worker->id] = words;
  for (long i = first; i < end; i++) {
    const long step = i % 8;
    AME_ATOMIC { touch(words, step); }
  }
  worker->operations = (uint64_t)(end - first);
  transactions[worker->id] = end - first;
}

static void check(void) {
  long sum = 0, all = 0;
  for (int thread = 0; thread < 64; thread++) {
    all += transactions[thread];
    for (long i = 0; area[thread] && i < accesses; i++)
      sum += area[thread][i];
  }
  BENCH_EXPECT(all == total / accesses);
  BENCH_EXPECT(sum >= all * (accesses / 8) && sum <= all * (accesses / 8 + 1));
}

BENCHMARK(prepare, work, NULL, check)

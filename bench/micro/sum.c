/* One transaction reads 10M words, in order or (random=1) in random order.
 * beside=1: another thread moves amounts between random words in short
 * transactions; the sum must not notice. */
#include "../harness/bench.h"

static long count AME_IMMUTABLE, repeat AME_IMMUTABLE, random_order AME_IMMUTABLE;
static long *words AME_IMMUTABLE;

static void prepare(void) {
  count = bench_parameter("words", 10000000);
  repeat = bench_parameter("repeat", 1);
  random_order = bench_parameter("random", 0);
  words = bench_allocate((size_t)count * sizeof *words);
  for (long i = 0; i < count; i++)
    words[i] = 1;
}

static long sum_in_order(void) {
  long sum = 0;
  for (long i = 0; i < count; i++)
    sum += words[i];
  return sum;
}

/* Each word once: first, first + step, ... modulo count, step without a common
 * divisor. The steps are long, so that each read is a miss. */
static long greatest_common_divisor(long a, long b) {
  while (b) {
    const long rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static long random_step(void) {
  long step = (long)((double)count * 0.6180339887);
  while (greatest_common_divisor(step, count) != 1)
    step++;
  return step;
}

static long sum_in_random_order(long step) {
  long sum = 0, at = 0;
  for (long i = 0; i < count; i++) {
    sum += words[at];
    at += step;
    if (at >= count)
      at -= count;
  }
  return sum;
}

static void work(struct bench_worker *worker) {
  const long step = random_step();
  for (long i = bench_first(worker, repeat); i < bench_end(worker, repeat);
       i++) {
    long sum = 0;
    AME_ATOMIC {
      bench_attempt(worker);
      sum = random_order ? sum_in_random_order(step) : sum_in_order();
    }
    BENCH_EXPECT(sum == count);
    worker->operations++;
  }
}

static void beside(struct bench_worker *worker) {
  while (!bench_stopped()) {
    const uint64_t random = bench_random(&worker->random);
    const long from = (long)(random % (uint64_t)count);
    const long to = (long)((random >> 20) % (uint64_t)count);
    AME_ATOMIC {
      words[from] -= 1;
      words[to] += 1;
    }
    worker->operations++;
    bench_lap(worker);
  }
}

static void check(void) { BENCH_EXPECT(sum_in_order() == count); }

BENCHMARK(prepare, work, beside, check)

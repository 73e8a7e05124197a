/* One transaction of `milliseconds` reads all of a large array again and again
 * and writes to some of it; beside it a thread commits short transactions that
 * share nothing with it and notes the longest time that one of them took. As
 * nothing is shared, the plain program with both threads is the control. */
#include "../harness/bench.h"

static long count, milliseconds;
static long *words;

static void prepare(void) {
  count = bench_parameter("words", 4000000);
  milliseconds = bench_parameter("milliseconds", 1000);
  words = bench_allocate((size_t)count * sizeof *words);
}

static long pass(long number) {
  long sum = 0;
  for (long i = 0; i < count; i++)
    sum += words[i];
  words[number % count] += 1;
  return sum;
}

static void work(struct bench_worker *worker) {
  if (worker->id != 0)
    return;
  const double end = bench_now() + (double)milliseconds * 1e-3;
  long passes = 0, sum = 0;
  AME_ATOMIC {
    bench_attempt(worker);
    passes = 0;
    do
      sum += pass(passes++);
    while (bench_now() < end);
  }
  BENCH_EXPECT(sum >= 0);
  worker->operations = (uint64_t)passes;
}

static void beside(struct bench_worker *worker) {
  long *own = bench_allocate(4096);
  while (!bench_stopped()) {
    AME_ATOMIC {
      own[0]++;
      own[64]--;
    }
    worker->operations++;
    bench_lap(worker);
  }
  BENCH_EXPECT(own[0] == (long)worker->operations && own[64] == -own[0]);
}

static void check(void) {
  long sum = 0;
  for (long i = 0; i < count; i++)
    sum += words[i];
  BENCH_EXPECT(sum > 0);
}

BENCHMARK(prepare, work, beside, check)

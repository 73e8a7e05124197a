#include "../../../bench/harness/bench.h"
static long sum;
static void prepare(void) { sum = bench_parameter("start", 0); }
static void work(struct bench_worker *worker) {
  AME_ATOMIC { sum++; }
  worker->operations = 1;
}
static void check(void) { BENCH_EXPECT(sum == 1); }
BENCHMARK(prepare, work, NULL, check)

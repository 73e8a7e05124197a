/* One transaction writes every word of `megabytes`. */
#include "../harness/bench.h"

static long count AME_IMMUTABLE;
static long *words AME_IMMUTABLE;

static void prepare(void) {
  count = bench_parameter("megabytes", 1024) * (1 << 20) / (long)sizeof *words;
  words = bench_allocate((size_t)count * sizeof *words);
  for (long i = 0; i < count; i += 512)
    words[i] = 1;
}

/* Each word depends on the last one: no memset. */
static void write_all(void) {
  long last = 0;
  for (long i = 0; i < count; i++)
    words[i] = last = (long)((unsigned long)last * 31 + (unsigned long)i);
}

static void work(struct bench_worker *worker) {
  if (worker->id != 0)
    return;
  AME_ATOMIC {
    bench_attempt(worker);
    write_all();
  }
  worker->operations = (uint64_t)count;
}

static void check(void) {
  long last = 0;
  for (long i = 0; i < count; i++) {
    last = (long)((unsigned long)last * 31 + (unsigned long)i);
    BENCH_EXPECT(words[i] == last);
  }
}

BENCHMARK(prepare, work, NULL, check)

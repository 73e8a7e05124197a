/* Transactions that do nothing (accesses=0), or read one word and write another
 * (accesses=1). seconds / operations is what one of them costs. */
#include "../harness/bench.h"

static long operations, accesses;
static long *area[64];

static void prepare(void) {
  operations = bench_parameter("operations", 20000000);
  accesses = bench_parameter("accesses", 0);
}

static void nothing(long first, long end) {
  for (long i = first; i < end; i++) {
    AME_ATOMIC {}
    __asm__ volatile("" ::: "memory"); /* the plain loop shall be one, too */
  }
}

static void read_and_write(long *words, long first, long end) {
  for (long i = first; i < end; i++) {
    AME_ATOMIC { words[64] = words[0] + i; }
    __asm__ volatile("" ::: "memory");
  }
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, operations);
  const long end = bench_end(worker, operations);
  long *words = area[worker->id] = bench_allocate(2 * 4096);
  if (accesses)
    read_and_write(words, first, end);
  else
    nothing(first, end);
  BENCH_EXPECT(words[64] == (accesses ? end - 1 : 0));
  worker->operations = (uint64_t)(end - first);
}

static void check(void) {
  for (int i = 0; i < 64; i++)
    free(area[i]);
}

BENCHMARK(prepare, work, NULL, check)

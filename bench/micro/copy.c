/* memcpy of 1 MB from shared memory, one copy a transaction: into shared memory
 * or, captured=1, into a block that the transaction has allocated. The
 * sequential program does the same copies, and the allocation. */
#include "../harness/bench.h"

static long rounds AME_IMMUTABLE, captured AME_IMMUTABLE;
static size_t size AME_IMMUTABLE;
static char *source AME_IMMUTABLE, *destination AME_IMMUTABLE;
static unsigned long sum;

static void prepare(void) {
  rounds = bench_parameter("rounds", 2000);
  captured = bench_parameter("captured", 0);
  size = (size_t)bench_parameter("kilobytes", 1024) << 10;
  source = bench_allocate(size);
  destination = bench_allocate(size);
  memset(source, 1, size);
}

static void copy(long round) {
  char *to = captured ? malloc(size) : destination;
  if (!to)
    bench_violation("out of memory");
  source[0] = (char)(round & 63);
  memcpy(to, source, size);
  sum += (unsigned long)to[0] + (unsigned long)to[size - 1];
  if (captured)
    free(to);
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, rounds),
             end = bench_end(worker, rounds);
  for (long round = first; round < end; round++)
    AME_ATOMIC {
      bench_attempt(worker);
      copy(round);
    }
  worker->operations = (uint64_t)(end - first);
}

static void check(void) {
  unsigned long wanted = 0;
  for (long round = 0; round < rounds; round++)
    wanted += (unsigned long)(round & 63) + 1;
  BENCH_EXPECT(sum == wanted);
}

BENCHMARK(prepare, work, NULL, check)

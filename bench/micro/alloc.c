/* One transaction allocates and frees 1M blocks of 32 to 64 bytes; every tenth
 * stays linked into a shared table for a while. beside=1: another thread does
 * short transactions of its own and notes its longest wait. */
#include "../harness/bench.h"

struct block {
  long size, stamp;
  struct block *previous;
};

enum { TABLE = 1 << 15 };

static long count;
static struct block *table[TABLE];
static long left;

static void prepare(void) { count = bench_parameter("blocks", 1000000); }

static struct block *new_block(long stamp) {
  const long size = 32 + stamp % 5 * 8;
  struct block *block = malloc((size_t)size);
  if (!block)
    bench_violation("out of memory");
  block->size = size;
  block->stamp = stamp;
  block->previous = NULL;
  return block;
}

static void link_block(struct block *block) {
  struct block **slot =
      &table[(unsigned long)block->stamp * 2654435761u % TABLE];
  free(*slot);
  *slot = block;
}

static void allocate_and_free(long first, long end) {
  for (long i = first; i < end; i++) {
    struct block *block = new_block(i);
    if (i % 10 == 0)
      link_block(block);
    else
      free(block);
  }
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, count), end = bench_end(worker, count);
  AME_ATOMIC {
    bench_attempt(worker);
    allocate_and_free(first, end);
  }
  worker->operations = (uint64_t)(end - first);
}

static void beside(struct bench_worker *worker) {
  long *own = bench_allocate(4096);
  while (!bench_stopped()) {
    AME_ATOMIC { own[0]++; }
    worker->operations++;
    bench_lap(worker);
  }
  BENCH_EXPECT(own[0] == (long)worker->operations);
}

static void check(void) {
  for (long i = 0; i < TABLE; i++)
    if (table[i]) {
      BENCH_EXPECT(table[i]->stamp % 10 == 0 && table[i]->stamp < count);
      BENCH_EXPECT(table[i]->size == 32 + table[i]->stamp % 5 * 8);
      left++;
    }
  BENCH_EXPECT(left > 0 && left <= TABLE);
}

BENCHMARK(prepare, work, beside, check)

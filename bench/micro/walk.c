/* One transaction chases pointers through 64 MB (1M nodes in random order) and
 * writes to 1,000 of them. beside=1: another thread adds to random nodes in
 * short transactions. */
#include "../harness/bench.h"

struct node {
  struct node *next;
  long value;
  long padding[6];
};

static long count AME_IMMUTABLE, writes AME_IMMUTABLE;
static struct node *nodes AME_IMMUTABLE;
static long added_beside;

/* One cycle through all nodes (Sattolo's shuffle). */
static void prepare(void) {
  uint64_t random = bench_seed(1);
  count = bench_parameter("nodes", 1 << 20);
  writes = bench_parameter("writes", 1000);
  nodes = bench_allocate((size_t)count * sizeof *nodes);
  long *order = bench_allocate((size_t)count * sizeof *order);
  for (long i = 0; i < count; i++)
    order[i] = i;
  for (long i = count - 1; i > 0; i--) {
    const long j = (long)(bench_random(&random) % (uint64_t)i), old = order[i];
    order[i] = order[j];
    order[j] = old;
  }
  for (long i = 0; i < count; i++)
    nodes[order[i]].next = &nodes[order[(i + 1) % count]];
  free(order);
}

static long walk(long every) {
  struct node *node = nodes;
  long steps = 0, until_write = every;
  do {
    if (--until_write == 0) {
      node->value++;
      until_write = every;
    }
    node = node->next;
    steps++;
  } while (node != nodes);
  return steps;
}

static void work(struct bench_worker *worker) {
  if (worker->id != 0)
    return;
  long steps = 0;
  const long every = count / writes;
  AME_ATOMIC {
    bench_attempt(worker);
    steps = walk(every);
  }
  BENCH_EXPECT(steps == count);
  worker->operations = 1;
}

static void beside(struct bench_worker *worker) {
  while (!bench_stopped()) {
    struct node *node = &nodes[bench_random(&worker->random) % (uint64_t)count];
    AME_ATOMIC { node->value++; }
    worker->operations++;
    bench_lap(worker);
  }
  added_beside = (long)worker->operations;
}

static void check(void) {
  long sum = 0;
  for (long i = 0; i < count; i++)
    sum += nodes[i].value;
  BENCH_EXPECT(sum == count / (count / writes) + added_beside);
}

BENCHMARK(prepare, work, beside, check)

/* Transactions take and drop 500 references each (1,000 changes of counts) to 8
 * objects that all threads share, and do some private work with each. */
#include "../harness/bench.h"

enum { OBJECTS = 8, REFERENCES = 500, HELD = 16, PRIVATE = 256 };

struct object {
  long count AME_REFCOUNT;
  long value AME_IMMUTABLE;
  long padding[14];
};

static long transactions AME_IMMUTABLE;
static struct object *objects[OBJECTS] AME_IMMUTABLE;
static long destroyed;

static void prepare(void) {
  transactions = bench_parameter("transactions", 100000);
  for (long i = 0; i < OBJECTS; i++) {
    objects[i] = bench_allocate(sizeof **objects);
    objects[i]->count = 1;
    objects[i]->value = i;
  }
}

static void destroy(struct object *object) {
  destroyed++;
  free(object);
}

static struct object *take(struct object *object) {
  object->count++;
  return object;
}

static void drop(struct object *object) {
  if (--object->count == 0)
    destroy(object);
}

/* As an interpreter does: references are held for a while in a small frame. */
static void share(uint64_t random, long mine[static PRIVATE]) {
  struct object *held[HELD] = {0};
  for (long i = 0; i < REFERENCES; i++) {
    struct object *object = take(objects[random >> 13 & (OBJECTS - 1)]);
    struct object **slot = &held[i & (HELD - 1)];
    mine[random >> 40 & (PRIVATE - 1)] += object->value;
    if (*slot)
      drop(*slot);
    *slot = object;
    random = random * 6364136223846793005u + 1442695040888963407u;
  }
  for (long i = 0; i < HELD; i++)
    drop(held[i]);
}

static void work(struct bench_worker *worker) {
  long *mine = bench_allocate(2 * 4096);
  const long first = bench_first(worker, transactions);
  const long end = bench_end(worker, transactions);
  uint64_t state = worker->random;
  for (long i = first; i < end; i++) {
    const uint64_t random = bench_random(&state);
    AME_ATOMIC { share(random, mine); }
  }
  worker->operations = (uint64_t)(end - first);
  free(mine);
}

static void check(void) {
  BENCH_EXPECT(destroyed == 0);
  for (long i = 0; i < OBJECTS; i++)
    BENCH_EXPECT(objects[i]->count == 1);
}

BENCHMARK(prepare, work, NULL, check)

/* The benchmarks of sets (hash, tree, list, skiplist) are the same program but
 * for the structure: SET_START, SET_INSERT, SET_REMOVE, SET_CONTAINS. */

static void prepare(void) {
  operations = bench_parameter("operations", 0);
  keys = bench_parameter("keys", 0);
  updates = bench_parameter("updates", 20);
  BENCH_EXPECT(operations > 0 && keys > 0);
  SET_START;
  for (uint64_t random = bench_seed(7); size_at_start < keys / 2;)
    size_at_start += SET_INSERT((long)(bench_random(&random) % (uint64_t)keys));
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, operations);
  const long end = bench_end(worker, operations);
  uint64_t random = worker->random;
  long grown = 0, found = 0;
  for (long i = first; i < end; i++) {
    const uint64_t number = bench_random(&random);
    const long key = (long)((number >> 8) % (uint64_t)keys);
    const long choice = (long)((number & 255) * 200 >> 8);
    long change = 0;
    if (choice < updates) {
      AME_ATOMIC { change = SET_INSERT(key); }
      grown += change;
    } else if (choice < 2 * updates) {
      AME_ATOMIC { change = SET_REMOVE(key); }
      grown -= change;
    } else {
      AME_ATOMIC { change = SET_CONTAINS(key); }
      found += change;
    }
  }
  sizes[worker->id] = grown;
  BENCH_EXPECT(found >= 0);
  worker->operations = (uint64_t)(end - first);
}

static void check(void) {
  long size = size_at_start, counted = 0;
  for (int i = 0; i < 64; i++)
    size += sizes[i];
  for (long key = 0; key < keys; key++)
    counted += SET_CONTAINS(key);
  BENCH_EXPECT(counted == size);
  SET_CHECK(size);
}

BENCHMARK(prepare, work, NULL, check)

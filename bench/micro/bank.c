/* Transfers between accounts; every audit_every-th transaction instead adds up
 * all accounts, and must find the total that was there at the start. */
#include "../harness/bench.h"

static long accounts AME_IMMUTABLE, operations AME_IMMUTABLE, audit_every AME_IMMUTABLE;
static long *balance AME_IMMUTABLE;

enum { START = 1000 };

static void prepare(void) {
  accounts = bench_parameter("accounts", 100000);
  operations = bench_parameter("operations", 1000000);
  audit_every = bench_parameter("audit_every", 20000);
  balance = bench_allocate((size_t)accounts * sizeof *balance);
  for (long i = 0; i < accounts; i++)
    balance[i] = START;
}

static long total(void) {
  long sum = 0;
  for (long i = 0; i < accounts; i++)
    sum += balance[i];
  return sum;
}

static void audit(void) {
  long sum = 0;
  AME_ATOMIC { sum = total(); }
  BENCH_EXPECT(sum == accounts * START);
}

static void transfer(long from, long to, long amount) {
  AME_ATOMIC {
    if (balance[from] >= amount) {
      balance[from] -= amount;
      balance[to] += amount;
    }
  }
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, operations);
  const long end = bench_end(worker, operations);
  uint64_t random = worker->random;
  for (long i = first; i < end; i++) {
    const uint64_t number = bench_random(&random);
    if (i % audit_every == 0)
      audit();
    else
      transfer((long)(number % (uint64_t)accounts),
               (long)((number >> 20) % (uint64_t)accounts),
               (long)(number >> 44) % 100);
  }
  worker->operations = (uint64_t)(end - first);
}

static void check(void) {
  BENCH_EXPECT(total() == accounts * START);
  for (long i = 0; i < accounts; i++)
    BENCH_EXPECT(balance[i] >= 0);
}

BENCHMARK(prepare, work, NULL, check)

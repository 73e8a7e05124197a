// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: env AME_OPTIONS=stats=1 %ame_run %t.O2 2>&1 >%t.out | FileCheck %s --check-prefix=STATS
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.all && %ame_run %t.all | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: AME_COUNTER: sums of integers and floating point numbers, bits, minima
// and maxima, changed by several threads at once without one conflict; reading,
// setting and mixing them in a transaction is right, too.
#include <ame/ame.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 5000 };

static struct {
  long sum AME_COUNTER;
  unsigned hits AME_COUNTER;
  double total AME_COUNTER;
  float half AME_COUNTER;
  uint64_t bits AME_COUNTER;
  int left AME_COUNTER;
  long largest AME_COUNTER, smallest AME_COUNTER;
  unsigned natural AME_COUNTER;
  double high AME_COUNTER, low AME_COUNTER;
} counters = {.left = -1, .smallest = 1 << 30, .low = 1e9, .natural = 5};
static AME_COUNTER long global;

static void *work(void *argument) {
  const long id = (long)argument;
  for (long i = 0; i < ROUNDS; i++)
    AME_ATOMIC {
      counters.sum += i;
      counters.sum -= 1;
      counters.hits++;
      counters.total += 0.5;
      counters.half -= 0.25f;
      counters.bits |= UINT64_C(1) << (i + id) % 64;
      counters.left &= ~(1 << id);
      ame_counter_max(&counters.largest, id * 100000 + i);
      ame_counter_min(&counters.smallest, -id);
      ame_counter_max(&counters.natural, 4000000000u - (unsigned)id);
      ame_counter_max(&counters.high, (double)i / 2);
      ame_counter_min(&counters.low, -(double)i);
      global++;
    }
  return NULL;
}

static void mix(void) {
  long seen, old;
  double total;
  AME_ATOMIC {
    counters.sum += 5;
    seen = counters.sum; /* its own changes are in it */
    ame_counter_max(&counters.sum, seen + 100); /* two kinds of changes */
    counters.sum -= 50;
    old = counters.sum++;
    counters.total += 1;
    total = counters.total;
    counters.hits = 7; /* setting */
    counters.hits++;
    counters.bits = 0;
    counters.bits |= 6;
    global += 2;
    global *= 2;
  }
  printf("mixed %ld %ld %ld, %g %u %lx %ld\n",
         seen - (long)THREADS * ((long)ROUNDS * (ROUNDS - 1) / 2 - ROUNDS),
         old - (seen - 5) - 5, counters.sum - seen, total, counters.hits,
         (long)counters.bits, global);
}

int main(void) {
  pthread_t threads[THREADS];
  for (long i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, work, (void *)i);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  // CHECK: sums 49970000 20000 10000 -5000 20000
  printf("sums %ld %u %g %g %ld\n", counters.sum, counters.hits, counters.total,
         counters.half, global);
  // CHECK-NEXT: bits ffffffffffffffff fffffff0
  printf("bits %lx %x\n", (long)counters.bits, counters.left);
  // CHECK-NEXT: limits 304999 -3 4000000000 2499.5 -4999
  printf("limits %ld %ld %u %g %g\n", counters.largest, counters.smallest,
         counters.natural, counters.high, counters.low);
  // CHECK-NEXT: mixed 5 50 51, 10001 8 6 40004
  mix();
  // STATS: {{^}}ame: all threads: {{[0-9]+}} commits, 0 aborts
  return 0;
}

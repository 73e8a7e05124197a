// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^long_reader: .* attempts; longest short}}
// CHECK: {{^}}long_reader: OK
// Intent: one transaction that reads millions of words commits within a few
// attempts beside threads that commit small transfers in the same array all the
// time, sees the right sum, and starves nobody.
#include "harness.h"

/* Attempts, not seconds: a machine that is busy otherwise delays everybody. After
 * 32 lost attempts a transaction runs inevitably. */
enum { WORDS = 1 << 20, PASSES = 3, MOST_ATTEMPTS = 10, MOST_SHORT_ATTEMPTS = 34 };

static long word[WORDS];
static int attempts AME_NOTRACK; /* not undone: counts the aborted ones */
static int most_attempts;
static uint64_t long_commits;
static double longest_short[STRESS_MAX_THREADS];
static _Thread_local int short_attempts AME_NOTRACK;

static long sum(void) {
  long total = 0;
  int i;
  for (i = 0; i < WORDS; i++)
    total += word[i];
  return total;
}

static void read_all(void) {
  attempts = 0;
  AME_ATOMIC_AS("long reader") {
    int pass;
    attempts++;
    for (pass = 0; pass < PASSES; pass++) {
      long total = sum();
      STRESS_EXPECT(total == WORDS, total, pass);
    }
  }
  long_commits++;
  if (attempts > most_attempts)
    most_attempts = attempts;
  STRESS_EXPECT(attempts <= MOST_ATTEMPTS, attempts, long_commits);
}

static void transfer(size_t from, size_t to) {
  short_attempts = 0;
  AME_ATOMIC_AS("short") {
    short_attempts++;
    word[from]--;
    word[to]++;
  }
  STRESS_EXPECT(short_attempts <= MOST_SHORT_ATTEMPTS, short_attempts, 0);
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    if (self->id == 0) {
      read_all();
    } else {
      double start = stress_now(), took;
      transfer((r >> 8) % WORDS, (r >> 28) % WORDS);
      took = stress_now() - start;
      if (took > longest_short[self->id])
        longest_short[self->id] = took;
    }
  }
  return done;
}

int main(int argc, char **argv) {
  double longest = 0;
  uint64_t done;
  int i;
  stress_start("long_reader", argc, argv);
  for (i = 0; i < WORDS; i++)
    word[i] = 1;
  done = stress_run(worker);
  STRESS_EXPECT(sum() == WORDS, sum(), WORDS);
  STRESS_EXPECT(long_commits > 0, long_commits, 0);
  for (i = 0; i < stress_threads; i++) {
    if (longest_short[i] > longest)
      longest = longest_short[i];
  }
  printf("long_reader: %llu long, at most %d attempts; longest short %.1f ms\n",
         (unsigned long long)long_commits, most_attempts, longest * 1e3);
  return stress_end(done);
}

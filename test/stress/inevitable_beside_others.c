// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}inevitable_beside_others: OK
// Intent: an inevitable transaction runs its code once, is alone in being
// inevitable, and others commit while it is under way.
#include "harness.h"

enum { LINE = 64, ROUNDS_TO_JUDGE = 50, ACCOUNTS = 16 };

struct padded {
  long value;
  char rest[LINE - sizeof(long)];
};

static struct padded account[ACCOUNTS];
static struct padded own[STRESS_MAX_THREADS];
static long entered;                /* by transactions */
static int inside AME_NOTRACK;      /* not undone */
static long started AME_NOTRACK;    /* not undone */
static atomic_ullong committed_beside AME_NOTRACK;
static unsigned long long seen_beside;

static void transfer(size_t from, size_t to) {
  account[from].value--;
  account[to].value++;
}

static void audit(void) {
  long sum = 0;
  int i;
  for (i = 0; i < ACCOUNTS; i++)
    sum += account[i].value;
  STRESS_EXPECT(sum == 0, sum, 0);
}

AME_PURE static unsigned long long commits_beside(void) {
  return atomic_load_explicit(&committed_beside, memory_order_relaxed);
}

/* AME_PURE: sleeps while inevitable without an unknown call. */
AME_PURE static void work(double seconds) { stress_sleep(seconds); }

static void inevitable(size_t from, size_t to, double seconds) {
  unsigned long long before, after;
  AME_ATOMIC_AS("inevitable") {
    transfer(to, from); /* something to keep over the switch */
    ame_become_inevitable("stress");
    inside++;
    started++;
    STRESS_EXPECT(inside == 1, inside, 0);
    before = commits_beside();
    transfer(from, to);
    audit();
    work(seconds);
    transfer(from, to);
    entered++;
    after = commits_beside();
    inside--;
  }
  if (seconds > 0)
    __atomic_fetch_add(&seen_beside, after - before, __ATOMIC_RELAXED);
}

static void short_one(size_t from, size_t to, int id, int touch_accounts) {
  AME_ATOMIC_AS("short") {
    own[id].value++;
    if (touch_accounts) {
      audit();
      transfer(from, to);
    }
  }
  atomic_fetch_add_explicit(&committed_beside, 1, memory_order_relaxed);
}

static long rounds[STRESS_MAX_THREADS];

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    size_t from = (r >> 8) % ACCOUNTS, to = (r >> 16) % ACCOUNTS;
    if (self->id == 0 || (r >> 24) % 2000 == 0) {
      inevitable(from, to, self->id == 0 ? 0.001 : 0);
      rounds[self->id]++;
    } else {
      short_one(from, to, self->id, (r >> 40) % 64 == 0);
    }
  }
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  long expected = 0;
  int i;
  stress_start("inevitable_beside_others", argc, argv);
  done = stress_run(worker);
  audit();
  for (i = 0; i < stress_threads; i++)
    expected += rounds[i];
  STRESS_EXPECT(entered == expected, entered, expected);
  STRESS_EXPECT(started == expected, started, expected);
#ifdef __AME__
  if (stress_threads > 1 && rounds[0] >= ROUNDS_TO_JUDGE)
    STRESS_EXPECT(seen_beside > 0, seen_beside, rounds[0]);
#endif
  return stress_end(done);
}

// RUN: %ame_cc -fame-mode=always -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}open_transactions: OK
// Intent: threads that live in open transactions, with checkpoints deep in
// recursion, atomic sections and excursions outside, behave as under one lock;
// after an abort every frame of the stack has its old locals.
#include "harness.h"

enum { ACCOUNTS = 64, START = 1000, DEPTH = 12 };

static long balance[ACCOUNTS];
static long sections; /* of ame_atomic_push and pop */

static void audit(void) {
  long sum = 0;
  int i;
  for (i = 0; i < ACCOUNTS; i++)
    sum += balance[i];
  STRESS_EXPECT(sum == (long)ACCOUNTS * START, sum, 0);
}

static void transfer(uint64_t r) {
  size_t from = (r >> 8) % ACCOUNTS, to = (r >> 20) % ACCOUNTS;
  long amount = (long)(r >> 40) % 50;
  balance[from] -= amount;
  balance[to] += amount;
}

/* Every level has locals of its own, in registers and by address. */
static __attribute__((noinline)) uint64_t descend(struct stress_worker *self,
                                                  int depth, uint64_t *sum) {
  uint64_t local[4], r = stress_random(self);
  int i;
  for (i = 0; i < 4; i++)
    local[i] = r + (uint64_t)i;
  transfer(r);
  ame_checkpoint();
  if (depth > 0) {
    uint64_t below = 0;
    descend(self, depth - 1, &below);
    STRESS_EXPECT(below >= 1, below, depth);
    *sum += below;
  }
  ame_checkpoint();
  for (i = 0; i < 4; i++)
    STRESS_EXPECT(local[i] == r + (uint64_t)i, i, depth);
  *sum += 1;
  return r;
}

/* The total is wrong in between; checkpoints may not show that. */
static void section(uint64_t r) {
  size_t from = (r >> 8) % ACCOUNTS, to = (r >> 20) % ACCOUNTS;
  ame_atomic_push();
  balance[from] -= 10;
  ame_checkpoint();
  ame_atomic_push();
  ame_checkpoint();
  ame_atomic_pop();
  ame_checkpoint();
  balance[to] += 10;
  sections++;
  ame_atomic_pop();
}

static long mine[STRESS_MAX_THREADS][16];

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  long *count = mine[self->id];
  ame_enter();
  while (stress_running()) {
    uint64_t r = stress_random(self), sum = 0;
    switch (r % 8) {
    case 0:
      audit();
      break;
    case 1:
      section(r);
      ++*count;
      break;
    case 2:
      if ((r >> 30) % 16 == 0) {
        AME_OUTSIDE { STRESS_EXPECT(!ame_in_transaction(), 0, 0); }
      } else {
        AME_ATOMIC {
          audit();
          transfer(r);
        }
      }
      break;
    case 3:
      descend(self, DEPTH, &sum);
      STRESS_EXPECT(sum == DEPTH + 1, sum, 0);
      break;
    case 4:
      if ((r >> 30) % 64 == 0) {
        ame_leave();
        STRESS_EXPECT(!ame_in_transaction(), 0, 0);
        ame_enter();
      }
      break;
    default:
      transfer(r);
    }
    done++;
    ame_checkpoint();
  }
  ame_leave();
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  long expected = 0;
  int i;
  stress_start("open_transactions", argc, argv);
  for (i = 0; i < ACCOUNTS; i++)
    balance[i] = START;
  done = stress_run(worker);
  audit();
  for (i = 0; i < stress_threads; i++)
    expected += mine[i][0];
  STRESS_EXPECT(sections == expected, sections, expected);
  return stress_end(done);
}

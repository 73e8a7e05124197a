// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}write_skew: OK
// Intent: two transactions that read the same two accounts and each write one
// of them do not both commit when only one may (no write skew).
#include "harness.h"

enum { PAIRS = 8, LINE = 64 };

struct padded {
  long value;
  char rest[LINE - sizeof(long)];
};

static struct padded account[2][PAIRS] __attribute__((aligned(LINE)));

/* Either account may go below zero while the sum does not. */
static int withdraw(int pair, int side, long amount) {
  int paid = 0;
  AME_ATOMIC {
    long sum = account[0][pair].value + account[1][pair].value;
    STRESS_EXPECT(sum >= 0, pair, sum);
    if (sum >= amount) {
      account[side][pair].value -= amount;
      paid = 1;
    }
  }
  return paid;
}

static void refill(int pair, long amount) {
  AME_ATOMIC {
    long sum = account[0][pair].value + account[1][pair].value;
    STRESS_EXPECT(sum >= 0, pair, sum);
    if (sum < amount) {
      account[0][pair].value = amount / 2;
      account[1][pair].value = amount - amount / 2;
    }
  }
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    int pair = (int)((r >> 8) % PAIRS);
    if (r % 4 == 0)
      refill(pair, 10);
    else
      withdraw(pair, self->id & 1, 1 + (long)(r >> 20) % 10);
  }
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  int i;
  stress_start("write_skew", argc, argv);
  done = stress_run(worker);
  for (i = 0; i < PAIRS; i++) {
    long sum = account[0][i].value + account[1][i].value;
    STRESS_EXPECT(sum >= 0, i, sum);
  }
  return stress_end(done);
}

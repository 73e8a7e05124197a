// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.2 && %ame_run %t.2 4 2 2 | FileCheck %s
// CHECK: {{^}}bank: OK
// Intent: transfers between accounts run beside audits of all accounts; every
// audit, inside its transaction, sees the total that was there at the start,
// and no account ever is below zero.
#include "harness.h"

enum { ACCOUNTS = 100, START = 1000 };

static long balance[ACCOUNTS];

static void withdraw(int account, long amount) { balance[account] -= amount; }
static void deposit(long *account, long amount) { *account += amount; }

static int transfer(int from, int to, long amount) {
  AME_ATOMIC {
    if (balance[from] < amount)
      return 0;
    withdraw(from, amount);
    deposit(&balance[to], amount);
  }
  return 1;
}

static long total(void) {
  long sum = 0;
  int i;
  for (i = 0; i < ACCOUNTS; i++) {
    STRESS_EXPECT(balance[i] >= 0, i, balance[i]);
    sum += balance[i];
  }
  return sum;
}

static void audit(void) {
  AME_ATOMIC {
    long sum = total();
    STRESS_EXPECT(sum == (long)ACCOUNTS * START, sum, 0);
  }
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  while (stress_running()) {
    uint64_t r = stress_random(self);
    if (r % 10 == 0)
      audit();
    else
      transfer((int)(r / 16 % ACCOUNTS), (int)(r / 4096 % ACCOUNTS),
               (long)(r >> 40) % 200);
    done++;
  }
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  int i;
  stress_start("bank", argc, argv);
  for (i = 0; i < ACCOUNTS; i++)
    balance[i] = START;
  done = stress_run(worker);
  STRESS_EXPECT(total() == (long)ACCOUNTS * START, total(), 0);
  return stress_end(done);
}

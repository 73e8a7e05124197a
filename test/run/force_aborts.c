// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: env AME_OPTIONS=force_aborts=1 %ame_run %t.O0 | FileCheck %s --check-prefixes=CHECK,ONE
// RUN: env AME_OPTIONS=force_aborts=4 %ame_run %t.O0 | FileCheck %s --check-prefixes=CHECK,FOUR
// RUN: %ame_cc -O2 %s -o %t.O2 && env AME_OPTIONS=force_aborts=4 %ame_run %t.O2 | FileCheck %s --check-prefixes=CHECK,FOUR
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.always
// RUN: env AME_OPTIONS=force_aborts=4 %ame_run %t.always | FileCheck %s --check-prefixes=CHECK,FOUR
// RUN: env AME_OPTIONS=force_aborts=4:stats=1 %ame_run %t.O2 2>&1 | FileCheck %s --check-prefix=STATS
// Intent: force_aborts=K makes every transaction run K times in vain, also one
// that becomes inevitable, and nothing but the number of attempts shows it.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int attempts AME_NOTRACK; /* is not undone */
static long table[1000];

static void add_up(void) {
  AME_ATOMIC {
    attempts++;
    for (int i = 1; i < 1000; i++)
      table[i] += table[i - 1] + 1;
    printf("sum %ld\n", table[999]);
  }
}

static void ask_the_kernel(void) {
  AME_ATOMIC {
    attempts++;
    table[0]++;
    if (access("/", F_OK) == 0) /* deferred, undone or inevitable: once */
      puts("root");
  }
}

static void be_inevitable(void) {
  AME_ATOMIC {
    attempts++;
    table[0]++;
    ame_become_inevitable("test");
    if (write(1, "", 0) != 0)
      abort();
    table[1]++;
  }
}

int main(void) {
  // CHECK: sum 999
  // CHECK-NEXT: sum 500499
  // PLAIN-NEXT: 2 attempts
  // ONE-NEXT: 4 attempts
  // FOUR-NEXT: 10 attempts
  add_up();
  add_up();
  printf("%d attempts\n", attempts);
  // CHECK-NEXT: root
  // CHECK-NEXT: values 2 3
  // PLAIN-NEXT: 4 attempts
  // ONE-NEXT: 8 attempts
  // FOUR-NEXT: 20 attempts
  ask_the_kernel();
  be_inevitable();
  printf("values %ld %ld\n", table[0], table[1]);
  printf("%d attempts\n", attempts);
  // CHECK-NOT: {{.}}
  // STATS: 4 commits, 16 aborts
  // STATS: 16 forced
  return 0;
}

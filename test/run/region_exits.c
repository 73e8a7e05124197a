// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O1 %s -o %t.O1 && %ame_run %t.O1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %ame_cc -Os %s -o %t.Os && %ame_run %t.Os | FileCheck %s
// RUN: %ame_cc -O2 -g %s -o %t.O2g && %ame_run %t.O2g | FileCheck %s
// RUN: %ame_cc -O0 -g %s -o %t.O0g && %ame_run %t.O0g | FileCheck %s
// RUN: %ame_cc -O2 -flto %s -o %t.O2flto && %ame_run %t.O2flto | FileCheck %s
// RUN: %ame_cc -O2 -flto=thin %s -o %t.O2fltothin && %ame_run %t.O2fltothin | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: every way out of a region commits it, and no other is left open.
#include <ame/ame.h>
#include <stdio.h>

static int value;

static void report(const char *how) {
  printf("%s: %d %s\n", how, value, ame_in_transaction() ? "inside" : "outside");
}

static int by_return(int x) {
  AME_ATOMIC {
    value += x;
    if (x > 1)
      return value;
    value += 10;
  }
  return -1;
}

static void by_break(void) {
  for (int i = 0; i < 3; i++) {
    AME_ATOMIC {
      value++;
      if (i == 1)
        break; /* leaves the block only */
      value += 100;
    }
    value += 1000;
  }
}

static void by_continue(void) {
  for (int i = 0; i < 3; i++) {
    AME_ATOMIC {
      if (i == 1)
        continue;
      value++;
    }
    value += 1000;
  }
}

static void by_goto(int n) {
again:
  AME_ATOMIC {
    value++;
    if (--n > 0)
      goto again;
    if (n == 0)
      goto out;
    value = -1;
  }
out:
  return;
}

static void by_break_of_the_loop(void) {
  for (int i = 0; i < 10; i++) {
    AME_BEGIN
    value++;
    if (i == 1)
      continue;
    if (i == 3)
      break; /* leaves the loop */
    AME_END
    value += 10;
  }
}

static int by_switch(int x) {
  switch (x) {
  case 1:
    AME_ATOMIC { value = 1; }
    break;
  case 2:
    AME_ATOMIC { return value = 2; }
  default:
    AME_ATOMIC_AS("named") { value = 3; }
  }
  return 0;
}

int main(void) {
  // CHECK: return: 2 outside
  by_return(2);
  report("return");
  // CHECK-NEXT: end: 13 outside
  by_return(1);
  report("end");
  // CHECK-NEXT: break: 3203 outside
  value = 0;
  by_break();
  report("break");
  // CHECK-NEXT: continue: 3002 outside
  value = 0;
  by_continue();
  report("continue");
  // CHECK-NEXT: goto: 5 outside
  value = 0;
  by_goto(5);
  report("goto");
  // CHECK-NEXT: break of the loop: 24 outside
  value = 0;
  by_break_of_the_loop();
  report("break of the loop");
  // CHECK-NEXT: switch 1: 1 outside
  by_switch(1);
  report("switch 1");
  // CHECK-NEXT: switch 2: 2 outside
  by_switch(2);
  report("switch 2");
  // CHECK-NEXT: switch 3: 3 outside
  by_switch(3);
  report("switch 3");
  return 0;
}

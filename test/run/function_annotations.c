// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// Intent: calls of AME_DEFER functions run at commit, in order with the output;
// AME_WRAP replaces a function inside transactions only; AME_INEVITABLE and
// AME_PURE functions are called as they are.
#include "second_attempt.h"

static int pure_calls AME_NOTRACK;

AME_DEFER static void log_line(const char *what, int n) {
  printf("log %s %d\n", what, n);
}

__attribute__((noinline)) int answer(void) { return 1; }
AME_WRAP(answer) int answer_in_transaction(void) { return answer() + 41; }

AME_PURE static int pure(int x) {
  pure_calls++;
  return x * 2;
}

AME_INEVITABLE static int once(int x) { return x + 1; }

int main(void) {
  int a = 0, b = 0, c = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    log_line("first", 1);
    printf("printed\n");
    log_line("second", 2);
    b = pure(4);
    second_attempt_force();
  }
  second_attempt_check();
  /* Apart: becoming inevitable hands out the output, but no deferred call. */
  AME_ATOMIC {
    a = answer(); // the wrapper calls the original: inevitable
    c = once(6);
  }
  // CHECK: log first 1
  // CHECK-NEXT: printed
  // CHECK-NEXT: log second 2
  // CHECK-NEXT: 42 1 8 7
  printf("%d %d %d %d\n", a, answer(), b, c);
  // CHECK-NEXT: log plain 3
  log_line("plain", 3);
  return 0;
}

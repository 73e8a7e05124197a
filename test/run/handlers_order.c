// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// Intent: commit handlers run after the commit in the order of registration;
// abort handlers run after the undo in reverse order, once for each abort.
#include "second_attempt.h"

static int value = 1;

static void say(void *what) {
  printf("%s: value %d, %s\n", (const char *)what, value,
         ame_in_transaction() ? "inside" : "outside");
}

static void twice(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    ame_on_commit(say, "commit 1");
    ame_on_abort(say, "abort 1");
    value++;
    AME_ATOMIC {
      ame_on_commit(say, "commit 2");
      ame_on_abort(say, "abort 2");
    }
    second_attempt_force();
  }
  second_attempt_check();
}

static void cancelled(void) {
  AME_ATOMIC {
    value = 50;
    ame_on_commit(say, "never");
    ame_on_abort(say, "cancelled 1");
    ame_on_abort(say, "cancelled 2");
    ame_cancel();
  }
}

int main(void) {
  // CHECK: abort 2: value 1, outside
  // CHECK-NEXT: abort 1: value 1, outside
  // CHECK: commit 1: value 2, outside
  // CHECK-NEXT: commit 2: value 2, outside
  twice();
  // CHECK-NEXT: cancelled 2: value 2, outside
  // CHECK-NEXT: cancelled 1: value 2, outside
  cancelled();
  // CHECK-NEXT: at once: value 2, outside
  ame_on_commit(say, "at once");
  // CHECK-NOT: never
  return 0;
}

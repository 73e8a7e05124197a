// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: commit handlers run in order after the outermost block, also where a
// plain compiler is used.
#include <ame/ame.h>
#include <stdio.h>

static void say(void *what) { puts(what); }

int main(void) {
  AME_ATOMIC {
    ame_on_commit(say, "first");
    AME_ATOMIC { ame_on_commit(say, "second"); }
    ame_on_commit(say, "third");
  }
  ame_on_commit(say, "at once");
  puts("end");
  // CHECK: first
  // CHECK-NEXT: second
  // CHECK-NEXT: third
  // CHECK-NEXT: at once
  // CHECK-NEXT: end
  return 0;
}

// RUN: %ame_cc -O0 %s -o %t.O0 && env AME_OPTIONS=stats=1 %ame_run %t.O0 2>&1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && env AME_OPTIONS=stats=1 %ame_run %t.O2 2>&1 | FileCheck %s
// Intent: what glibc's headers expand inline when optimising (putc_unlocked and
// its like) is deferred output, too: dropped with its attempt, in order with the
// rest, and nothing becomes inevitable.
#include <ame/ame.h>
#include <stdio.h>

int main(void) {
  AME_ATOMIC {
    putchar_unlocked('a');
    fputc_unlocked('b', stdout);
    ame_cancel();
  }
  AME_ATOMIC {
    printf("one ");
    putchar_unlocked('2');
    putc_unlocked(' ', stdout);
    fputs("three\n", stdout);
  }
  return 0;
}
// CHECK: {{^}}one 2 three{{$}}
// CHECK: all threads: 1 commits, 1 aborts {{.*}}, 0 inevitable

// Intent: gdb steps through a region line by line, into what it calls and out at its
// end, with the program's names and values.
// REQUIRES: gdb
// RUN: %ame_cc -g -O0 %s -o %t
// RUN: %ame_run gdb -nx -batch -ex "break main" -ex run -ex next -ex next -ex next -ex "print local" -ex step -ex backtrace -ex finish -ex next -ex next -ex next -ex next -ex next -ex "print counter" %t 2>&1 | FileCheck %s
// RUN: %ame_cc -g -O0 -fame-mode=always %s -o %t.always
// RUN: %ame_run gdb -nx -batch -ex "break main" -ex run -ex next -ex next -ex next -ex "print local" -ex step -ex backtrace -ex finish -ex next -ex next -ex next -ex next -ex next -ex "print counter" %t.always 2>&1 | FileCheck %s
#include <ame/ame.h>
#include <stdio.h>

static int counter;

static int twice(int x) {
  int doubled = x * 2;
  return doubled;
}

// CHECK: int local = 1;
int main(void) {
  int local = 1;
  // CHECK-NEXT: AME_ATOMIC {
  AME_ATOMIC {
    // CHECK-NEXT: local += 2;
    local += 2;
    // CHECK-NEXT: counter = twice(local);
    // CHECK-NEXT: {{^}}$1 = 3{{$}}
    // CHECK-NEXT: twice (x=3)
    // CHECK-NEXT: int doubled = x * 2;
    // CHECK-NEXT: #0 {{.*}}twice (x=3)
    // CHECK-NEXT: #1 {{.*}}main () {{.*}}gdb_steps.c:[[#@LINE+1]]
    counter = twice(local);
    // CHECK: Value returned is $2 = 6
    // CHECK-NEXT: if (counter > 5)
    if (counter > 5)
      // CHECK-NEXT: counter++;
      counter++;
    // CHECK-NEXT: }
  }
  // CHECK-NEXT: AME_ATOMIC {
  // CHECK-NEXT: printf
  // CHECK-NEXT: $3 = 7
  printf("%d\n", counter);
  return 0;
}

// RUN: %clang -O1 -I%ame_include -c %S/Inputs/counting_runtime.c -o %t.runtime.o
// RUN: %clang -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -O0 %s %t.runtime.o -o %t && %t | FileCheck %s
// Intent: a local whose address escapes is left out of the snapshot and has
// barriers inside the region, none outside; other locals have none.
#include <ame/ame.h>

int *published;
int main(void) {
  int escaping = 1, private = 2;
  published = &escaping;
  escaping++;
  // CHECK: shared locals: 1
  AME_ATOMIC {
    private += escaping; // owned at once, because it is written next
    escaping = private;  // 1 write
    private = escaping;  // owned by now
  }
  return private + escaping != 8;
}
// CHECK-NEXT: __ame_begin 1
// CHECK-NEXT: __ame_commit 1
// CHECK-NEXT: __ame_write 1
// CHECK-NEXT: end of counts

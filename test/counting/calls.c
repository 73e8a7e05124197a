// RUN: %clang -O1 -I%ame_include -c %S/Inputs/counting_runtime.c -o %t.runtime.o
// RUN: %clang -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -O1 %s %t.runtime.o -o %t && %t | FileCheck %s
// Intent: unknown callees are resolved at run time; volatile, atomic and inline
// assembler accesses make the transaction inevitable; the site says where.
#include <ame/ame.h>

int number;
int (*volatile pointer)(int);
__attribute__((noinline)) int twice(int value) { return 2 * value; }

int main(void) {
  int (*callee)(int) = pointer = twice;
  __asm__("" : "+r"(callee)); // now LLVM does not know who it is
  int result = 0;
  // CHECK: shared locals: 0
  AME_ATOMIC {
    // CHECK-NEXT: call to a function pointer at
    result = callee(3) + twice(4);
    // CHECK-NEXT: inevitable: volatile access at
    *(volatile int *)&number = 1;
    // CHECK-NEXT: inevitable: atomic read-modify-write at
    __atomic_fetch_add(&number, 1, __ATOMIC_SEQ_CST);
    // CHECK-NEXT: inevitable: inline assembler that touches memory at
    __asm__ volatile("nop" ::: "memory");
    __asm__ volatile("pause");       // touches nothing
    __asm__ volatile("" ::: "memory"); // a compiler barrier
  }
  return result != 14;
}
// CHECK-NEXT: __ame_begin 1
// CHECK-NEXT: __ame_commit 1
// CHECK-NEXT: __ame_write_range 2
// CHECK-NEXT: __ame_resolve 1
// CHECK-NEXT: __ame_inevitable 3
// CHECK-NEXT: end of counts

// RUN: %clang -O1 -I%ame_include -c %S/Inputs/counting_runtime.c -o %t.runtime.o
// RUN: %clang -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -O2 %s %t.runtime.o -o %t && %t | FileCheck %s
// Intent: each access of shared memory has exactly one barrier; a read after a
// write, a second write, and the log of a repeated read are left out; a read of
// what is written next owns it.
#include <ame/ame.h>

int a = 1, b = 2;
struct {
  long double wide;
  int array[5];
} big, other;

// CHECK: shared locals: 0
static void write_twice(int *p, float *q) {
  *p = 1;
  *q = 2;
  *p = 3;
}
__attribute__((noinline)) void reread(int *p, int *q) {
  int first = *p;
  *q = first; // may be the same memory: *p must be read again
  b = *p;
}

int main(void) {
  AME_ATOMIC {
    reread(&a, &big.array[1]); // 2 reads, 1 push; 2 writes
    big.wide *= 2;             // 1 write, in front of the read
    other = big;               // one memcpy
    write_twice(&big.array[0], (float *)&big.array[2]); // 2 writes
  }
  return 0;
}
// CHECK-NEXT: __ame_begin 1
// CHECK-NEXT: __ame_commit 1
// CHECK-NEXT: __ame_read_push 1
// CHECK-NEXT: __ame_write 5
// CHECK-NEXT: __ame_memcpy 1
// CHECK-NEXT: end of counts

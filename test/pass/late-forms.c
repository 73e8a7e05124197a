// Intent: in a program that is instrumented as a whole, inner loops have their barriers inlined, but
// not those that call through a pointer each time, and of a large function only the hottest ones.
// RUN: %ame_cc -O2 -fame-mode=always -S -emit-llvm %s -o %t.ll
// RUN: FileCheck %s < %t.ll
// RUN: %ame_cc -O2 -fame-mode=always -DCALLS -S -emit-llvm %s -o - | FileCheck %s --check-prefix=POINTER
// RUN: %ame_cc -O2 -fame-mode=always -DRARELY -DCALLS -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O2 -fame-mode=always -DLARGE -S -emit-llvm %s -o %t.large.ll
// RUN: grep -c 'call.*@__ame_read_wait' %t.large.ll | FileCheck %s --check-prefix=INLINED
// RUN: grep -c 'call.*@__ame_read8' %t.large.ll | FileCheck %s --check-prefix=CALLED
// RUN: FileCheck %s --check-prefix=HOTTEST < %t.large.ll
#ifndef LARGE
struct node {
  struct node *next;
  long value;
};
void (*handler)(long);

// CHECK-LABEL: @walk(
// CHECK: call {{.*}}@__ame_read_wait(
// POINTER-LABEL: @walk(
// POINTER-NOT: @__ame_read_wait(
// POINTER: call {{.*}}@__ame_read8(
// POINTER-NOT: @__ame_read_wait(
long walk(struct node *node) {
  long sum = 0;
  for (; node; node = node->next) {
    sum += node->value;
#ifdef CALLS
#ifdef RARELY
    if (__builtin_expect(sum == 77, 0))
#endif
      handler(sum);
#endif
  }
  return sum;
}
#else
// A loop that reads 80 words, and a nest that reads one: that is the hottest.
void hot_begins(void), hot_ends(void);

// INLINED: {{^24$}}
// CALLED: {{^57$}}
// HOTTEST-LABEL: @large(
// HOTTEST: @hot_begins
// HOTTEST: call {{.*}}@__ame_read_wait(
// HOTTEST: @hot_ends
long large(long *p, long n) {
  long sum = 0;
#define READ(k) sum = sum * 3 + p[i + 1000 * (k)];
#define TEN(k) READ(k) READ(k + 1) READ(k + 2) READ(k + 3) READ(k + 4) READ(k + 5) READ(k + 6) READ(k + 7) READ(k + 8) READ(k + 9)
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++) {
    TEN(0) TEN(10) TEN(20) TEN(30) TEN(40) TEN(50) TEN(60) TEN(70)
  }
  hot_begins();
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++)
#pragma clang loop unroll(disable)
    for (long j = i; j < n; j++)
      sum = sum * 3 + p[j];
  hot_ends();
  return sum;
}
#endif

// Intent: a loop that writes each element of an array, for a number of turns that
// is known before, has one barrier in front of it; reads of the same elements
// have none. Not with gaps, for writes that a turn may do without, loops that may
// be left early or end the transaction, and few turns.
// RUN: %ame_cc -O2 -fame-mode=always -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -O2 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ -mllvm -ame-mode=always \
// RUN:   -I%ame_include -Rpass=ame-lower -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
#include <ame/ame.h>

struct pair {
  long first, second;
};
struct mixed {
  long tracked, untracked AME_NOTRACK;
};
long next(long);

// CHECK-LABEL: define {{.*}}@fill(
// CHECK: call void @__ame_write_range(ptr %{{.*}}, i64 %
// CHECK-NOT: @__ame_write
// CHECK: {{^}}}
void fill(long *a, long n) {
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++)
    // REMARK: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: memory that one barrier before the loop owns
    a[i] = i * i;
}

// CHECK-LABEL: define {{.*}}@add(
// CHECK: call void @__ame_write_range(ptr %{{.*}}, i64 8000)
// CHECK-NOT: @__ame_write
// CHECK: {{^}}}
void add(long *a, const long *b) {
  for (int i = 0; i < 1000; i++)
    a[i] += b[i];
}

// CHECK-LABEL: define {{.*}}@both_fields(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 %
// CHECK-NOT: @__ame_write
// CHECK: {{^}}}
void both_fields(struct pair *p, int n) {
#pragma clang loop unroll(disable)
  for (int i = 0; i < n; i++) {
    p[i].second = i;
    p[i].first = 2 * i;
  }
}

// From the last one to the first.
// CHECK-LABEL: define {{.*}}@backwards(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 %
// CHECK-NOT: @__ame_write
// CHECK: {{^}}}
void backwards(long *a, long n) {
#pragma clang loop unroll(disable)
  for (long i = n - 1; i >= 0; i--)
    a[i] = i * 7;
}

// CHECK-LABEL: define {{.*}}@one_field(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void one_field(struct pair *p, int n) {
  for (int i = 0; i < n; i++)
    p[i].second = i;
}

// The untracked one must not be undone.
// CHECK-LABEL: define {{.*}}@gap(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void gap(struct mixed *p, int n) {
  for (int i = 0; i < n; i++)
    p[i].tracked = p[i].untracked = i;
}

// CHECK-LABEL: define {{.*}}@some(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void some(long *a, const long *b, long n) {
  for (long i = 0; i < n; i++)
    if (b[i] > 4)
      a[i] = i;
}

// CHECK-LABEL: define {{.*}}@until(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void until(long *a, const long *b, long n) {
  for (long i = 0; i < n; i++) {
    if (b[i] == 0)
      break;
    a[i] = i;
  }
}

// Not even where it is known after how many turns: the last one may not write.
// CHECK-LABEL: define {{.*}}@two_ends(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
long two_ends(long *a, long n, long m) {
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++) {
    if (i == m)
      return next(i);
    a[i] = i * i;
  }
  return 0;
}

// CHECK-LABEL: define {{.*}}@calls(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void calls(long *a, long n) {
  for (long i = 0; i < n; i++)
    a[i] = next(i);
}

// What is known not to end the transaction may still not return.
__attribute__((noinline)) static void check(long value) {
  if (value < 0)
    __builtin_trap();
}
// CHECK-LABEL: define {{.*}}@may_not_return(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void may_not_return(long *a, const long *b, long n) {
  for (long i = 0; i < n; i++) {
    check(b[i]);
    a[i] = i;
  }
}

// What returns for certain may still end it.
long look(long) __attribute__((pure));
// CHECK-LABEL: define {{.*}}@calls_unknown(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void calls_unknown(long *a, long n) {
  for (long i = 0; i < n; i++)
    a[i] = look(i);
}

// The last element that is read is none of those that are written.
// CHECK-LABEL: define {{.*}}@shifted(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 %
// CHECK: @__ame_read
// CHECK: {{^}}}
void shifted(long *a, long n) {
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++)
    a[i] = a[i + 2] * 3;
}

// CHECK-LABEL: define {{.*}}@few(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void few(long *a) {
#pragma clang loop unroll(disable)
  for (int i = 0; i < 4; i++)
    a[i] = i * 3;
}

// Unrolled: one barrier for all but the rest, which is at most three.
// CHECK-LABEL: define {{.*}}@prefix_sums(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 %
// CHECK-NOT: call void @__ame_write_range
// CHECK: {{^}}}
void prefix_sums(long *a, long n) {
  for (long i = 1; i < n; i++)
    a[i] += a[i - 1];
}

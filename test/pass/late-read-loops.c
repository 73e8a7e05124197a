// Intent: a loop that only reads memory in order, for a number of turns that is known
// before, has a second body without barriers, between two calls. Not one that writes,
// calls, may be left early, may trap on what it reads, reads where what it has read
// says, or only under a condition, has few turns, leaves stripes out, or is to be small.
// RUN: %ame_cc -O2 -fame-mode=always -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -Os -fame-mode=always -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SMALL
// RUN: %ame_cc -O0 -fame-mode=always -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SMALL
// SMALL-NOT: call {{.*}}__ame_read_loop
#include <ame/ame.h>

struct pair {
  long first, second;
};
struct large {
  long first;
  char rest[120];
};
long next(long);

// 8 bytes a turn, the last one too: worth it from 129 turns on, 8193 turns a piece. The loop
// in between calls nothing.
// CHECK-LABEL: define {{.*}}@sum(
// CHECK: icmp uge i64 %{{.*}}, 128
// CHECK-NOT: call
// CHECK: load i64
// CHECK-NOT: call
// CHECK: call i64 @llvm.umin.i64(i64 %{{.*}}, i64 8192)
// CHECK: getelementptr
// CHECK: [[BYTES:%.*]] = mul i64 %{{.*}}, 8
// CHECK: add i64 [[BYTES]], 8
// CHECK-NOT: load
// CHECK: call i32 @__ame_read_loop_begin(ptr {{.*}}, i64 1)
// CHECK: call i32 @__ame_read_loop_end(ptr {{.*}}, i64 1)
// CHECK: {{^}}}
long sum(const long *a, long n) {
  long s = 0;
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++)
    s += a[i];
  return s;
}

// CHECK-LABEL: define {{.*}}@unrolled(
// CHECK: call i32 @__ame_read_loop_begin(ptr {{.*}}, i64 1)
// CHECK: {{^}}}
long unrolled(const long *a, long n) {
  long s = 0;
#pragma clang loop unroll_count(4)
  for (long i = 0; i < n; i++)
    s += a[i];
  return s;
}

// CHECK-LABEL: define {{.*}}@two_arrays(
// CHECK: call i32 @__ame_read_loop_begin(ptr {{.*}}, i64 2)
// CHECK: {{^}}}
double two_arrays(const double *a, const double *b, int n) {
  double s = 0;
  for (int i = 0; i < n; i++)
    s += a[i] * b[i];
  return s;
}

// CHECK-LABEL: define {{.*}}@backwards(
// CHECK: call i32 @__ame_read_loop_begin(ptr {{.*}}, i64 1)
// CHECK: {{^}}}
long backwards(const char *a, long n) {
  long s = 0;
  for (long i = n - 1; i >= 0; i--)
    s = s * 31 + a[i];
  return s;
}

// The same word in each turn, too.
// CHECK-LABEL: define {{.*}}@equal_to_first(
// CHECK: call i32 @__ame_read_loop_begin(ptr {{.*}}, i64 {{[12]}})
// CHECK: {{^}}}
long equal_to_first(const int *a, const int *wanted, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += a[i] == *wanted;
  return s;
}

// One family: 16 bytes a turn.
// CHECK-LABEL: define {{.*}}@fields(
// CHECK: call i32 @__ame_read_loop_begin(ptr {{.*}}, i64 1)
// CHECK: {{^}}}
long fields(const struct pair *p, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += p[i].first > 7 ? p[i].second : -p[i].second;
  return s;
}

// The values may not fit together: nothing is claimed of them.
// CHECK-LABEL: define {{.*}}@flags(
// CHECK: load i8, ptr {{.*}}, align 1{{$}}
// CHECK: call i32 @__ame_read_loop_begin(
// CHECK: {{^}}}
long flags(const _Bool *a, long n) {
  long s = 0;
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++)
    s += a[i];
  return s;
}

// CHECK-LABEL: define {{.*}}@writes(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
void writes(long *to, const long *a, long n) {
  for (long i = 0; i < n; i++)
    to[i] = a[i] * 3;
}

// CHECK-LABEL: define {{.*}}@calls(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long calls(const long *a, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += next(a[i]);
  return s;
}

// CHECK-LABEL: define {{.*}}@left_early(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long left_early(const long *a, long n) {
  for (long i = 0; i < n; i++)
    if (a[i] == 42)
      return i;
  return -1;
}

// CHECK-LABEL: define {{.*}}@two_ends(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long two_ends(const long *a, long n, long m) {
  long s = 0;
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++) {
    if (i == m)
      return next(s);
    s += a[i];
  }
  return s;
}

// CHECK-LABEL: define {{.*}}@ends_at_zero(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long ends_at_zero(const char *a) {
  long s = 0;
  for (; *a; a++)
    s += *a;
  return s;
}

// CHECK-LABEL: define {{.*}}@divides(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long divides(const long *a, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += 1000 / a[i];
  return s;
}

// CHECK-LABEL: define {{.*}}@indirect(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long indirect(const long *a, const long *index, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += a[index[i]];
  return s;
}

// Perhaps b is not that long.
// CHECK-LABEL: define {{.*}}@conditional(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long conditional(const long *a, const long *b, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    if (a[i])
      s += b[i];
  return s;
}

// Not even where what is read under the condition needs no barrier.
// CHECK-LABEL: define {{.*}}@conditional_constant(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
extern const long table[];
long conditional_constant(const long *a, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    if (a[i])
      s += table[i];
  return s;
}

// CHECK-LABEL: define {{.*}}@indirect_constant(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long indirect_constant(const long *a, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += table[a[i]];
  return s;
}

// CHECK-LABEL: define {{.*}}@jumps(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long jumps(const long *a, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    switch (a[i]) {
    case 1: s += n; break;
    case 2: s ^= i; break;
    case 3: s -= 7; break;
    case 4: s *= 3; break;
    case 5: s = -s; break;
    default: __builtin_unreachable();
    }
  return s;
}

// CHECK-LABEL: define {{.*}}@few(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long few(const long *a, unsigned long n) {
  long s = 0;
#pragma clang loop unroll(disable)
  for (unsigned long i = 0; i < (n & 15); i++)
    s += a[i];
  return s;
}

// CHECK-LABEL: define {{.*}}@far_apart(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long far_apart(const struct large *p, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += p[i].first;
  return s;
}

struct gap {
  long first;
  char rest[112];
  long last;
};
// CHECK-LABEL: define {{.*}}@gap_between(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long gap_between(const struct gap *p, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += p[i].first ^ p[i].last;
  return s;
}

// CHECK-LABEL: define {{.*}}@volatile_reads(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long volatile_reads(const volatile long *a, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += a[i];
  return s;
}

// CHECK-LABEL: define {{.*}}@volatile_beside_others(
// CHECK-NOT: @__ame_read_loop
// CHECK: {{^}}}
long volatile_beside_others(const volatile long *a, const long *b, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += a[i] * b[i];
  return s;
}

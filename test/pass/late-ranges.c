// Intent: accesses to neighbouring memory that the language or the optimiser sees
// as one are one barrier: copies of structs and arrays, filling loops, copying
// loops. Where something else happens in between each access has its own.
// RUN: %clang -O2 -fno-discard-value-names -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -S -emit-llvm %s -o - | FileCheck %s
#include <ame/ame.h>

struct object {
  long field[20];
} a, b;
long array[100], other[100];

// CHECK-LABEL: define {{.*}}@copy_struct(
// CHECK: call void @__ame_memcpy({{.*}}@a, {{.*}}@b, i64 160)
// CHECK-NOT: {{ame.read|ame.write}}
// CHECK: }
void copy_struct(void) {
  AME_ATOMIC { a = b; }
}

// CHECK-LABEL: define {{.*}}@to_local(
// CHECK: call void @__ame_read_copy(
// CHECK-NOT: {{ame.read[^_]|ame.write}}
// CHECK: }
long to_local(int i) {
  long sum = 0;
  AME_ATOMIC {
    struct object o = a;
    o.field[i & 15] += 1;
    sum = o.field[i] + o.field[i + 1];
  }
  return sum;
}

// CHECK-LABEL: define {{.*}}@fill(
// CHECK: call void @__ame_memset({{.*}}@array, i32 0,
// CHECK-NOT: ame.write
// CHECK: }
void fill(long n) {
  AME_ATOMIC {
    for (long i = 0; i < n; i++)
      array[i] = 0;
  }
}

// CHECK-LABEL: define {{.*}}@copy_loop(
// CHECK: call void @__ame_memcpy({{.*}}@array, {{.*}}@other,
// CHECK-NOT: {{ame.read|ame.write}}
// CHECK: }
void copy_loop(long n) {
  AME_ATOMIC {
    for (long i = 0; i < n; i++)
      array[i] = other[i];
  }
}

// CHECK-LABEL: define {{.*}}@not_one(
// CHECK-NOT: @__ame_mem
// CHECK: ame.write
// CHECK: }
void not_one(long n) {
  AME_ATOMIC {
    for (long i = 0; i < n; i++)
      array[i] = i;
  }
}

// The source may be the local memory that is written, too: what copies from shared
// memory alone would not do.
// CHECK-LABEL: define {{.*}}@may_overlap.ame(
// CHECK: call void @__ame_memmove(
// CHECK: {{^}}}
long may_overlap(int inside, int i) {
  long own[20];
  for (int n = 0; n < 20; n++)
    own[n] = n * i;
  __builtin_memmove(own + 1, inside ? own : array, 19 * sizeof *own);
  return own[i];
}

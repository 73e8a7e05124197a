// Intent: neighbouring fields that are written one right after another have one
// barrier, which owns the stripe (or both in which they may lie) once and logs all
// old bytes; those that are read have one check, behind all of the loads, where they
// lie in one stripe for certain or most probably. Not over a gap of other memory,
// across a call, a branch, a volatile or atomic access or a block's begin or end, for
// reads with a write between, at -O0; a long row is a range.
// RUN: %ame_cc -O2 -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O2 -Rpass=ame-lower -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=BLOCKS
// RUN: %ame_cc -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=NONE
// RUN: %ame_cc -O2 -fame-mode=always -S -emit-llvm %s -o - | FileCheck %s --check-prefix=WHOLE
// NONE-NOT: @__ame_write(ptr {{.*}}, i64 {{1[6-9]|[2-9][0-9]}})
#include <ame/ame.h>

struct place {
  long x, y;
  int a, b;
  char c;
};
struct __attribute__((aligned(64))) record {
  long used, size, first, last;
};
void unknown(void);

// Each half of 8 bytes is logged; both ends are asked about.
// CHECK-LABEL: define {{.*}}@swap.ame(
// CHECK-COUNT-2: %ame.owned{{.*}} = icmp eq
// CHECK: icmp ult i64 %{{.*}}, 32
// CHECK: store i8 8
// CHECK: store i8 8
// CHECK-NOT: store i8
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 16)
// CHECK-NOT: @__ame_
// CHECK: {{^}}}
// A call in a whole program, where it hardly costs more than for a word each.
// WHOLE-LABEL: define {{.*}}@swap(
// WHOLE-COUNT-2: call preserve_allcc void @__ame_write8(
// WHOLE: {{^}}}
void swap(struct place *p) {
  const long x = p->x;
  p->x = p->y;
  p->y = x;
}

// Ints and a byte: in pieces of 8, 8, 8 and 1, whatever the fields are.
// CHECK-LABEL: define {{.*}}@fill.ame(
// CHECK: icmp ult i64 %{{.*}}, 64
// CHECK-COUNT-3: store i8 8
// CHECK: store i8 1
// CHECK-NOT: store i8 {{[248]}}
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 25)
// CHECK-NOT: @__ame_
// CHECK: {{^}}}
void fill(struct place *p, int v) {
  p->c = 3;
  // REMARK: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: memory that the barrier of a neighbouring access covers
  p->x = v;
  p->y = v;
  p->a = v;
  p->b = v + 2;
}

// What lies between is not its own.
// CHECK-LABEL: define {{.*}}@gap.ame(
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 8)
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 4)
// CHECK: {{^}}}
void gap(struct place *p, int v) {
  p->x = v;
  p->a = v;
}

// CHECK-LABEL: define {{.*}}@call_between.ame(
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 8)
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 8)
// CHECK: {{^}}}
void call_between(struct place *p, int v) {
  p->x = v;
  unknown();
  p->y = v;
}

// CHECK-LABEL: define {{.*}}@perhaps.ame(
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 8)
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 8)
// CHECK: {{^}}}
void perhaps(struct place *p, long v) {
  p->x = v;
  if (v > 3)
    p->y = v;
}

// A volatile access makes inevitable, and a block's end is the transaction's.
// CHECK-LABEL: define {{.*}}@volatile_between.ame(
// CHECK-COUNT-2: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 8)
// CHECK: {{^}}}
void volatile_between(struct place *p, volatile long *q, long v) {
  p->x = v;
  *q = v;
  p->y = v;
}
// CHECK-LABEL: define {{.*}}@atomic_between.ame(
// CHECK-NOT: ame.one.stripe
// CHECK: {{^}}}
long atomic_between(const struct place *p, long *q) {
  const long x = p->x;
  return x + __atomic_load_n(q, __ATOMIC_ACQUIRE) + p->y;
}
// BLOCKS-LABEL: define {{.*}}@blocks(
// BLOCKS-NOT: i64 16)
// BLOCKS: {{^}}}
void blocks(struct place *p, long v) {
  AME_ATOMIC { p->x = v; }
  AME_ATOMIC { p->y = v; }
}

// Both loads, then the one check. In two stripes, a call each.
// CHECK-LABEL: define {{.*}}@sum.ame(
// CHECK: %ame.one.stripe = icmp ule i64 %{{.*}}, 48
// CHECK: ame.read.apart:
// CHECK-COUNT-2: call preserve_allcc i64 @__ame_read8(
// CHECK: fence syncscope("singlethread") seq_cst
// CHECK-NEXT: load atomic i64, {{.*}} acquire
// CHECK-NEXT: load atomic i64, {{.*}} acquire
// CHECK: load atomic i32, {{.*}} acquire
// CHECK-NOT: acquire
// CHECK: {{^}}}
long sum(const struct place *p) {
  // REMARK: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: memory that the barrier of a neighbouring access covers
  return p->x + p->y;
}

// In one stripe by its alignment: nothing is asked.
// CHECK-LABEL: define {{.*}}@aligned.ame(
// CHECK-NOT: ame.one.stripe
// CHECK-COUNT-4: load atomic i64, {{.*}} acquire
// CHECK-NOT: load atomic i64
// CHECK-NOT: @__ame_read8
// CHECK: {{^}}}
long aligned(const struct record *r) {
  return r->used + r->size + r->first + r->last;
}

// More than 16 bytes, which may as well lie in two.
// CHECK-LABEL: define {{.*}}@wide.ame(
// CHECK-NOT: ame.one.stripe
// CHECK: call preserve_allcc void @__ame_read_wait(
// CHECK: call preserve_allcc void @__ame_read_wait(
// CHECK: {{^}}}
long wide(const struct place *p) { return p->x + p->b; }

// The second one may be what was written.
// CHECK-LABEL: define {{.*}}@write_between.ame(
// CHECK: call preserve_allcc void @__ame_read_wait(
// CHECK: call preserve_allcc void @__ame_read_wait(
// CHECK: {{^}}}
long write_between(const struct place *p, long *q) {
  const long x = p->x;
  *q = x;
  return x + p->y;
}

// CHECK-LABEL: define {{.*}}@row.ame(
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 80)
// CHECK-NOT: @__ame_
// CHECK: {{^}}}
// WHOLE-LABEL: define {{.*}}@row(
// WHOLE: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 80)
// WHOLE-NOT: @__ame_
// WHOLE: {{^}}}
void row(long *p, long v) {
  p[0] = v, p[1] = v + 1, p[2] = v * 3, p[3] = v ^ 5, p[4] = v - 9;
  p[5] = v, p[6] = v + 7, p[7] = v * 5, p[8] = v ^ 1, p[9] = v - 2;
}

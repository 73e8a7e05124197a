// Intent: the late pass inlines the hit of the cache of deltas, leaves pairs out
// where nothing can look at the count, and asks for no more than is looked at
// after inlining; not at -O0 and -Oz, where the calls stay.
// RUN: %ame_cc -O2 -fame-mode=always -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O2 -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s --check-prefix=CLONE
// RUN: %ame_cc -O2 -fame-mode=always -Rpass=ame -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: %ame_cc -O0 -fame-mode=always -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SMALL
// RUN: %ame_cc -Oz -fame-mode=always -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SMALL
// RUN: %ame_cc -O2 -fame-mode=always -Rpass-missed=ame -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=MISSED
#include <ame/ame.h>

struct object {
  long count AME_REFCOUNT;
  long value;
  int limited AME_REFCOUNT_IMMORTAL_FROM(1 << 20);
};
void destroy(struct object *o);

// What the runtime is told of the fields: size, operation, immortal, deferred.
// CHECK-DAG: @ame.count = private {{.*}}constant { i8, i8, i8, i8, i8, i8, i16, i64, ptr } { i8 8, i8 0, i8 0, i8 0, i8 0, i8 0, i16 0, i64 0, ptr null }
// CHECK-DAG: @ame.count.{{[0-9]+}} = private {{.*}} { i8 4, i8 0, i8 2, i8 0, i8 0, i8 0, i16 0, i64 1048576, ptr null }

// CHECK-LABEL: define {{.*}}@increment(
// CHECK: [[LINE:%.*]] = and i64 %{{.*}}, 4080
// CHECK: [[HIT:%.*]] = icmp eq i64
// CHECK: br i1 [[HIT]], label %ame.count.hit, label %ame.count.miss
// CHECK: ame.count.hit:
// CHECK: [[SLACK:%.*]] = load i64
// CHECK: add i64 [[SLACK]], 1
// CHECK: ame.count.miss:
// CHECK: call void @__ame_refcount_add(
// SMALL-LABEL: define {{.*}}@increment(
// SMALL-NOT: ame.count.hit
// SMALL: call void @__ame_refcount_add(
void increment(struct object *o) { o->count++; }

// CHECK-LABEL: define {{.*}}@decrement(
// CHECK: ame.count.hit:
// CHECK: [[SLACK:%.*]] = add i64 %{{.*}}, -1
// CHECK: store i64 [[SLACK]]
// CHECK: [[BELOW:%.*]] = icmp slt i64 [[SLACK]], 0
// CHECK: br i1 [[BELOW]], label %ame.count.low, label %ame.count.above
// CHECK: ame.count.above:
// CHECK: br label %[[END:if.end.*]]
// CHECK: ame.count.low:
// CHECK: [[DELTA:%.*]] = add i64
// CHECK: icmp sgt i64 [[DELTA]]
// CHECK: br i1 %{{.*}}, label %ame.count.lower, label %ame.count.back
// CHECK: ame.count.lower:
// CHECK: store i64 [[DELTA]]
// CHECK: store i64 0
// CHECK: ame.count.back:
// CHECK: sub i64 %{{.*}}, -1
// CHECK: br label %ame.count.miss
// CHECK: ame.count.miss:
// CHECK: call i64 @__ame_refcount_add_test(
// CHECK: [[END]]:
void decrement(struct object *o) {
  if (--o->count == 0)
    destroy(o);
}

// CHECK-LABEL: define {{.*}}@pair(
// CHECK-NOT: refcount
// CHECK: ret
// REMARK: late-counts.c:[[# @LINE + 4]]:{{.*}}a change of a count and its reversal left out
long pair(struct object *o) {
  o->count++;
  long value = o->value;
  o->count--;
  return value;
}

// CHECK-LABEL: define {{.*}}@tested_pair(
// CHECK-NOT: @__ame_refcount_add(
// CHECK: @__ame_refcount_add_test(ptr %{{.*}}, i64 0,
// REMARK: late-counts.c:[[# @LINE + 4]]:{{.*}}an increment left out
long tested_pair(struct object *o) {
  o->count++;
  long value = o->value;
  if (--o->count == 0)
    destroy(o);
  return value;
}

// Another test may look at the same count, and so may a call.
// CHECK-LABEL: define {{.*}}@no_pair(
// CHECK: @__ame_refcount_add(ptr %{{.*}}, i64 1,
// CHECK: @__ame_refcount_add_test(ptr %{{.*}}, i64 -1,
// CHECK: @__ame_refcount_add_test(ptr %{{.*}}, i64 -1,
void no_pair(struct object *o, struct object *p) {
  o->count++;
  if (--p->count == 0)
    destroy(p);
  if (--o->count == 0)
    destroy(o);
}

// Where the comparison is passed on, it is known on the hit.
// CHECK-LABEL: define {{.*}}@compared(
// CHECK: phi i1 [ false, %ame.count.above ], [ %{{.*}}, %ame.count.miss ]
int compared(struct object *o) { return --o->count <= 0; }

static inline long drop(struct object *o) { return --o->count; }
// CHECK-LABEL: define {{.*}}@through_inline(
// CHECK-NOT: @__ame_refcount_add_get
// CHECK: @__ame_refcount_add_test(
// CHECK: ret
void through_inline(struct object *o) {
  if (drop(o) == 0)
    destroy(o);
}

// CHECK-LABEL: define {{.*}}@limited(
// CHECK: ame.count.hit:
void limited(struct object *o) { o->limited++; }

// A step that might be too large for a slack is left to the runtime.
// CHECK-LABEL: define {{.*}}@large_step(
// CHECK-NOT: ame.count.hit:
// CHECK: call void @__ame_refcount_add(
// CHECK-LABEL: define {{.*}}@small_step(
// CHECK: ame.count.hit:
void large_step(struct object *o, long step) { o->count += step; }
void small_step(struct object *o, int step) { o->count += step; }

// CHECK-LABEL: define {{.*}}@swap(
// CHECK: call void @__ame_count_take(ptr {{.*}}, i64 8)
// CHECK-NOT: cmpxchg
// MISSED: late-counts.c:[[# @LINE + 2]]:{{.*}}a compare-and-swap on a field whose changes are merged
int swap(struct object *o, long from) {
  return __atomic_compare_exchange_n(&o->count, &from, 5, 0, 5, 5);
}

// In a clone, which runs inside one transaction, a loop asks once for the cache.
// CLONE-LABEL: define {{.*}}@move_all.ame(
// CLONE: %ame.counts = load ptr
// CLONE: for.body{{.*}}:
// CLONE-NOT: getelementptr inbounds i8, ptr %{{.*}}, i64 48
// CLONE: getelementptr i8, ptr %ame.counts
// CLONE: getelementptr i8, ptr %ame.counts
// CLONE: ret void
void move_all(struct object *from, struct object **to, long n) {
  for (long i = 0; i < n; i++) {
    to[i]->count++;
    if (--from->count == 0)
      destroy(from);
  }
}

// CHECK-LABEL: define {{.*}}@assign(
// CHECK: call void @__ame_count_copy(
void assign(struct object *to, struct object *from) { *to = *from; }

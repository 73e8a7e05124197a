// Intent: every access to a count in transactional code is a call that says how
// much of the value is looked at; outside the accesses stay plain.
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -ame-mode=always -S | FileCheck %s
// RUN: %clang -D__AME__ -I%S/../../include -O0 -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -ame-mode=always -S | FileCheck %s
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s --check-prefix=PLAIN
#include <ame/ame.h>

struct object {
  AME_REFCOUNT long count;
  AME_REFCOUNT int small;
  AME_COUNTER unsigned hits;
};
void destroy(struct object *o);

// CHECK-LABEL: define dso_local void @increment(
// CHECK: call void @__ame_refcount_add(ptr %{{.*}}, i64 1, ptr @ame.count{{.*}})
// CHECK-NOT: load i64
// CHECK: ret void
// PLAIN-LABEL: define dso_local void @increment(
// PLAIN-NOT: @__ame_refcount
// PLAIN: ret void
void increment(struct object *o) { o->count++; }

// CHECK-LABEL: define dso_local void @decrement(
// CHECK: [[TEST:%.*]] = call i64 @__ame_refcount_add_test(ptr %{{.*}}, i64 -1, ptr @ame.count{{.*}})
// CHECK: icmp eq i64 [[TEST]], 0
void decrement(struct object *o) {
  if (--o->count == 0)
    destroy(o);
}

// The old value against 1 is the new one against 0.
// CHECK-LABEL: define dso_local void @decrement_old(
// CHECK: call i64 @__ame_refcount_add_test(ptr %{{.*}}, i64 -1, ptr @ame.count{{.*}})
// CHECK: icmp eq i64 %{{.*}}, 0
void decrement_old(struct object *o) {
  if (o->small-- == 1)
    destroy(o);
}

// CHECK-LABEL: define dso_local i64 @value(
// CHECK: call i64 @__ame_refcount_add_get(ptr %{{.*}}, i64 1, ptr @ame.count{{.*}})
long value(struct object *o) { return ++o->count; }

// CHECK-LABEL: define dso_local i64 @old_value(
// CHECK: [[NEW:%.*]] = call i64 @__ame_refcount_add_get(ptr %{{.*}}, i64 -1, ptr @ame.count{{.*}})
// CHECK: sub i64 [[NEW]], -1
long old_value(struct object *o) { return o->count--; }

// A wider operand is reduced to the count's width.
// CHECK-LABEL: define dso_local void @wide(
// CHECK: [[NARROW:%.*]] = trunc i64 %{{.*}} to i32
// CHECK: [[DELTA:%.*]] = sext i32 [[NARROW]] to i64
// CHECK: call void @__ame_refcount_add(ptr %{{.*}}, i64 [[DELTA]], ptr @ame.count{{.*}})
void wide(struct object *o, long k) { o->small += k; }

// CHECK-LABEL: define dso_local void @subtract(
// CHECK: [[MINUS:%.*]] = sub i64 0, %
// CHECK: call void @__ame_refcount_add(ptr %{{.*}}, i64 [[MINUS]], ptr @ame.count{{.*}})
void subtract(struct object *o, long k) { o->count -= k; }

// CHECK-LABEL: define dso_local i32 @is_alive(
// CHECK: call i64 @__ame_refcount_load_test(ptr %{{.*}}, ptr @ame.count{{.*}})
int is_alive(struct object *o) { return o->count > 0; }

// CHECK-LABEL: define dso_local i32 @is_unique(
// CHECK: call i64 @__ame_refcount_load(ptr %{{.*}}, ptr @ame.count{{.*}})
int is_unique(struct object *o) { return o->count == 1; }

// CHECK-LABEL: define dso_local void @set(
// CHECK: call void @__ame_refcount_store(ptr %{{.*}}, i64 1, ptr @ame.count{{.*}})
void set(struct object *o) { o->small = 1; }

// CHECK-LABEL: define dso_local void @atomically(
// CHECK: call i64 @__ame_refcount_add_{{(test|get)}}(ptr %{{.*}}, i64 {{.*}}, ptr @ame.count{{.*}})
// CHECK-NOT: atomicrmw
// CHECK: ret void
void atomically(struct object *o) {
  if (__atomic_sub_fetch(&o->small, 1, __ATOMIC_ACQ_REL) == 0)
    destroy(o);
}

// CHECK-LABEL: define dso_local void @count_hit(
// CHECK: call void @__ame_counter_add(ptr %{{.*}}, i64 1, ptr @ame.count{{.*}})
// CHECK-NOT: load i32
// CHECK: ret void
void count_hit(struct object *o) { o->hits++; }

// CHECK-LABEL: define dso_local i32 @hits(
// CHECK: call i64 @__ame_counter_load(ptr %{{.*}}, ptr @ame.count{{.*}})
unsigned hits(struct object *o) { return o->hits; }

// Setting a counter does not commute: it becomes ordinary memory.
// CHECK-LABEL: define dso_local void @reset(
// CHECK: call void @__ame_count_take(ptr %{{.*}}, i64 4)
// CHECK: store i32 0
void reset(struct object *o) { o->hits = 0; }

// A local that a struct is assigned through stays whole: it knows the count.
// CHECK-LABEL: define dso_local void @through_local(
// CHECK-COUNT-2: call void @__ame_count_copy(
// CHECK: call void @__ame_refcount_add(
void through_local(struct object *o) {
  struct object copy = *o;
  copy.hits = 9;
  *o = copy;
  o->count++;
}

// Intent: accesses to a count in a bit-field are those of any count, at every level;
// what writes the fields beside it leaves its bits alone; what reads them stays as it is.
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -ame-mode=always -S | FileCheck %s
// RUN: %clang -D__AME__ -I%S/../../include -O0 -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -ame-mode=always -S | FileCheck %s
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s --check-prefix=PLAIN
#include <ame/ame.h>

void destroy(void *o);

struct object {
  AME_BITS_FIRST;
  unsigned count : 30, flag : 1, pinned : 1;
  long hash;
};
AME_REFCOUNT_BITS(struct object, count);

struct pair {
  long first;
  int strong : 12, : 4, weak : 16;
};
AME_REFCOUNT_BITS_WITH(struct pair, strong, AME_REFCOUNT_ON_ZERO(destroy));
AME_REFCOUNT_BITS(struct pair, weak);

struct small {
  char kind;
  unsigned char age : 3, count : 5;
  unsigned short all : 16;
};
AME_REFCOUNT_BITS_WITH(struct small, count, AME_REFCOUNT_IMMORTAL_FROM(31));
AME_REFCOUNT_BITS(struct small, all);

// The declarations are gone. Unit, kind of immortality, width, shift, offset, limit.
// CHECK-NOT: ame_bits_
// CHECK-DAG: [[$COUNT:@ame.count[.0-9]*]] = private constant {{.*}} { i8 4, i8 0, i8 0, i8 0, i8 30, i8 0, i16 0, i64 0, ptr null }
// CHECK-DAG: [[$STRONG:@ame.count[.0-9]*]] = private constant {{.*}} { i8 4, i8 0, i8 0, i8 0, i8 -116, i8 0, i16 8, i64 0, ptr @destroy }
// CHECK-DAG: [[$WEAK:@ame.count[.0-9]*]] = private constant {{.*}} { i8 4, i8 0, i8 0, i8 0, i8 -112, i8 16, i16 10, i64 0, ptr null }
// CHECK-DAG: [[$SMALL:@ame.count[.0-9]*]] = private constant {{.*}} { i8 1, i8 0, i8 2, i8 0, i8 5, i8 3, i16 1, i64 31, ptr null }
// CHECK-DAG: [[$ALL:@ame.count[.0-9]*]] = private constant {{.*}} { i8 2, i8 0, i8 0, i8 0, i8 16, i8 0, i16 2, i64 0, ptr null }

// CHECK-LABEL: define dso_local void @increment(
// CHECK: call void @__ame_refcount_add(ptr %{{.*}}, i64 1, ptr [[$COUNT]])
// CHECK-NOT: load i32
// CHECK-NOT: store i32
// CHECK: ret void
// PLAIN-LABEL: define dso_local void @increment(
// PLAIN-NOT: call
// PLAIN: store i32
// PLAIN: ret void
void increment(struct object *o) { o->count++; }

// CHECK-LABEL: define dso_local void @decrement(
// CHECK: [[TEST:%.*]] = call i64 @__ame_refcount_add_test(ptr %{{.*}}, i64 -1, ptr [[$COUNT]])
// CHECK: icmp eq i64 [[TEST]], 0
// CHECK-NOT: load i32
void decrement(struct object *o) {
  if (--o->count == 0)
    destroy(o);
}

// The old value against 1 is the new one against 0. Narrow types are promoted.
// CHECK-LABEL: define dso_local void @decrement_old(
// CHECK: call i64 @__ame_refcount_add_test(ptr %{{.*}}, i64 -1, ptr [[$SMALL]])
// CHECK: icmp eq i64 %{{.*}}, 0
void decrement_old(struct small *o) {
  if (o->count-- == 1)
    destroy(o);
}

// CHECK-LABEL: define dso_local void @signed_sign(
// CHECK: call i64 @__ame_refcount_add_test(ptr %{{.*}}, i64 -1, ptr [[$STRONG]])
// CHECK: icmp sle i64 %{{.*}}, 0
// CHECK: [[SECOND:%.*]] = getelementptr {{.*}}i64 2
// CHECK: call i64 @__ame_refcount_add_test(ptr [[SECOND]], i64 -1, ptr [[$WEAK]])
// CHECK: icmp slt i64 %{{.*}}, 0
void signed_sign(struct pair *o) {
  if (--o->strong <= 0)
    destroy(o);
  if (--o->weak < 0)
    destroy(o);
}

// CHECK-LABEL: define dso_local i32 @values(
// CHECK: call i64 @__ame_refcount_add_get(ptr %{{.*}}, i64 1, ptr [[$COUNT]])
// CHECK: call i64 @__ame_refcount_add_get(ptr %{{.*}}, i64 -1, ptr [[$COUNT]])
// CHECK: call i64 @__ame_refcount_load(ptr %{{.*}}, ptr [[$COUNT]])
// CHECK: call i64 @__ame_refcount_load_test(ptr %{{.*}}, ptr [[$COUNT]])
int values(struct object *o) {
  int seen = ++o->count;
  seen += o->count--;
  seen += o->count > 1;
  return o->count ? seen : 0;
}

// CHECK-LABEL: define dso_local i32 @by_switch(
// CHECK: call i64 @__ame_refcount_add_test(ptr %{{.*}}, i64 -1, ptr [[$COUNT]])
int by_switch(struct object *o) {
  switch (--o->count) {
  case 0:
    return 1;
  default:
    return 2;
  }
}

// CHECK-LABEL: define dso_local void @compound(
// CHECK: call void @__ame_refcount_add(ptr %{{.*}}, i64 %{{.*}}, ptr [[$STRONG]])
// CHECK: sub i5 0,
// CHECK: call void @__ame_refcount_add(ptr %{{.*}}, i64 %{{.*}}, ptr [[$SMALL]])
// CHECK: call void @__ame_refcount_add(ptr %{{.*}}, i64 3, ptr [[$ALL]])
void compound(struct pair *o, struct small *s, int k) {
  o->strong += k;
  s->count -= k;
  s->all += 3;
}

// CHECK-LABEL: define dso_local void @stores(
// CHECK: call void @__ame_refcount_store(ptr %{{.*}}, i64 1, ptr [[$COUNT]])
// CHECK: call void @__ame_refcount_store(ptr %{{.*}}, i64 0, ptr [[$COUNT]])
// CHECK: call void @__ame_refcount_store(ptr %{{.*}}, i64 %{{.*}}, ptr [[$STRONG]])
// CHECK: call void @__ame_refcount_store(ptr %{{.*}}, i64 7, ptr [[$ALL]])
void stores(struct object *o, struct pair *p, struct small *s, int k) {
  o->count = 1;
  o->count = 0;
  p->strong = k;
  s->all = 7;
}

// CHECK-LABEL: define dso_local void @beside(
// CHECK: call void @__ame_write_bits(ptr %{{.*}}, i64 1073741824, i64 %{{.*}}, i64 4)
// CHECK: call void @__ame_write_bits(ptr %{{.*}}, i64 2147483648, i64 2147483648, i64 4)
// CHECK: call void @__ame_write_bits(ptr %{{.*}}, i64 7, i64 %{{.*}}, i64 1)
// CHECK-NOT: store i8
// CHECK: ret void
void beside(struct object *o, struct small *s, unsigned v) {
  o->flag = v;
  o->pinned = 1;
  s->age++;
}

// CHECK-LABEL: define dso_local i32 @reads_beside(
// CHECK-NOT: __ame_
// CHECK: ret i32
int reads_beside(struct object *o) { return o->flag + o->pinned; }

// CHECK-LABEL: define dso_local void @globals(
// CHECK: call void @__ame_refcount_add(ptr getelementptr {{.*}}@one{{.*}}, i64 1, ptr [[$COUNT]])
// CHECK: call void @__ame_refcount_add(ptr getelementptr {{.*}}@many{{.*}}, i64 1, ptr [[$COUNT]])
struct object one = {.count = 4}, many[4];
void globals(void) {
  one.count++;
  many[2].count++;
}

// CHECK-LABEL: define dso_local void @copies(
// CHECK: call void @__ame_count_copy(ptr %{{.*}}, ptr %{{.*}}, i64 16)
// CHECK: call void @__ame_count_fill(ptr %{{.*}}, i32 0, i64 32)
void copies(struct object *to, struct object *from) {
  *to = *from;
  __builtin_memset(to, 0, 2 * sizeof *to);
}


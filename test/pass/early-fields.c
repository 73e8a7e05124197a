// Intent: accesses to annotated fields and globals carry the fact, also through
// pointers kept in locals and accessors; the annotations themselves are gone.
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s
// RUN: %clang -D__AME__ -I%S/../../include -O0 -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s
#include <ame/ame.h>

struct inner {
  int plain;
  AME_NOTRACK int cache;
};
struct object {
  AME_IMMUTABLE struct object *type;
  AME_IMMUTABLE int sizes[4];
  AME_THREADLOCAL int mine;
  struct inner inner;
  int plain;
};
AME_NOTRACK int hint;

// CHECK-NOT: call {{.*}}@llvm.ptr.annotation
// CHECK-LABEL: @fields(
// CHECK: load ptr, {{.*}}!ame.field [[$IMMUTABLE:![0-9]+]]
// CHECK: load i32, {{.*}}!ame.field [[$IMMUTABLE]]
// CHECK: load i32, {{.*}}!ame.field [[$THREADLOCAL:![0-9]+]]
// CHECK: load atomic i32, {{.*}} unordered, {{.*}}!ame.field [[$NOTRACK:![0-9]+]]
// CHECK: load atomic i32, ptr @hint unordered, {{.*}}!ame.field [[$NOTRACK]]
int fields(struct object *o, int i) {
  return (o->type != 0) + o->sizes[i] + o->mine + o->inner.cache + hint;
}

// CHECK-LABEL: @plain(
// CHECK-NOT: !ame.field
// CHECK: ret
int plain(struct object *o) { return o->plain + o->inner.plain; }

// CHECK-LABEL: @through_local(
// CHECK: load i32, {{.*}}!ame.field [[$IMMUTABLE]]
int through_local(struct object *o) {
  int *p = &o->sizes[2];
  return *p;
}

static int *accessor(struct object *o) { return &o->mine; }

// CHECK-LABEL: @through_accessor(
// CHECK: store i32 7, {{.*}}!ame.field [[$THREADLOCAL]]
void through_accessor(struct object *o) { *accessor(o) = 7; }

// One arm is an ordinary field: nothing is known of the access.
// CHECK-LABEL: @either(
// CHECK-NOT: !ame.field
// CHECK: ret
int either(struct object *o, int c) { return *(c ? &o->mine : &o->plain); }

// A pointer that walks along an array is computed from itself.
// CHECK-LABEL: @walking(
// CHECK: load i32, {{.*}}!ame.field [[$IMMUTABLE]]
int walking(struct object *o, int n) {
  int sum = 0;
  for (const int *p = o->sizes; n > 0; p++, n--)
    sum += *p;
  return sum;
}

// From one of two arrays, or from none.
// CHECK-LABEL: @one_of_two(
// CHECK: load i32, {{.*}}!ame.field [[$IMMUTABLE]]
int one_of_two(struct object *o, struct object *other, int n) {
  int *p = 0;
  if (n > 0)
    p = o->sizes;
  if (n > 1)
    p = &other->sizes[1];
  return p ? *p : 0;
}

// But not when it may leave for another field.
// CHECK-LABEL: @leaving(
// CHECK-NOT: load i32, {{.*}}!ame.field
// CHECK: ret
int leaving(struct object *o, int n) {
  int *p = o->sizes, sum = 0;
  for (; n > 0; n--) {
    sum += *p;
    p = n == 7 ? &o->plain : p + 1;
  }
  return sum;
}

// Going back from the field to its object leaves the field.
// CHECK-LABEL: @container(
// CHECK-NOT: !ame.field
// CHECK: ret
int container(struct object *o) {
  char *p = (char *)&o->mine;
  return ((struct inner *)(p - 8))->plain;
}

// CHECK-DAG: !ame.globals = !{[[ROW:![0-9]+]]}
// CHECK-DAG: [[$IMMUTABLE]] = !{!"immutable"}
// CHECK-DAG: [[$THREADLOCAL]] = !{!"threadlocal"}
// CHECK-DAG: [[$NOTRACK]] = !{!"notrack"}
// CHECK-DAG: [[ROW]] = !{ptr @hint, !"notrack"}

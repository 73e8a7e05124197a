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
// CHECK: load i32, {{.*}}!ame.field [[$NOTRACK:![0-9]+]]
// CHECK: load i32, ptr @hint, {{.*}}!ame.field [[$NOTRACK]]
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

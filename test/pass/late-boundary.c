// Intent: markers become begin and commit; escaping locals are listed and keep
// their stack slots; the function is not inlined afterwards.
// RUN: %clang -O1 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -fno-discard-value-names -S -emit-llvm %s -o - \
// RUN:   | FileCheck %s
#include <ame/ame.h>

int shared;
void publish(int *);

// CHECK: Function Attrs: noinline
// CHECK-NEXT: define {{.*}}@escaping(
// CHECK: %ame.shared = alloca [1 x { ptr, i64 }]
// CHECK: %local = alloca i32
// CHECK-NOT: llvm.lifetime.start.p0(i64 4, ptr {{.*}}%local)
// CHECK: [[TOP:%.*]] = call ptr @llvm.addressofreturnaddress.p0()
// CHECK: call i32 @__ame_begin(ptr @ame.region{{[.0-9]*}}, ptr [[TOP]], ptr {{.*}}%ame.shared, i64 1)
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}%local, i64 4)
// CHECK: call void @__ame_commit()
int escaping(void) {
  int local = 0;
  publish(&local);
  AME_ATOMIC { local = shared; }
  return local;
}

// CHECK: Function Attrs: noinline
// CHECK-NEXT: define {{.*}}@quiet(
// CHECK: call i32 @__ame_begin(ptr @ame.region{{[.0-9]*}}, ptr {{.*}}, ptr null, i64 0)
// CHECK-NOT: @__ame_write
// CHECK: call void @__ame_commit()
int quiet(void) {
  int local = 0;
  AME_ATOMIC { local = shared; }
  return local;
}

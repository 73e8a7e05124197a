// Intent: markers become begin and commit; escaping locals are listed and keep
// their stack slots; the function is not inlined afterwards. It pushes five registers,
// which are not in the snapshot, where its prologue is an ordinary one.
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
// CHECK: call void asm sideeffect "", "~{rbx},~{r12},~{r13},~{r14},~{r15}"()
// CHECK: [[TOP:%.*]] = call ptr @llvm.addressofreturnaddress.p0()
// CHECK: [[END:%.*]] = getelementptr inbounds i8, ptr [[TOP]], i64 -40
// CHECK: call i32 @__ame_begin(ptr @ame.region{{[.0-9]*}}, ptr [[END]], ptr {{.*}}%ame.shared, i64 1)
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}%local, i64 4)
// CHECK: call void @__ame_commit()
int escaping(void) {
  int local = 0;
  publish(&local);
  AME_ATOMIC { local = shared; }
  return local;
}

// Where the address lies in memory others find it, too.
// CHECK: define {{.*}}@stored(
// CHECK: call i32 @__ame_begin(ptr @ame.region{{[.0-9]*}}, ptr {{.*}}, ptr {{.*}}%ame.shared, i64 1)
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}%local, i64 4)
// CHECK: call void @__ame_commit()
int *pointer;
int stored(void) {
  int local = 0;
  pointer = &local;
  AME_ATOMIC { local = shared; }
  return local;
}

// An argument that lies above the frame is not in the snapshot.
struct many {
  long words[8];
};
// CHECK: define {{.*}}@by_value(
// CHECK: call i32 @__ame_begin(
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}%given, i64 8)
// CHECK: call void @__ame_commit()
long by_value(struct many given) {
  AME_ATOMIC { given.words[0] += shared; }
  return given.words[0];
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

// CHECK: define {{.*}}@varying(
// CHECK-NOT: asm
// CHECK: [[TOP:%.*]] = call ptr @llvm.addressofreturnaddress.p0()
// CHECK: [[END:%.*]] = getelementptr inbounds i8, ptr [[TOP]], i64 0
// CHECK: call i32 @__ame_begin(ptr @ame.region{{[.0-9]*}}, ptr [[END]],
int varying(int n) {
  int local[n];
  publish(local);
  AME_ATOMIC { local[0] = shared; }
  return local[0];
}

// A local that could live on where the caller has put the argument.
// CHECK: define {{.*}}@seventh(
// CHECK: [[LOCAL:%.*]] = alloca i32
// CHECK: call void asm sideeffect "", "*m"(ptr {{.*}}elementtype(i32) [[LOCAL]])
// CHECK: store volatile i32 %g, ptr [[LOCAL]]
int seventh(int a, int b, int c, int d, int e, int f, volatile int g) {
  AME_ATOMIC { g += shared; }
  return g;
}

// Intent: AME_DEFER, AME_WRAP, AME_INEVITABLE, AME_UNSAFE and AME_PURE act on
// direct calls, and by the prefix data on calls through pointers.
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S -ame-mode=always | FileCheck %s --check-prefix=ALWAYS
#include <ame/ame.h>

AME_DEFER void note(int n, const char *text);
AME_INEVITABLE int launch(int x);
AME_UNSAFE void unsafe(void);
AME_PURE int hash(int x);
int put(const char *text);
AME_WRAP(put) int put_in_transaction(const char *text);

// CHECK-LABEL: define dso_local void @calls(
// CHECK: call void @note.ame(
// CHECK: call i32 @launch(
// CHECK: call i32 @hash(
// CHECK: call i32 @put_in_transaction.ame(
// ALWAYS-LABEL: define dso_local void @calls(
// ALWAYS: call void @note.ame(
// ALWAYS: call i32 @launch(
// ALWAYS: call i32 @put_in_transaction(
void calls(void) {
  AME_ATOMIC {
    note(1, "text");
    launch(2);
    hash(3);
    put("text");
  }
}

// CHECK-LABEL: define dso_local void @note(
// CHECK-SAME: ptr @note.ame to
void note(int n, const char *text) {}
// CHECK-LABEL: define dso_local i32 @launch(
// CHECK-SAME: ptr @launch.ame to
int launch(int x) { return x; }
// CHECK-LABEL: define dso_local i32 @hash(
// CHECK-SAME: { i32 -1545551650, i32 0 }
int hash(int x) { return x; }
// CHECK-LABEL: define dso_local void @unsafe(
// CHECK-SAME: ptr @unsafe.ame to
void unsafe(void) {}
// The wrapper's own call means the original.
// CHECK-LABEL: define internal i32 @put_in_transaction.ame(
// CHECK: call i32 @put({{.*}}) [[$ORIGINAL:#[0-9]+]]
int put_in_transaction(const char *text) { return put(text); }

// CHECK-LABEL: define internal void @note.ame(i32
// CHECK: [[COPY:%.*]] = alloca { i32, ptr }
// CHECK: call void @__ame_defer(ptr @note.ame.run, ptr [[COPY]], i64 16)
// CHECK-LABEL: define internal void @note.ame.run(ptr
// CHECK: call void @note(i32

// CHECK-LABEL: define internal i32 @launch.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call i32 @launch(
// CHECK-LABEL: define internal void @unsafe.ame(
// CHECK: call void @__ame_unsafe_call(
// CHECK: attributes [[$ORIGINAL]] = { "ame-original" }

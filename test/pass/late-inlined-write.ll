; Intent: the inlined write barrier compares with captured memory and with the
; stripe's owner, and pushes address, old bytes and size onto the undo log; what
; is not its own, unaligned or wide is a call. The store itself stays.
; RUN: %ame_opt -passes=ame-mark,ame-lower,ame-finish -S %s \
; RUN:   | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: define {{.*}}void @scalar.ame(
; CHECK: br i1 %ame.captured, label %ame.write.done, label %ame.write
; CHECK: ame.write:
; CHECK: [[OREC:%.*]] = load atomic i32, ptr {{.*}} monotonic, align 4
; CHECK: %ame.owned = icmp eq i32 [[OREC]]
; CHECK: ame.write.owned:
; CHECK: [[ENTRY:%.*]] = load ptr
; CHECK: ame.undo:
; CHECK-NEXT: [[OLD:%.*]] = load i32, ptr %p, align 4
; CHECK: [[WIDE:%.*]] = zext i32 [[OLD]] to i64
; CHECK: store i64 [[WIDE]]
; CHECK: store i64 {{.*}}, ptr [[ENTRY]]
; CHECK: store i8 4
; CHECK: ame.write.slow:
; CHECK-NEXT: call preserve_allcc void @__ame_write(ptr %p, i64 4)
; CHECK: ame.write.done:
; CHECK-NEXT: store i32 %v, ptr %p
define void @scalar(ptr %p, i32 %v) {
  store i32 %v, ptr %p, align 4
  ret void
}

; CHECK-LABEL: define {{.*}}void @unaligned.ame(
; CHECK-NEXT: call preserve_allcc void @__ame_write(ptr %p, i64 4)
; CHECK-NEXT: store i32 %v, ptr %p, align 1
define void @unaligned(ptr %p, i32 %v) {
  store i32 %v, ptr %p, align 1
  ret void
}

; CHECK-LABEL: define {{.*}}void @wide.ame(
; CHECK-NEXT: call preserve_allcc void @__ame_write(ptr %p, i64 16)
define void @wide(ptr %p, <2 x i64> %v) {
  store <2 x i64> %v, ptr %p, align 16
  ret void
}

; CHECK: declare preserve_allcc void @__ame_write(ptr, i64) #[[$LIKE:[0-9]+]]
; CHECK: attributes #[[$LIKE]] = { nounwind nonlazybind }

; Intent: the inlined read barrier compares with captured memory, pushes the
; stripe, loads the data with acquire before its orec, and loops on a conflict;
; unaligned, odd and wide reads go through a private copy.
; RUN: %ame_opt -passes=ame-mark,ame-lower,ame-finish -ame-mode=always -S %s \
; RUN:   | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: define i32 @scalar(
; CHECK: %ame.thread = call align 8 ptr @llvm.threadlocal.address.p0(ptr align 8 @__ame_tls)
; CHECK: %ame.captured = icmp ult i64
; CHECK: br i1 %ame.captured, label %ame.read.captured, label %ame.read.check, !prof
; CHECK: ame.read.captured:
; CHECK-NEXT: load i32, ptr %p
; CHECK: ame.read.check:
; CHECK: ame.log.slow:
; CHECK-NEXT: call void @__ame_read_push(i32 %ame.stripe)
; CHECK: ame.read:
; CHECK-NEXT: [[DATA:%.*]] = load atomic i32, ptr %p acquire, align 4
; CHECK-NEXT: [[OREC:%.*]] = load atomic i32, ptr {{.*}} monotonic, align 4
; CHECK: ame.read.owned:
; CHECK: ame.read.wait:
; CHECK-NEXT: call void @__ame_read_wait(ptr %p)
; CHECK-NEXT: br label %ame.read
; CHECK: ame.read.done:
; CHECK-NEXT: phi i32 {{.*}} [ [[DATA]], %ame.read ], [ [[DATA]], %ame.read.owned ]
define i32 @scalar(ptr %p) {
  %v = load i32, ptr %p, align 4
  ret i32 %v
}

; CHECK-LABEL: define i32 @unaligned(
; CHECK: call void @__ame_read_copy(ptr %ame.copy, ptr %p, i64 4)
; CHECK: load i32, ptr %ame.copy
define i32 @unaligned(ptr %p) {
  %v = load i32, ptr %p, align 2
  ret i32 %v
}

; CHECK-LABEL: define <4 x i32> @vector(
; CHECK: call void @__ame_read_copy(ptr %ame.copy, ptr %p, i64 16)
define <4 x i32> @vector(ptr %p) {
  %v = load <4 x i32>, ptr %p, align 16
  ret <4 x i32> %v
}

; CHECK-LABEL: define i24 @odd(
; CHECK: call void @__ame_read_copy(ptr %ame.copy, ptr %p, i64 3)
define i24 @odd(ptr %p) {
  %v = load i24, ptr %p, align 4
  ret i24 %v
}

; What was inferred about the plain code is dropped.
; CHECK: define i32 @inferred(ptr %p) #[[$INFERRED:[0-9]+]]
define i32 @inferred(ptr noalias readonly %p) memory(argmem: read) nosync willreturn {
  %v = load i32, ptr %p, align 4
  ret i32 %v
}

; CHECK-LABEL: define void @masked(
; CHECK: call void @__ame_inevitable(
; CHECK-NEXT: call void @llvm.masked.store
define void @masked(ptr %p, <4 x i32> %v, <4 x i1> %m) {
  call void @llvm.masked.store.v4i32.p0(<4 x i32> %v, ptr %p, i32 4, <4 x i1> %m)
  ret void
}
declare void @llvm.masked.store.v4i32.p0(<4 x i32>, ptr, i32, <4 x i1>)

; CHECK-LABEL: define void @by_value(
; CHECK: call void @__ame_read_copy(ptr %ame.copy, ptr %p, i64 16)
; CHECK: call void @takes(ptr byval([2 x i64]) %ame.copy)
define void @by_value(ptr %p) {
  call void @takes(ptr byval([2 x i64]) %p)
  ret void
}
define void @takes(ptr byval([2 x i64]) %p) {
  ret void
}

; CHECK: attributes #[[$INFERRED]] = { "ame-transactional" }

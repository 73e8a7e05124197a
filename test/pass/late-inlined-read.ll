; Intent: the inlined read barrier compares with captured memory, pushes the
; stripe, loads the data with acquire before its orec, and loops on a conflict;
; in a loop marking is inlined, too; where it hardly ever runs, and outside of
; loops of a program that is instrumented as a whole, it is a call;
; unaligned, odd and wide reads go through a private copy.
; RUN: %ame_opt -passes=ame-mark,ame-lower,ame-finish -ame-mode=always -S %s \
; RUN:   | FileCheck %s
; RUN: %ame_opt -passes=ame-mark,ame-lower,ame-finish -S %s \
; RUN:   | FileCheck --check-prefix=REGION %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; REGION-LABEL: define {{.*}}i32 @scalar.ame(
; REGION: %ame.thread = call align 8 ptr @llvm.threadlocal.address.p0(ptr align 8 @__ame_tls)
; REGION: %ame.stripe = zext i32
; REGION: %ame.captured = icmp ult i64
; REGION: br i1 %ame.captured, label %ame.read.captured, label %ame.read.check, !prof
; REGION: ame.read.captured:
; REGION-NEXT: load i32, ptr %p
; REGION: ame.read.check:
; REGION: ame.log.full:
; REGION: call preserve_allcc void @__ame_read_push(i32 {{.*}})
; REGION: ame.read:
; REGION-NEXT: fence syncscope("singlethread") seq_cst
; REGION-NEXT: [[DATA:%.*]] = load atomic i32, ptr %p acquire, align 4
; REGION: [[OREC:%.*]] = load atomic i32, ptr {{.*}} acquire, align 4
; REGION: load volatile i32
; REGION: ame.read.owned:
; REGION: ame.read.wait:
; REGION-NEXT: call preserve_allcc void @__ame_read_wait(ptr %p)
; REGION-NEXT: br label %ame.read
; REGION: ame.read.done:
; REGION-NEXT: phi i32 {{.*}} [ [[DATA]], %ame.read ], [ [[DATA]], %ame.read.owned ]
; CHECK-LABEL: define i32 @scalar(
; CHECK: call preserve_allcc i64 @__ame_read4(ptr %p)
define i32 @scalar(ptr %p) {
  %v = load i32, ptr %p, align 4
  ret i32 %v
}

; CHECK-LABEL: define i32 @loop(
; CHECK: ame.log.full:
; CHECK: br i1 {{.*}}, label %ame.log.slow, label %ame.mark
; CHECK: ame.mark:
; CHECK: store atomic i8 {{.*}} monotonic, align 1
; CHECK-NEXT: br label %ame.read.logged
; CHECK: ame.log.slow:
; CHECK: call preserve_allcc void @__ame_read_push(i32 {{.*}})
define i32 @loop(ptr %p) {
entry:
  br label %again
again:
  %q = phi ptr [ %p, %entry ], [ %next, %again ]
  %v = load i32, ptr %q, align 4
  %next = getelementptr i32, ptr %q, i64 1
  %more = icmp ne i32 %v, 0
  br i1 %more, label %again, label %out
out:
  ret i32 %v
}

; CHECK-LABEL: define float @rare(
; CHECK: [[WORD:%.*]] = call preserve_allcc i64 @__ame_read4(ptr %p)
; CHECK-NEXT: [[BITS:%.*]] = trunc i64 [[WORD]] to i32
; CHECK-NEXT: bitcast i32 [[BITS]] to float
; CHECK-NOT: ame.read
; CHECK: call preserve_allcc void @__ame_write4(ptr %q)
define float @rare(ptr %p, ptr %q, i1 %c) {
  br i1 %c, label %seldom, label %out, !prof !0
seldom:
  %v = load float, ptr %p, align 4
  %w = fadd float %v, 1.0
  store float %w, ptr %q, align 4
  ret float %v
out:
  ret float 0.0
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

; Each lane has its own barrier, behind the test of its mask bit.
; CHECK-LABEL: define void @masked(
; CHECK-COUNT-4: call {{.*}}@__ame_write4(
; CHECK-NOT: llvm.masked
; CHECK: ret void
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
!0 = !{!"branch_weights", i32 1, i32 1000}

; Intent: the order of a read - push to the log, load the data, load the orec - is
; kept by whatever is optimised later (link-time optimisation) and by the code
; generator; the words that other threads change are looked at each time.
; RUN: %ame_opt -passes=ame-mark,ame-lower,ame-finish -S %s -o %t.ll
; RUN: %ame_opt -passes='default<O3>,default<O3>' -S %t.ll -o %t.O3.ll
; RUN: FileCheck %s < %t.O3.ll
; RUN: %clang -O3 -S %t.O3.ll -o - | FileCheck --check-prefix=ASM %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: define {{.*}}i64 @sum.ame(
; CHECK: store i32 %[[STRIPE:.*]], ptr %[[LOG:.*]], align 4
; CHECK: %[[NEXT:.*]] = getelementptr {{.*}}i8, ptr %[[LOG]], i64 4
; CHECK: store ptr %[[NEXT]], ptr %ame.thread
; CHECK: fence syncscope("singlethread") seq_cst
; CHECK-NEXT: load atomic i64, ptr %at acquire, align 8
; CHECK: load atomic i32, ptr {{.*}} acquire, align 4
; CHECK: load volatile i32, ptr

; ASM-LABEL: sum.ame:
; ASM: movl %[[STRIPE:.*]], (%[[LOG:.*]])
; ASM-NEXT: addq $4, %[[LOG]]
; ASM-NEXT: movq %[[LOG]], %fs:
; ASM: #MEMBARRIER
; ASM: movq (%{{.*}}), %
; ASM-NEXT: movl 268435456(,
; ASM-NEXT: cmpl %fs:32(
define i64 @sum(ptr %p, ptr %end) {
entry:
  br label %turn
turn:
  %at = phi ptr [ %p, %entry ], [ %next, %turn ]
  %sum = phi i64 [ 0, %entry ], [ %more, %turn ]
  %v = load i64, ptr %at, align 8
  %more = add i64 %sum, %v
  %next = getelementptr i64, ptr %at, i64 100
  %last = icmp eq ptr %next, %end
  br i1 %last, label %out, label %turn
out:
  ret i64 %more
}

; A loop that only writes asks for the owner's word in each turn.
; CHECK-LABEL: define {{.*}}void @fill.ame(
; CHECK: ame.write:
; CHECK: load volatile i32, ptr
define void @fill(ptr %p, ptr %end) {
entry:
  br label %turn
turn:
  %at = phi ptr [ %p, %entry ], [ %next, %turn ]
  store i64 1, ptr %at, align 8
  %next = getelementptr i64, ptr %at, i64 100
  %last = icmp eq ptr %next, %end
  br i1 %last, label %out, label %turn
out:
  ret void
}

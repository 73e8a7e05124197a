; Intent: when the optimiser makes one access of two, it keeps a fact only if
; both had it: a fact that holds for one of them must not take away the other's
; barrier. This is LLVM's own treatment of metadata that it does not know.
; RUN: %ame_opt -passes='simplifycfg<sink-common-insts;hoist-common-insts>,instcombine,gvn,early-cse<memssa>,aggressive-instcombine' -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

; CHECK-LABEL: @hoisted(
; CHECK-NOT: ame.field
; CHECK: }
define i32 @hoisted(i1 %c, ptr %p) {
  br i1 %c, label %a, label %b
a:
  %x = load i32, ptr %p, align 4, !ame.field !0
  %x1 = add i32 %x, 1
  br label %end
b:
  %y = load i32, ptr %p, align 4
  %y1 = add i32 %y, 2
  br label %end
end:
  %r = phi i32 [ %x1, %a ], [ %y1, %b ]
  ret i32 %r
}

; CHECK-LABEL: @sunk(
; CHECK-NOT: ame.field
; CHECK: }
define void @sunk(i1 %c, ptr %p) {
  br i1 %c, label %a, label %b
a:
  store i32 1, ptr %p, align 4, !ame.field !0
  br label %end
b:
  store i32 2, ptr %p, align 4
  br label %end
end:
  ret void
}

; CHECK-LABEL: @different(
; CHECK-NOT: ame.field
; CHECK: }
define i32 @different(ptr %p) {
  %x = load i32, ptr %p, align 4, !ame.field !1
  %y = load i32, ptr %p, align 4, !ame.field !0
  %r = add i32 %x, %y
  ret i32 %r
}

; Two narrow ones that become one wide one.
; CHECK-LABEL: @wide(
; CHECK-NOT: load i16{{.*}}ame.field
; CHECK: }
define i16 @wide(ptr %p) {
  %q = getelementptr i8, ptr %p, i64 1
  %a = load i8, ptr %p, align 2, !ame.field !0
  %b = load i8, ptr %q, align 1
  %a16 = zext i8 %a to i16
  %b16 = zext i8 %b to i16
  %high = shl i16 %b16, 8
  %r = or i16 %a16, %high
  ret i16 %r
}

!0 = !{!"notrack"}
!1 = !{!"immutable"}

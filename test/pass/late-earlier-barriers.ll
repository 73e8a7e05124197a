; Intent: a read that is surely followed by a write of the same bytes owns them
; at once, with one barrier for both; and the barrier of an address that stays the
; same in a loop comes before the loop. Not across calls, on one of two ways only,
; for other bytes, in loops where a transaction may end, or for an access that
; a turn may do without.
; RUN: %ame_opt -ame-mode=always -passes=ame-mark,ame-lower -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare i64 @strlen(ptr)
declare void @__ame_checkpoint_slow()

; CHECK-LABEL: define void @increment(
; CHECK-NEXT: call {{.*}}@__ame_write8(ptr %p)
; CHECK-NEXT: %v = load i64, ptr %p
; CHECK-NEXT: add
; CHECK-NEXT: store i64
; CHECK-NEXT: ret void
define void @increment(ptr %p) {
  %v = load i64, ptr %p
  %w = add i64 %v, 1
  store i64 %w, ptr %p
  ret void
}

; CHECK-LABEL: define void @next_block(
; CHECK-NEXT: call {{.*}}@__ame_write8(ptr %p)
; CHECK-NEXT: %v = load i64, ptr %p
; CHECK-NOT: @__ame_write8(ptr %p)
; CHECK: ret void
define void @next_block(ptr %p, ptr %q) {
  %v = load i64, ptr %p
  br label %next
next:
  store i64 1, ptr %q
  store i64 %v, ptr %p
  ret void
}

; CHECK-LABEL: define void @maybe(
; CHECK: %v = call {{.*}}@__ame_read8(ptr %p)
; CHECK: ret void
define void @maybe(ptr %p) {
  %v = load i64, ptr %p
  %c = icmp eq i64 %v, 0
  br i1 %c, label %then, label %end
then:
  store i64 1, ptr %p
  br label %end
end:
  ret void
}

; CHECK-LABEL: define void @other_bytes(
; CHECK: @__ame_read8(ptr %p)
; CHECK: @__ame_write4(ptr %p)
; CHECK: ret void
define void @other_bytes(ptr %p) {
  %v = load i64, ptr %p
  store i32 1, ptr %p
  ret void
}

; CHECK-LABEL: define void @far(
; CHECK: @__ame_read8(ptr %p)
; CHECK: @__ame_write8(ptr %p)
; CHECK: ret void
define void @far(ptr %p, ptr %text) {
  %v = load i64, ptr %p
  %w = call i64 @strlen(ptr %text)
  store i64 %w, ptr %p
  ret void
}

; CHECK-LABEL: define void @sum_into(
; CHECK: entry:
; CHECK: call {{.*}}@__ame_write8(ptr %sum)
; CHECK: loop:
; CHECK-NOT: ptr %sum)
; CHECK-NOT: @__ame_write
; CHECK: %old = load i64, ptr %sum
; CHECK-NOT: @__ame_write
; CHECK: store i64 %new, ptr %sum
; CHECK: ret void
define void @sum_into(ptr %sum, ptr %a, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %at = getelementptr i64, ptr %a, i64 %i
  %v = load i64, ptr %at
  %old = load i64, ptr %sum
  %new = add i64 %old, %v
  store i64 %new, ptr %sum
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; The read in the loop is only checked.
; CHECK-LABEL: define void @limit_in_memory(
; CHECK: entry:
; CHECK: call {{.*}}@__ame_read8(ptr %limit)
; CHECK: loop:
; CHECK-NOT: ame.log
; CHECK: @__ame_read_again(ptr %limit)
; CHECK-NOT: ame.log
; CHECK: ret void
define void @limit_in_memory(ptr %limit, ptr %a) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %n = load i64, ptr %limit
  store i64 %i, ptr %a
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %loop, label %end
end:
  ret void
}

; CHECK-LABEL: define void @not_in_every_turn(
; CHECK-NOT: ame.write
; CHECK: loop:
; CHECK: then:
; CHECK: ame.write
; CHECK: ret void
define void @not_in_every_turn(ptr %p, ptr %a, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %latch ]
  %c = icmp eq i64 %i, 7
  br i1 %c, label %then, label %latch
then:
  store i64 %i, ptr %p
  br label %latch
latch:
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; CHECK-LABEL: define void @ends_in_loop(
; CHECK-NOT: @__ame_write
; CHECK: loop:
; CHECK: ame.write
; CHECK: store i64 %i, ptr %p
; CHECK: ret void
define void @ends_in_loop(ptr %p, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  store i64 %i, ptr %p
  call void @__ame_checkpoint_slow()
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Entered from two places, with an exit that compares what they bring along.
; CHECK-LABEL: define void @two_entries(
; CHECK: {{^}}loop.preheader:
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK: {{^}}loop:
; CHECK: {{^}}body:
; CHECK-NEXT: store i64 %i, ptr %p
define void @two_entries(ptr %p, i64 %n, i1 %c) {
entry:
  br i1 %c, label %loop, label %other
other:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ 1, %other ], [ %next, %body ]
  %more = icmp ult i64 %i, 8
  br i1 %more, label %body, label %end
body:
  store i64 %i, ptr %p
  %next = add i64 %i, 1
  br label %loop
end:
  ret void
}

; Intent: a barrier that earlier ones imply on every path is left out, across
; joins, loops and calls that cannot end the transaction; never where one path
; lacks it, where the address is another one, or where a call may commit.
; RUN: %ame_opt -ame-mode=always -passes=ame-mark,ame-lower -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @unknown()
declare ptr @_Znwm(i64)
declare void @free(ptr)
declare i64 @strlen(ptr)
declare void @qsort(ptr, i64, i64, ptr)
declare i32 @_setjmp(ptr) returns_twice
declare void @__ame_checkpoint_slow()
declare i32 @compare(ptr, ptr)

; CHECK-LABEL: define void @both_paths(
; CHECK-COUNT-2: call {{.*}}@__ame_write8(ptr %p)
; CHECK-NOT: @__ame_{{write|read}}
; CHECK: ret void
define void @both_paths(ptr %p, i1 %c) {
  br i1 %c, label %one, label %two
one:
  store i64 1, ptr %p
  br label %join
two:
  store i64 2, ptr %p
  br label %join
join:
  %v = load i64, ptr %p
  store i64 %v, ptr %p
  ret void
}

; CHECK-LABEL: define void @one_path(
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK: join:
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK: ret void
define void @one_path(ptr %p, i1 %c) {
  br i1 %c, label %one, label %join
one:
  store i64 1, ptr %p
  br label %join
join:
  store i64 3, ptr %p
  ret void
}

; A part of what was written; and more than that.
; CHECK-LABEL: define void @parts(
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK-NOT: @__ame_write4(ptr %high)
; CHECK: store i32 2, ptr %high
; CHECK: call {{.*}}@__ame_write4(ptr %beyond)
; CHECK: ret void
define void @parts(ptr %p) {
  store i64 1, ptr %p
  %high = getelementptr i8, ptr %p, i64 4
  store i32 2, ptr %high
  %beyond = getelementptr i8, ptr %p, i64 8
  store i32 3, ptr %beyond
  ret void
}

; The write in front of the loop serves all its turns.
; CHECK-LABEL: define void @through_loop(
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK-NOT: @__ame_
; CHECK: ret void
define void @through_loop(ptr %p, i64 %n) {
entry:
  store i64 0, ptr %p
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  store i64 %i, ptr %p
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Another object in each turn: the same SSA value, but not the same address.
; CHECK-LABEL: define void @list(
; CHECK: ame.write
; CHECK: store i64 1, ptr %node
; CHECK: ame.write
; CHECK: store i64 2, ptr %node
; CHECK: ret void
define void @list(ptr %first, i1 %c) {
entry:
  br label %loop
loop:
  %node = phi ptr [ %first, %entry ], [ %after, %latch ]
  %link = getelementptr i8, ptr %node, i64 8
  %after = load ptr, ptr %link
  br i1 %c, label %then, label %latch
then:
  store i64 1, ptr %node
  br label %latch
latch:
  store i64 2, ptr %node
  %done = icmp eq ptr %after, null
  br i1 %done, label %end, label %loop
end:
  ret void
}

; CHECK-LABEL: define internal void @keeps(
define internal void @keeps(ptr %q) noinline {
  store i64 9, ptr %q
  ret void
}

; CHECK-LABEL: define void @across_calls(
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK: call void @keeps(
; CHECK-NOT: @__ame_write8(ptr %p)
; CHECK: @__ame_libc_free
; CHECK-NOT: @__ame_write8(ptr %p)
; CHECK: ret void
define void @across_calls(ptr %p, ptr %q, ptr %r) {
  store i64 1, ptr %p
  call void @keeps(ptr %q)
  store i64 2, ptr %p
  call void @free(ptr %q)
  %length = call i64 @strlen(ptr %r)
  store i64 %length, ptr %p
  ret void
}

; CHECK-LABEL: define internal void @recursive(
define internal void @recursive(ptr %q, i1 %c) noinline {
  br i1 %c, label %more, label %end
more:
  call void @recursive(ptr %q, i1 false)
  br label %end
end:
  ret void
}

; CHECK-LABEL: define void @across_recursion(
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK-NOT: @__ame_write
; CHECK: ret void
define void @across_recursion(ptr %p, i1 %c) {
  store i64 1, ptr %p
  call void @recursive(ptr %p, i1 %c)
  store i64 2, ptr %p
  ret void
}

; CHECK-LABEL: define internal void @ends(
define internal void @ends() noinline {
  call void @__ame_checkpoint_slow()
  ret void
}
define internal void @ends_deeply(i1 %c) noinline {
  br i1 %c, label %rarely, label %end
rarely:
  call void @ends()
  br label %end
end:
  ret void
}

; CHECK-LABEL: define void @across_checkpoint(
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK: call void @ends_deeply
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK: ret void
define void @across_checkpoint(ptr %p, i1 %c) {
  store i64 1, ptr %p
  call void @ends_deeply(i1 %c)
  store i64 2, ptr %p
  ret void
}

; CHECK-LABEL: define void @across_unknown(
; CHECK-COUNT-6: call {{.*}}@__ame_write8(ptr %p)
; CHECK: ret void
define void @across_unknown(ptr %p, ptr %f, ptr %env) {
  store i64 1, ptr %p
  call void @unknown()
  store i64 2, ptr %p
  call void %f()
  store i64 3, ptr %p
  %again = call i32 @_setjmp(ptr %env) returns_twice
  store i64 4, ptr %p
  call void @qsort(ptr %env, i64 1, i64 8, ptr @compare)
  store i64 5, ptr %p
  %new = call ptr @_Znwm(i64 8)
  store i64 6, ptr %p
  ret void
}

; What has been read needs the check only. It is inlined, but where the place hardly
; ever runs.
; CHECK-LABEL: define i64 @again(
; CHECK: call {{.*}}@__ame_read8(ptr %p)
; CHECK: rare:
; CHECK-NEXT: call {{.*}}@__ame_read8(ptr %p)
; CHECK: often:
; CHECK-NOT: @__ame_read8(
; CHECK: load atomic i64, ptr %p acquire
define i64 @again(ptr %p, i64 %end) {
  %first = load i64, ptr %p
  %at.end = icmp eq i64 %first, %end
  br i1 %at.end, label %rare, label %often, !prof !{!"branch_weights", i32 1, i32 2000}
rare:
  %second = load i64, ptr %p
  ret i64 %second
often:
  %third = load i64, ptr %p
  ret i64 %third
}

; A part is not the whole: of the rest no old bytes are kept.
; CHECK-LABEL: define void @whole_after_part(
; CHECK: call {{.*}}@__ame_write4(ptr %p)
; CHECK: call {{.*}}@__ame_write8(ptr %p)
; CHECK: ret void
define void @whole_after_part(ptr %p, i1 %c) {
  store i32 1, ptr %p, align 8
  br i1 %c, label %whole, label %out
whole:
  store i64 2, ptr %p, align 8
  br label %out
out:
  ret void
}

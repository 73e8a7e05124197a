; Intent: memory that this transaction has allocated needs no barrier: from the
; library's functions, from functions of the module that return what they have
; allocated, through branches. Not when it may be of an earlier transaction,
; of an earlier turn of a loop, or something else.
; RUN: %ame_opt -ame-mode=always -passes=ame-mark,ame-lower -S %s | FileCheck %s
; RUN: %ame_opt -ame-mode=always -passes=ame-mark,ame-lower -pass-remarks=ame-lower -disable-output %s 2>&1 | FileCheck %s --check-prefix=REMARK

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare noalias ptr @malloc(i64)
declare noalias ptr @calloc(i64, i64)
declare noalias ptr @_Znwm(i64)
declare ptr @realloc(ptr, i64)
declare noalias ptr @foreign(i64)
declare void @__ame_checkpoint_slow()
@pool = global ptr null
; REMARK: remark: {{.*}} no barrier: memory allocated just before by this transaction

define internal ptr @xmalloc(i64 %size) noinline {
  %p = call ptr @malloc(i64 %size)
  %none = icmp eq ptr %p, null
  br i1 %none, label %failed, label %good
good:
  store i64 0, ptr %p
  ret ptr %p
failed:
  ret ptr null
}
define internal ptr @of_two(i1 %c) noinline {
  %p = call ptr @xmalloc(i64 8)
  %q = call ptr @calloc(i64 1, i64 8)
  %r = select i1 %c, ptr %p, ptr %q
  ret ptr %r
}

; CHECK-LABEL: define void @through_calls(
; CHECK-NOT: @__ame_write
; CHECK: store i64 1, ptr %a
; CHECK-NOT: @__ame_write
; CHECK: store i64 2, ptr %b
; CHECK: ret void
define void @through_calls(i1 %c) {
  %a = call ptr @xmalloc(i64 8)
  store i64 1, ptr %a
  %b = call ptr @of_two(i1 %c)
  store i64 2, ptr %b
  ret void
}

; Published or not: nobody sees it before the commit.
; CHECK-LABEL: define void @published(
; CHECK: call {{.*}}@__ame_write8(ptr %where)
; CHECK-NOT: @__ame_write
; CHECK: store i64 1, ptr %a
; CHECK: ret void
define void @published(ptr %where) {
  %a = call ptr @xmalloc(i64 8)
  store ptr %a, ptr %where
  store i64 1, ptr %a
  ret void
}

; What may be an old object is none.
define internal ptr @from_pool(i1 %c) noinline {
  %old = load ptr, ptr @pool
  br i1 %c, label %new, label %end
new:
  %p = call ptr @malloc(i64 8)
  br label %end
end:
  %r = phi ptr [ %old, %0 ], [ %p, %new ]
  ret ptr %r
}
define internal ptr @grown(ptr %old) noinline {
  %p = call ptr @realloc(ptr %old, i64 8)
  ret ptr %p
}
define internal ptr @ends(i64 %size) noinline {
  %p = call ptr @malloc(i64 %size)
  call void @__ame_checkpoint_slow()
  ret ptr %p
}

; CHECK-LABEL: define void @not_fresh(
; CHECK: call {{.*}}@__ame_write8(ptr %a)
; CHECK: call {{.*}}@__ame_write8(ptr %b)
; CHECK: call {{.*}}@__ame_write8(ptr %d)
; CHECK: call {{.*}}@__ame_write8(ptr %e)
; CHECK: call {{.*}}@__ame_write8(ptr %f)
; CHECK: call {{.*}}@__ame_write8(ptr %g)
; CHECK: ret void
define void @not_fresh(i1 %c) {
  %a = call ptr @from_pool(i1 %c)
  store i64 1, ptr %a
  %b = call ptr @grown(ptr %a)
  store i64 2, ptr %b
  %d = call ptr @ends(i64 8)
  store i64 3, ptr %d
  %e = call ptr @foreign(i64 8)
  store i64 4, ptr %e
  %f = call ptr @malloc(i64 8)
  call void @__ame_checkpoint_slow()
  store i64 5, ptr %f
  %g = call ptr @_Znwm(i64 8)
  store i64 6, ptr %g
  ret void
}

; The object of the turn before belongs to another transaction.
; CHECK-LABEL: define void @turn_before(
; CHECK: store i64 1, ptr %new
; CHECK: @__ame_{{read|write}}{{.*}}ptr %old
; CHECK: ret void
define void @turn_before() {
entry:
  %head = alloca i64
  br label %loop
loop:
  %old = phi ptr [ %head, %entry ], [ %new, %loop ]
  %new = call ptr @malloc(i64 8)
  store i64 1, ptr %new
  %seen = load i64, ptr %old
  call void @__ame_checkpoint_slow()
  %done = icmp eq i64 %seen, 7
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Intent: an argument that is the caller's own memory at every call, a local or
; fresh, needs no barrier in the callee; not when one call passes something else,
; when calls are unknown, after the transaction may have ended, or in a region of
; the callee, whose begin has not saved the caller's frame.
; RUN: %ame_opt -ame-mode=always -passes=ame-mark,ame-lower -S %s | FileCheck %s
; RUN: %ame_opt -ame-mode=always -passes=ame-mark,ame-lower -pass-remarks=ame-lower -disable-output %s 2>&1 | FileCheck %s --check-prefix=REMARK

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare noalias ptr @malloc(i64)
declare void @__ame_checkpoint_slow()
declare i32 @__ame_region_enter(ptr)
declare void @__ame_region_exit(ptr)
@handler = global ptr @known_by_address
; REMARK: remark: {{.*}} no barrier: memory that every caller owns

; CHECK-LABEL: define internal void @construct(
; CHECK-NOT: @__ame_write
; CHECK: ret void
define internal void @construct(ptr %o, i64 %v) noinline {
  store i64 %v, ptr %o
  call void @part(ptr %o)
  ret void
}
; CHECK-LABEL: define internal void @part(
; CHECK-NOT: @__ame_write
; CHECK: ret void
define internal void @part(ptr %o) noinline {
  %field = getelementptr i8, ptr %o, i64 8
  store i64 0, ptr %field
  ret void
}
define ptr @make(i1 %c) {
  %o = call ptr @malloc(i64 16)
  call void @construct(ptr %o, i64 1)
  %local = alloca [16 x i8]
  call void @construct(ptr %local, i64 2)
  %either = select i1 %c, ptr %o, ptr %local
  call void @construct(ptr %either, i64 2)
  ret ptr %o
}

; CHECK-LABEL: define internal void @once_shared(
; CHECK: call {{.*}}@__ame_write8(ptr %o)
; CHECK: ret void
define internal void @once_shared(ptr %o) noinline {
  store i64 1, ptr %o
  ret void
}
define void @calls_once_shared(ptr %shared) {
  %local = alloca i64
  call void @once_shared(ptr %local)
  call void @once_shared(ptr %shared)
  ret void
}

; CHECK-LABEL: define internal void @known_by_address(
; CHECK: call {{.*}}@__ame_write8(ptr %o)
; CHECK: ret void
define internal void @known_by_address(ptr %o) noinline {
  store i64 1, ptr %o
  ret void
}
; CHECK-LABEL: define void @external(
; CHECK: call {{.*}}@__ame_write8(ptr %o)
; CHECK: ret void
define void @external(ptr %o) noinline {
  store i64 1, ptr %o
  ret void
}
define void @calls_known() {
  %local = alloca i64
  call void @known_by_address(ptr %local)
  call void @external(ptr %local)
  ret void
}

; Fresh until the transaction ends; a local stays one.
; CHECK-LABEL: define internal void @ends(
; CHECK: store i64 1, ptr %fresh
; CHECK: call void @__ame_checkpoint_slow
; CHECK: call {{.*}}@__ame_write8(ptr %fresh)
; CHECK-NOT: @__ame_write8(ptr %local)
; CHECK: ret void
define internal void @ends(ptr %fresh, ptr %local) noinline {
  store i64 1, ptr %fresh
  call void @__ame_checkpoint_slow()
  store i64 2, ptr %fresh
  store i64 3, ptr %local
  ret void
}
define void @calls_ends() {
  %o = call ptr @malloc(i64 16)
  %local = alloca i64
  call void @ends(ptr %o, ptr %local)
  ret void
}

; CHECK-LABEL: define internal void @late(
; CHECK: call {{.*}}@__ame_write8(ptr %o)
; CHECK: ret void
define internal void @late(ptr %o) noinline {
  store i64 1, ptr %o
  ret void
}
define void @calls_late() {
  %o = call ptr @malloc(i64 16)
  call void @__ame_checkpoint_slow()
  call void @late(ptr %o)
  ret void
}

; CHECK-LABEL: define internal void @region(
; CHECK: call {{.*}}@__ame_write{{.*}}(ptr %o
; CHECK: ret void
define internal void @region(ptr %o) noinline {
  %entered = call i32 @__ame_region_enter(ptr null)
  store i64 1, ptr %o
  call void @in_region(ptr %o)
  call void @__ame_region_exit(ptr null)
  ret void
}
; CHECK-LABEL: define internal void @in_region(
; CHECK: call {{.*}}@__ame_write8(ptr %o)
; CHECK: ret void
define internal void @in_region(ptr %o) noinline {
  store i64 2, ptr %o
  ret void
}
define void @calls_region() {
  %local = alloca i64
  call void @region(ptr %local)
  ret void
}

; Passed on when the transaction may have ended.
define internal void @passes_on(ptr %fresh) noinline {
  call void @__ame_checkpoint_slow()
  call void @passed_on(ptr %fresh)
  ret void
}
; CHECK-LABEL: define internal void @passed_on(
; CHECK: call {{.*}}@__ame_write8(ptr %o)
; CHECK: ret void
define internal void @passed_on(ptr %o) noinline {
  store i64 1, ptr %o
  ret void
}
define void @calls_passes_on() {
  %o = call ptr @malloc(i64 16)
  call void @passes_on(ptr %o)
  ret void
}

; Intent: an access that may reach one of several objects has no barrier where none of
; them needs one, and the same is done for all: written memory of this thread is undone,
; a local in the frame is not. Otherwise it has one.
; RUN: %ame_opt -ame-mode=always -passes=ame-mark,ame-lower -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@own = thread_local global i64 0
@other = thread_local global i64 0
@shared = global i64 0
@fixed = constant i64 7
declare ptr @llvm.threadlocal.address.p0(ptr)

; CHECK-LABEL: define i64 @read_own_or_fixed(
; CHECK-NOT: @__ame_read
; CHECK: ret i64
define i64 @read_own_or_fixed(i1 %c) {
  %local = alloca i64
  %own = call ptr @llvm.threadlocal.address.p0(ptr @own)
  store i64 1, ptr %local
  %p = select i1 %c, ptr %own, ptr @fixed
  %q = select i1 %c, ptr %local, ptr %p
  %v = load i64, ptr %q
  ret i64 %v
}

; CHECK-LABEL: define i64 @read_own_or_shared(
; CHECK: call {{.*}}@__ame_read8(
; CHECK: ret i64
define i64 @read_own_or_shared(i1 %c) {
  %own = call ptr @llvm.threadlocal.address.p0(ptr @own)
  %p = select i1 %c, ptr %own, ptr @shared
  %v = load i64, ptr %p
  ret i64 %v
}

; CHECK-LABEL: define void @write_own(
; CHECK: call void @__ame_undo(
; CHECK-NOT: @__ame_write
; CHECK: ret void
define void @write_own(i1 %c) {
  %own = call ptr @llvm.threadlocal.address.p0(ptr @own)
  %other = call ptr @llvm.threadlocal.address.p0(ptr @other)
  %p = select i1 %c, ptr %own, ptr %other
  store i64 1, ptr %p
  ret void
}

; CHECK-LABEL: define i64 @write_own_or_local(
; CHECK: call {{.*}}@__ame_write8(
; CHECK: ret i64
define i64 @write_own_or_local(i1 %c) {
  %local = alloca i64
  store i64 1, ptr %local
  %own = call ptr @llvm.threadlocal.address.p0(ptr @own)
  %p = select i1 %c, ptr %own, ptr %local
  store i64 2, ptr %p
  %v = load i64, ptr %local
  ret i64 %v
}

; CHECK-LABEL: define i64 @write_local_or_own(
; CHECK: call {{.*}}@__ame_write8(
; CHECK: ret i64
define i64 @write_local_or_own(i1 %c) {
  %local = alloca i64
  store i64 1, ptr %local
  %own = call ptr @llvm.threadlocal.address.p0(ptr @own)
  %p = select i1 %c, ptr %local, ptr %own
  store i64 2, ptr %p
  %v = load i64, ptr %local
  ret i64 %v
}

; Intent: fields of one object share what is known about their stripe: the second
; one compares, and with the same stripe it leaves out the test for captured
; memory and the log (read) or the owning (write). So does the next iteration of
; a loop that walks along an array. Nothing is compared where nothing can be
; known: before the first access, after a call that may end the transaction, for
; the next object of a list, or for fields a stripe and more apart.
; RUN: %ame_opt -passes=ame-mark,ame-lower,ame-finish -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @unknown()

; CHECK-LABEL: define {{.*}}i64 @two_reads.ame(
; CHECK-NOT: ame.read.known
; CHECK: ame.read.logged:
; CHECK: ame.read.done:
; The first one was captured: nothing is known.
; CHECK-NEXT: [[KNOWN:%.*]] = phi i64 [ -1, %ame.read.captured ]
; CHECK: %ame.same.stripe = icmp eq i64 {{.*}}, [[KNOWN]]
; CHECK: br i1 %ame.same.stripe, label %ame.read.known, label %ame.read.full
; CHECK: ame.read.known:
; CHECK-NEXT: br label %[[AGAIN:.*]]
; CHECK: [[AGAIN]]:
; CHECK-NEXT: load atomic i64, ptr %q acquire
; CHECK: load atomic i32, ptr {{.*}} acquire
; CHECK: load volatile i32
; This read has pushed nothing: all of the log must be valid.
; CHECK: call preserve_allcc void @__ame_read_again(ptr %q)
; CHECK: call preserve_allcc void @__ame_read_wait(ptr %q)
define i64 @two_reads(ptr %p) {
  %a = load i64, ptr %p, align 8
  %q = getelementptr i8, ptr %p, i64 24
  %b = load i64, ptr %q, align 8
  %s = add i64 %a, %b
  ret i64 %s
}

; What has been read only need not be owned.
; CHECK-LABEL: define {{.*}}void @read_and_two_writes.ame(
; CHECK: ame.write.slow:
; CHECK: call preserve_allcc void @__ame_write(ptr %q, i64 8)
; Captured memory beside the inlined test is not owned after it.
; CHECK: [[OREC:%.*]] = load atomic i32
; CHECK: %[[OWNED:ame.owned.*]] = icmp eq i32 [[OREC]]
; CHECK: br i1 %[[OWNED]], label %ame.write.now.owned, label %ame.write.done
; CHECK: br i1 %ame.same.stripe{{.*}}, label %ame.undo.room{{.*}}, label %ame.write.full
define void @read_and_two_writes(ptr %p) {
  %a = load i64, ptr %p, align 8
  %q = getelementptr i8, ptr %p, i64 8
  store i64 %a, ptr %q, align 8
  %r = getelementptr i8, ptr %p, i64 24
  store i64 %a, ptr %r, align 8
  ret void
}

; CHECK-LABEL: define {{.*}}i64 @call_between.ame(
; CHECK-NOT: ame.same.stripe
; CHECK: }
define i64 @call_between(ptr %p) {
  %a = load i64, ptr %p, align 8
  call void @unknown()
  %q = getelementptr i8, ptr %p, i64 8
  %b = load i64, ptr %q, align 8
  %s = add i64 %a, %b
  ret i64 %s
}

; CHECK-LABEL: define {{.*}}i64 @too_far.ame(
; CHECK-NOT: ame.same.stripe
; CHECK: }
define i64 @too_far(ptr %p) {
  %a = load i64, ptr %p, align 8
  %q = getelementptr i8, ptr %p, i64 64
  %b = load i64, ptr %q, align 8
  %s = add i64 %a, %b
  ret i64 %s
}

; CHECK-LABEL: define {{.*}}i64 @array.ame(
; CHECK: again:
; CHECK-NEXT: [[KNOWN:%.*]] = phi i64
; CHECK: icmp eq i64 %ame.stripe, [[KNOWN]]
; CHECK: }
define i64 @array(ptr %p, i64 %n) {
entry:
  br label %again
again:
  %i = phi i64 [ 0, %entry ], [ %next, %again ]
  %sum = phi i64 [ 0, %entry ], [ %more, %again ]
  %q = getelementptr inbounds i64, ptr %p, i64 %i
  %v = load i64, ptr %q, align 8
  %more = add i64 %sum, %v
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %out, label %again
out:
  ret i64 %more
}

; A step of a stripe: each iteration has one of its own.
; CHECK-LABEL: define {{.*}}i64 @rows.ame(
; CHECK-NOT: ame.same.stripe
; CHECK: }
define i64 @rows(ptr %p, i64 %n) {
entry:
  br label %again
again:
  %i = phi i64 [ 0, %entry ], [ %next, %again ]
  %sum = phi i64 [ 0, %entry ], [ %more, %again ]
  %q = getelementptr inbounds [8 x i64], ptr %p, i64 %i
  %v = load i64, ptr %q, align 8
  %more = add i64 %sum, %v
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %out, label %again
out:
  ret i64 %more
}

; As the unroller leaves it: long steps, but neighbours in each.
; CHECK-LABEL: define {{.*}}i64 @unrolled.ame(
; CHECK: %ame.same.stripe = icmp
; CHECK: br i1 %ame.same.stripe, label %ame.read.known
; CHECK: }
define i64 @unrolled(ptr %p, i64 %n) {
entry:
  br label %again
again:
  %i = phi i64 [ 0, %entry ], [ %next, %again ]
  %sum = phi i64 [ 0, %entry ], [ %more, %again ]
  %q = getelementptr inbounds i64, ptr %p, i64 %i
  %v = load i64, ptr %q, align 8
  %j = or disjoint i64 %i, 1
  %r = getelementptr inbounds i64, ptr %p, i64 %j
  %w = load i64, ptr %r, align 8
  %both = add i64 %v, %w
  %more = add i64 %sum, %both
  %next = add nuw nsw i64 %i, 8
  %done = icmp eq i64 %next, %n
  br i1 %done, label %out, label %again
out:
  ret i64 %more
}

; Per object one comparison: the key does not compare with the object before.
; CHECK-LABEL: define {{.*}}i64 @list.ame(
; CHECK: %ame.same.stripe = icmp
; CHECK-NOT: ame.same.stripe{{[0-9]}}
; CHECK: }
define i64 @list(ptr %first) {
entry:
  br label %again
again:
  %p = phi ptr [ %first, %entry ], [ %next, %again ]
  %sum = phi i64 [ 0, %entry ], [ %more, %again ]
  %v = load i64, ptr %p, align 8
  %more = add i64 %sum, %v
  %link = getelementptr i8, ptr %p, i64 24
  %next = load ptr, ptr %link, align 8
  %done = icmp eq ptr %next, null
  br i1 %done, label %out, label %again
out:
  ret i64 %more
}

; Behind what may end the transaction nothing is known, not even where one of two ways
; has read again.
; CHECK-LABEL: define {{.*}}i64 @one_way_after_end.ame(
; CHECK: join:
; CHECK: %ame.logged{{.*}} = phi i64 {{.*}}[ -1, %ame.read.done ]
; CHECK: ret i64
define i64 @one_way_after_end(ptr %p, i1 %c) {
  %v = load i64, ptr %p, align 8
  call void @unknown()
  br i1 %c, label %again, label %join
again:
  %q = getelementptr i8, ptr %p, i64 8
  %w = load i64, ptr %q, align 8
  br label %join
join:
  %x = phi i64 [ %v, %0 ], [ %w, %again ]
  %r = getelementptr i8, ptr %p, i64 16
  %y = load i64, ptr %r, align 8
  %z = add i64 %x, %y
  ret i64 %z
}

; Nor where it has thrown.
; CHECK-LABEL: define {{.*}}i64 @one_way_after_throw.ame(
; CHECK: join:
; CHECK: %ame.logged{{.*}} = phi i64 {{.*}}[ -1, %caught ]
; CHECK: ret i64
define i64 @one_way_after_throw(ptr %p) personality ptr @__gxx_personality_v0 {
  %v = load i64, ptr %p, align 8
  invoke void @unknown() to label %went unwind label %caught
went:
  %q = getelementptr i8, ptr %p, i64 8
  %w = load i64, ptr %q, align 8
  br label %join
caught:
  %thrown = landingpad { ptr, i32 } catch ptr null
  br label %join
join:
  %x = phi i64 [ %v, %caught ], [ %w, %went ]
  %r = getelementptr i8, ptr %p, i64 16
  %y = load i64, ptr %r, align 8
  %z = add i64 %x, %y
  ret i64 %z
}
declare i32 @__gxx_personality_v0(...)

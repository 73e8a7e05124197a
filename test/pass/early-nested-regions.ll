; Intent: after the exit of an inner block the code is still in the outer one,
; after the outer exit it is not; a pointer's target must not be inlined later.
; RUN: %ame_opt -passes=ame-mark -S %s | FileCheck %s
declare i32 @__ame_region_enter(ptr)
declare void @__ame_region_exit(ptr)

@changed = global i32 0
define internal void @f() {
  store i32 1, ptr @changed
  ret void
}

; CHECK-LABEL: define void @nested(
; CHECK: %outer = call
; CHECK: call void @f.ame()
; CHECK: %inner = call
; CHECK: call void @f.ame()
; CHECK: call void @__ame_region_exit
; CHECK: call void @f.ame()
; CHECK: call void %p() [[$NOINLINE:#[0-9]+]]
; CHECK: call void @__ame_region_exit
; CHECK: call void @f()
; CHECK: call void %p(){{$}}
define void @nested(ptr %p) {
  %outer = call i32 @__ame_region_enter(ptr null)
  call void @f()
  %inner = call i32 @__ame_region_enter(ptr null)
  call void @f()
  call void @__ame_region_exit(ptr null)
  call void @f()
  call void %p()
  call void @__ame_region_exit(ptr null)
  call void @f()
  call void %p()
  ret void
}

; Only one of two ways enters: what follows both may be in the region.
; CHECK-LABEL: define void @maybe(
; CHECK: join:
; CHECK-NEXT: call void @f.ame()
define void @maybe(i1 %c) {
  br i1 %c, label %in, label %join
in:
  %r = call i32 @__ame_region_enter(ptr null)
  br label %join
join:
  call void @f()
  ret void
}

; A loop that enters more than it exits does not stop the pass.
; CHECK-LABEL: define void @unbalanced(
; CHECK: call void @f.ame()
define void @unbalanced() {
  br label %loop
loop:
  %r = call i32 @__ame_region_enter(ptr null)
  call void @f()
  br label %loop
}

; CHECK: attributes [[$NOINLINE]] = { noinline }

; Intent: memory operations that C compilers for this system rarely or never make:
; arguments built in place (inalloca) have barriers like other memory, operations
; without a barrier of their own make the transaction inevitable first, and another
; address space is an error. None is passed over.
; RUN: split-file %s %t
; RUN: %ame_opt -ame-mode=always -passes=ame-mark,ame-lower,ame-finish -S %t/known.ll | FileCheck %s
; RUN: not %ame_opt -ame-mode=always -passes=ame-mark,ame-lower,ame-finish -S %t/segment.ll 2>&1 | FileCheck %s --check-prefix=SEGMENT
; SEGMENT: error: {{.*}}transactional code accesses another address space, which ame cannot track: move the access out of the transaction [ame-address-space]

;--- known.ll
target triple = "x86_64-unknown-linux-gnu"
%pair = type <{ ptr, i32 }>

; CHECK-LABEL: define void @takes(
; CHECK: call preserve_allcc void @__ame_write4(ptr %number)
; CHECK: store i32 5, ptr %number
define void @takes(ptr inalloca(%pair) %arguments) {
  %number = getelementptr i8, ptr %arguments, i64 8
  store i32 5, ptr %number, align 4
  ret void
}

; CHECK-LABEL: define void @gives(
; CHECK: call preserve_allcc i64 @__ame_read4(ptr %p)
; CHECK: store i32 %{{.*}}, ptr %number
; CHECK-NEXT: call void @takes(ptr inalloca(%pair) %arguments)
define void @gives(ptr %p) {
  %stack = call ptr @llvm.stacksave()
  %arguments = alloca inalloca %pair, align 4
  %v = load i32, ptr %p, align 4
  %number = getelementptr i8, ptr %arguments, i64 8
  store i32 %v, ptr %number, align 4
  call void @takes(ptr inalloca(%pair) %arguments)
  call void @llvm.stackrestore(ptr %stack)
  ret void
}

; CHECK-LABEL: define <4 x i32> @predicated(
; CHECK: call void @__ame_inevitable(
; CHECK-NEXT: call <4 x i32> @llvm.vp.load
; CHECK-NEXT: call void @__ame_inevitable(
; CHECK-NEXT: call void @llvm.vp.store
define <4 x i32> @predicated(ptr %p, <4 x i1> %mask, i32 %n) {
  %v = call <4 x i32> @llvm.vp.load.v4i32.p0(ptr %p, <4 x i1> %mask, i32 %n)
  call void @llvm.vp.store.v4i32.p0(<4 x i32> %v, ptr %p, <4 x i1> %mask, i32 %n)
  ret <4 x i32> %v
}

; CHECK-LABEL: define <6 x i32> @matrix(
; CHECK: call void @__ame_inevitable(
; CHECK-NEXT: call <6 x i32> @llvm.matrix.column.major.load
define <6 x i32> @matrix(ptr %p) {
  %v = call <6 x i32> @llvm.matrix.column.major.load.v6i32.i64(ptr %p, i64 3, i1 false, i32 2, i32 3)
  ret <6 x i32> %v
}

; CHECK-LABEL: define void @elements(
; CHECK: call void @__ame_inevitable(
; CHECK-NEXT: call void @llvm.memcpy.element.unordered.atomic
define void @elements(ptr %p, ptr %q) {
  call void @llvm.memcpy.element.unordered.atomic.p0.p0.i64(ptr align 4 %p, ptr align 4 %q, i64 40, i32 4)
  ret void
}

declare <4 x i32> @llvm.vp.load.v4i32.p0(ptr, <4 x i1>, i32)
declare void @llvm.vp.store.v4i32.p0(<4 x i32>, ptr, <4 x i1>, i32)
declare <6 x i32> @llvm.matrix.column.major.load.v6i32.i64(ptr, i64, i1, i32, i32)
declare void @llvm.memcpy.element.unordered.atomic.p0.p0.i64(ptr, ptr, i64, i32)
declare ptr @llvm.stacksave()
declare void @llvm.stackrestore(ptr)

;--- segment.ll
define i32 @segment(ptr addrspace(257) %p) {
  %v = load i32, ptr addrspace(257) %p, align 4
  ret i32 %v
}

; Intent: what is no field's read or write takes the unit with its counts, and stays
; an ordinary access behind that.
; RUN: %ame_opt -passes=ame-mark -ame-mode=always -pass-remarks-missed=ame -S %s 2>%t.remarks | FileCheck %s
; RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
; REMARK-COUNT-4: an access to bit-fields together on a field whose changes are merged
%struct.object = type { [0 x i8], i32, i64 }
@.bits = private constant [18 x i8] c"ame.refcount.bits\00"
@.file = private constant [4 x i8] c"a.c\00"
declare void @llvm.var.annotation.p0.p0(ptr, ptr, ptr, i32, ptr)

define internal i64 @declares(ptr %object) {
  %local = alloca ptr
  store ptr %object, ptr %local
  call void @llvm.var.annotation.p0.p0(ptr %local, ptr @.bits, ptr @.file, i32 3, ptr null)
  %o = load ptr, ptr %local
  %unit = getelementptr inbounds %struct.object, ptr %o, i32 0, i32 1
  %old = load i32, ptr %unit, align 4
  %value = and i32 %old, 1073741823
  %new = add i32 %value, 1
  %again = load i32, ptr %unit, align 4
  %field = and i32 %new, 1073741823
  %kept = and i32 %again, -1073741824
  %set = or i32 %kept, %field
  store i32 %set, ptr %unit, align 4
  ret i64 0
}
; CHECK-NOT: @declares

; CHECK-LABEL: define i32 @whole_unit(
; CHECK: call void @__ame_count_take(ptr %unit, i64 4)
; CHECK-NEXT: load i32, ptr %unit
define i32 @whole_unit(ptr %o) {
  %unit = getelementptr inbounds %struct.object, ptr %o, i32 0, i32 1
  %all = load i32, ptr %unit, align 4
  ret i32 %all
}

; CHECK-LABEL: define i32 @some_of_the_bits(
; CHECK: call void @__ame_count_take(ptr %unit, i64 4)
define i32 @some_of_the_bits(ptr %o) {
  %unit = getelementptr inbounds %struct.object, ptr %o, i32 0, i32 1
  %all = load i32, ptr %unit, align 4
  %some = and i32 %all, 255
  ret i32 %some
}

; CHECK-LABEL: define void @over_both(
; CHECK: call void @__ame_count_take(ptr %unit, i64 4)
; CHECK-NEXT: load i32
; CHECK: call void @__ame_count_take(ptr %unit, i64 4)
; CHECK-NEXT: store i32 %set
define void @over_both(ptr %o, i32 %v) {
  %unit = getelementptr inbounds %struct.object, ptr %o, i32 0, i32 1
  %all = load i32, ptr %unit, align 4
  %kept = and i32 %all, 65535
  %new = shl i32 %v, 16
  %set = or i32 %kept, %new
  store i32 %set, ptr %unit, align 4
  ret void
}

; Intent: an instruction on memory that no barrier exists for, and a boundary in
; a form that the pass cannot lower, are errors.
; RUN: split-file %s %t
; RUN: not %ame_opt -passes=ame-mark,ame-lower,ame-finish -ame-mode=always -S %t/instruction.ll 2>&1 | FileCheck %s --check-prefix=INSTRUCTION
; INSTRUCTION: error: {{.*}}transactional code contains an instruction that ame does not know (va_arg): move it into a function marked AME_PURE or AME_INEVITABLE [ame-unknown-instruction]
; RUN: not %ame_opt -passes=ame-mark,ame-lower,ame-finish -S %t/boundary.ll 2>&1 | FileCheck %s --check-prefix=BOUNDARY
; BOUNDARY: error: {{.*}}the boundary of this atomic block cannot be compiled: use AME_ATOMIC or AME_BEGIN/AME_END [ame-boundary]

;--- instruction.ll
define i32 @next(ptr %list) {
  %v = va_arg ptr %list, i32
  ret i32 %v
}
;--- boundary.ll
declare void @__ame_region_exit(ptr)
define void @leaves(ptr %flag) {
  call void @__ame_region_exit(ptr %flag)
  ret void
}

; Intent: a second run of the pass changes nothing.
; RUN: %ame_opt -passes=ame-mark -S %s -o %t.once
; RUN: %ame_opt -passes=ame-mark,ame-mark -S %s -o %t.twice
; RUN: diff %t.once %t.twice
; RUN: FileCheck %s < %t.twice
; CHECK: define internal void @f.ame()
; CHECK-NOT: .ame.ame
@changed = global i32 0
define void @f() {
  store i32 1, ptr @changed
  ret void
}

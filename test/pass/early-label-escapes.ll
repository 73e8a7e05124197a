; Intent: a function whose label addresses anybody can see gets no clone, and a
; remark says so.
; RUN: %ame_opt -passes=ame-mark -pass-remarks-missed=ame -pass-remarks-output=%t.yaml -S %s 2>&1 | FileCheck %s
; RUN: FileCheck %s --check-prefix=NAME --input-file=%t.yaml
; NAME: Name: {{ *}}LabelAddressEscapes
; CHECK: remark: {{.*}}no transactional clone of 'run': the addresses of its labels are kept outside of it
; CHECK-NOT: @run.ame
@labels = global [1 x ptr] [ptr blockaddress(@run, %one)]

define i32 @run() {
  %label = load ptr, ptr @labels
  indirectbr ptr %label, [label %one]
one:
  ret i32 1
}

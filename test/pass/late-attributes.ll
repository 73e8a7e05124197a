; Intent: what was found out about functions, arguments and calls before they had
; barriers is forgotten with them: that memory is only read, that a call returns and
; waits for nobody, that nothing else changes what an argument points to.
; RUN: %ame_opt -passes=ame-mark,ame-lower,ame-finish -ame-mode=always -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK: define i32 @sum(ptr %p) [[FUNCTION:#[0-9]+]]
; CHECK: call i32 @inner(ptr %p) [[CALL:#[0-9]+]]
define i32 @sum(ptr noalias readonly %p) memory(argmem: read) nosync nofree willreturn norecurse {
  %v = load i32, ptr %p
  %w = call i32 @inner(ptr readonly %p) memory(read) nosync nofree willreturn nounwind
  %s = add i32 %v, %w
  ret i32 %s
}

; CHECK: define internal i32 @inner(ptr %p) [[FUNCTION]]
define internal i32 @inner(ptr noalias readonly %p) memory(argmem: read) nosync nofree willreturn {
  %v = load i32, ptr %p
  ret i32 %v
}

; CHECK: attributes [[FUNCTION]] = { "ame-transactional" }
; CHECK: attributes [[CALL]] = { nounwind }

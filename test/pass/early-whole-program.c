// Intent: in whole-program mode functions are transactional themselves, without
// clones, and restrict says nothing any more.
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S -ame-mode=always | FileCheck %s
#include <ame/ame.h>

// CHECK-NOT: .ame(
// CHECK-LABEL: define dso_local void @f(
// CHECK-NOT: noalias
// CHECK-SAME: [[$IN_PLACE:#[0-9]+]]
// CHECK-SAME: align 16 prefix { i32, i32 } { i32 -1545551650, i32 0 }
void f(int *restrict p, int *restrict q) { *p = *q; }

// CHECK-LABEL: define dso_local i32 @pure(
// CHECK-SAME: [[$PURE:#[0-9]+]]
// CHECK-SAME: prefix { i32, i32 } { i32 -1545551650, i32 0 }
AME_PURE int pure(int x) { return x + 1; }

// CHECK-NOT: .ame(
// CHECK-DAG: attributes [[$IN_PLACE]] = {{.*}}"ame-transactional"
// CHECK-DAG: attributes [[$PURE]] = {{.*}}"ame-pure" "min

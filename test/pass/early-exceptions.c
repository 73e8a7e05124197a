// Intent: with -fexceptions the end of a block is an invoke; it is still found.
// RUN: %clang -D__AME__ -I%S/../../include -fexceptions -O0 -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s
#include <ame/ame.h>
static int changed;
static void f(void) { changed++; }

// CHECK-LABEL: define dso_local void @block(
// CHECK-NOT: invoke {{.*}}__ame_region
// CHECK: call i32 @__ame_region_enter
// CHECK: {{call|invoke}} void @f.ame()
// CHECK: call void @__ame_region_exit
// CHECK: {{call|invoke}} void @f()
void block(void) {
  AME_BEGIN
  f();
  AME_END
  f();
}

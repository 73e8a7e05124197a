// Intent: what transactional code may reach gets a clone, which is found in the
// prefix data; calls in regions and clones go to clones, plain calls do not.
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s
#include <ame/ame.h>
int shared;

static void helper(void) { shared++; }
static void plain_only(void) { shared--; }
extern void elsewhere(void);

// CHECK-LABEL: define dso_local void @outer(
// CHECK-SAME: align 16 prefix { i32, i32 } { i32 -1545551650, i32 trunc (i64 sub (i64 ptrtoint (ptr @outer.ame to i64), i64 ptrtoint (ptr @outer to i64)) to i32) }
// CHECK: call void @helper()
// CHECK: call void @plain_only()
// CHECK: call i32 @__ame_region_enter
// CHECK: call void @helper.ame()
// CHECK: call void @elsewhere()
// CHECK: call void @__ame_region_exit
// CHECK: call void @helper()
void outer(void) {
  helper();
  plain_only();
  AME_BEGIN
  helper();
  elsewhere();
  AME_END
  helper();
}

// A static function that nobody finds by address has no prefix.
// CHECK: define internal void @helper()
// CHECK-NOT: prefix
// CHECK: {{^}}}

// In a clone all calls are transactional.
// CHECK-LABEL: define internal void @outer.ame(
// CHECK-SAME: [[$CLONE:#[0-9]+]]
// CHECK: call void @helper.ame()
// CHECK: call void @plain_only.ame()

// main is not called by anybody.
// CHECK-NOT: @main.ame
int main(void) { outer(); }

// CHECK: attributes [[$CLONE]] = {{.*}}"ame-transactional"

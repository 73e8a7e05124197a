// Intent: a special case list gives facts to sources that cannot be changed.
// RUN: echo 'fun:calc*=pure' > %t.list
// RUN: echo 'fun:start=inevitable' >> %t.list
// RUN: echo 'global:table=immutable' >> %t.list
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S -ame-list=%t.list | FileCheck %s
// RUN: not %ame_opt -passes=ame-mark -ame-list=%t.missing -S /dev/null 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: -ame-list:
int table[4];

// CHECK-LABEL: define dso_local i32 @calculate(
// CHECK-SAME: [[$PURE:#[0-9]+]]
// CHECK: load i32, {{.*}}!ame.field
int calculate(int i) { return table[i]; }

// CHECK-LABEL: define dso_local void @start(
// CHECK-SAME: [[$INEVITABLE:#[0-9]+]]
void start(void) {}

// CHECK-DAG: attributes [[$PURE]] = {{.*}}"ame-pure"
// CHECK-DAG: attributes [[$INEVITABLE]] = {{.*}}"ame-inevitable"
// CHECK-DAG: !{ptr @table, !"immutable"}

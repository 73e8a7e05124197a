// Intent: functions with computed goto keep valid IR at every level, with and
// without regions.
// DEFINE: %{flags} = -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// DEFINE:   -I%ame_include -S -emit-llvm
// RUN: %clang -O0 %{flags} %s -o - | FileCheck %s
// RUN: %clang -O2 %{flags} %s -o - | FileCheck %s
// RUN: %clang -O2 %{flags} -mllvm -ame-mode=always %s -o - | FileCheck %s
#include <ame/ame.h>

int counter;

// CHECK-LABEL: define {{.*}}@run(
// CHECK: @__ame_begin
// CHECK: indirectbr
int run(const int *code) {
  static const void *const labels[] = {&&add, &&reset, &&end};
  int accumulator = 0;
  AME_BEGIN
  goto *labels[*code];
add:
  accumulator += counter;
  code++;
  goto *labels[*code];
reset:
  counter = accumulator;
  code++;
  goto *labels[*code];
end:;
  AME_END
  return accumulator;
}

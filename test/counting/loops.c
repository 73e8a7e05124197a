// RUN: %clang -O1 -I%ame_include -c %S/Inputs/counting_runtime.c -o %t.runtime.o
// RUN: %clang -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -O2 %s %t.runtime.o -o %t && %t | FileCheck %s
// Intent: a loop that writes 1,000 elements has one barrier for them, however many
// fields each of them has and whether it reads them before; one that leaves gaps
// has one for each element.
#include <ame/ame.h>

long words[1000];
struct {
  int first, second;
} pairs[1000];
struct {
  int first, second;
} others[1000];
const long add[3] = {1, 2, 3};

int main(int argc, char **argv) {
  (void)argv;
  // CHECK: shared locals: 0
  AME_ATOMIC {
    for (int i = 0; i < 1000; i++) // 1
      words[i] = words[i] * 3 + add[argc];
    for (int i = 0; i < 1000; i++) { // 1
      pairs[i].first = i;
      pairs[i].second = argc;
    }
    for (int i = 0; i < 1000; i++) // 1000
      others[i].second = i;
  }
  return 0;
}
// CHECK-NEXT: __ame_begin 1
// CHECK-NEXT: __ame_commit 1
// CHECK-NEXT: __ame_write 1000
// CHECK-NEXT: __ame_write_range 2
// CHECK-NEXT: end of counts

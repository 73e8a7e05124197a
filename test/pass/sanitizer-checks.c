// Intent: what UBSan computes with the address of a local, and reports, does not let the
// address out: the local has no barriers, and a volatile one does not make transactions
// inevitable. A number that the program keeps does.
// RUN: %ame_cc -O0 -fsanitize=undefined -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O1 -fsanitize=undefined -S -emit-llvm %s -o - | FileCheck %s
#include <ame/ame.h>
#include <stdint.h>

uintptr_t kept;
void use(long);

// CHECK-LABEL: define {{.*}}@checked(
// CHECK-NOT: call {{.*}}@__ame_{{inevitable|write_range|read_range}}
// CHECK: @__ubsan_handle_pointer_overflow
// CHECK-NOT: call {{.*}}@__ame_{{inevitable|write_range|read_range}}
// CHECK: {{^}}}
void checked(int n, int k) {
  volatile long array[n];
  AME_ATOMIC {
    for (int i = 0; i < n; i++)
      array[i] = k;
  }
  use(array[k]);
}

// CHECK-LABEL: define {{.*}}@known(
// CHECK: call {{.*}}@__ame_inevitable
// CHECK: {{^}}}
void known(int n, int k) {
  volatile long array[n];
  kept = (uintptr_t)array ^ 1;
  AME_ATOMIC { array[k] = 7; }
  use(array[n - 1]);
}

// RUN: not %ame_cc -c -O0 -g %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %ame_cc -c -O2 -g %s -o %t.o 2>&1 | FileCheck %s
// Intent: an AME_UNSAFE function that is called in a region is an error there.
#include <ame/ame.h>
AME_UNSAFE void take_lock(void);
int x;
void f(void) {
  take_lock();
  AME_ATOMIC {
    x++;
    // CHECK: error_unsafe_call.c:[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}take_lock
    take_lock();
  }
}
// CHECK-NOT: error:

// RUN: not %ame_cc -c %s -o %t.o 2>&1 | FileCheck %s
// Intent: forms that do not exist yet are errors that say so.
#include <ame/ame.h>
int x;
void nested(void) {
  AME_ATOMIC {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: error: {{.*}}AME_ATOMIC_NESTED (closed nesting) is not available yet
    AME_ATOMIC_NESTED { x = 1; }
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: error: {{.*}}AME_ORELSE is not available yet
    AME_ORELSE { x = 2; }
  }
}

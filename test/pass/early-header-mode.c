// Intent: the plugin without -D__AME__ would mix one big lock with transactions:
// an error that says what to add. -ame-off leaves such a module alone.
// RUN: not %ame_cc -U__AME__ -O0 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %ame_cc -U__AME__ -mllvm -ame-off -O2 -c %s -o %t.o
// CHECK: error: ame.h was included without __AME__ although the plugin is loaded: compile with ame-cc, or add -D__AME__
#include <ame/ame.h>
int shared;
void f(void) {
  AME_ATOMIC { shared++; }
}

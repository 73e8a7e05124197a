// RUN: not %ame_cc -c %s -o %t.o 2>&1 | FileCheck %s
// Intent: a syntax error is reported once, at its line, as by clang.
#include <ame/ame.h>
int x;
void f(void) {
  AME_ATOMIC {
    // CHECK: error_syntax.c:[[@LINE+1]]:{{[0-9]+}}: error: expected ';'
    x = 1
  }
}
// CHECK: 1 error generated.

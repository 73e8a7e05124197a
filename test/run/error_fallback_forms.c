// RUN: not %clang -I%ame_include -pthread -c %s -o %t.o 2>&1 | FileCheck %s
// Intent: without the plugin, forms that need undo are errors that say so.
#include <ame/ame.h>
static void handler(void *unused) { (void)unused; }
void f(void) {
  AME_ATOMIC {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: error: {{.*}}ame_on_abort needs undo: compile with ame-cc
    ame_on_abort(handler, 0);
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: error: {{.*}}ame_cancel needs undo: compile with ame-cc
    ame_cancel();
  }
}

// RUN: %clang -O1 -I%ame_include -c %S/Inputs/counting_runtime.c -o %t.runtime.o
// RUN: %clang -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -O1 %s %t.runtime.o -o %t && %t | FileCheck %s
// Intent: locals, constants, immutable and untracked fields and fresh memory
// have no barrier; memory of the thread is undone only.
#include <ame/ame.h>
#include <errno.h>
#include <stdlib.h>

struct object {
  AME_IMMUTABLE int immutable;
  AME_NOTRACK int untracked;
  int plain;
};
struct object global;
const int table[4] = {1, 2, 3, 4};
_Thread_local int mine;

int main(int argc, char **argv) {
  (void)argv;
  int local = 0;
  // CHECK: shared locals: 0
  AME_ATOMIC {
    volatile int busy = 1;
    local += busy + table[argc];
    global.untracked += global.immutable;
    mine++;
    errno = argc;
    struct object *fresh = malloc(sizeof *fresh);
    if (!fresh)
      abort();
    fresh->plain = local;
    free(fresh);
  }
  return local != 3;
}
// CHECK-NEXT: __ame_begin 1
// CHECK-NEXT: __ame_commit 1
// CHECK-NEXT: __ame_undo 2
// CHECK-NEXT: end of counts

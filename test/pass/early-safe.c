// Intent: AME_SAFE functions may not reach what makes a transaction inevitable;
// the message names the chain of calls. AME_UNSAFE may not be called in a block.
// RUN: not %ame_cc -O0 -g -c %s -o %t.o 2>&1 | FileCheck %s -DFILE=%s
// RUN: not %ame_cc -O2 -g -c %s -o %t.o 2>&1 | FileCheck %s -DFILE=%s
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>

void unknown(void);
// CHECK: [[FILE]]:[[# @LINE + 2]]:{{.*}}error: AME_SAFE function 'reaches_unknown' reaches a call to 'unknown', of which nothing is known: it would make the transaction inevitable; 'inner' is called by 'middle' at {{.*}}:[[# @LINE + 4]], by 'reaches_unknown' at {{.*}}:[[# @LINE + 6]]
static void inner(void) {
  unknown();
}
static void middle(void) { inner(); }
AME_SAFE void reaches_unknown(void) {
  middle();
}

// CHECK-NOT: 'fine'
AME_PURE int hash(int x);
AME_SAFE int also_safe(void);
AME_SAFE int fine(int *p) {
  free(malloc(3));
  printf("%d\n", *p);
  return hash(1) + also_safe();
}

// CHECK: AME_SAFE function 'through_pointer' reaches a call through a pointer
AME_SAFE void through_pointer(void (*fn)(void)) { fn(); }

// CHECK: AME_SAFE function 'inevitable' reaches a call to 'launch', which is AME_INEVITABLE
AME_INEVITABLE void launch(void);
AME_SAFE void inevitable(void) { launch(); }

// CHECK: AME_SAFE function 'volatile_access' reaches a volatile access
AME_SAFE int volatile_access(volatile int *p) { return *p; }

AME_UNSAFE void unsafe(void);
void block(void) {
  unsafe();
  AME_ATOMIC {
    // CHECK: [[FILE]]:[[# @LINE + 1]]:{{.*}}error: AME_UNSAFE function 'unsafe' is called in an atomic block
    unsafe();
  }
}
// CHECK-NOT: error:

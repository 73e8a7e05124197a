// RUN: not %ame_cc -c -O0 -g %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %ame_cc -c -O2 -g %s -o %t.o 2>&1 | FileCheck %s
// Intent: an AME_SAFE function that can reach fopen is an error at the call,
// the same at every level.
#include <ame/ame.h>
#include <stdio.h>

static FILE *open_log(const char *name) {
  // CHECK: error_safe_calls_fopen.c:[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}fopen
  return fopen(name, "r");
}

AME_SAFE int safe(const char *name) { return open_log(name) != NULL; }
// CHECK-NOT: error:

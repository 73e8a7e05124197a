// Intent: after the whole pipeline a wrapper still calls what it wraps, and not
// itself.
// RUN: %ame_cc -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s
#include <ame/ame.h>
int put(const char *text);
AME_WRAP(put) int put_in_transaction(const char *text);
int calls;

// CHECK-LABEL: define internal {{.*}}@put_in_transaction.ame(
// CHECK-NOT: call {{.*}}@put_in_transaction
// CHECK: @__ame_inevitable(
// CHECK: call {{.*}}@put(
// CHECK: {{^}}}
int put_in_transaction(const char *text) { return put(text); }

void block(void) {
  AME_ATOMIC { put("text"); }
}

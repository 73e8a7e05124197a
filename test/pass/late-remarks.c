// Intent: every omitted barrier and every switch to inevitable has a remark
// with the reason.
// RUN: %clang -O1 -g -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -Rpass=ame-lower -Rpass-missed=ame-lower -c %s \
// RUN:   -o %t.o 2>&1 | FileCheck %s
#include <ame/ame.h>
#include <stdlib.h>

struct object {
  AME_IMMUTABLE int immutable;
  AME_NOTRACK int untracked;
  AME_THREADLOCAL int own;
  int plain;
  struct object *next;
};
const int table[4] = {1, 2, 3, 4};
int pthread_join(unsigned long, void **);

int test(struct object *o, int i) {
  int result = 0;
  AME_ATOMIC {
    // CHECK-DAG: remark: no barrier: a constant global
    result += table[i];
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: an immutable field
    result += o->immutable;
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: memory that is not tracked
    result += o->untracked;
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: memory of this thread only
    o->own = 1;
    struct object *n = malloc(sizeof *n);
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: memory allocated just before
    n->plain = i;
    o->next = n;
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: the transaction becomes inevitable: volatile access
    *(volatile int *)&o->plain = i;
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: the transaction becomes inevitable: call to pthread_join, which waits
    pthread_join(1, 0);
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: memory written just before
    o->plain = 2;
    *(short *)&o->plain = 3;
  }
  return result;
}

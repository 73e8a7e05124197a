// RUN: %ame_cc -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.regions.ll
// RUN: %ame_opt -load=%ame_plugin -passes=ame-mark,ame-lower,ame-finish -debugify-each -disable-output %t.regions.ll >%t.regions 2>&1
// RUN: grep -v 'llvm.threadlocal.address\|%ame.counts' %t.regions | FileCheck %s
// RUN: %ame_cc -O1 -fame-mode=always -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.always.ll
// RUN: %ame_opt -load=%ame_plugin -ame-mode=always -passes=ame-mark,ame-lower,ame-finish -debugify-each -disable-output %t.always.ll >%t.always 2>&1
// RUN: grep -v llvm.threadlocal.address %t.always | FileCheck %s
// Intent: all that the passes add belongs to the line of what it serves (debugify);
// only the thread's block, and the cache of counts where several calls share it,
// are looked up ahead of them, for no line.
// CHECK-NOT: {{empty DebugLoc|Missing variable|ERROR}}
// CHECK: CheckModuleDebugify [ame::MarkTransactionsPass]: PASS
// CHECK-NOT: {{empty DebugLoc|Missing variable|Missing line|ERROR}}
// CHECK: CheckModuleDebugify [ame::InsertBarriersPass]: PASS
// CHECK-NOT: {{empty DebugLoc|Missing variable|Missing line|ERROR}}
// CHECK: CheckModuleDebugify [ame::FinishModulePass]: PASS
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct object {
  long count AME_REFCOUNT;
  long hits AME_COUNTER;
  int kind : 5, flags : 11;
  long value;
  struct object *next;
};
struct object *head;
long array[100];
static void drop(struct object *o) {
  if (--o->count == 0)
    free(o);
}
long sum(const long *a, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += a[i];
  return s;
}
void work(struct object *o, long n) {
  AME_ATOMIC {
    for (long i = 0; i < n; i++)
      array[i] = i;
    o->count++;
    o->hits++;
    o->flags = 3;
    o->value += sum(array, n);
    struct object *fresh = malloc(sizeof *fresh);
    *fresh = *o;
    fresh->next = head;
    head = fresh;
    memcpy(array, o, sizeof *o);
    drop(o);
    if (o->next)
      printf("%ld\n", o->next->value);
    if (n == 3)
      return;
    switch (o->count) {
    case 1:
      o->value = 1;
      break;
    default:
      o->value = 2;
    }
    __atomic_fetch_add(&array[3], 1, __ATOMIC_SEQ_CST);
  }
}

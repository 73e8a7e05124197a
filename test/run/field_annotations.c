// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// Intent: AME_NOTRACK keeps what an aborted attempt wrote, AME_THREADLOCAL and
// _Thread_local are undone, AME_COUNTER adds up, AME_IMMUTABLE reads the value.
#include "second_attempt.h"

struct object {
  int kind AME_IMMUTABLE;
  int cache AME_NOTRACK;
  int scratch AME_THREADLOCAL;
  long uses AME_COUNTER;
  int normal;
};

static struct object *object;
static int global_cache AME_NOTRACK;
static int global_scratch AME_THREADLOCAL;
static long global_uses AME_COUNTER;
static _Thread_local int thread_local = 1;

static void run(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    object->cache++;
    object->scratch++;
    object->uses++;
    object->normal += object->kind;
    global_cache++;
    global_scratch += 2;
    global_uses += 3;
    thread_local++;
    second_attempt_force();
  }
  second_attempt_check();
}

int main(void) {
  object = calloc(1, sizeof *object);
  object->kind = 7;
  run();
  // CHECK: kept 1 1
  printf("kept %d %d\n", object->cache >= 2, global_cache >= 2);
  // CHECK-NEXT: undone 1 2 2
  printf("undone %d %d %d\n", object->scratch, global_scratch, thread_local);
  // CHECK-NEXT: counted 1 3
  printf("counted %ld %ld\n", object->uses, global_uses);
  // CHECK-NEXT: normal 7
  printf("normal %d\n", object->normal);
  return 0;
}

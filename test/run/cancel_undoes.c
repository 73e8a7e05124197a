// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -Os %s -o %t.Os && %ame_run %t.Os | FileCheck %s
// RUN: %ame_cc -O2 -g %s -o %t.O2g && %ame_run %t.O2g | FileCheck %s
// Intent: ame_cancel undoes globals, heap, stack, thread-local variables and
// errno, drops the output, and leaves the outermost block.
#include <ame/ame.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int global = 1;
static char text[32] = "before";
static _Thread_local int of_thread = 4;
static int *heap;

static void inner(int *local) {
  AME_ATOMIC {
    *local = 30;
    memset(text, 'z', 10);
    ame_cancel();
  }
  puts("not reached: leaves the outermost block");
}

static int cancel(int x) {
  int local = 3, plain = x;
  int *kept = heap;
  errno = 5;
  AME_ATOMIC {
    global = 10;
    *heap = 20;
    plain++;
    of_thread = 40;
    heap = malloc(sizeof *heap);
    *heap = 21;
    free(kept);
    errno = 99;
    puts("not printed");
    printf("not printed %d\n", plain);
    inner(&local);
    puts("not reached");
  }
  printf("%d %d %d %d %d %d %s %d\n", global, *heap, local, plain, of_thread,
         errno, text, heap == kept);
  return ame_in_transaction();
}

int main(void) {
  heap = malloc(sizeof *heap);
  *heap = 2;
  // CHECK: {{^}}1 2 3 8 4 5 before 1{{$}}
  int inside = cancel(8);
  // CHECK-NEXT: in transaction: 0
  printf("in transaction: %d\n", inside);
  // CHECK-NEXT: {{^}}1 2 3 9 4 5 before 1{{$}}
  cancel(9);
  free(heap);
  return 0;
}

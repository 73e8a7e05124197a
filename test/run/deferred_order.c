// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.forced && env AME_OPTIONS=force_aborts=2 timeout -k 5 120 %t.forced | FileCheck %s
// Intent: deferred calls (with the arguments of their call), commit handlers and output of one
// block come in program order, those of all blocks in commit order, once each.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

enum { THREADS = 3, BLOCKS = 100 };

struct place {
  int line, column;
};

AME_DEFER static void note(struct place place, const char *what) {
  printf("%s at %d:%d, inside %d\n", what, place.line, place.column,
         ame_in_transaction());
}
static void handler(void *what) { printf("handler %s\n", (char *)what); }

static void one_block(void) {
  struct place place = {1, 2};
  AME_ATOMIC {
    printf("first\n");
    note(place, "deferred");
    place.line = 3;
    ame_on_commit(handler, "a");
    note(place, "deferred");
    puts("last");
    place.line = 4;
  }
}

/* Numbers from deferred code, in the order in which it ran. */
static int next_number;
static int seen[2 * THREADS * BLOCKS], seen_count, wrong;

AME_DEFER static void see(int number) { seen[seen_count++] = number; }
static void see_too(void *number) { seen[seen_count++] = (int)(long)number; }

static void *number_blocks(void *unused) {
  for (int i = 0; i < BLOCKS; i++)
    AME_ATOMIC {
      next_number++;
      see(next_number);
      ame_on_commit(see_too, (void *)(long)next_number);
    }
  return unused;
}

int main(void) {
  pthread_t threads[THREADS];
  // CHECK: {{^}}first
  // CHECK-NEXT: deferred at 1:2, inside 0
  // CHECK-NEXT: handler a
  // CHECK-NEXT: deferred at 3:2, inside 0
  // CHECK-NEXT: last
  one_block();
  // CHECK-NEXT: deferred at 5:6, inside 0
  note((struct place){5, 6}, "deferred");
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], 0, number_blocks, 0);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], 0);
  for (int i = 0; i < seen_count; i++)
    wrong += seen[i] != i / 2 + 1;
  // CHECK-NEXT: 600 seen, 0 wrong
  printf("%d seen, %d wrong\n", seen_count, wrong);
  return 0;
}

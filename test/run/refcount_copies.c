// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O1 %s -o %t.O1 && %ame_run %t.O1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 -fame-mode=always %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: structs with counts are assigned, cleared, moved and set up by other
// functions, with changes that have not been committed yet, and after an abort.
#include "second_attempt.h"

#include <string.h>

struct object {
  int count AME_REFCOUNT;
  int value;
};
struct pair {
  struct object first, second;
  long more;
};
struct large {
  char text[200];
  struct object object;
};

static struct object a, b, many[8];
static struct pair pair;
static struct large large[2];
static struct object *heap;

__attribute__((noinline)) static void set_up(struct object *to, int count) {
  to->count = count;
  to->value = 10 * count;
}
static inline void raise(struct object *of) { of->count += 2; }

static void swap(struct object *x, struct object *y) {
  struct object keep = *x;
  *x = *y;
  *y = keep;
}

static void all(void) {
  struct object local, other;
  set_up(&local, 5); /* in the caller's local */
  raise(&local);
  other = local;
  other.count++;
  a = local;  /* 7 */
  a.count++;  /* 8 */
  b.count--;  /* 2 */
  swap(&a, &b);
  a.count++; /* 3 */
  b.count--; /* 7 */
  pair.first.count++;
  pair.second = pair.first; /* 2, 2 */
  pair.second.count += 5;   /* 7 */
  pair.first = other;       /* 8 */
  heap = malloc(sizeof *heap);
  *heap = pair.second; /* 7 */
  heap->count++;       /* 8 */
  many[3].count = 4;
  many[4].count += 40;
  memmove(&many[0], &many[2], 3 * sizeof many[0]); /* 0 4 40 4 40 */
  many[1].count++;
  memset(&many[4], 0, sizeof many[4]);
  many[4].count++;
  large[0].object.count += 3;
  large[1] = large[0];
  large[1].object.count++;
  large[0] = (struct large){.object = {.count = 1}};
  large[0].object.count++;
}

static void run(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    all();
    second_attempt_force();
  }
  second_attempt_check();
}

int main(void) {
  b.count = 3;
  pair.first.count = 1;
  run();
  // CHECK: a 3 0, b 7 50
  printf("a %d %d, b %d %d\n", a.count, a.value, b.count, b.value);
  // CHECK-NEXT: pair 8 50, 7, heap 8
  printf("pair %d %d, %d, heap %d\n", pair.first.count, pair.first.value,
         pair.second.count, heap->count);
  // CHECK-NEXT: many 0 5 40 4 1
  printf("many %d %d %d %d %d\n", many[0].count, many[1].count, many[2].count,
         many[3].count, many[4].count);
  // CHECK-NEXT: large 2 4
  printf("large %d %d\n", large[0].object.count, large[1].object.count);
  return 0;
}

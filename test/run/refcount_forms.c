// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O1 %s -o %t.O1 && %ame_run %t.O1 | FileCheck %s
// RUN: %ame_cc -O2 -g %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 -flto %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.all && %ame_run %t.all | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: whatever way C code changes and tests a count, the result is the plain
// program's, in an attempt that is aborted first, too.
#include "second_attempt.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

struct object {
  long count AME_REFCOUNT;
  int small AME_REFCOUNT;
  AME_REFCOUNT unsigned natural;
  AME_REFCOUNT uint64_t wide;
  _Atomic int atomic AME_REFCOUNT;
  volatile long fickle AME_REFCOUNT;
  long other;
};

#define INCREF(o) ((void)((struct object *)(o))->count++)
#define DECREF(o) (--((struct object *)(o))->count == 0 ? died++ : 0)

static int died;
static struct object *shared;

static inline long drop(struct object *o) { return --o->count; }
static inline long *address(struct object *o) { return &o->count; }

static const char *by_switch(struct object *o) {
  switch (--o->small) {
  case 0:
    return "none";
  case 1:
    return "one";
  default:
    return "many";
  }
}

static int zero_or_not(struct object *o) {
  switch (o->small) {
  case 0:
    return 0;
  default:
    return 1;
  }
}

static void take_if_alive(struct object *o) {
  int seen = atomic_load(&o->atomic);
  while (seen > 0 && !atomic_compare_exchange_weak(&o->atomic, &seen, seen + 1))
    ;
}

static void all(struct object *o, char *text) {
  long k = 3;
  int n = 0;
#define SAY(...) (n += sprintf(text + n, __VA_ARGS__))
  o->count++, ++o->count, o->count += 2, o->count -= 1; /* 3 */
  INCREF(o);
  DECREF(o);
  SAY("count %ld", o->count);
  SAY(" old %ld", o->count++);
  SAY(" new %ld", --o->count);
  o->count += k, o->count -= 2 * k, o->count = o->count + 2; /* 3 */
  o->count = 1 + o->count, *address(o) += 1;                 /* 5 */
  SAY(" dropped %ld", drop(o));
  SAY(" is 4: %d, > 1: %d, <= 0: %d, ! %d\n", o->count == 4, o->count > 1,
      o->count <= 0, !o->count);
  SAY("%s", by_switch(o));
  SAY(" %s", by_switch(o));
  SAY(" %d", zero_or_not(o));
  o->small += (char)-1, o->small -= -2; /* 1 */
  SAY(" %d %d", zero_or_not(o), o->small-- == 1);
  SAY(" %d\n", o->small);
  o->natural--, o->natural += 4294967295u; /* 3 - 2 */
  SAY("natural %u %d %d", o->natural, o->natural > 0, --o->natural == 0);
  SAY(" wrapped %u\n", --o->natural);
  o->wide += UINT64_C(1) << 40, o->wide--;
  SAY("wide %llx\n", (unsigned long long)o->wide);
  o->atomic++;
  atomic_fetch_add(&o->atomic, 2);
  SAY("atomic %d", atomic_fetch_sub(&o->atomic, 1));
  SAY(" last %d", __atomic_sub_fetch((int *)&o->atomic, 3, __ATOMIC_ACQ_REL) == 0);
  SAY(" sync %d", __sync_add_and_fetch((int *)&o->atomic, 1));
  take_if_alive(o);
  o->atomic++;
  SAY(" taken %d", o->atomic);
  SAY(" exchanged %d", atomic_exchange(&o->atomic, 7));
  SAY(" %d\n", --o->atomic);
  o->fickle++;
  SAY("fickle %ld", o->fickle--);
  o->count = 1; /* resurrection */
  SAY(" stored %ld", o->count);
  SAY(" multiplied %ld", o->count = (o->count + 1) * 3);
  SAY(" masked %ld\n", o->count |= 9);
  memset(&o->small, 0, sizeof o->small);
  o->small++;
  ((char *)&o->small)[1] = 1;
  o->small++;
  SAY("bytes %x low %d\n", o->small, *(char *)&o->small);
}

static void run(void) {
  char text[1000];
  second_attempt_prepare();
  AME_ATOMIC {
    all(shared, text);
    second_attempt_force();
  }
  second_attempt_check();
  fputs(text, stdout);
}

int main(void) {
  static struct object first = {0, 2, 3, 0, 1, 0, 0};
  shared = &first;
  // CHECK: count 3 old 3 new 3
  // CHECK-SAME: dropped 3 is 4: 0, > 1: 1, <= 0: 0, ! 0
  // CHECK-NEXT: one none 0 1 1 0
  // CHECK-NEXT: natural 1 1 1 wrapped 4294967295
  // CHECK-NEXT: wide ffffffffff
  // CHECK-NEXT: atomic 4 last 1 sync 1 taken 3 exchanged 3 6
  // CHECK-NEXT: fickle 1 stored 1 multiplied 6 masked 15
  // CHECK-NEXT: bytes 102 low 2
  run();
  // CHECK-NEXT: after 15 258 4294967295 ffffffffff 6 0
  printf("after %ld %d %u %llx %d %ld\n", first.count, first.small, first.natural,
         (unsigned long long)first.wide, (int)first.atomic, first.fickle);
  return 0;
}

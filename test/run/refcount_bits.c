// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O1 -g %s -o %t.O1 && %ame_run %t.O1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 -flto %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.all && %ame_run %t.all | FileCheck %s
// RUN: %ame_cc -O2 -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.asan && %ame_run %t.asan | FileCheck %s
// RUN: %ame_cxx -x c++ -O2 %s -o %t.cc && %ame_run %t.cc | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: whatever way C code changes and tests a count in a bit-field, of any width in
// any unit, the result is the plain program's, also of the fields beside it, of
// overflow, and in an attempt that is aborted first.
#include "second_attempt.h"

#include <stdint.h>
#include <string.h>

struct object {
  AME_BITS_FIRST;
  unsigned natural : 30, flag : 1, pinned : 1;
  int small : 12, beside : 20;
  uint64_t front : 20, wide : 32, back : 12;
  uint8_t low : 3, narrow : 5;
  int8_t whole : 8;
  uint16_t half : 16;
  volatile unsigned fickle : 9;
  unsigned still : 3;
  unsigned bit : 1, top : 31;
  long other;
};
AME_REFCOUNT_BITS(struct object, natural);
AME_REFCOUNT_BITS(struct object, small);
AME_REFCOUNT_BITS(struct object, wide);
AME_REFCOUNT_BITS(struct object, narrow);
AME_REFCOUNT_BITS(struct object, whole);
AME_REFCOUNT_BITS(struct object, half);
AME_REFCOUNT_BITS(struct object, fickle);
AME_REFCOUNT_BITS(struct object, bit);

#define INCREF(o) ((void)((struct object *)(o))->natural++)
#define DECREF(o) (--((struct object *)(o))->natural == 0 ? died++ : 0)

static int died;
static struct object *shared;
static struct object global = {.natural = 4, .small = -3, .narrow = 31};

static inline unsigned drop(struct object *o) { return --o->natural; }

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

static void fields(struct object *o, unsigned v) {
  o->flag = v;
  o->pinned = 1;
  o->flag ^= 1;
  o->beside = -77, o->beside -= (int)v;
  o->front = 0xfffff, o->back = v * 3, o->back++;
  o->low |= 2, o->low &= 6, o->low++;
  o->still = 5;
  o->top = 0x7fffffff, o->top >>= 3;
}

static void all(struct object *o, char *text) {
  const long k = 3;
  int n = 0;
#define SAY(...) (n += sprintf(text + n, __VA_ARGS__))
  o->natural++, ++o->natural, o->natural += 2, o->natural -= 1; /* 3 */
  INCREF(o);
  DECREF(o);
  SAY("natural %u", o->natural);
  SAY(" old %u", o->natural++);
  SAY(" new %u", --o->natural);
  o->natural += k, o->natural -= 2 * k, o->natural = o->natural + 2; /* 2 */
  o->natural = 1 + o->natural, o->natural += 2;                      /* 5 */
  SAY(" dropped %u", drop(o));
  SAY(" is 4: %d, > 1: %d, <= 0: %d, ! %d", o->natural == 4, o->natural > 1,
      o->natural <= 0, !o->natural);
  SAY(" last %d", (o->natural -= 4) == 0);
  SAY(" under %x", --o->natural);
  SAY(" and up %d\n", ++o->natural == 0);
  fields(o, 1);
  o->small = 3;
  SAY("%s", by_switch(o));
  SAY(" %s", by_switch(o));
  SAY(" %d", zero_or_not(o));
  o->small += (char)-1, o->small -= -2; /* 1 + 1 */
  SAY(" %d %d", zero_or_not(o), o->small-- == 2);
  SAY(" %d", o->small);
  SAY(" %d", (o->small -= 3) < 0);
  SAY(" %d %d %d\n", o->small, o->small <= 0, -o->small);
  o->wide += UINT64_C(1) << 31, o->wide--;
  SAY("wide %llx", (unsigned long long)o->wide);
  o->wide += UINT64_C(1) << 32;
  SAY(" %d", o->wide == 0x7fffffff);
  o->wide = ~o->wide;
  SAY(" %llx\n", (unsigned long long)o->wide);
  o->narrow++;
  SAY("narrow %d %d", o->narrow-- == 1, o->narrow == 0);
  o->narrow--;
  SAY(" %d", o->narrow);
  o->narrow += 2;
  SAY(" %d %d", --o->narrow == 0, ++o->narrow > 1);
  o->narrow = 30;
  SAY(" %d\n", (o->narrow += 5));
  o->whole = 127, o->whole++;
  SAY("whole %d %d", o->whole, o->whole < 0);
  o->whole -= 2;
  SAY(" %d", --o->whole);
  o->half--;
  SAY(" half %d %d\n", o->half, ++o->half == 0);
  o->fickle++;
  SAY("fickle %d", o->fickle--);
  SAY(" %d %d", !o->fickle, o->still);
  o->bit++;
  SAY(" bit %d", o->bit);
  o->bit++;
  SAY(" %d\n", !o->bit);
  fields(o, 0);
  {
    struct object copy = *o;
    SAY("copy %d %d %d %d", copy.flag, copy.beside, copy.small, (int)copy.narrow);
    copy.natural = 9;
    o->natural++;
    *o = copy;
    SAY(" %d", ++o->natural);
    memset(o, 0, sizeof *o);
    SAY(" %d\n", ++o->natural == 1);
  }
  o->narrow += 3, o->half += 300;
  fields(o, 1);
  global.natural++, global.small--;
  SAY("global %d %d", --global.natural == 0, global.small);
  SAY(" %d %d\n", ++global.small == -3, ++global.narrow == 0);
}

static void say_fields(const struct object *o) {
  printf("%u %u | %d %d | %x %x %x | %u %u | %d %u %u %u | %x\n", o->natural, o->flag,
         o->small, o->beside, (unsigned)o->front, (unsigned)o->wide,
         (unsigned)o->back, o->low, o->narrow, o->whole, o->half, o->fickle, o->still,
         (unsigned)o->top);
}

int main(void) {
  char text[2000];
  shared = (struct object *)calloc(1, sizeof *shared);
  second_attempt_prepare();
  AME_ATOMIC {
    all(shared, text);
    second_attempt_force();
  }
  second_attempt_check();
  fputs(text, stdout);
  say_fields(shared);
  // CHECK: natural 3 old 3 new 3 dropped 4 is 4: 1, > 1: 1, <= 0: 0, ! 0 last 1 under 3fffffff and up 1
  // CHECK: many one 1 1 1 1 1 -2 1 2
  // CHECK: wide 7fffffff 1 80000000
  // CHECK: narrow 1 1 31 1 0 3
  // CHECK: whole -128 1 125 half 65535 1
  // CHECK: fickle 1 1 5 bit 1 1
  // CHECK: copy 1 -77 -2 3 10 1
  // CHECK: global 0 -4 1 1
  // CHECK: 1 0 | 0 -78 | fffff 0 4 | 3 3 | 0 300 0 5 | fffffff
  AME_ATOMIC { /* captured: counted in place */
    struct object *fresh = (struct object *)calloc(1, sizeof *fresh);
    all(fresh, text);
    free(fresh);
  }
  fputs(text, stdout);
  // CHECK: natural 3 old 3 {{.*}} last 1 under 3fffffff and up 1
  // CHECK: narrow 1 1 31 1 0 3
  // CHECK: copy 1 -77 -2 3 10 1
  free(shared);
  printf("died %d\n", died);
  // CHECK: died 0
}

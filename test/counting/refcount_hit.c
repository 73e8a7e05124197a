// RUN: %ame_cc -O2 -fame-mode=always -S %s -o %t.s && %clang -I%ame_include -O2 -S %s -o %t.plain.s
// RUN: %python %S/Inputs/hit_cost.py %t.s %t.plain.s increment=6 count_hit=7 decrement=7 drop=8 drop_small=8 drop_natural=8
// RUN: %python %S/Inputs/hit_cost.py %t.s %t.plain.s add_long=7 add_int=7 add_unsigned=7 drop_long=10 drop_int=10 drop_unsigned=10
// RUN: %python %S/Inputs/hit_cost.py %t.s %t.plain.s add_bits=2 add_few=2 add_level=2 drop_bits=5 drop_few=5 drop_level=5
// RUN: %ame_cc -O3 -fame-mode=always -S %s -o %t.3.s && %clang -I%ame_include -O3 -S %s -o %t.plain.3.s
// RUN: %python %S/Inputs/hit_cost.py %t.3.s %t.plain.3.s increment=6 add_int=7 drop=8 drop_int=10 add_bits=2 drop_bits=5
// Intent: a hit of the cache of deltas costs at most 7 instructions more than the
// plain increment, whatever width, place and sign the count has, in a bit-field too; a
// decrement that is tested, 7 or 8, and 10 where the count is not its structure's first
// member (a register is saved for the other way). The hit is the way on which no
// branch is taken; test/pass/late-counts.c checks that it is the hit.
#include <ame/ame.h>

struct object {
  long count AME_REFCOUNT;
  unsigned hits AME_COUNTER;
};
struct small {
  int count AME_REFCOUNT;
};
struct natural {
  AME_REFCOUNT unsigned count;
};
void destroy(struct object *o);

void increment(struct object *o) { o->count++; }
void count_hit(struct object *o) { o->hits++; }
void drop(struct object *o) {
  if (--o->count == 0)
    destroy(o);
}
int decrement(struct object *o) { return --o->count == 0; }
void drop_small(struct small *o) {
  if (--o->count == 0)
    destroy((struct object *)o);
}
void drop_natural(struct natural *o) {
  if (o->count-- == 1)
    destroy((struct object *)o);
}

struct late {
  void *first;
  AME_REFCOUNT unsigned long wide;
  int small AME_REFCOUNT;
  AME_REFCOUNT unsigned natural;
};
void destroy_late(struct late *o);
void add_long(struct late *o) { o->wide++; }
void add_int(struct late *o) { o->small++; }
void add_unsigned(struct late *o) { o->natural += 2; }
void drop_long(struct late *o) {
  if (--o->wide == 0)
    destroy_late(o);
}
void drop_int(struct late *o) {
  if (--o->small <= 0)
    destroy_late(o);
}
void drop_unsigned(struct late *o) {
  if (--o->natural > 0)
    return;
  destroy_late(o);
}

struct bits {
  AME_BITS_FIRST;
  unsigned natural : 30, flag : 2;
  void *middle;
  int level : 20, rest : 12;
  unsigned char kind : 3, few : 5;
};
AME_REFCOUNT_BITS(struct bits, natural);
AME_REFCOUNT_BITS(struct bits, level);
AME_REFCOUNT_BITS(struct bits, few);
void destroy_bits(struct bits *o);
void add_bits(struct bits *o) { o->natural++; }
void add_level(struct bits *o) { o->level++; }
void add_few(struct bits *o) { o->few++; }
void drop_bits(struct bits *o) {
  if (--o->natural == 0)
    destroy_bits(o);
}
void drop_level(struct bits *o) {
  if (--o->level <= 0)
    destroy_bits(o);
}
void drop_few(struct bits *o) {
  if (--o->few == 0)
    destroy_bits(o);
}

// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=1 %ame_run %t.2 3 1 3 | FileCheck %s
// RUN: %ame_cc  -O2 -fame-mode=always %s -o %t.all && %ame_run %t.all 3 1 4 | FileCheck %s
// CHECK: {{^}}count_bits: OK
// Intent: counts in bit-fields of units of 8 to 64 bits, and the fields beside them,
// which other transactions and the same one write at the same time, cancel and
// abort, against a plain model: at the end each count is what committed
// transactions have added, each field what was written last, and nobody has seen
// a field that differs from its mirror.
#include "harness.h"

enum { OBJECTS = 3, STEPS = 10 };

struct object {
  AME_BITS_FIRST;
  uint64_t low : 7;
  uint64_t strong : 20; /* counts in one unit, over several bytes */
  uint64_t middle : 5;
  int64_t weak : 24;
  uint64_t high : 8;
  uint16_t few : 12;
  uint16_t rest : 4;
  uint8_t beside : 3;
  uint8_t tiny : 5; /* wraps around, as it does in plain C */
  unsigned flag : 2;
  unsigned many : 30;
  struct {
    uint8_t low, middle, high, rest, beside, flag;
  } mirror;
};
AME_REFCOUNT_BITS(struct object, strong);
AME_REFCOUNT_BITS(struct object, weak);
AME_REFCOUNT_BITS(struct object, few);
AME_REFCOUNT_BITS(struct object, tiny);
AME_REFCOUNT_BITS(struct object, many);

static struct object objects[OBJECTS];

/* What a thread's committed transactions have added, mod 2^64. */
struct sums {
  uint64_t strong, weak, few, tiny, many;
};
static struct sums sums[STRESS_MAX_THREADS][OBJECTS];

static void look(const struct object *o) {
  STRESS_EXPECT(o->low == o->mirror.low, o->low, o->mirror.low);
  STRESS_EXPECT(o->middle == o->mirror.middle, o->middle, o->mirror.middle);
  STRESS_EXPECT(o->high == o->mirror.high, o->high, o->mirror.high);
  STRESS_EXPECT(o->rest == o->mirror.rest, o->rest, o->mirror.rest);
  STRESS_EXPECT(o->beside == o->mirror.beside, o->beside, o->mirror.beside);
  STRESS_EXPECT(o->flag == o->mirror.flag, o->flag, o->mirror.flag);
}

static void write_fields(struct object *o, uint64_t r) {
  look(o);
  switch (r % 6) {
  case 0:
    o->mirror.low = o->low = (r >> 8) & 127;
    break;
  case 1:
    o->mirror.middle = o->middle = (r >> 8) & 31;
    break;
  case 2:
    o->mirror.high = o->high = (r >> 8) & 255;
    break;
  case 3:
    o->mirror.rest = o->rest = (r >> 8) & 15;
    break;
  case 4:
    o->mirror.beside = o->beside = (r >> 8) & 7;
    break;
  case 5:
    o->mirror.flag = o->flag = (r >> 8) & 3;
    break;
  }
}

static void count(struct object *o, struct sums *sum, uint64_t r) {
  const unsigned k = (r >> 8) % 4;
  switch (r % 10) {
  case 0:
    o->strong++, sum->strong++;
    break;
  case 1:
    o->strong--, sum->strong--;
    break;
  case 2:
    o->weak += k, sum->weak += k;
    break;
  case 3:
    --o->weak, --sum->weak;
    break;
  case 4:
    o->few = o->few + k, sum->few += k;
    break;
  case 5:
    o->tiny++, sum->tiny++;
    break;
  case 6:
    o->tiny -= k, sum->tiny -= k;
    break;
  case 7:
    o->many++, sum->many++;
    break;
  case 8: /* never zero: that would be a zero of nobody's */
    sum->many--;
    if (--o->many == 0)
      stress_violation("zero", o->many, 0);
    break;
  case 9: { /* exact, while others change it */
    const uint64_t before = o->strong;
    o->strong += 2, sum->strong += 2;
    STRESS_EXPECT(((o->strong - before) & 0xfffff) == 2, before, o->strong);
    break;
  }
  }
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  /* One that only writes fields, one that only counts, others do both. */
  const int writes = self->id != 0, counts = self->id != 1;
  for (; stress_running(); done++) {
    const uint64_t seed = stress_random(self);
    AME_ATOMIC {
      uint64_t r = seed;
      for (unsigned i = 0; i < 1 + seed % STEPS; i++) {
        const unsigned at = (r >> 40) % OBJECTS;
        r = r * 6364136223846793005u + 1442695040888963407u;
        if (counts && (!writes || r >> 63))
          count(&objects[at], &sums[self->id][at], r >> 20);
        else
          write_fields(&objects[at], r >> 20);
        if (seed % 300 == 7)
          ame_become_inevitable("now and then");
      }
      if (seed % 16 == 3 && seed % 300 != 7)
        ame_cancel();
    }
  }
  return done;
}

static void check(const struct object *o, int at) {
  struct sums all = {.strong = 1000, .weak = 50, .few = 9, .many = 1u << 29};
  look(o);
  for (int i = 0; i < stress_threads; i++) {
    all.strong += sums[i][at].strong;
    all.weak += sums[i][at].weak;
    all.few += sums[i][at].few;
    all.tiny += sums[i][at].tiny;
    all.many += sums[i][at].many;
  }
  STRESS_EXPECT(o->strong == (all.strong & 0xfffff), o->strong, all.strong);
  STRESS_EXPECT(((uint64_t)o->weak & 0xffffff) == (all.weak & 0xffffff), o->weak, all.weak);
  STRESS_EXPECT(o->few == (all.few & 0xfff), o->few, all.few);
  STRESS_EXPECT(o->tiny == (all.tiny & 31), o->tiny, all.tiny);
  STRESS_EXPECT(o->many == (all.many & 0x3fffffff), o->many, all.many);
}

int main(int argc, char **argv) {
  stress_start("count_bits", argc, argv);
  for (int i = 0; i < OBJECTS; i++) {
    objects[i].strong = 1000;
    objects[i].weak = 50;
    objects[i].few = 9;
    objects[i].many = 1u << 29;
  }
  const uint64_t done = stress_run(worker);
  for (int i = 0; i < OBJECTS; i++)
    check(&objects[i], i);
  return stress_end(done);
}

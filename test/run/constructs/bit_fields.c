// RUN: %same_output %s -O0 -O2
// Intent: bit-fields, signed and unsigned, across the bytes of their units, in
// packed structures, and their neighbours, which must keep their values.
#include "../second_attempt.h"

struct fields {
  unsigned one : 1, three : 3, seven : 7;
  int signed5 : 5;
  unsigned long across : 37, rest : 20;
  _Bool flag : 1;
  unsigned : 0;
  unsigned char next : 4;
  volatile unsigned watched : 6;
};
struct packed {
  char c;
  unsigned a : 9, b : 14;
  unsigned long d : 51;
} __attribute__((packed));

static struct fields f = {1, 2, 3, -4, 5, 6, 1, 7, 8};
static struct packed p[3] = {{1, 2, 3, 4}, {5, 6, 7, 8}};

static void change(struct fields *g) {
  g->one ^= 1;
  g->three += 3;
  g->seven--;
  g->signed5 -= 9;
  g->across = g->across * 12345678901ul + g->rest;
  g->rest++;
  g->flag = !g->flag;
  g->next <<= 1;
  for (int i = 0; i < 3; i++) {
    p[i].a += 100;
    p[i].b -= p[i].a;
    p[i].d = p[i].d * 3 + 1;
    p[i].c++;
  }
}

int main(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    change(&f);
    second_attempt_force();
    change(&f);
    f.watched += 5; /* volatile: from here on it cannot be undone */
  }
  second_attempt_check();
  printf("%u %u %u %d %lu %u %d %u %u\n", f.one, f.three, f.seven, f.signed5,
         (unsigned long)f.across, (unsigned)f.rest, f.flag, f.next, f.watched);
  for (int i = 0; i < 3; i++)
    printf("%d %u %u %lu\n", p[i].c, p[i].a, p[i].b, (unsigned long)p[i].d);
  return 0;
}

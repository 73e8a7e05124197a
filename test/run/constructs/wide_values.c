// RUN: %same_output %s -O0 -O2 "-O3 -mavx2" --always
// Intent: values wider than any register (_BitInt up to 1,000 bits, bit-fields of
// 128), packed structures across stripes and pages, flexible arrays, unions that are
// read as another type, vectors of odd lengths: changed in a block that is undone once.
#include "../second_attempt.h"
#include <string.h>

typedef int three_ints __attribute__((ext_vector_type(3)));
typedef _Bool eight_flags __attribute__((ext_vector_type(8)));
typedef signed char sixty_four __attribute__((vector_size(64)));

static _BitInt(256) square = 3;
static unsigned _BitInt(129) odd = 5;
static _BitInt(1000) huge = 7;
static struct {
  __int128 a : 100;
  unsigned __int128 b : 27, c : 1;
  int d : 3;
} bits = {1, 2, 1, -1};

struct record {
  char c;
  long l;
  double d;
  __int128 q;
  short s[3];
  void *p;
} __attribute__((packed));
static char pages[3 * 4096] __attribute__((aligned(4096)));

struct flexible {
  int count;
  struct {
    short a;
    char b;
  } __attribute__((packed)) items[];
};
static struct flexible *flexible;

static union {
  double d;
  unsigned long u;
  float f[2];
  unsigned char c[8];
  struct {
    unsigned low : 20, middle : 20, high : 24;
  } b;
} punned = {1.5};

static three_ints three = {1, 2, 3};
static eight_flags flags = {1, 0, 1};
static sixty_four bytes = {1, 2, 3};
static _Complex long double extended = 1;
static _Complex int integral;

static void change_record(struct record *r, int k) {
  r->c += k;
  r->l = r->l * 3 + k;
  r->d += 0.5 * k;
  r->q = r->q * 5 + k;
  r->s[1] += k;
  r->p = (void *)((unsigned long)r->p + (unsigned long)k);
  struct record copy = *r;
  copy.s[2]++;
  *r = copy;
}

__attribute__((noinline)) static void change(int k) {
  square = square * square + k;
  square <<= 70;
  odd = odd * 0xfffffffffffffffuwb + (unsigned)k;
  huge = huge * huge - k;
  huge |= (_BitInt(1000))k << 900;
  bits.a = (bits.a + k) * 3;
  bits.b -= k;
  bits.c ^= 1;
  bits.d++;
  for (int at = 43; at < 80; at += 7)
    for (int page = 1; page < 3; page++)
      change_record((struct record *)(pages + 4096 * page - at), k);
  for (int i = 0; i < flexible->count; i++) {
    flexible->items[i].a += i * k;
    flexible->items[i].b ^= k;
  }
  punned.d += k;
  punned.u ^= 0xff00ff;
  punned.f[0] += 1;
  punned.c[3]++;
  punned.b.middle += k;
  punned.b.high--;
  three += k;
  three.zx = three.xz;
  flags ^= (eight_flags){1, 1, 0, 0, 1};
  flags[6] = k & 1;
  bytes += (signed char)k;
  bytes[k & 63] = 9;
  extended = extended * (1.0L + 2.0iL) + k;
  integral = integral * (1 + 2i) + k;
}

static void show(const char *name, const void *address, size_t size) {
  unsigned long sum = 1;
  for (size_t i = 0; i < size; i++)
    sum = sum * 31 + ((const unsigned char *)address)[i];
  printf("%s %lx\n", name, sum);
}

int main(void) {
  flexible = malloc(sizeof *flexible + 50 * sizeof flexible->items[0]);
  memset(flexible, 1, sizeof *flexible + 50 * sizeof flexible->items[0]);
  flexible->count = 50;
  second_attempt_prepare();
  AME_ATOMIC {
    change(3);
    second_attempt_force();
    change(5);
  }
  second_attempt_check();
  for (int i = 0; i < 256; i += 64)
    printf("%lx ", (unsigned long)(square >> i));
  for (int i = 0; i < 129; i += 64)
    printf("%lx ", (unsigned long)(odd >> i));
  for (int i = 0; i < 1000; i += 64)
    printf("%lx ", (unsigned long)(huge >> i));
  printf("\n%lx %lx %x %x %d\n", (unsigned long)bits.a, (unsigned long)(bits.a >> 64),
         (unsigned)bits.b, (unsigned)bits.c, bits.d);
  show("pages", pages, sizeof pages);
  show("flexible", flexible->items, 50 * sizeof flexible->items[0]);
  show("punned", &punned, sizeof punned);
  show("bytes", &bytes, sizeof bytes);
  printf("%d %d %d ", three.x, three.y, three.z);
  for (int i = 0; i < 8; i++)
    printf("%d", flags[i]);
  printf(" %Lg %Lg %d %d\n", __real__ extended, __imag__ extended, __real__ integral,
         __imag__ integral);
  free(flexible);
  return 0;
}

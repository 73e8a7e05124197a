// RUN: %same_output %s -O0 -O2 -O3 -Oz "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
// Intent: what the optimiser makes of loops and aggregates (memset, memcpy,
// memmove, memcmp, strlen idioms, merged stores, loads made from copies) is
// tracked like what was written.
#include "../second_attempt.h"
#include <string.h>

struct point {
  int x, y, z;
};
static int a[200], b[200];
static char text[100] = "a word";
static struct point points[20], copy[20];
static short shorts[64];
static unsigned char bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
static unsigned long merged;
static long differs, length;

/* Moves within local memory, or from shared memory to it. */
__attribute__((noinline)) static int moved(int inside, int at) {
  int own[40];
  for (int i = 0; i < 40; i++)
    own[i] = i * at;
  memmove(own + 1, inside ? own : a, 39 * sizeof *own);
  return own[at] + own[39];
}

static void change(void) {
  for (int i = 0; i < 100; i++)
    a[i] = 0;
  for (int i = 0; i < 100; i++)
    b[i] = a[i + 100];
  for (int i = 0; i < 150; i++)
    a[i] = a[i + 50];
  for (int i = 0; i < 64; i++)
    shorts[i] = 0x0707;
  for (int i = 0; i < 20; i++)
    copy[i] = points[i];
  points[3] = (struct point){0, 0, 0};
  points[4] = points[5] = copy[6];
  struct point local = points[7];
  points[7].x = local.z;
  points[7].z = local.x;
  merged = 0;
  for (int i = 0; i < 8; i++)
    merged |= (unsigned long)bytes[i] << (8 * i);
  for (int i = 0; i < 8; i++)
    bytes[i] = (unsigned char)(merged >> (56 - 8 * i));
  differs += memcmp(points, copy, sizeof points) != 0;
  const char *p = text;
  while (*p)
    p++;
  length += p - text + moved(length & 1, 7) + moved(~length & 1, 20);
  text[p - text] = 'x';
  a[199] = a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
  for (int i = 0; i < 200; i++)
    b[i] += a[199 - i] * 3;
}

int main(void) {
  for (int i = 0; i < 200; i++)
    a[i] = i * 7, b[i] = -i;
  for (int i = 0; i < 20; i++)
    points[i] = (struct point){i, 2 * i, 3 * i};
  second_attempt_prepare();
  AME_ATOMIC {
    change();
    second_attempt_force();
    change();
  }
  second_attempt_check();
  unsigned long sum = 0;
  for (int i = 0; i < 200; i++)
    sum = sum * 3 + (unsigned long)(a[i] + 7 * b[i] + (i < 64 ? shorts[i] : 0));
  for (int i = 0; i < 20; i++)
    sum = sum * 5 + (unsigned long)(points[i].x + points[i].y * 2 + copy[i].z);
  printf("%lu %lx %d %ld %ld %s\n", sum, merged, bytes[0], differs, length, text);
  return 0;
}

// RUN: %same_output %s --plain %S/Inputs/masked.ll "-O0 %S/Inputs/masked.ll" "-O2 %S/Inputs/masked.ll"
// Intent: masked loads and stores, gathers, scatters, expanding loads and
// compressing stores touch the lanes that their mask names and nothing else.
#include "../second_attempt.h"
#include <sys/mman.h>

void masked_copy(int *to, const int *from, int mask);
void first_two(long *p);
void gather_scatter(int *p, int mask);
void expand_compress(int *p, int mask);

static int a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, b[8];
static int c[14] = {11, 12, 13, 14, 15, 16, 17, 18}, d[22] = {1, 2, 3, 4, 5, 6, 7, 8};
static long *page_end;

static void change(int mask) {
  masked_copy(b, a, mask);
  masked_copy(a, b, ~mask);
  first_two(page_end - 2);
  gather_scatter(c, mask ^ 0x5a);
  expand_compress(d, mask);
}

int main(void) {
  char *pages = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(pages + 4096, 4096, PROT_NONE);
  page_end = (long *)(pages + 4096);
  page_end[-1] = 5, page_end[-2] = 6;
  second_attempt_prepare();
  AME_ATOMIC {
    change(0xa3);
    second_attempt_force();
    change(0x5e);
  }
  second_attempt_check();
  for (int i = 0; i < 22; i++)
    printf("%d %d %d %d\n", i < 8 ? a[i] : 0, i < 8 ? b[i] : 0, i < 14 ? c[i] : 0, d[i]);
  printf("%ld %ld\n", page_end[-1], page_end[-2]);
  return 0;
}

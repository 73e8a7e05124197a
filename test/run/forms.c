// RUN: %same_output %s -O0 -O1 -O3 -Os -Oz -Og "-O2 -g -fno-omit-frame-pointer" \
// RUN:   "-O2 -fPIE -pie" "-O2 -no-pie -fno-pic" "-O2 -pg" "-O2 -fprofile-instr-generate=%t.raw" "-O2 -fprofile-generate=%t.profile" \
// RUN:   "-O2 -fsanitize=undefined -fno-sanitize-recover=all" "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all" \
// RUN:   "-O2 -flto" "-O2 -flto=thin -fuse-ld=lld" "-O2 -flto -fuse-ld=lld -g" \
// RUN:   "-O2 -fstack-protector-all -fcf-protection=full -D_FORTIFY_SOURCE=2" \
// RUN:   "-O2 -ffunction-sections -fdata-sections -Wl,--gc-sections -fno-strict-aliasing -fwrapv"
// Intent: every level and form of compilation gives the same program: locals
// restored, shared memory undone, pointers to functions, allocation, strings.
#include "second_attempt.h"
#include <string.h>

struct node {
  struct node *next;
  long value;
  char name[12];
};
static struct node *list;
static long sums[4], calls;

__attribute__((noinline)) static long add(struct node *n, long x) {
  calls++;
  return n->value += x;
}
static long negate(struct node *n, long x) { return n->value = x - n->value; }
static long (*const operations[2])(struct node *, long) = {add, negate};

static void push(long value) {
  struct node *n = malloc(sizeof *n);
  snprintf(n->name, sizeof n->name, "n%ld", value);
  n->value = value;
  n->next = list;
  list = n;
}

static void change(int rounds) {
  long local[4] = {1, 2, 3, 4}, sum = 0;
  for (int i = 0; i < rounds; i++) {
    push(i);
    for (struct node *n = list; n; n = n->next) {
      sum += operations[n->value & 1](n, i);
      local[sum & 3] += n->name[1];
    }
    if (i % 3 == 2) {
      struct node *gone = list;
      list = gone->next;
      free(gone);
    }
  }
  for (int i = 0; i < 4; i++)
    sums[i] += local[i] + (i == 1 ? sum : 0);
}

int main(void) {
  int attempts = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    attempts++;
    change(10);
    second_attempt_force();
    change(5);
  }
  second_attempt_check();
  for (struct node *n = list; n; n = n->next)
    printf("%s %ld\n", n->name, n->value);
  printf("%ld %ld %ld %ld %ld %d\n", sums[0], sums[1], sums[2], sums[3], calls, attempts);
  return 0;
}

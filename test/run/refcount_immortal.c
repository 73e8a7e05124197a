// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 -DPLAIN %s -o %t.plain && %t.plain | FileCheck %s --check-prefix=PLAIN
// Intent: counts of objects that are immortal by a declared convention are never
// written in a transaction (they lie in read-only memory here), whatever is done
// to them; tests see the immortal value; mortal ones of the same fields count.
#include <ame/ame.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct object {
  long negative AME_REFCOUNT_IMMORTAL_NEGATIVE;
  unsigned top AME_REFCOUNT_IMMORTAL_TOP_BIT;
  int limit AME_REFCOUNT_IMMORTAL_FROM(1 << 30);
  uint64_t from AME_REFCOUNT_IMMORTAL_FROM(UINT64_C(0xc000000000000000));
};

static int died;

static void use(struct object *o) {
  o->negative++, o->top++, o->limit++, o->from++;
  if (--o->negative == 0)
    died++;
  if (--o->top == 0)
    died++;
  if (o->limit-- == 1)
    died++;
  if (--o->from == 0)
    died++;
  o->negative += 5, o->top -= 1, o->limit -= 1;
}

int main(void) {
  struct object *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct object *immortal = pages, *mortal = (struct object *)((char *)pages + 4096);
  long seen[4] = {0};
  *immortal = (struct object){-7, 0x80000000u, 1 << 30, UINT64_MAX - 3};
  *mortal = (struct object){1, 2, 3, 4};
#ifndef PLAIN
  mprotect(pages, 4096, PROT_READ);
#endif
  for (int i = 0; i < 3; i++)
    AME_ATOMIC {
      use(immortal);
      use(mortal);
      seen[0] = immortal->negative;
      seen[1] = ++immortal->top;
      seen[2] = immortal->limit == 1 << 30;
      seen[3] = immortal->from > 0;
    }
  // CHECK: -7 2147483648 1 1, died 1
  printf("%ld %ld %ld %ld, died %d\n", seen[0], seen[1], seen[2], seen[3], died);
  // CHECK-NEXT: 16 4294967295 0 4
  // PLAIN: 16 4294967295 0 4
  printf("%ld %u %d %llu\n", mortal->negative, mortal->top, mortal->limit,
         (unsigned long long)mortal->from);
  return 0;
}

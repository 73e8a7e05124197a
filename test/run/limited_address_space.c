// RUN: %ame_cc -O2 %s -o %t
// RUN: bash -c 'ulimit -v 67108864 && exec %ame_run %t' | FileCheck %s
// RUN: bash -c 'ulimit -v 2097152 && exec %ame_run %t' | FileCheck %s
// Intent: under a limit of address space (64 GB, 2 GB) tables and logs find their
// place: a transaction with a million blocks, and one that writes 64 MB; half of the
// address space is left to the program.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { BLOCKS = 1000000, WORDS = 8 << 20 };
struct node {
  struct node *next;
  long value;
};
static struct node *list;
static long *words;

int main(void) {
  long sum = 0;
  AME_ATOMIC {
    for (long i = 0; i < BLOCKS; i++) {
      struct node *node = malloc(sizeof *node);
      *node = (struct node){list, i};
      list = node;
    }
  }
  words = calloc(WORDS, sizeof *words);
  AME_ATOMIC {
    for (long i = 0; i < WORDS; i++)
      words[i] = 1;
  }
  AME_ATOMIC {
    for (struct node *node = list; node; node = node->next)
      sum += node->value;
    for (long i = 0; i < WORDS; i++)
      sum += words[i];
  }
  // CHECK: 500007888608
  printf("%ld\n", sum);
  struct rlimit limit;
  getrlimit(RLIMIT_AS, &limit);
  // CHECK-NEXT: half is left: 1
  printf("half is left: %d\n", mmap(NULL, limit.rlim_cur / 2, PROT_NONE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  return 0;
}

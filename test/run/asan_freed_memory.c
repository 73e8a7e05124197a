// RUN: %ame_cc -O1 -g -fsanitize=address -fsanitize-address-use-after-return=never %s -o %t && %ame_run %t | FileCheck %s
// RUN: %ame_run not %t later 2>&1 | FileCheck %s --check-prefix=LATER
// RUN: %ame_run not %t same 2>&1 | FileCheck %s --check-prefix=LATER
// RUN: %ame_run not --crash %t twice 2>&1 | FileCheck %s --check-prefix=TWICE
// Intent: AddressSanitizer sees uses of memory that a transaction has freed, in
// the same transaction and later, although the allocator is not its own; it says
// nothing about correct programs that allocate and free much.
// CHECK: fine
// LATER: ERROR: AddressSanitizer: use-after-poison
// TWICE: ame: fatal: double free of 0x
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *block, *kept;
static long sum;

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  for (int i = 0; i < 3000; i++) {
    AME_ATOMIC {
      char *passing = malloc(100);
      memset(passing, i, 100);
      block = realloc(passing, 300);
      free(malloc(40));
    }
    AME_ATOMIC {
      sum += block[7];
      free(block);
      kept = calloc(1, 300);
      sum += kept[100];
      free(kept);
    }
  }
  AME_ATOMIC { block = malloc(20); }
  if (strcmp(what, "later") == 0) {
    AME_ATOMIC { free(block); }
    sum += block[3];
  }
  if (strcmp(what, "same") == 0)
    AME_ATOMIC {
      char *mine = malloc(20);
      free(mine);
      sum += mine[3];
    }
  if (strcmp(what, "twice") == 0) {
    AME_ATOMIC { free(block); }
    AME_ATOMIC { free(block); }
  }
  printf("fine %d\n", sum != 1);
  return 0;
}

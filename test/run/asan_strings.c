// RUN: %ame_cc -O1 -g -fsanitize=address %s -o %t
// RUN: env AME_OPTIONS=force_aborts=2 %ame_run %t good | FileCheck %s
// RUN: not env AME_OPTIONS=force_aborts=2 %ame_run %t bad 2>&1 | FileCheck %s --check-prefix=BAD
// Intent: AddressSanitizer says nothing of strings that the runtime reads for libc
// calls in a transaction, and reports one that has no end.
#include <ame/ame.h>
#include <stdio.h>
#include <string.h>

static char padded[3] = "ab", endless[8] = "12345678", after[8] = "";

int main(int argc, char **argv) {
  char local[5] = "wxyz";
  AME_ATOMIC {
    // CHECK: ab wxyz 4
    printf("%s %s %zu\n", padded, local, strlen(local));
    if (argc > 1 && strcmp(argv[1], "bad") == 0)
      // BAD: ERROR: AddressSanitizer: global-buffer-overflow
      printf("%zu\n", strlen(endless));
  }
  // CHECK-NEXT: done
  printf("done%s\n", after);
  return 0;
}

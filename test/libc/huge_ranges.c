// RUN: %ame_cc -O2 -w -fno-builtin %s -o %t && %ame_run %t | FileCheck %s
// Intent: ranges of more than 4 GB, in which each ownership record occurs twice, are filled,
// copied, compared and put out whole. A small file is behind all of them, and the transaction
// is inevitable, so that no memory is needed for the old bytes.
#define _GNU_SOURCE
#include <ame/ame.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILE_SIZE ((size_t)64 << 20)
#define SIZE ((size_t)65 * FILE_SIZE) /* 4 GB and 64 MB */

static int wrong;

#define EXPECT(condition)                                                      \
  if (!(condition))                                                            \
  wrong++, printf("line %d: %s\n", __LINE__, #condition)

/* SIZE bytes of address space over the same file. */
static char *map(void) {
  const int file = memfd_create("huge", 0);
  char *memory = mmap(NULL, SIZE, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || ftruncate(file, FILE_SIZE) != 0)
    return NULL;
  for (size_t at = 0; at < SIZE; at += FILE_SIZE)
    if (mmap(memory + at, FILE_SIZE, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED)
      return NULL;
  return memory;
}

static void use(char *one, char *other) {
  FILE *nowhere = fopen("/dev/null", "w");
  int different = 0;
  AME_ATOMIC {
    ame_become_inevitable("no memory for so much that is old");
    memset(one, 7, SIZE);
    memcpy(other, one, SIZE);
    other[FILE_SIZE - 1] = 8;
    different = memcmp(one, other, SIZE);
  }
  EXPECT(one[0] == 7 && other[0] == 7 && other[SIZE / 2] == 7);
  EXPECT(different < 0);
  AME_ATOMIC { EXPECT(fwrite(other, 1, SIZE, nowhere) == SIZE); }
  EXPECT(fclose(nowhere) == 0);
}

int main(void) {
  char *one = map(), *other = map();
  if (!one || !other)
    return puts("0 wrong: no address space");
  use(one, other);
  // CHECK: {{^}}0 wrong
  printf("%d wrong\n", wrong);
  return wrong;
}

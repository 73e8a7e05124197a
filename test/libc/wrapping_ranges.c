// RUN: %ame_cc -O2 -w -fno-builtin %s -o %t && %ame_run %t | FileCheck %s
// Intent: memory whose addresses are 4 GB apart shares ownership records (the
// table is a window of 4 GB). Copies within one such pair, a range longer than
// the window, and ranges of no bytes are right, and are undone.
#define _GNU_SOURCE
#include <ame/ame.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define WINDOW ((size_t)1 << 32)
enum { PAGE = 4096 };

static int round_number AME_NOTRACK, wrong;

#define EXPECT(condition)                                                      \
  if (!(condition))                                                            \
  wrong++, printf("line %d: %s\n", __LINE__, #condition)

static void same_records(char *low, char *high) {
  memset(low, 'l', PAGE);
  memset(high, 'h', PAGE);
  for (int cancel = 1; cancel >= 0; cancel--) {
    AME_ATOMIC {
      memcpy(high + 5, low + 7, PAGE - 100);
      memmove(low, high, PAGE);
      memset(high, 'x', 70);
      EXPECT(memcmp(low + 5, low + 6, PAGE - 200) == 0);
      if (cancel)
        ame_cancel();
    }
    EXPECT(high[5] == (cancel ? 'h' : 'x'));
    EXPECT(high[100] == (cancel ? 'h' : 'l'));
    EXPECT(low[0] == (cancel ? 'l' : 'h') && low[5] == 'l');
  }
}

/* The zero page is behind all of what is only read. */
static void longer_than_the_window(const char *memory, size_t size) {
  AME_ATOMIC {
    EXPECT(memchr(memory, 1, size) == NULL);
    EXPECT(memrchr(memory + WINDOW, 1, 2 * PAGE) == NULL);
  }
}

static void nothing(char *low) {
  AME_ATOMIC {
    memcpy(NULL, low, 0);
    memmove(low, NULL, 0);
    memset(NULL, 1, 0);
    EXPECT(memcmp(NULL, NULL, 0) == 0 && memchr(NULL, 1, 0) == NULL);
    strncpy(low, "abc", 0);
    EXPECT(snprintf(NULL, 0, "%d", 12) == 2);
    EXPECT(strncmp(low, "abc", 0) == 0);
  }
}

int main(void) {
  const size_t size = WINDOW + 2 * PAGE;
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    return puts("0 wrong: no address space");
  longer_than_the_window(memory, size);
  same_records(memory, memory + WINDOW);
  nothing(memory);
  // CHECK: {{^}}0 wrong
  printf("%d wrong\n", wrong);
  return wrong;
}

// RUN: %ame_cc -O2 -w -fno-builtin %s -lm -o %t && %ame_run %t | FileCheck %s
// Intent: while another thread changes texts and numbers in one transaction,
// no libc function sees a mixture of the two states, nor runs over an end that
// is not there.
#define _GNU_SOURCE
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { SIZE = 4096, ROUNDS = 400 };

static char text[SIZE], other[SIZE], number[SIZE];
static wchar_t wide[SIZE];
static int values[SIZE];
static int state; /* 0: 1000 'a', 1: 3000 'b' */
static int stop AME_NOTRACK;

/* The old terminator disappears long before the new one is there. */
static void change(void) {
  const int length = state ? 1000 : 3000;
  const char letter = state ? 'a' : 'b';
  state = !state;
  memset(text, letter, length);
  memset(other, letter, length);
  memset(number, state ? '2' : '1', 9);
  wmemset(wide, letter, length);
  for (int i = 0; i < SIZE; i++)
    values[i] = state ? i : SIZE - i;
  text[length] = other[length] = number[9] = 0;
  wide[length] = 0;
}

static void *writer(void *unused) {
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
    AME_ATOMIC { change(); }
  return unused;
}

static int by_value(const void *a, const void *b) {
  return *(const int *)a - *(const int *)b;
}

#define ASK(i, condition)                                                      \
  AME_ATOMIC {                                                                 \
    const int now = state;                                                     \
    const size_t length = now ? 3000 : 1000;                                   \
    const char letter = now ? 'b' : 'a';                                       \
    good = (condition);                                                        \
  }                                                                            \
  wrong[i] += !good;

int main(void) {
  enum { QUESTIONS = 16 };
  int wrong[QUESTIONS] = {0}, good, all = 0;
  pthread_t thread;
  char line[SIZE];
  state = 1;
  change();
  pthread_create(&thread, NULL, writer, NULL);
  for (int round = 0; round < ROUNDS; round++) {
    ASK(0, strlen(text) == length)
    ASK(1, strcmp(text, other) == 0)
    ASK(2, memcmp(text, other, length + 1) == 0)
    ASK(3, strchr(text, now ? 'a' : 'b') == NULL)
    ASK(4, strrchr(text, letter) == text + length - 1)
    ASK(5, strspn(text, "a") == (now ? 0 : length))
    ASK(6, strtol(number, NULL, 10) == (now ? 222222222 : 111111111))
    ASK(7, (size_t)snprintf(line, 9, "%s", text) == length)
    ASK(8, wcslen(wide) == length)
    ASK(9, wcschr(wide, letter) == wide)
    ASK(10, strcoll(text, other) == 0)
    ASK(11, strcasestr(text, "ab") == NULL)
    ASK(12, strtod(number, NULL) == (now ? 222222222 : 111111111))
    if (round % 40 == 0)
      ASK(13, (qsort(values, SIZE, sizeof(int), by_value), values[1] == 1 + !now))
    ASK(14, strcpy(line, text) && strlen(line) == length)
    ASK(15, memmem(text, length, "ab", 2) == NULL)
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  pthread_join(thread, NULL);
  for (int i = 0; i < QUESTIONS; i++)
    if (wrong[i])
      printf("question %d: %d times wrong\n", i, wrong[i]), all++;
  // CHECK: {{^}}0 wrong
  printf("%d wrong\n", all);
  return all;
}

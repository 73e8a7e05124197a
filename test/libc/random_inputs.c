// RUN: %ame_cc -O2 -w -fno-builtin -c %s -o %t.o && %clang -O1 -D__AME__ -I%ame_include -I%ame_source/runtime -DABORT -c %s -o %t.abort.o
// RUN: %ame_cc %t.o %t.abort.o -lm -o %t && %ame_run %t | FileCheck %s
// Intent: on random inputs (overlapping, unaligned, empty, up to the size of
// several stripes) the functions with memory effects do in a transaction that
// is aborted once what they do outside: same result, same memory, same errno.
#ifdef ABORT
#include "transaction.h"
void abort_once(int attempts) {
  if (attempts == 1)
    ame_abort(AME_ABORT_FORCED);
}
#else
#define _GNU_SOURCE
#include <ame/ame.h>
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

enum { SIZE = 1024, ROUNDS = 300 };

void abort_once(int attempts) AME_PURE;
static int attempts AME_NOTRACK;
static int wrong;

static _Alignas(64) char memory[4 * SIZE];
static char initial[4 * SIZE], expected[4 * SIZE];
/* The arguments: three strings somewhere in memory, the last one short, and
 * room for results. */
static char *a, *b, *s, *end, **where;
static wchar_t *wa, *wb, *wend, **wwhere;
static size_t n;
static int c;

static unsigned random_state = 12345;
static unsigned below(unsigned limit) {
  return (unsigned)rand_r(&random_state) % limit;
}

static void random_text(char *to, size_t room, const char *alphabet) {
  const size_t length = below(4) ? below((unsigned)room) : below(3);
  for (size_t i = 0; i < length; i++)
    to[i] = alphabet[below((unsigned)strlen(alphabet))];
  to[length] = 0;
}

static void random_arguments(void) {
  static const char *const alphabets[] = {"ab", "ab ,;", "0123456789.-+ex ",
                                          "aAbB\x80\xff", "abcdefghij"};
  const char *alphabet = alphabets[below(5)];
  memset(initial, 'z', sizeof initial);
  a = memory + below(80);
  b = below(3) ? memory + SIZE + below(80) : a + below(100);
  s = memory + 3 * SIZE + below(80);
  random_text(initial + (a - memory), 200, alphabet);
  random_text(initial + (b - memory), 200, alphabet);
  random_text(initial + (s - memory), 6, alphabet);
  where = (char **)(memory + 3 * SIZE + 512);
  wwhere = (wchar_t **)where;
  wa = (wchar_t *)(memory + 2 * SIZE + 4 * below(10));
  wb = (wchar_t *)(memory + 2 * SIZE + 512 + 4 * below(10));
  for (int i = 0; i < 2; i++) {
    wchar_t *to = (wchar_t *)(initial + ((char *)(i ? wb : wa) - memory));
    const size_t length = below(90);
    for (size_t k = 0; k < length; k++)
      to[k] = (unsigned char)alphabet[below((unsigned)strlen(alphabet))];
    to[length] = 0;
  }
  n = below(4) ? below(150) : below(2);
  c = alphabet[below((unsigned)strlen(alphabet))];
}

static void compare(const char *name, long long plain, long long now,
                    int plain_errno) {
  const int error = errno;
  const char *what = plain != now                               ? "result"
                     : error != plain_errno                     ? "errno"
                     : memcmp(memory, expected, sizeof memory)  ? "memory"
                                                                : NULL;
  if (what && wrong++ < 20)
    printf("%s: %s differs (%lld, %lld)\n", name, what, plain, now);
}

#define CHECK(call)                                                            \
  {                                                                            \
    memcpy(memory, initial, sizeof memory);                                    \
    errno = 0;                                                                 \
    const long long plain = (long long)(call);                                 \
    const int plain_errno = errno;                                             \
    memcpy(expected, memory, sizeof memory);                                   \
    memcpy(memory, initial, sizeof memory);                                    \
    long long now;                                                             \
    attempts = 0;                                                              \
    AME_ATOMIC {                                                               \
      attempts++;                                                              \
      errno = 0;                                                               \
      now = (long long)(call);                                                 \
      abort_once(attempts);                                                    \
    }                                                                          \
    compare(#call, plain, now, plain_errno);                                   \
  }
#define REAL(call) CHECK((call) * 1024)
#define SIGN(call) CHECK(((call) > 0) - ((call) < 0))

static int by_byte(const void *one, const void *other) {
  return *(const unsigned char *)one - *(const unsigned char *)other;
}

static void check_all(void) {
  const size_t length = strlen(initial + (a - memory));
  const size_t few = n < length ? n : length;
  CHECK(memmove(a, b, n))
  if (a + n <= b) {
    CHECK(memcpy(a, b, n))
    CHECK(mempcpy(a, b, n))
    CHECK(memccpy(a, b, c, n))
    CHECK(strncpy(a, b, n))
    CHECK(stpncpy(a, b, n))
  }
  CHECK(memset(a, c, n))
  CHECK((bcopy(a, b, n), 0))
  CHECK((bzero(a, n), 0))
  CHECK((explicit_bzero(a, n), 0))
  SIGN(memcmp(a, b, n))
  CHECK(memchr(a, c, n))
  CHECK(memrchr(a, c, n))
  CHECK(rawmemchr(a, 0))
  CHECK(memmem(a, n, s, strlen(s)))
  CHECK((swab(a, b, n), 0))
  CHECK(memfrob(a, n))
  CHECK(strlen(a))
  CHECK(strnlen(a, n))
  if (b >= memory + SIZE) {
    CHECK(strcpy(a, b))
    CHECK(stpcpy(a, b))
    CHECK(strcat(a, b))
    CHECK(strncat(a, b, n))
    CHECK(strxfrm(a, b, n))
  }
  SIGN(strcmp(a, b))
  SIGN(strncmp(a, b, n))
  SIGN(strcasecmp(a, b))
  SIGN(strncasecmp(a, b, n))
  SIGN(strcoll(a, b))
  SIGN(strverscmp(a, b))
  CHECK(strchr(a, c))
  CHECK(strrchr(a, c))
  CHECK(strchrnul(a, c))
  CHECK(index(a, 0))
  CHECK(strstr(a, s))
  CHECK(strcasestr(a, s))
  CHECK(strspn(a, s))
  CHECK(strcspn(a, s))
  CHECK(strpbrk(a, s))
  CHECK(strtok_r(a, s, where))
  CHECK((*where = a, strsep(where, s)))
  CHECK((strtok(a, s), strtok(NULL, s), strtok(NULL, s)))
  CHECK(strtol(a, where, (int)(n % 37)))
  CHECK(strtoul(a, where, 10))
  CHECK(strtoll(a, where, 0))
  REAL(strtod(a, where))
  REAL(strtof(a, where))
  CHECK(a64l(s))
  CHECK(snprintf(b, n, "%s|%5.3s|%d|%-8s", s, s, c, s))
  CHECK(sscanf(a, "%d %5[ab] %n", (int *)where, (char *)(where + 2),
               (int *)(where + 1)))
  CHECK((qsort(a, few, 1, by_byte), 0))
  CHECK(lfind(s, a, (*(size_t *)where = few, (size_t *)where), 1, by_byte))
  CHECK((qsort(a, few, 1, by_byte), bsearch(s, a, few, 1, by_byte)) != NULL)
  CHECK(wcslen(wa))
  CHECK(wcsnlen(wa, n))
  CHECK(wcscpy(wa, wb))
  CHECK(wcpcpy(wa, wb))
  CHECK(wmemmove(wa, wb, n / 2))
  CHECK(wmemset(wa, c, n / 2))
  SIGN(wcscmp(wa, wb))
  SIGN(wcsncmp(wa, wb, n))
  SIGN(wmemcmp(wa, wb, n / 2))
  CHECK(wmemchr(wa, c, n / 2))
  CHECK(wcschr(wa, c))
  CHECK(wcsrchr(wa, c))
  CHECK(wcsstr(wa, L"ab"))
  CHECK(wcsspn(wa, L"ab"))
  CHECK(wcspbrk(wa, L"ab"))
  CHECK(wcstok(wa, L"a ,", wwhere))
  CHECK(wcstol(wa, wwhere, 10))
  REAL(wcstod(wa, wwhere))
  memcpy(memory, initial, sizeof memory);
  if (mbstowcs(NULL, s, 0) != (size_t)-1)
    CHECK(mbstowcs(wa, s, 5))
  if (wcstombs(NULL, wb, 0) != (size_t)-1)
    CHECK(wcstombs(a, wb, n))
  CHECK((*where = a, mbsrtowcs(wb, (const char **)where, 9, NULL)))
  CHECK((*wwhere = wa, wcsrtombs(b, (const wchar_t **)wwhere, n, NULL)))
}

int main(void) {
  for (int round = 0; round < ROUNDS; round++) {
    random_arguments();
    check_all();
  }
  // CHECK: {{^}}0 wrong
  printf("%d wrong\n", wrong);
  return wrong != 0;
}
#endif

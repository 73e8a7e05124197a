// RUN: %same_output %s -O0 -O2
// RUN: env LC_ALL=C.UTF-8 %same_output %s -O2
// Intent: formats with positions and wide formats give in a transaction what libc gives, in
// the order of all other output, although their strings are read through barriers.
#define _GNU_SOURCE
#include <ame/ame.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static char name[] = "n\303\244me";
static wchar_t wide_name[] = L"w\u00efde";
static FILE *wide;
static int count;

static void positions(void) {
  int at = 0, late = 0;
  char buffer[200];
  long double pi = 3.25L;
  count++;
  printf("%2$s %1$d %3$.2f|\n", 7, name, 2.5);
  printf("%1$*2$d|%1$-*2$d|%1$0*2$d|\n", count, 6);
  printf("%3$.*1$f|%2$*1$s|%4$Lg\n", 3, name, 1.0 / 3, pi);
  printf("%1$c%1$c%2$ls %3$p %4$zu %5$hhd%%\n", 'x', L"ab", (void *)0, (size_t)9, 300);
  printf("%2$ld%1$n %2$ld%3$n\n", &at, 123456789012L, &late);
  printf("%d %d\n", at, late);
  printf("%3$s skips\n", 1, 2, name); /* libc takes what is left out for int */
  printf("%d\n", snprintf(buffer, 5, "%2$s%1$s", "cd", "ab"));
  printf("%s\n", buffer);
  printf("%d\n", snprintf(buffer, sizeof buffer, "%1$llx %1$jd", 255LL));
  printf("%s\n", buffer);
}

static void wide_into_memory(void) {
  wchar_t buffer[40];
  char bytes[200];
  int at = 0;
  count++;
  for (int i = 0; i < 12; i++) {
    static const wchar_t *const formats[] = {
        L"%d %s|",    L"%ls %d|",    L"%8s|%-8s|",     L"%.2s|%.9s|", L"%8ls|%-8ls|", L"%.3ls|%3c|",
        L"\u00e4%n|", L"%3lc|%-3c|", L"%2$ls %1$d|", L"%*d|%-*d|",  L"%x %o|",      L"%%|%m|"};
    int length = -2;
    wmemset(buffer, L'#', 40);
    errno = ENOENT;
    switch (i) {
    case 0:
      length = swprintf(buffer, 40, formats[i], count, name);
      break;
    case 1:
      length = swprintf(buffer, 40, formats[i], wide_name, count);
      break;
    case 2:
    case 3:
      length = swprintf(buffer, 40, formats[i], name, name);
      break;
    case 4:
      length = swprintf(buffer, 40, formats[i], wide_name, wide_name);
      break;
    case 5:
      length = swprintf(buffer, 40, formats[i], wide_name, 'c');
      break;
    case 6:
      length = swprintf(buffer, 40, formats[i], &at);
      break;
    case 7:
      length = swprintf(buffer, 40, formats[i], (wint_t)L'\u00df', 'd');
      break;
    case 8:
      length = swprintf(buffer, 40, formats[i], count, wide_name);
      break;
    case 9:
      length = swprintf(buffer, 40, formats[i], 5, count, 5, count);
      break;
    case 10:
      length = swprintf(buffer, 40, formats[i], 255, 8);
      break;
    case 11:
      length = swprintf(buffer, 40, formats[i]);
      break;
    }
    memset(bytes, 0, sizeof bytes);
    if (length >= 0)
      wcstombs(bytes, buffer, sizeof bytes - 1);
    printf("%d: %d %s %d\n", i, length, bytes, at);
  }
  printf("cut: %d\n", swprintf(buffer, 3, L"%d", 12345));
  printf("fits: %d %d\n", swprintf(buffer, 6, L"%d", 12345), (int)wcslen(buffer));
}

static void wide_output(void) {
  count++;
  int results[6];
  results[0] = fwprintf(wide, L"%d %ls %s\n", count, wide_name, "narrow");
  results[1] = fputws(L"line \u00e9\n", wide) >= 0;
  results[2] = fputwc(L'\u00e8', wide) != WEOF;
  results[3] = putwc(L'\n', wide) != WEOF;
  results[4] = fwprintf(wide, L"%2$ls %1$s\n", name, wide_name);
  results[5] = fwprintf(wide, L"%5c|%-5lc|\n", 'a', L'\u00fc');
  printf("%d %d %d %d %d %d\n", results[0] < 0, results[1], results[2], results[3], results[4] < 0,
         results[5] < 0);
  fflush(wide);
}

static void refused(void) {
  fwide(stdout, -1);
  count++;
  const int result = wprintf(L"not on a stream of bytes\n");
  printf("%d\n", result);
}

int main(void) {
  char line[200];
  setlocale(LC_ALL, "");
  wide = tmpfile();
  AME_ATOMIC { positions(); }
  AME_ATOMIC { wide_into_memory(); }
  AME_ATOMIC { wide_output(); }
  AME_ATOMIC { refused(); }
  FILE *in = fdopen(dup(fileno(wide)), "r");
  rewind(in);
  while (fgets(line, sizeof line, in))
    fputs(line, stdout);
  printf("%d\n", count);
}

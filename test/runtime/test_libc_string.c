/* Intent: in a transaction every wrapper gives libc's own result, whatever the
 * alignment, and an abort undoes what it stored. */
#define _GNU_SOURCE
#include "transaction.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include <cmocka.h>

#define WRAPPER(name) extern __typeof__(name) __ame_libc_##name
WRAPPER(strlen);
WRAPPER(strnlen);
WRAPPER(strcpy);
WRAPPER(strncpy);
WRAPPER(strcat);
WRAPPER(strcmp);
WRAPPER(strncmp);
WRAPPER(strcasecmp);
WRAPPER(strchr);
WRAPPER(strrchr);
WRAPPER(strstr);
WRAPPER(strspn);
WRAPPER(strcspn);
WRAPPER(strtok_r);
WRAPPER(strsep);
WRAPPER(memcmp);
WRAPPER(memchr);
WRAPPER(memrchr);
WRAPPER(memmove);
WRAPPER(snprintf);
WRAPPER(sscanf);
WRAPPER(qsort);
WRAPPER(bsearch);

#define FRAME_TOP() ((char *)__builtin_frame_address(0) + sizeof(void *))
#define OWN_FRAME __attribute__((noinline))

/* Runs body in a transaction that aborts once. */
static int attempts;
OWN_FRAME static void in_transaction(void (*body)(void)) {
  attempts = 0;
  __ame_begin("test", FRAME_TOP(), NULL, 0);
  body();
  if (attempts++ == 0)
    ame_abort(AME_ABORT_FORCED);
  __ame_commit();
  assert_int_equal(attempts, 2);
}

static char text[512], other[512];

static int sign(int value) { return (value > 0) - (value < 0); }

static void measure_and_compare(void) {
  for (size_t offset = 0; offset < 70; offset += 7)
    for (size_t length = 0; length < 200; length += 13) {
      char *a = text + offset, *b = other + 3;
      memset(a, 'x', length);
      memset(b, 'x', length);
      a[length] = b[length] = 0;
      assert_int_equal(__ame_libc_strlen(a), length);
      assert_int_equal(__ame_libc_strnlen(a, 50), length < 50 ? length : 50);
      assert_int_equal(__ame_libc_strcmp(a, b), 0);
      assert_ptr_equal(__ame_libc_strchr(a, 0), a + length);
      assert_null(__ame_libc_strchr(a, 'y'));
      assert_ptr_equal(__ame_libc_memchr(a, 0, length + 1), a + length);
      if (!length)
        continue;
      b[length - 1] = 'Y';
      assert_int_equal(sign(__ame_libc_strcmp(a, b)), sign(strcmp(a, b)));
      assert_int_equal(__ame_libc_strncmp(a, b, length - 1), 0);
      assert_int_equal(sign(__ame_libc_memcmp(a, b, length)), 1);
      assert_int_equal(sign(__ame_libc_strcasecmp(a, b)),
                       sign(strcasecmp(a, b)));
      assert_ptr_equal(__ame_libc_strrchr(b, 'Y'), b + length - 1);
      assert_ptr_equal(__ame_libc_memrchr(b, 'Y', length), b + length - 1);
    }
}

static void strings_are_measured_and_compared(void **state) {
  (void)state;
  in_transaction(measure_and_compare);
}

static void copy_strings(void) {
  assert_string_equal(text, "before");
  __ame_libc_strcpy(text, "one");
  __ame_libc_strcat(text, ", two");
  assert_string_equal(text, "one, two");
  __ame_libc_strncpy(other, text, 16);
  assert_memory_equal(other, "one, two\0\0\0\0\0\0\0\0", 16);
  __ame_libc_memmove(text + 2, text, 9);
  assert_string_equal(text, "onone, two");
}

static void copies_are_undone_by_an_abort(void **state) {
  (void)state;
  strcpy(text, "before");
  in_transaction(copy_strings);
  assert_string_equal(text, "onone, two");
}

static void search(void) {
  assert_ptr_equal(__ame_libc_strstr(text, "two"), text + 4);
  assert_null(__ame_libc_strstr(text, "four"));
  assert_int_equal(__ame_libc_strspn(text, "eno"), 3);
  assert_int_equal(__ame_libc_strcspn(text, " "), 3);
}

static void searches_find(void **state) {
  (void)state;
  strcpy(text, "one two three");
  in_transaction(search);
}

static void cut(void) {
  char *rest, *list = other;
  assert_string_equal(__ame_libc_strtok_r(text, ",;", &rest), "a");
  assert_string_equal(__ame_libc_strtok_r(NULL, ",;", &rest), "bc");
  assert_string_equal(__ame_libc_strtok_r(NULL, ",;", &rest), "d");
  assert_null(__ame_libc_strtok_r(NULL, ",;", &rest));
  assert_string_equal(__ame_libc_strsep(&list, ":"), "x");
  assert_string_equal(__ame_libc_strsep(&list, ":"), "");
  assert_string_equal(__ame_libc_strsep(&list, ":"), "y");
  assert_null(list);
}

static void tokens_are_cut(void **state) {
  (void)state;
  strcpy(text, ";a,,bc;d;");
  strcpy(other, "x::y");
  in_transaction(cut);
}

#define SAME_FORMAT(...)                                                       \
  do {                                                                         \
    char expected[256];                                                        \
    const int length = snprintf(expected, sizeof expected, __VA_ARGS__);       \
    assert_int_equal(__ame_libc_snprintf(text, sizeof text, __VA_ARGS__),      \
                     length);                                                  \
    assert_string_equal(text, expected);                                       \
  } while (0)

static void format(void) {
  SAME_FORMAT("plain");
  SAME_FORMAT("%d %5d|%-5d|%05d %i %+d %% %c", 1, 2, 3, 4, -5, 6, 'c');
  SAME_FORMAT("%hhd %hd %ld %lld %zu %jd %td", 1, 2, 3L, 4LL, (size_t)5,
              (intmax_t)6, (ptrdiff_t)7);
  SAME_FORMAT("%#x %#o %X %u", 255, 8, 0xABCDu, 4000000000u);
  SAME_FORMAT("%f %.3f %e %g %a %Lf %10.2f|", 1.5, 2.0 / 3, 1e100, 1e-5, 0.5,
              2.5L, -3.14159);
  SAME_FORMAT("%s|%10s|%-10s|%.2s|%*.*s", "a", "bc", "de", "fghi", 6, 3,
              "jklmno");
  SAME_FORMAT("%*d|%-*d|%.*f", -6, 1, 6, 2, -1, 1.25);
  SAME_FORMAT("%p %p", (void *)text, NULL);
  SAME_FORMAT("%ls %lc", L"wide", (wint_t)L'w');
  errno = ENOENT;
  SAME_FORMAT("%m");
  assert_int_equal(__ame_libc_snprintf(text, 5, "%s", "too long"), 8);
  assert_string_equal(text, "too ");
  assert_int_equal(__ame_libc_snprintf(NULL, 0, "%d%s", 12, "ab"), 4);
}

static void formats_equal_those_of_libc(void **state) {
  (void)state;
  in_transaction(format);
}

static void positional(void) {
  SAME_FORMAT("%2$s %1$d", 5, "five");
  attempts++; /* inevitable: it cannot abort */
}

static void positional_arguments_work_inevitably(void **state) {
  (void)state;
  in_transaction(positional);
}

static void scan(void) {
  int number = 0, position = 0;
  short small = 0;
  double real = 0;
  char word[8] = "", set[8] = "", pair[2];
  assert_int_equal(__ame_libc_sscanf("12 -3 2.5 word,abc]  xy", "%d %hd%lf %7s",
                                     &number, &small, &real, word),
                   4);
  assert_int_equal(number, 12);
  assert_int_equal(small, -3);
  assert_true(real == 2.5);
  assert_string_equal(word, "word,ab");
  assert_int_equal(
      __ame_libc_sscanf("k=abc] xy", "k=%[a-c]%*c%n %2c", set, &position, pair),
      2);
  assert_string_equal(set, "abc");
  assert_int_equal(position, 6);
  assert_memory_equal(pair, "xy", 2);
  assert_int_equal(__ame_libc_sscanf("", "%d", &number), EOF);
  assert_int_equal(__ame_libc_sscanf("q", "%d", &number), 0);
  assert_int_equal(__ame_libc_sscanf("100%", "%d%%", &number), 1);
}

static void scanning_equals_that_of_libc(void **state) {
  (void)state;
  in_transaction(scan);
}

/* The comparison is not instrumented: the transaction becomes inevitable. */
static int by_value(const void *a, const void *b) {
  const int one = *(const int *)a, another = *(const int *)b;
  return (one > another) - (one < another);
}

static int numbers[101];

static void sort(void) {
  const int wanted = 70;
  __ame_libc_qsort(numbers, 101, sizeof *numbers, by_value);
  for (int i = 0; i < 101; i++)
    assert_int_equal(numbers[i], i);
  assert_ptr_equal(
      __ame_libc_bsearch(&wanted, numbers, 101, sizeof *numbers, by_value),
      numbers + 70);
  attempts++;
}

static void arrays_are_sorted(void **state) {
  (void)state;
  for (int i = 0; i < 101; i++)
    numbers[i] = i * 37 % 101;
  in_transaction(sort);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strings_are_measured_and_compared),
      cmocka_unit_test(copies_are_undone_by_an_abort),
      cmocka_unit_test(searches_find),
      cmocka_unit_test(tokens_are_cut),
      cmocka_unit_test(formats_equal_those_of_libc),
      cmocka_unit_test(positional_arguments_work_inevitably),
      cmocka_unit_test(scanning_equals_that_of_libc),
      cmocka_unit_test(arrays_are_sorted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

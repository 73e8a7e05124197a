/* Intent: AME_OPTIONS is parsed as documented, mistakes are reported and ignored. */
#include "runtime_test.h"

#include <unistd.h>

void ame_options_parse(char *variable);

/* Parses the text; what went to stderr is returned. */
static const char *parse(const char *text) {
  static char output[4096], copy[256];
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  const int saved = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  strcpy(copy, text);
  ame_options_parse(copy);
  dup2(saved, STDERR_FILENO);
  close(saved);
  close(ends[1]);
  const ssize_t length = read(ends[0], output, sizeof output - 1);
  close(ends[0]);
  output[length > 0 ? length : 0] = '\0';
  return output;
}

static void values(void **state) {
  (void)state;
  assert_string_equal(parse("stats=1:visible_after=77:io_max=3m:max_attempts=9"), "");
  assert_true(ame_options.stats);
  assert_int_equal(ame_options.visible_after, 77);
  assert_int_equal(ame_options.io_max, 3 << 20);
  assert_int_equal(ame_options.max_attempts, 9);
  assert_string_equal(parse("stats=0::"), "");
  assert_false(ame_options.stats);
  assert_string_equal(parse("stats"), "");
  assert_true(ame_options.stats);
  assert_string_equal(parse("io_max=12k:stats=0"), "");
  assert_int_equal(ame_options.io_max, 12 << 10);
}

static void mistakes(void **state) {
  (void)state;
  assert_non_null(strstr(parse("statz=1"), "unknown key 'statz'"));
  assert_non_null(strstr(parse("visible_after=many"), "bad value 'many'"));
  assert_non_null(strstr(parse("visible_after=0"), "bad value"));
  assert_non_null(strstr(parse("visible_after=-4"), "bad value"));
  assert_non_null(strstr(parse("stats=2"), "bad value"));
  assert_non_null(strstr(parse("io_max=99999999999999999999"), "bad value"));
  assert_non_null(strstr(parse("io_max=5x"), "bad value"));
  assert_non_null(strstr(parse("stats_file="), "bad value"));
  assert_non_null(strstr(parse("force_aborts=often"), "bad value"));
}

static void help(void **state) {
  (void)state;
  const char *text = parse("help=1");
  assert_non_null(strstr(text, "visible_after"));
  assert_non_null(strstr(text, "io_max"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values),
      cmocka_unit_test(mistakes),
      cmocka_unit_test(help),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

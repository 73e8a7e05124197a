// RUN: %same_output %s -O0 -O2 "-O2 -fPIE -pie" "-O2 -flto" --always
// Intent: functions that are weak, aliases, chosen at load time (ifunc), in
// comdats, nested in tables, constructors and destructors, main called again.
#include "../second_attempt.h"

static int log_[30], logged, depth;
static void note(int x) { log_[logged++ % 30] = x; }

__attribute__((weak)) void weak_one(int x) { note(x + 1); }
void real(int x) { note(x + 2); }
void alias(int x) __attribute__((alias("real")));
void weak_alias(int x) __attribute__((weak, alias("real")));
extern void absent(void) __attribute__((weak));

static void fast(int x) { note(x + 3); }
static void (*choose(void))(int) { return fast; }
void chosen(int x) __attribute__((ifunc("choose")));

__attribute__((section(".text.special"), noinline)) static void elsewhere(int x) { note(x + 4); }
__attribute__((cold)) static void cold(int x) { note(x + 5); }
__attribute__((visibility("hidden"))) void hidden(int x) { note(x + 6); }
__attribute__((visibility("protected"))) void protected_(int x) { note(x + 7); }
static inline __attribute__((always_inline)) void inlined(int x) { note(x + 8); }
inline void c99_inline(int x) { note(x + 9); }
extern inline void c99_inline(int x);

__attribute__((constructor)) static void before(void) { note(1); }
__attribute__((constructor)) static void block_before_main(void) {
  AME_ATOMIC { note(2); }
}
__attribute__((destructor)) static void after(void) {
  AME_ATOMIC { note(3); }
  printf("after %d\n", logged);
}

static void (*const table[])(int) = {weak_one, real, alias, weak_alias, chosen, elsewhere,
                                     cold, hidden, protected_, c99_inline};

int main(int count, char **words) {
  if (depth)
    return note(depth), depth;
  second_attempt_prepare();
  AME_ATOMIC {
    note(100);
    weak_one(110), real(120), alias(130), elsewhere(160), cold(170);
    hidden(180), protected_(190), inlined(200), c99_inline(210);
    if (absent)
      absent();
    for (int i = 0; i < 10; i++)
      if (i != 3 && i != 4)
        table[i](1000 * i);
    second_attempt_force();
    weak_alias(140), chosen(150);
    table[3](3000), table[4](4000);
    depth = 1;
    note(main(count, words));
  }
  second_attempt_check();
  for (int i = 0; i < 30; i++)
    printf("%d ", log_[i]);
  printf("\n");
  return 0;
}

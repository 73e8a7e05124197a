// RUN: %same_output %s -O0 -O2 -O3
// Intent: scalars of every width, integer and floating, loaded, changed and
// stored in a block that is undone once; alone and unaligned.
#include "../second_attempt.h"
#include <complex.h>
#include <stdbool.h>
#include <string.h>

#define SCALARS(X)                                                             \
  X(bool, i1, 1, = !)                                                          \
  X(char, i8, 100, = 3 +)                                                      \
  X(short, i16, 1000, = 3 +)                                                   \
  X(int, i32, 100000, = 3 +)                                                   \
  X(long, i64, 1L << 40, = 3 +)                                                \
  X(__int128, i128, (__int128)1 << 100, = 3 +)                                 \
  X(_BitInt(3), odd3, 2, = 1 +)                                                \
  X(_BitInt(17), odd17, 1000, = 3 +)                                           \
  X(unsigned _BitInt(24), odd24, 70000, = 3 +)                                 \
  X(_BitInt(48), odd48, 1LL << 40, = 3 +)                                      \
  X(_BitInt(65), odd65, 1LL << 60, = 3 +)                                      \
  X(_BitInt(127), odd127, 1LL << 60, = 5 +)                                    \
  X(_Float16, half, 1.5f16, = 2.0f16 *)                                        \
  X(float, single, 1.5f, = 3 *)                                                \
  X(double, twice, 1.25, = 3 *)                                                \
  X(long double, extended, 1.125L, = 3 *)                                      \
  X(__float128, quad, 1.0625, = 3 *)                                           \
  X(_Complex float, small_complex, 1.5f + 2 * I, = (2 + I) *)                  \
  X(_Complex double, large_complex, 1.5 + 2 * I, = (2 + I) *)                  \
  X(_Complex long double, huge_complex, 1.5L + 2 * I, = (2 + I) *)             \
  X(void *, pointer, (void *)1024, = 8 + (char *))

#define X(type, name, value, change)                                           \
  static type name;                                                            \
  static struct {                                                              \
    char before;                                                               \
    type it;                                                                   \
    char after;                                                                \
  } __attribute__((packed)) loose_##name;
SCALARS(X)
#undef X

/* Without arithmetic, which needs a newer library. */
static __bf16 brains[] = {(__bf16)1.5f, (__bf16)-2.0f};

static void change_all(void) {
  const __bf16 first = brains[0];
  brains[0] = brains[1];
  brains[1] = first;
#define X(type, name, value, change)                                           \
  name change name;                                                            \
  loose_##name.it change loose_##name.it;                                      \
  loose_##name.before++;                                                       \
  loose_##name.after--;
  SCALARS(X)
#undef X
}

/* The value bytes, without padding: those that differ from all bits zero. */
static void show(const char *name, const void *address, size_t size) {
  const unsigned char *bytes = address;
  printf("%s", name);
  for (size_t i = 0; i < size; i++)
    printf(" %02x", bytes[i]);
  printf("\n");
}

int main(void) {
#define X(type, name, value, change)                                           \
  name = value;                                                                \
  loose_##name.it = value;
  SCALARS(X)
#undef X
  second_attempt_prepare();
  AME_ATOMIC {
    change_all();
    second_attempt_force();
    change_all();
  }
  second_attempt_check();
  show("brains", brains, sizeof brains);
#define VALUE_BYTES(type, name)                                                \
  (sizeof(type) == 16 && #name[0] == 'e' ? 10 : sizeof(type))
#define X(type, name, value, change)                                           \
  show(#name, &name, #name[0] == 'h' && #name[1] == 'u' ? 10                   \
                                     : VALUE_BYTES(type, name));               \
  show("  packed", &loose_##name.it,                                           \
       #name[0] == 'h' && #name[1] == 'u' ? 10 : VALUE_BYTES(type, name));     \
  printf("  %d %d\n", loose_##name.before, loose_##name.after);
  SCALARS(X)
#undef X
  return 0;
}

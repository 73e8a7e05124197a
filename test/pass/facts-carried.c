// Intent: the fact of a field's address that is given to a function, or put into a
// structure, comes along where the optimiser inlines the function and takes the
// structure apart: walks through a pointer have no barrier. Not where the pointer
// may come from elsewhere, steps back out of the field, or stays in memory.
// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s --implicit-check-not=invariant.group
// RUN: %ame_cc -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=NONE
// RUN: %clang -O1 -D__AME__ -I%ame_include -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %ame_opt -passes=ame-mark -S %t.ll | FileCheck %s --check-prefix=MARK
// NONE-NOT: invariant.group
#include <ame/ame.h>

struct text {
  long length;
  char bytes[8] AME_IMMUTABLE;
};
struct walk {
  const char *at, *end;
};
static inline void begin(struct walk *w, const char *at, long n) {
  w->at = at;
  w->end = at + n;
}
static inline long next(struct walk *w) {
  return w->at < w->end ? *w->at++ : 0;
}
static inline long sum(const char *s) {
  long n = 0;
  while (*s)
    n += *s++;
  return n;
}

// MARK-LABEL: define {{.*}}@inlined(
// MARK: call ptr @llvm.strip.invariant.group.p0(ptr {{.*}}) #[[$FACT:[0-9]+]]
// CHECK-LABEL: define {{.*}}@inlined.ame(
// CHECK-NOT: acquire
// CHECK-NOT: @__ame_
// CHECK: {{^}}}
long inlined(const struct text *t) { return sum(t->bytes); }

// The length alone.
// CHECK-LABEL: define {{.*}}@through_structure.ame(
// CHECK-COUNT-1: load atomic i64, {{.*}} acquire
// CHECK: load atomic i32, {{.*}} acquire
// CHECK-NOT: acquire
// CHECK: {{^}}}
long through_structure(const struct text *t) {
  struct walk w;
  begin(&w, t->bytes, t->length);
  long n = 0;
  for (long c; (c = next(&w)) != 0;)
    n += c;
  return n;
}

// CHECK-LABEL: define {{.*}}@from_elsewhere.ame(
// CHECK: load atomic i8, {{.*}} acquire
// CHECK: {{^}}}
long from_elsewhere(const struct text *t, const char *other, int c) {
  return c ? sum(t->bytes) : sum(other);
}
static inline const char *either(const char *a, const char *b, int c) {
  return c ? a : b;
}
// CHECK-LABEL: define {{.*}}@one_of_two.ame(
// CHECK: load atomic i8, {{.*}} acquire
// CHECK: {{^}}}
long one_of_two(const struct text *t, const char *other, int c) {
  return *either(t->bytes, other, c);
}

static inline long length_of(const char *bytes) {
  return ((const struct text *)(bytes - sizeof(long)))->length;
}
// CHECK-LABEL: define {{.*}}@around.ame(
// CHECK: load atomic i64, {{.*}} acquire
// CHECK: {{^}}}
long around(const struct text *t) { return length_of(t->bytes); }

__attribute__((noinline)) static long called(const char *s) { return *s; }
// CHECK-LABEL: define {{.*}}@not_inlined.ame(
// CHECK: {{^}}}
long not_inlined(const struct text *t) { return called(t->bytes); }
// CHECK-LABEL: define {{.*}}@called.ame(
// CHECK: load atomic i8, {{.*}} acquire
// CHECK: {{^}}}

// The array is the structure's end: its length is not known.
// MARK: attributes #[[$FACT]] = { "ame-points"="immutable" "ame-room"="0,9223372036854775807,1" }

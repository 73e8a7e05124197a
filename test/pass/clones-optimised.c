// Intent: the clone of a function that only other files reach is optimised like any
// function: what it calls is inlined, its locals are in registers. It does not keep
// alive what nobody can reach: clones of inline functions that are not used.
// RUN: %ame_cxx -x c++ -O2 -S -emit-llvm %s -o - | FileCheck %s --implicit-check-not=compiler.used --implicit-check-not=ame-kept --implicit-check-not=@_Z6unused
#include <ame/ame.h>

struct walk {
  const long *at, *end;
};
static inline void begin(struct walk *w, const long *at, long n) {
  w->at = at;
  w->end = at + n;
}
static inline const long *next(struct walk *w) {
  return w->at < w->end ? w->at++ : 0;
}

// CHECK-LABEL: define {{.*}}@sum.ame(
// CHECK-NOT: alloca {{%|ptr}}
// CHECK-NOT: @next
// CHECK-NOT: @begin
// CHECK: {{^}}}
extern "C" long sum(const long *a, long n) {
  struct walk w;
  long s = 0;
  begin(&w, a, n);
  for (const long *p; (p = next(&w));)
    s += *p;
  return s;
}

inline long unused(const long *a) { return *a + 5; }
extern "C" long sum_of_two(const long *a) { return unused(a) + unused(a + 9); }

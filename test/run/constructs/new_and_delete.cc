// RUN: %ame_cxx -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cxx -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cxx -O2 -fame-mode=always -fuse-ld=lld %s -o %t.always && %ame_run %t.always | FileCheck %s
// RUN: %ame_cxx -O2 -fame-shared %s -o %t.shared && %ame_run %t.shared | FileCheck %s
// RUN: %ame_cxx -O1 -fsanitize=address %s -o %t.asan && env ASAN_OPTIONS=new_delete_type_mismatch=0 %ame_run %t.asan | FileCheck %s
// RUN: %ame_cxx -O2 -DREPLACED %s -o %t.own && %ame_run %t.own | FileCheck %s --check-prefix=OWN
// Intent: every form of delete outside of blocks gives back what a block has
// allocated with new, and the other way round: memory does not grow, nothing is
// broken. A program's own operators are taken, also by the forms that it leaves out.
#include <ame/ame.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/resource.h>

struct alignas(64) Wide {
  long x[8];
};
struct Base {
  virtual ~Base() {}
  long y;
};
struct Derived : Base {
  char text[200];
};

#ifdef REPLACED
static long allocated, deleted;
void *operator new(size_t size) {
  allocated++;
  return malloc(size);
}
void operator delete(void *block) noexcept {
  deleted++;
  free(block);
}
#endif

static long *one, *many, *quiet;
static Wide *wide, *wides;
static Base *base;

static void create(int round) {
  one = new long(3);
  many = new long[1000 + round];
  memset(many, 1, 1000 * sizeof *many);
  quiet = new (std::nothrow) long[10];
  wide = new Wide;
  wides = new Wide[3];
  base = new Derived;
}
static void destroy() {
  delete one;
  operator delete[](many, 1000 * sizeof *many);
  operator delete[](quiet, std::nothrow);
  delete wide;
  delete[] wides;
  delete base;
}

int main() {
  for (int round = 0; round < 20000; round++) {
    AME_ATOMIC { create(round % 1000); }
    destroy();
    create(round % 1000);
    AME_ATOMIC { destroy(); }
  }
#ifdef REPLACED
  // OWN: all were deleted
  puts(allocated == 80000 && deleted >= allocated ? "all were deleted" : "some were not");
#else
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const bool grown = usage.ru_maxrss > 700000;
  // CHECK: memory did not grow
  puts(grown ? "memory grew" : "memory did not grow");
#endif
}

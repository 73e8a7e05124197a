// Intent: of a large function only the hottest barriers are inlined, 24 in a
// program that is instrumented as a whole and 64 elsewhere, and a remark tells. In
// a whole program the barriers on a loop's side ways are calls.
// RUN: %ame_cc -O2 -fno-vectorize -S -emit-llvm -fame-mode=always -Rpass-missed=ame %s -o %t.ll 2>&1 | FileCheck %s --check-prefix=WHOLE
// RUN: FileCheck %s --check-prefix=WHOLE-IR --input-file=%t.ll
// RUN: %ame_cc -O2 -fno-vectorize -S -emit-llvm -Rpass-missed=ame %s -o %t.ll 2>&1 | FileCheck %s --check-prefix=REGIONS
// RUN: FileCheck %s --check-prefix=REGIONS-IR --input-file=%t.ll
#include <ame/ame.h>

#define TIMES13(X) X X X X X X X X X X X X X

struct place {
  long *values AME_IMMUTABLE;
};

// WHOLE-NOT: remark
// WHOLE: inlined-limit.c:[[#@LINE+10]]:{{.*}}remark: 26 barriers would be inlined here: the 24 that run most often are, this one and the others are calls
// WHOLE-NOT: remark: 2
// WHOLE-IR-LABEL: define{{.*}} @many(
// WHOLE-IR-COUNT-2: call {{.*}}@__ame_write8(
// WHOLE-IR-NOT: @__ame_write8(
void many(struct place *p, long n);
void many(struct place *p, long n) {
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++) {
    struct place *q = p;
    TIMES13((q++)->values[i * i] = i;) TIMES13((q++)->values[i * i] = i;)
  }
}

// WHOLE-IR-LABEL: define{{.*}} @side(
// WHOLE-IR: call {{.*}}@__ame_write(ptr
// WHOLE-IR: call {{.*}}@__ame_write8(
// REGIONS-IR-LABEL: define{{.*}} @many.ame(
// REGIONS-IR-NOT: @__ame_write8(
// REGIONS-IR-LABEL: define{{.*}} @side.ame(
// REGIONS-IR: call {{.*}}@__ame_write(ptr
void side(struct place *p, long n, long rare);
void side(struct place *p, long n, long rare) {
#pragma clang loop unroll(disable)
  for (long i = 0; i < n; i++) {
    p[0].values[i * i] = 1;
    if (__builtin_expect(p[1].values[i * i] == rare, 0))
      p[2].values[i * i] = 2;
  }
}

// REGIONS-NOT: remark
// REGIONS: inlined-limit.c:[[#@LINE+5]]:{{.*}}remark: 65 barriers would be inlined here: the 64 that run most often are, this one and the others are calls
void region(struct place *p);
void region(struct place *p) {
  AME_ATOMIC {
    TIMES13(*(p++)->values = 0;) TIMES13(*(p++)->values = 1;)
    TIMES13(*(p++)->values = 2;) TIMES13(*(p++)->values = 3;) TIMES13(*(p++)->values = 4;)
  }
}

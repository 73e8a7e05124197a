// Intent: a count in a bit-field that cannot be counted is an error at its declaration,
// which says what to write instead.
// RUN: not %ame_cc -O1 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %ame_cc -O0 -c %s -o %t.o 2>&1 | FileCheck %s
#include <ame/ame.h>

struct first {
  unsigned count : 30, flag : 2;
};
// CHECK: early-bit-counts-refused.c:[[# @LINE + 1]]:{{.*}} error: AME_REFCOUNT_BITS: the field is among the structure's first bits: put AME_BITS_FIRST; before them [ame-count-size]
AME_REFCOUNT_BITS(struct first, count);

struct odd {
  AME_BITS_FIRST;
  unsigned count : 17;
  char next;
};
// CHECK: early-bit-counts-refused.c:[[# @LINE + 1]]:{{.*}} error: AME_REFCOUNT_BITS: clang keeps it in a unit of 24 bits, which is none of 8, 16, 32 or 64: fill the unit with an unnamed bit-field [ame-count-size]
AME_REFCOUNT_BITS(struct odd, count);

struct __attribute__((packed)) unaligned {
  char before;
  unsigned count : 24, flag : 8;
};
// CHECK: early-bit-counts-refused.c:[[# @LINE + 1]]:{{.*}} error: AME_REFCOUNT_BITS: its unit of 32 bits is not aligned to its size
AME_REFCOUNT_BITS(struct unaligned, count);

struct wide {
  long before;
  unsigned long long count : 40, rest : 24;
};
// CHECK: early-bit-counts-refused.c:[[# @LINE + 1]]:{{.*}} error: AME_REFCOUNT_BITS: it has more than 32 bits: declare a member of its own, AME_REFCOUNT
AME_REFCOUNT_BITS(struct wide, count);

struct close {
  long before;
  unsigned one : 4, other : 28;
};
// CHECK: early-bit-counts-refused.c:[[# @LINE + 2]]:{{.*}} error: AME_REFCOUNT_BITS: the field begins in the same byte as another count: put an unnamed bit-field between them
AME_REFCOUNT_BITS(struct close, one);
AME_REFCOUNT_BITS(struct close, other);

struct small {
  long before;
  unsigned count : 5, rest : 27;
};
// CHECK: early-bit-counts-refused.c:[[# @LINE + 1]]:{{.*}} error: AME_REFCOUNT_BITS: it never gets to the limit of AME_REFCOUNT_IMMORTAL_FROM
AME_REFCOUNT_BITS_WITH(struct small, count, AME_REFCOUNT_IMMORTAL_FROM(32));

struct one {
  long before;
  int count : 1, rest : 31;
};
// CHECK: early-bit-counts-refused.c:[[# @LINE + 1]]:{{.*}} error: AME_REFCOUNT_BITS: one signed bit counts nothing
AME_REFCOUNT_BITS(struct one, count);

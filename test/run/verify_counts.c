// RUN: %ame_cc -O0 -fame-verify %s -o %t.O0 && env AME_OPTIONS=verify=1 %ame_run %t.O0 2>&1 | FileCheck %s
// RUN: %ame_cc -O2 -fame-verify %s -o %t.O2 && env AME_OPTIONS=verify=1 %ame_run %t.O2 2>&1 | FileCheck %s
// RUN: %ame_cc -O2 -fame-verify -fame-mode=always %s -o %t.all && env AME_OPTIONS=verify=1 %ame_run %t.all 2>&1 | FileCheck %s
// Intent: verify=1 names accesses to counts that the compiler cannot know for ones, and
// says nothing of neighbours, of whole structs, of counts in bit-fields, of counts that
// the transaction has not changed, or has for itself.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>

struct object {
  long count AME_REFCOUNT;
  long size;
};

struct packed {
  AME_BITS_FIRST;
  unsigned count : 20, kind : 12;
  long size;
};
AME_REFCOUNT_BITS(struct packed, count);

static struct object *shared;
static struct packed *packed;
static long result;

__attribute__((noinline)) static long sum(struct object object) {
  return object.count + object.size;
}

static void counted_as_such(void) {
  struct object copy;
  AME_ATOMIC {
    shared->count++;
    shared->size++;
    result += shared->count + shared->size;
    copy = *shared;
  }
  AME_ATOMIC {
    shared->count++;
    result += sum(*shared) + copy.count;
  }
  AME_ATOMIC {
    packed->count++;
    packed->kind++;
    packed->size++;
  }
}

__attribute__((noinline)) static long first_word(const void *object) {
  return *(const long *)object; // BEHIND_ITS_BACK
}

int main(void) {
  shared = calloc(1, sizeof *shared);
  packed = calloc(1, sizeof *packed);
  // CHECK-NOT: verify:
  counted_as_such();
  AME_ATOMIC { result += first_word(shared); } /* nothing is pending */
  AME_ATOMIC {
    struct object *mine = calloc(1, sizeof *mine);
    mine->count++;
    result += first_word(mine);
    free(mine);
  }
  // CHECK: ame: verify: a reference count or counter is accessed at {{.*}}verify_counts.c:[[# @LINE - 15]] without its field's name
  AME_ATOMIC {
    shared->count++;
    result += first_word(shared);
  }
  // CHECK-NOT: verify:
  // CHECK: end
  fflush(stderr);
  printf("end\n");
  return 0;
}

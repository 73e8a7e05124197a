// Intent: an inlined barrier asks for captured memory only where its transaction may
// have allocated some: not before the first allocation of a block, in functions that
// are only called there, and of globals; after one, after calls that nothing is
// known about, and in functions that others may call it does. In a program that is
// instrumented as a whole it always does, but where barriers are calls.
// RUN: %ame_cc -O1 -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O1 -fno-discard-value-names -fame-mode=always -S -emit-llvm %s -o - | FileCheck %s --check-prefix=WHOLE
#include <ame/ame.h>
#include <stdlib.h>
#include <string.h>

struct node {
  long key;
  struct node *next;
};
struct node *global;
void unknown(void);

// CHECK-LABEL: define {{.*}}@look_up(
// CHECK-NOT: ame.captured
// CHECK: load atomic i64
// CHECK-NOT: ame.captured
// CHECK: {{^}}}
// WHOLE-LABEL: define {{.*}}@look_up(
// WHOLE: ame.captured
// WHOLE: {{^}}}
int look_up(struct node *n, long key) {
  int found = 0;
  AME_ATOMIC {
    while (n && n->key != key)
      n = n->next;
    found = n != 0;
  }
  return found;
}

// CHECK-LABEL: define {{.*}}@allocates_first(
// CHECK: ame.captured
// CHECK: {{^}}}
struct node *allocates_first(struct node *o) {
  struct node *n = 0;
  AME_ATOMIC {
    n = malloc(sizeof *n);
    n->key = 1;
    o->next = n;
  }
  return n;
}

// In the turn before.
// CHECK-LABEL: define {{.*}}@allocates_in_loop(
// CHECK: ame.captured
// CHECK: {{^}}}
void allocates_in_loop(struct node *o) {
  AME_ATOMIC {
    while (o->key--) {
      struct node *n = malloc(sizeof *n);
      n->next = o->next;
      o->next = n;
    }
  }
}

// CHECK-LABEL: define {{.*}}@calls_something(
// CHECK: ame.captured
// CHECK: {{^}}}
long calls_something(struct node *o) {
  long key = 0;
  AME_ATOMIC {
    unknown();
    key = o->key;
  }
  return key;
}

// A pure function of libc; what was allocated before the block is not captured.
// CHECK-LABEL: define {{.*}}@calls_pure(
// CHECK-NOT: ame.captured
// CHECK: {{^}}}
long calls_pure(struct node *o) {
  struct node *n = malloc(sizeof *n);
  long key = 0;
  AME_ATOMIC {
    key = labs((long)strlen("abc") - (long)(size_t)getenv("A"));
    key += o->key + n->key;
  }
  return key;
}

// CHECK-LABEL: define {{.*}}@of_global(
// CHECK-NOT: ame.captured
// CHECK: {{^}}}
struct node *of_global(void) {
  struct node *n = 0;
  AME_ATOMIC {
    unknown();
    n = global;
  }
  return n;
}

__attribute__((noinline)) static long key_of(struct node *o) { return o->key; }
__attribute__((noinline)) static long late_key_of(struct node *o) { return o->key; }
long known_calls(struct node *o) {
  long key = 0;
  AME_ATOMIC {
    key = key_of(o);
    unknown();
    key += late_key_of(o);
  }
  return key;
}
// Others may call it.
long exported(struct node *o) { return o->key; }
// CHECK-LABEL: define internal {{.*}}@key_of.ame(
// CHECK-NOT: ame.captured
// CHECK: {{^}}}
// CHECK-LABEL: define internal {{.*}}@late_key_of.ame(
// CHECK: ame.captured
// CHECK: {{^}}}
// CHECK-LABEL: define {{.*}}@exported.ame(
// CHECK: ame.captured
// CHECK: {{^}}}

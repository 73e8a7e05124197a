// Intent: each reason to leave a barrier out, and each cheaper barrier, is told at
// its access by its own name; the access beside it that lacks the reason has its
// barrier in full (but for the test for captured memory: no block here has
// allocated any before most of them), which -Rpass-analysis tells.
// RUN: %clang -O1 -g -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -Rpass=ame-lower -Rpass-analysis=ame-lower -c %s \
// RUN:   -foptimization-record-file=%t.yaml -o %t.o 2>%t.remarks
// RUN: FileCheck %s <%t.remarks
// RUN: FileCheck %s --check-prefix=FULL <%t.remarks
// RUN: FileCheck %s --check-prefix=NAME <%t.yaml
#include <ame/ame.h>
#include <stdlib.h>
#include <unistd.h>

struct part {
  long a, b;
  char between[4];
  int d;
  char far_away[64];
  long c;
};
struct object {
  long immutable AME_IMMUTABLE, untracked AME_NOTRACK, own AME_THREADLOCAL;
  long plain;
  struct part part;
};
const long table[4] = {1, 2, 3, 4};
long variable[4];
long unknown(void);
void by_value(struct part);
void (*volatile anything)(void);

// CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: a constant global
// NAME-DAG: ConstantGlobal
long constant_global(int i) { AME_ATOMIC { return table[i]; } return 0; }
// CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: read barrier, inlined
// FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
long other_global(int i) { AME_ATOMIC { return variable[i]; } return 0; }

// The library reads it as it is.
// CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: a constant global
int constant_text(void) { AME_ATOMIC { return unlink("file"); } return 0; }

// CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: an immutable field
// NAME-DAG: Immutable
long immutable(struct object *o) { AME_ATOMIC { return o->immutable; } return 0; }
// CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: write barrier, inlined
// FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
void immutable_written(struct object *o) { AME_ATOMIC { o->immutable = 1; } }

// CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: memory that is not tracked
// NAME-DAG: NoTrack
long untracked(struct object *o) { AME_ATOMIC { return o->untracked; } return 0; }
// CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: memory of this thread only
// NAME-DAG: ThreadLocal
long own(struct object *o) { AME_ATOMIC { return o->own; } return 0; }
// CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: read barrier, inlined
// FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
long tracked(struct object *o) { AME_ATOMIC { return o->plain; } return 0; }

struct object *fresh(void) {
  struct object *o = 0;
  AME_ATOMIC {
    o = malloc(sizeof *o);
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: memory allocated just before
    // NAME-DAG: FreshAllocation
    o->plain = 1;
    anything();
    // Whatever that was, the transaction may be another one now.
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: write barrier, inlined
    // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
    o->part.a = 2;
  }
  return o;
}

__attribute__((noinline)) static void fill(struct object *o) {
  // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: memory that every caller owns
  // NAME-DAG: OwnArgument
  o->plain = 1;
}
__attribute__((noinline)) static void change(struct object *o) {
  // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: write barrier, inlined
  // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
  o->plain = 1;
}
struct object *owner(struct object *shared) {
  struct object *o = 0;
  AME_ATOMIC {
    o = malloc(sizeof *o);
    fill(o);
    change(o);
    change(shared);
  }
  return o;
}

void locals(struct part *shared) {
  AME_ATOMIC {
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: a local variable
    // NAME-DAG: LocalVariable
    volatile long local = unknown();
    (void)local;
    // The copy that goes onto the stack.
    // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
    by_value(*shared);
  }
}

void twice(struct part *p) {
  AME_ATOMIC {
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: write barrier, inlined
    // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
    p->a = 1;
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: memory written just before
    // NAME-DAG: AlreadyOwned
    *(char *)&p->a = 2;
    anything();
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: write barrier, inlined
    // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
    p->a = 3;
  }
}

long captured(struct part *p, struct part *q) {
  long sum = 0;
  AME_ATOMIC {
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: cheaper barrier: does not ask whether
    // NAME-DAG: NotCaptured
    sum = p->c;
    anything();
    // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{no|cheaper}}
    sum += q->c;
  }
  return sum;
}

long reread(struct part *p, long *q) {
  long sum = 0;
  AME_ATOMIC {
    // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
    sum = p->c;
    *q = 1; // may have been it
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: cheaper barrier: only checked
    // NAME-DAG: AlreadyLogged
    *q = sum + p->c;
  }
  return sum;
}

void increment(struct part *p, struct part *q) {
  AME_ATOMIC {
    // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: cheaper barrier: owned at once
    // NAME-DAG: ReadForWrite
    p->c++;
    // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
    if (q->c == 5)
      q->c = 1; // perhaps
  }
}

void loop(struct part *sum, struct part *last, const long *a, long n) {
  AME_ATOMIC {
    for (long i = 0; i < n; i++) {
      // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: cheaper barrier: comes once, before the loop
      // NAME-DAG: BeforeLoop
      sum->c += a[i];
      // In some turns only.
      if (a[i] == 7)
        // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
        last->c = i;
    }
  }
}

void range(long *a, struct part *p, long n) {
  AME_ATOMIC {
    for (long i = 0; i < n; i++) {
      // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: memory that one barrier before the loop owns
      // NAME-DAG: OwnedRange
      a[i] = i;
      // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
      p[i].c = i;
    }
  }
}

long histogram[64];
struct part pairs[64];

void bounded(void) {
  AME_ATOMIC {
    for (long i = 0; i < 1000; i++) {
      const unsigned long random = (unsigned long)i * 2654435761u;
      // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: a table that one barrier before the loop owns
      // NAME-DAG: OwnedTable
      histogram[random >> 5 & 63] = i;
      // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
      pairs[random >> 5 & 63].c = i;
    }
  }
}

long read_loop(const struct part *p, const long *a, long n) {
  long s = 0;
  AME_ATOMIC {
    s = 0;
    for (long i = 0; i < n; i++)
      // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: cheaper barrier: none where the loop is long
      // NAME-DAG: WithLoop
      s += a[i];
    for (long i = 0; i < n; i++)
      // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
      s += p[s].c;
  }
  return s;
}

// (Out of the loop that a block is LLVM moves stores, which then have no line.)
void neighbours(struct part *p) {
  // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
  p->a = 1;
  // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: no barrier: memory that the barrier of a neighbouring access covers
  // NAME-DAG: WithNeighbour
  p->b = 2;
  // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: remark: cheaper barrier: compared at run time
  // NAME-DAG: SameStripe
  p->d = 2;
  // FULL-NOT: :[[@LINE+1]]:{{[0-9]+}}: remark: {{(no|cheaper) barrier: [^d]}}
  p->c = 3;
}

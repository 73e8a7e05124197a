// Intent: each remark that is not about one access alone (what makes a transaction
// inevitable, counts that cannot be merged, changes of counts that are one, functions
// called as they are, barriers that are calls for their number, commits that do not wait)
// comes at its line, by its name; what is beside it and lacks the reason has none.
// RUN: %clang -O1 -g -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -Rpass=ame -Rpass-missed=ame -Rpass-analysis=ame -c %s \
// RUN:   -foptimization-record-file=%t.yaml -o %t.o 2>%t.remarks
// RUN: FileCheck %s <%t.remarks
// RUN: FileCheck %s --check-prefix=NOT <%t.remarks
// RUN: FileCheck %s --check-prefix=NAME <%t.yaml
#include <ame/ame.h>
#include <pthread.h>
#include <unistd.h>

struct object {
  int count AME_REFCOUNT;
  int hint AME_NOTRACK;
  long value;
};
long sum AME_COUNTER;
long shared, other;
int flag;
void change_everything(void) AME_INEVITABLE;
int compute(int) AME_PURE;

void declared(void) {
  AME_ATOMIC {
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: the transaction becomes inevitable: call to change_everything
    // NAME-DAG: Name: {{ *}}InevitableFunction
    change_everything();
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}inevitable
    compute(1);
  }
}
void library(void) {
  AME_ATOMIC {
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: the transaction becomes inevitable: call to unlink
    // NAME-DAG: Name: {{ *}}InevitableCall
    unlink("file");
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}inevitable
    write(1, "x", 1);
  }
}
void waits(pthread_t thread, pthread_mutex_t *mutex) {
  AME_ATOMIC {
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: the transaction becomes inevitable: call to pthread_join, which waits for others
    // NAME-DAG: Name: {{ *}}ForbiddenCall
    pthread_join(thread, 0);
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}inevitable
    pthread_mutex_unlock(mutex);
  }
}
void accesses(struct object *o) {
  AME_ATOMIC {
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: the transaction becomes inevitable: volatile access
    // NAME-DAG: Name: {{ *}}VolatileAccess
    *(volatile int *)&flag = 1;
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}inevitable
    volatile int local = 1;
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: the transaction becomes inevitable: atomic
    // NAME-DAG: Name: {{ *}}AtomicAccess
    __atomic_fetch_add(&shared, 1, __ATOMIC_RELAXED);
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}inevitable
    local += __atomic_load_n(&o->hint, __ATOMIC_ACQUIRE);
  }
}
void assembler(void) {
  AME_ATOMIC {
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: the transaction becomes inevitable: inline assembler that touches memory
    // NAME-DAG: Name: {{ *}}InlineAssembler
    __asm__ volatile("nop" ::: "memory");
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}inevitable
    __asm__ volatile("" ::: "memory");
  }
}
void processor(void *p) {
  AME_ATOMIC {
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: the transaction becomes inevitable: an operation on memory that has no barrier
    // NAME-DAG: Name: {{ *}}MemoryIntrinsic
    __builtin_ia32_fxsave(p);
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}inevitable
    __builtin_prefetch(p);
  }
}

void taken(struct object *o, int *expected) {
  AME_ATOMIC {
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: {{.*}}other transactions
    // NAME-DAG: Name: {{ *}}RefcountTaken
    __atomic_compare_exchange_n(&o->count, expected, 2, 0, 5, 5);
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}other transactions
    o->count += 2;
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: {{.*}}other transactions
    // NAME-DAG: Name: {{ *}}CounterTaken
    sum *= 2;
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}other transactions
    sum += 2;
  }
}
void pair(struct object *o) {
  AME_ATOMIC {
    o->count++;
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: a change of a count and its reversal left out
    // NAME-DAG: Name: {{ *}}CountPair
    o->count--;
    // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}left out
    o->count++;
  }
}

// CHECK-DAG: remark: 'square' touches no shared memory: called as it is
// NAME-DAG: Name: {{ *}}Unshared
// NOT-NOT: remark: 'reads' touches
__attribute__((noinline)) int square(int x) { return x * x; }
__attribute__((noinline)) long reads(void) { return shared; }

// NAME-DAG: Name: {{ *}}ReadBarrier
// NAME-DAG: Name: {{ *}}WriteBarrier
// CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: write barrier
// CHECK-DAG: [[# @LINE + 1]]:{{[0-9]+}}: remark: read barrier
void both(long *p, long *q) { AME_ATOMIC { *p = *q; } }

// CHECK-DAG: remark: 100 barriers would be inlined here: the 64 that run most often are
// NAME-DAG: Name: {{ *}}ManyBarriers
// NOT-NOT: remark: 50 barriers
#define TIMES5(x) x x x x x
#define TIMES10(x) TIMES5(x) TIMES5(x)
void many(struct object **o) {
  int i = 0;
  AME_ATOMIC {
    TIMES5(TIMES10(o[i++ * 9]->value = 1;))
  }
}
void fewer(struct object **o) {
  int i = 0;
  AME_ATOMIC {
    TIMES5(TIMES5(o[i++ * 9]->value = 1;))
  }
}

void row(void) {
  for (int i = 0; i < 10; i++) {
    // CHECK-DAG: [[# @LINE + 2]]:{{[0-9]+}}: remark: the commit leaves the wait for older transactions to the next one
    // NAME-DAG: Name: {{ *}}OwedQuiescence
    AME_ATOMIC { shared++; }
  }
}
void single(void) {
  // NOT-NOT: :[[# @LINE + 1]]:{{[0-9]+}}: remark: {{.*}}leaves the wait
  AME_ATOMIC { other++; }
}

// Intent: what cannot be right is an error at its line, with its id.
// RUN: rm -rf %t && split-file %s %t
// RUN: not %ame_cc -c %t/code.c -o %t/code.o 2>&1 | FileCheck %s --implicit-check-not=error:
// CHECK-DAG: code.c:4:{{.*}}error: {{.*}}AME_DEFER: 'gives' must return void: it runs at commit, after its caller has gone on [ame-deferred-result]
// CHECK-DAG: code.c:5:{{.*}}error: {{.*}}AME_WRAP: 'other' must have the type of 'wrapped', which it replaces [ame-wrapper-type]
// CHECK-DAG: code.c:7:{{.*}}error: {{.*}}function 'both' is declared {{pure|inevitable}} here and {{pure|inevitable}} elsewhere: keep one of them [ame-contradiction]
// CHECK-DAG: code.c:9:{{.*}}error: {{.*}}annotation 'ame.imutable' is not one of ame's for fields: use the macros of ame/ame.h [ame-unknown-annotation]
// RUN: not %ame_cc -g -c %t/counts.c -o %t/counts.o 2>&1 | FileCheck %s --check-prefix=COUNT
// COUNT: counts.c:3:{{.*}}error: {{.*}}AME_REFCOUNT: {{.*}}[ame-count-size]
// RUN: not %ame_cc -g -c %t/variadic.c -o %t/variadic.o 2>&1 | FileCheck %s --check-prefix=VARIADIC
// VARIADIC: variadic.c:3:{{.*}}error: {{.*}}AME_DEFER: 'print' has variable arguments{{.*}}[ame-deferred-arguments]
// RUN: not %ame_cc -g -c %t/space.c -o %t/space.o 2>&1 | FileCheck %s --check-prefix=SPACE
// SPACE-DAG: space.c:3:{{.*}}error: {{.*}}transactional code accesses another address space{{.*}}[ame-address-space]
// SPACE-DAG: space.c:8:{{.*}}error: {{.*}}transactional code accesses another address space{{.*}}[ame-address-space]
// SPACE-DAG: space.c:11:{{.*}}error: {{.*}}transactional code accesses another address space{{.*}}[ame-address-space]
// RUN: not %ame_cc -c %t/field_space.c -o %t/space.o 2>&1 | FileCheck %s --check-prefix=FIELD
// FIELD: field_space.c:3:{{.*}}error: {{.*}}annotated field in a named address space: ame handles the default address space only [ame-address-space]
// RUN: not %ame_cc -g -c %t/chain.c -o %t/chain.o 2>&1 | FileCheck %s --check-prefix=CHAIN
// CHAIN: chain.c:4:{{.*}}error: {{.*}}AME_SAFE function 'top' reaches a call to 'unknown', of which nothing is known: it would make the transaction inevitable; 'below' is called by 'middle' at {{.*}}chain.c:6, by 'top' at {{.*}}chain.c:8 [ame-not-safe]
// RUN: not %ame_cc -g -c %t/unsafe.c -o %t/unsafe.o 2>&1 | FileCheck %s --check-prefix=UNSAFE
// UNSAFE: unsafe.c:4:{{.*}}error: {{.*}}AME_UNSAFE function 'never' is called in an atomic block: move the call out of the block [ame-unsafe]
// RUN: not %clang -I%ame_include -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -c %t/unsafe.c -o %t/unsafe.o 2>&1 | FileCheck %s --check-prefix=FALLBACK
// FALLBACK: error: {{.*}}ame.h was included without __AME__ although the plugin is loaded{{.*}}[ame-fallback]
//--- code.c
#include <ame/ame.h>
int wrapped(int);
struct s { int *p; };
int gives(void) AME_DEFER; int gives(void) { return 1; }
AME_WRAP(wrapped) long other(long x) { return x; }
int calls(void) { return wrapped(1); }
AME_PURE AME_INEVITABLE void both(void) {}
struct bad {
  int field __attribute__((annotate("ame.imutable"))); };
int field(struct bad *b) { return b->field; }
//--- counts.c
#include <ame/ame.h>
struct s { short count AME_REFCOUNT; };
void up(struct s *s) { s->count++; }
//--- variadic.c
#include <ame/ame.h>
void print(const char *, ...) AME_DEFER;
void print(const char *text, ...) {}
//--- space.c
#include <ame/ame.h>
int access(__attribute__((address_space(256))) int *p) {
  AME_ATOMIC { return *p; }
}
struct copied { long a[3]; };
struct copied here;
void copy(__attribute__((address_space(256))) struct copied *p) {
  AME_ATOMIC { here = *p; }
}
void assembler(__attribute__((address_space(256))) int *p) {
  AME_ATOMIC { __asm__("incl %0" : "+m"(*p)); }
}
//--- field_space.c
#include <ame/ame.h>
struct good {
  int fine AME_IMMUTABLE;
};
int space(__attribute__((address_space(256))) struct good *g) { return g->fine; }
//--- chain.c
#include <ame/ame.h>
void unknown(void);
static void below(void) {
  unknown();
}
static void middle(void) { below(); }
AME_SAFE void top(void) {
  middle();
}
//--- unsafe.c
#include <ame/ame.h>
AME_UNSAFE void never(void) {}
void f(void) {
  AME_ATOMIC { never(); }
}

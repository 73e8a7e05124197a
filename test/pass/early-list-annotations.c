// Intent: every kind of entry of a special case list takes each of its annotations,
// and each has the effect that it has in the source: on functions by name and by the
// file that defines them, on globals, on all members of a type, on one member.
// RUN: rm -rf %t && split-file %s %t && cd %t
// RUN: %clang -g -D__AME__ -I%ame_include -O1 -Xclang -disable-llvm-passes -S -emit-llvm facts.c -o facts.ll
// RUN: %ame_opt -passes=ame-mark -ame-mode=always -ame-list=facts.list -ame-list-report -S facts.ll 2>facts.out | FileCheck facts.c
// RUN: count 0 <facts.out
// RUN: %ame_cc -O1 -g -Werror --ame-list=functions.list --ame-list-report -S -emit-llvm functions.c -o - | FileCheck functions.c
// RUN: not %ame_cc -O1 -g --ame-list=safe.list -c safe.c -o safe.o 2>&1 | FileCheck %s --check-prefix=SAFE --implicit-check-not=error:
// SAFE-DAG: error: AME_SAFE function 'by_name' reaches a call to 'unknown'{{.*}}[ame-not-safe]
// SAFE-DAG: error: AME_SAFE function 'by_file' reaches a call to 'unknown'{{.*}}[ame-not-safe]
// SAFE-DAG: error: AME_UNSAFE function 'never' is called in an atomic block{{.*}}[ame-unsafe]

//--- facts.list
global:g_immutable=immutable
global:g_refcount=refcount
global:g_counter=counter
global:g_threadlocal=threadlocal
global:g_notrack=notrack
type:t_immutable=immutable
type:t_refcount=refcount
type:t_counter=counter
type:t_threadlocal=threadlocal
type:t_notrack=notrack
field:fields.f_immutable=immutable
field:fields.f_refcount=refcount
field:fields.f_counter=counter
field:fields.f_threadlocal=threadlocal
field:fields.f_notrack=notrack
//--- facts.c
long g_immutable, g_refcount, g_counter, g_threadlocal, g_notrack, g_plain;
struct t_immutable { long a, b; };
struct t_refcount { long a, b; };
struct t_counter { long a, b; };
struct t_threadlocal { long a, b; };
struct t_notrack { long a, b; };
struct fields {
  long f_plain, f_immutable, f_refcount, f_counter, f_threadlocal, f_notrack;
};
// CHECK-LABEL: define {{.*}}@globals(
// CHECK: load i64, ptr @g_immutable, {{.*}}!ame.field [[$IMMUTABLE:![0-9]+]]
// CHECK: call void @__ame_refcount_add(ptr @g_refcount, i64 1,
// CHECK: call void @__ame_counter_add{{.*}}(ptr @g_counter, i64 1
// CHECK: store i64 {{.*}}, ptr @g_threadlocal, {{.*}}!ame.field [[$THREADLOCAL:![0-9]+]]
// CHECK: store {{(atomic )?}}i64 {{.*}}, ptr @g_notrack {{.*}}!ame.field [[$NOTRACK:![0-9]+]]
// CHECK: store i64 {{.*}}, ptr @g_plain, align 8, !dbg !{{[0-9]+}}, !tbaa !{{[0-9]+}}{{$}}
long globals(void) {
  const long read = g_immutable;
  g_refcount++, g_counter++, g_threadlocal++, g_notrack++, g_plain++;
  return read;
}
// CHECK-LABEL: define {{.*}}@types(
// CHECK: load i64, {{.*}}!ame.field [[$IMMUTABLE]]
// CHECK: load i64, {{.*}}!ame.field [[$IMMUTABLE]]
// CHECK-COUNT-2: call void @__ame_refcount_add(
// CHECK-COUNT-2: call void @__ame_counter_add
// CHECK: store i64 {{.*}}!ame.field [[$THREADLOCAL]]
// CHECK: store i64 {{.*}}!ame.field [[$THREADLOCAL]]
// CHECK: store {{.*}}i64 {{.*}}!ame.field [[$NOTRACK]]
// CHECK: store {{.*}}i64 {{.*}}!ame.field [[$NOTRACK]]
long types(struct t_immutable *i, struct t_refcount *r, struct t_counter *c,
           struct t_threadlocal *t, struct t_notrack *n) {
  const long read = i->a + i->b;
  r->a++, r->b++, c->a++, c->b++;
  t->a = 1, t->b = 2, n->a = 3, n->b = 4;
  return read;
}
// CHECK-LABEL: define {{.*}}@members(
// CHECK: load i64, {{.*}}!ame.field [[$IMMUTABLE]]
// CHECK: call void @__ame_refcount_add(
// CHECK: call void @__ame_counter_add
// CHECK: store i64 {{.*}}!ame.field [[$THREADLOCAL]]
// CHECK: store {{.*}}i64 {{.*}}!ame.field [[$NOTRACK]]
// CHECK: store i64 5, ptr %{{.*}}, align 8, !dbg !{{[0-9]+}}, !tbaa !{{[0-9]+}}{{$}}
long members(struct fields *f) {
  const long read = f->f_immutable;
  f->f_refcount++, f->f_counter++, f->f_threadlocal = 3, f->f_notrack = 4, f->f_plain = 5;
  return read;
}
// CHECK-DAG: [[$IMMUTABLE]] = !{!"immutable"}
// CHECK-DAG: [[$THREADLOCAL]] = !{!"threadlocal"}
// CHECK-DAG: [[$NOTRACK]] = !{!"notrack"}

//--- functions.list
fun:is_pure=pure
fun:is_inevitable=inevitable
fun:is_unsafe=unsafe
fun:is_safe=safe
fun:is_deferred=defer
fun:wrapper=wrap:wrapped
src:*pure.h=pure
src:*inevitable.h=inevitable
//--- pure.h
__attribute__((noinline)) static void file_pure(void) { shared++; }
//--- inevitable.h
__attribute__((noinline)) static void file_inevitable(void) { shared++; }
//--- functions.c
#include <ame/ame.h>
long shared;
void is_pure(void), is_inevitable(void), is_unsafe(void), is_deferred(int);
void wrapped(int);
__attribute__((noinline)) void wrapper(int n) { shared += n; }
void is_safe(void) { shared++; }
#include "pure.h"
#include "inevitable.h"
// Its clone: what runs in transactions.
// CHECK-LABEL: define {{.*}}@calls_all.ame(
// CHECK-NOT: @__ame_inevitable
// CHECK: call void @is_pure()
// CHECK-NOT: @__ame_inevitable
// CHECK: call {{.*}}@file_pure()
// CHECK: call {{.*}}@is_deferred.ame(
// CHECK: call {{.*}}@wrapper.ame(i32 {{.*}}4)
// CHECK-NOT: @wrapped(
// CHECK: call {{.*}}@__ame_inevitable(
// CHECK: call void @is_inevitable()
// CHECK: call {{.*}}@__ame_inevitable(
// CHECK: call {{.*}}@file_inevitable()
// CHECK: call {{.*}}@__ame_unsafe_call(
// CHECK: call void @is_unsafe()
// CHECK: {{^}}}
// CHECK: define {{.*}}@is_deferred.ame(
// CHECK: call void @__ame_defer(
void calls_all(void) {
  is_pure();
  file_pure();
  is_deferred(3);
  wrapped(4);
  is_inevitable();
  file_inevitable();
  is_unsafe();
}

//--- safe.list
fun:by_name=safe
src:*safe.h=safe
src:*never.h=unsafe
//--- safe.h
void by_file(void) { unknown(); }
//--- never.h
__attribute__((noinline)) static void never(void) { unknown(); }
//--- safe.c
#include <ame/ame.h>
void unknown(void);
void by_name(void) { unknown(); }
#include "safe.h"
#include "never.h"
void block(void) { AME_ATOMIC { never(); } }

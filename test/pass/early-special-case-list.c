// Intent: special case lists give facts to sources that cannot be changed: to
// functions, files, globals, structures and their members; several lists count.
// RUN: rm -rf %t && split-file %s %t && cd %t
// RUN: %clang -g -D__AME__ -I%ame_include -O1 -Xclang -disable-llvm-passes -S -emit-llvm code.c -o code.ll
// RUN: %ame_opt -passes=ame-mark -S -ame-list=one.list -ame-list=two.list code.ll | FileCheck code.c

// An entry that matches nothing is silent unless asked about.
// RUN: %ame_cc --ame-list=one.list --ame-list=two.list --ame-list-report -g -c code.c 2>&1 | FileCheck %s --check-prefix=REPORT --implicit-check-not=warning:
// REPORT: warning: two.list:6: 'fun:absent=pure' matches nothing in 'code.c' [ame-list-unused]
// RUN: %ame_cc -Werror --ame-list=one.list --ame-list=two.list -g -c code.c

// What is wrong with a list is an error at its line.
// RUN: not %ame_cc --ame-list=two.list -c code.c 2>&1 | FileCheck %s --check-prefix=NODEBUG
// NODEBUG: error: two.list:3: 'field:' entries need the names of members, which are in the debug information: compile with -g [ame-list-needs-debug-info]
// RUN: not %ame_cc --ame-list=bad.list -g -c code.c 2>&1 | FileCheck %s --check-prefix=BAD
// BAD-DAG: error: bad.list:1: 'pur' is not an annotation that 'fun:' takes
// BAD-DAG: error: bad.list:2: 'funct:start=pure' is not an entry of a special case list{{.*}}[ame-list-entry]
// BAD-DAG: error: bad.list:3: 'pure' is not an annotation that 'global:' takes
// BAD-DAG: error: bad.list:4: function 'sensitive' is declared pure here and inevitable elsewhere: keep one of them
// BAD-DAG: error: bad.list:5: 'field:annotated.kept=notrack' contradicts the source, where the field is immutable: keep one of them
// BAD-DAG: error: bad.list:6: 'annotated_global' is declared notrack here and immutable elsewhere: keep one of them
// BAD-DAG: error: bad.list:7: AME_DEFER: 'calculate' must return void
// RUN: not %ame_opt -passes=ame-mark -ame-list=missing.list -S code.ll 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not %ame_cc --ame-list=missing.list -c code.c 2>&1 | FileCheck %s --check-prefix=UNREADABLE
// MISSING: error: the special case list 'missing.list' cannot be read: {{.*}}[ame-list-file]
// UNREADABLE: error: cannot read the list 'missing.list'

// What is behind pointers: results, arguments, values of members.
// RUN: %clang -g -D__AME__ -I%ame_include -O1 -Xclang -disable-llvm-passes -S -emit-llvm pointers.c -o pointers.ll
// RUN: %ame_opt -passes=ame-mark -S -ame-list=pointers.list -ame-list-report pointers.ll 2>%t.warnings | FileCheck pointers.c
// RUN: FileCheck %s --check-prefix=POINTERS --implicit-check-not=warning: --input-file=%t.warnings
// POINTERS: warning: pointers.list:5: 'field:type.absent=points:immutable' matches nothing in 'pointers.c' [ame-list-unused]
// RUN: not %ame_cc --ame-list=pointers-bad.list -g -c pointers.c 2>&1 | FileCheck %s --check-prefix=POINTERSBAD
// POINTERSBAD-DAG: error: pointers-bad.list:2: a pointer of 'text' is declared to point to notrack memory here and to immutable memory elsewhere: keep one of them
// POINTERSBAD-DAG: error: pointers-bad.list:3: 'fun:walk=argument:3:immutable': that of 'walk' is not a pointer
// POINTERSBAD-DAG: error: pointers-bad.list:4: 'fun:number=returns:immutable': that of 'number' is not a pointer
// POINTERSBAD-DAG: error: pointers-bad.list:5: 'returns:refcount' is not an annotation that 'fun:' takes
// POINTERSBAD-DAG: error: pointers-bad.list:6: 'points:immutable' is not an annotation that 'type:' takes
// POINTERSBAD-DAG: error: pointers-bad.list:7: 'argument:0:immutable' is not an annotation that 'fun:' takes

// Members of structures without a name belong to the one around; those of a union
// share their bytes and so have one annotation, or none.
// RUN: %clang -g -D__AME__ -I%ame_include -O1 -Xclang -disable-llvm-passes -S -emit-llvm nameless.c -o nameless.ll
// RUN: %ame_opt -passes=ame-mark -S -ame-list=union.list -ame-list-report nameless.ll 2>%t.warnings | FileCheck nameless.c
// RUN: FileCheck %s --check-prefix=UNION --implicit-check-not=warning: --input-file=%t.warnings
// UNION-DAG: warning: union.list:5: 'field:number.half=immutable' has no effect: other members of the union share its bytes: give all of them the same annotation [ame-list-union]
// UNION-DAG: warning: union.list:6: 'field:mixed.a=immutable' has no effect: other members of the union share its bytes
// UNION-DAG: warning: union.list:7: 'field:mixed.b=notrack' has no effect: other members of the union share its bytes
// UNION-DAG: warning: union.list:8: 'field:value.i=immutable' has no effect: the address of a member of a union is the union's: list the member of the structure that the union is, or annotate the source [ame-list-union]
// UNION-DAG: warning: union.list:9: 'field:anon.first=immutable' matches nothing in 'nameless.c' [ame-list-unused]
// UNION-DAG: warning: union.list:11: 'field:number.absent=notrack' matches nothing in 'nameless.c' [ame-list-unused]
// RUN: not %ame_cc --ame-list=nameless-bad.list -g -c nameless.c 2>&1 | FileCheck %s --check-prefix=NAMELESSBAD
// NAMELESSBAD: error: nameless-bad.list:1: 'field:number.noted=notrack' contradicts the source, where the field is immutable: keep one of them

//--- pointers.list
fun:text=returns:immutable
fun:walk=argument:2:immutable
field:type.slots=points:immutable
field:type.slots=notrack
field:type.absent=points:immutable
//--- pointers-bad.list
fun:text=returns:immutable
fun:text=returns:notrack
fun:walk=argument:3:immutable
fun:number=returns:immutable
fun:text=returns:refcount
type:type=points:immutable
fun:walk=argument:0:immutable
//--- pointers.c
struct type {
  long *slots;
  int kind;
};
struct pair {
  long a, b, c;
};
const char *text(void *);
int number(void);

// CHECK-LABEL: define dso_local signext i8 @result(
// CHECK: load i8, {{.*}}!ame.field [[$IMMUTABLE:![0-9]+]]
char result(void *o) { return text(o)[3]; }

// The structure that it returns is no argument in the source.
// CHECK-LABEL: define dso_local void @walk(
// CHECK: load i8, {{.*}}!ame.field [[$IMMUTABLE]]
// CHECK: load i8, {{.*}}!tbaa !{{[0-9]+}}{{$}}
struct pair walk(const char *other, const char *s, int n) {
  return (struct pair){s[n], *other, number()};
}

// What the member itself is, is another entry.
// CHECK-LABEL: define dso_local i64 @value(
// CHECK: load atomic ptr, {{.*}}!ame.field [[$NOTRACK:![0-9]+]]
// CHECK: load i64, {{.*}}!ame.field [[$IMMUTABLE]]
// CHECK: load i32, {{.*}}!tbaa !{{[0-9]+}}{{$}}
long value(const struct type *t, int i) {
  return *(const long *)((const char *)t->slots + i) + t->kind;
}
// CHECK-DAG: [[$IMMUTABLE]] = !{!"immutable"}
// CHECK-DAG: [[$NOTRACK]] = !{!"notrack"}
//--- one.list
# Globs, as in the sanitizers' lists.
fun:calc*=pure
fun:start=inevitable
[other-tool]
fun:later=pure
[ame]
global:table=immutable
//--- two.list
type:cache=notrack
fun:instead=wrap:replaced
field:object.kind=immutable
field:Item.next=threadlocal
field:holder.inner=threadlocal
fun:absent=pure
//--- bad.list
fun:start=pur
funct:start=pure
global:table=pure
fun:sensitive=pure
field:annotated.kept=notrack
global:annotated_global=notrack
fun:calculate=defer
//--- union.list
field:number.whole=immutable
field:number.parts=threadlocal
field:number.low=notrack
field:number.wide=notrack
field:number.half=immutable
field:mixed.a=immutable
field:mixed.b=notrack
field:value.i=immutable
field:anon.first=immutable
field:number.boxed=immutable
field:number.absent=notrack
//--- nameless-bad.list
field:number.noted=notrack
//--- nameless.c
#include <ame/ame.h>
union value {
  int i;
  double d;
};
struct number {
  struct {
    int whole, other;
  };
  struct {
    int first;
  } parts;
  union {
    struct {
      int low;
    };
    int wide;
  };
  union {
    int half;
    float single;
  };
  union value boxed;
  struct {
    int noted AME_IMMUTABLE;
  };
};
struct mixed {
  union {
    int a;
    long b;
  };
};
struct number one;

// CHECK-LABEL: define dso_local i32 @nameless(
int nameless(struct number *n, struct mixed *m, union value *v) {
  int sum = 0;
  // CHECK: load i32, {{.*}}!ame.field [[$IMMUTABLE:![0-9]+]]
  sum += n->whole;
  // CHECK: load i32, {{.*}}!tbaa !{{[0-9]+}}{{$}}
  sum += n->other;
  // By the member that has a name; what is inside has none.
  // CHECK: load i32, {{.*}}!ame.field [[$THREADLOCAL:![0-9]+]]
  sum += n->parts.first;
  // CHECK: load atomic i32, {{.*}}!ame.field [[$NOTRACK:![0-9]+]]
  sum += n->low;
  // CHECK: load atomic i32, {{.*}}!ame.field [[$NOTRACK]]
  sum += n->wide;
  // CHECK: load i32, {{.*}}!tbaa !{{[0-9]+}}{{$}}
  sum += n->half;
  // CHECK: load i32, {{.*}}!tbaa !{{[0-9]+}}{{$}}
  sum += m->a;
  // CHECK: load i32, {{.*}}!tbaa !{{[0-9]+}}{{$}}
  sum += v->i;
  // CHECK: load i32, {{.*}}!ame.field [[$IMMUTABLE]]
  sum += n->boxed.i;
  // CHECK: store i32 1, ptr @one, {{.*}}!ame.field [[$IMMUTABLE]]
  one.whole = 1;
  // CHECK: store atomic i32 2, {{.*}}@one{{.*}}!ame.field [[$NOTRACK]]
  one.low = 2;
  return sum + n->noted;
}
// CHECK-DAG: [[$IMMUTABLE]] = !{!"immutable"}
// CHECK-DAG: [[$THREADLOCAL]] = !{!"threadlocal"}
// CHECK-DAG: [[$NOTRACK]] = !{!"notrack"}
//--- code.c
#include <ame/ame.h>
int table[4];
struct object {
  int kind, value;
};
typedef struct item {
  struct item *next;
  int value;
} Item;
typedef struct {
  int a, b;
} cache;
struct holder {
  struct object inner;
  int other;
};
struct annotated {
  int kept AME_IMMUTABLE;
};
static cache one_cache;
struct object one_object;
int annotated_global AME_IMMUTABLE = 3;
void sensitive(void) AME_INEVITABLE;
void sensitive(void) {}
int replaced(int);
int instead(int x) { return x; }

// CHECK-LABEL: define dso_local i32 @calculate(
// CHECK-SAME: [[$PURE:#[0-9]+]]
// CHECK: load i32, {{.*}}!ame.field [[$IMMUTABLE:![0-9]+]]
int calculate(int i) { return table[i]; }

// CHECK-LABEL: define dso_local void @start(
// CHECK-SAME: [[$INEVITABLE:#[0-9]+]]
void start(void) {}

// CHECK-LABEL: define dso_local void @later(
// CHECK-SAME: !ame.clone
void later(void) { one_object.value = 1; }

// CHECK-LABEL: define dso_local i32 @fields(
int fields(struct object *o, Item *i, struct holder *h, cache *c) {
  int sum = 0;
  // CHECK: load i32, {{.*}}!ame.field [[$IMMUTABLE]]
  sum += o->kind;
  // CHECK: load i32, ptr %{{[^,]*}}, align 4, !dbg !{{[0-9]+}}, !tbaa !{{[0-9]+}}{{$}}
  sum += o->value;
  // CHECK: load ptr, {{.*}}!ame.field [[$THREADLOCAL:![0-9]+]]
  sum += i->next == 0;
  // CHECK: store atomic i32 1, {{.*}}!ame.field [[$NOTRACK:![0-9]+]]
  c->b = 1;
  // The inner member's own entry is nearer than the outer one's.
  // CHECK: store i32 2, {{.*}}!ame.field [[$IMMUTABLE]]
  h->inner.kind = 2;
  // CHECK: store i32 3, {{.*}}!ame.field [[$THREADLOCAL]]
  h->inner.value = 3;
  // Members of globals are constants.
  // CHECK: store atomic i32 4, ptr @one_cache {{.*}}!ame.field [[$NOTRACK]]
  one_cache.a = 4;
  // CHECK: store atomic i32 5, {{.*}}@one_cache{{.*}}!ame.field [[$NOTRACK]]
  one_cache.b = 5;
  // CHECK: store i32 6, ptr @one_object, {{.*}}!ame.field [[$IMMUTABLE]]
  one_object.kind = 6;
  return sum + replaced(1);
}
int annotated(struct annotated *a) { return a->kept + annotated_global; }

// CHECK: declare {{.*}}@replaced(i32 noundef) [[$REPLACED:#[0-9]+]]
// CHECK-DAG: attributes [[$PURE]] = {{.*}}"ame-pure"
// CHECK-DAG: attributes [[$INEVITABLE]] = {{.*}}"ame-inevitable"
// CHECK-DAG: attributes [[$REPLACED]] = {{.*}}"ame-wrap"="instead"
// CHECK-DAG: !{ptr @table, !"immutable"}
// CHECK-DAG: [[$IMMUTABLE]] = !{!"immutable"}
// CHECK-DAG: [[$THREADLOCAL]] = !{!"threadlocal"}
// CHECK-DAG: [[$NOTRACK]] = !{!"notrack"}

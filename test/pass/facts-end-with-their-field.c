// Intent: the fact of a field is one of the field's own bytes. A pointer to the
// field that steps out of it, forwards or backwards, reaches a neighbour, which is
// tracked: container_of of a first member, an access that is wider than the field, a
// memset or memcpy from one member to the next ones. Steps inside of the field, and of
// unknown width over an array, keep the fact.
// RUN: %ame_cc -O0 -Rpass=ame-lower -Rpass-analysis=ame-lower -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=CHECK,DIRECT
// RUN: %ame_cc -O1 -Rpass=ame-lower -Rpass-analysis=ame-lower -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=CHECK,DIRECT,CARRIED
// RUN: %ame_cc -O2 -Rpass=ame-lower -Rpass-analysis=ame-lower -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=CHECK,DIRECT,CARRIED
// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=WHOLE
#include <ame/ame.h>
#include <stddef.h>
#include <string.h>

struct link {
  struct link *next, *previous;
};
struct object {
  struct link link AME_IMMUTABLE;
  long size;
};
struct inner {
  long before;
  struct link link AME_IMMUTABLE;
  long size;
};
struct caches {
  long first AME_NOTRACK, second AME_NOTRACK;
  long shared;
};
#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))

static inline struct object *around(struct link *l) {
  return container_of(l, struct object, link);
}
long of_first(struct object *o) {
  // CHECK-DAG: [[# @LINE + 1]]:{{[0-9]+}}: remark: read barrier, inlined
  return around(&o->link)->size;
}
long of_first_here(struct object *o) {
  struct link *l = &o->link;
  // CHECK-DAG: [[# @LINE + 1]]:{{[0-9]+}}: remark: read barrier, inlined
  return container_of(l, struct object, link)->size;
}
long of_inner(struct inner *o) {
  struct link *l = &o->link;
  // CHECK-DAG: [[# @LINE + 1]]:{{[0-9]+}}: remark: read barrier, inlined
  return container_of(l, struct inner, link)->size;
}
struct object one;
long of_global(void) {
  struct link *l = &one.link;
  // CHECK-DAG: [[# @LINE + 1]]:{{[0-9]+}}: remark: read barrier, inlined
  return container_of(l, struct object, link)->size;
}
static inline struct object *object_of(struct link *l) { return (struct object *)l; }
static inline long size_or_next(struct link *l, int c) {
  return c ? object_of(l)->size : (long)l->next;
}
// CHECK-DAG: [[# @LINE - 2]]:{{[0-9]+}}: remark: read barrier, inlined
long one_way(struct object *o, int c) { return size_or_next(&o->link, c); }

// Inside.
static inline struct link *second(struct link *l) { return l->previous; }
// CARRIED-DAG: [[# @LINE - 1]]:{{[0-9]+}}: remark: no barrier: an immutable field
struct link *inside(struct object *o) { return second(&o->link); }
struct link *inside_here(struct object *o) {
  struct link **l = &o->link.next;
  // DIRECT-DAG: [[# @LINE + 1]]:{{[0-9]+}}: remark: no barrier: an immutable field
  return l[1];
}
struct table {
  int slots[8] AME_IMMUTABLE;
  int used;
};
static inline int at(const int *slots, int i) { return slots[i]; }
// CARRIED-DAG: [[# @LINE - 1]]:{{[0-9]+}}: remark: no barrier: an immutable field
int any_slot(const struct table *t, int i) { return at(t->slots, i); }
static inline int last(const int *slots) { return slots[7]; }
// CARRIED-DAG: [[# @LINE - 1]]:{{[0-9]+}}: remark: no barrier: an immutable field
int last_slot(const struct table *t) { return last(t->slots); }
static inline int behind(const int *slots) { return *(slots + 8); }
// CHECK-DAG: [[# @LINE - 1]]:{{[0-9]+}}: remark: read barrier, inlined
int behind_slots(const struct table *t) { return behind(t->slots); }

// All of the object, not its untracked beginning alone.
// WHOLE-LABEL: define {{.*}}@clear.ame(
// WHOLE: call void @__ame_memset(ptr {{.*}}, i32 0, i64 24)
// WHOLE: {{^}}}
void clear(struct caches *c) { memset(&c->first, 0, sizeof *c); }
// WHOLE-LABEL: define {{.*}}@copy.ame(
// WHOLE: call void @__ame_memcpy(ptr {{.*}}, ptr {{.*}}, i64 24)
// WHOLE: {{^}}}
void copy(struct caches *to, struct caches *from) {
  memcpy(&to->first, &from->first, sizeof *to);
}

// RUN: split-file %s %t
// RUN: %clang -I%ame_source/test/oracle -c %t/structs.c -o %t/structs.o
// RUN: env FIELD_COUNTS_LIST=%t/fields.txt FIELD_COUNTS_STRUCTS=%t/structs.o %field_counts_cc -fame-mode=always -g -O2 --ame-list=%t/fields.txt %t/main.c -o %t/program
// RUN: rm -f %t/counts.txt
// RUN: env FIELD_COUNTS=%t/counts.txt %ame_run %t/program
// RUN: %ame_source/test/oracle/field_counts.py -v %t/counts.txt | FileCheck %s
// Intent: executed accesses to listed fields are counted by their address: those
// that ame knows as such, and one behind a pointer that it does not follow. What
// is left of freed objects, in memory that malloc or realloc gives out again, does
// not count as one. One of the lost ones is in memory that the transaction has
// allocated.
// CHECK: object.fixed=immutable 5 3 60.00 % 1{{$}}
// CHECK: object.count=refcount 4 4 100.00 %{{ *$}}
// CHECK: object.cache=notrack 4 4 100.00 %{{ *$}}
// CHECK: all 13 11 84.62 % 1{{$}}

//--- fields.txt
field:object.fixed=immutable
field:object.count=refcount
field:object.cache=notrack

//--- object.h
struct object {
  long count, fixed, cache, plain;
};

//--- structs.c
#include "field_counts.h"
const char *field_counts_struct(const char *block, size_t size, size_t *offset) {
  *offset = 0;
  return size == 32 && ((const long *)block)[3] == 77 ? "object" : 0;
}

//--- main.c
#include "object.h"
#include <ame/ame.h>
#include <stdlib.h>

static struct object one;
__attribute__((noinline)) static void use(struct object *o) {
  o->count++;
  o->cache = o->fixed;
}
/* 77 is what tells objects from other blocks. */
static long *blocks[4096], *volatile nothing;
__attribute__((noinline)) static void reuse_memory(void) {
  for (int i = 0; i < 4096; i++)
    (blocks[i] = malloc(32))[3] = 77;
  for (int i = 0; i < 4096; i++)
    free(blocks[i]);
  for (int i = 0; i < 4096; i++)
    (blocks[i] = i & 1 ? malloc(32) : realloc(nothing, 32))[0] = i;
}
__attribute__((noinline)) static long unknown(const long *at) { return *at; }

int main(void) {
  struct object *heap = malloc(sizeof *heap);
  heap->plain = 77;
  heap->fixed = 5;
  use(heap);
  use(&one);
  use(heap);
  heap->count = 1;
  reuse_memory();
  ame_enter();
  struct object *own = malloc(sizeof *own);
  own->plain = 77;
  own->fixed = 0;
  const long found = unknown(&own->fixed);
  ame_leave();
  if (found)
    abort();
  return unknown(&one.fixed) != 0 || heap->cache != 5;
}

// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=2 %t.O2 | FileCheck %s
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.always && %ame_run %t.always | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: a program keeps dead objects on a list of its own, linked through the
// bytes of their counts, and makes new objects of them, in one transaction or in
// several, and moves objects and reuses their old places at once: no change of a
// count is added to what lies there by then.
#include <ame/ame.h>
#include <stdio.h>
#include <string.h>

struct object {
  union {
    long count AME_REFCOUNT;
    struct object *next;
  };
  char text[24];
};
static struct object arena[8], *dead, *shared;

static struct object *make(const char *text) {
  struct object *made = dead;
  dead = made->next;
  made->count = 1;
  strcpy(made->text, text);
  return made;
}

__attribute__((noinline)) static void share(struct object *object) {
  object->count++;
}

__attribute__((noinline)) static void drop(struct object *object) {
  if (--object->count == 0) {
    object->next = dead;
    dead = object;
  }
}

/* As atomic subtraction says it, with the new value itself. */
__attribute__((noinline)) static long drop_and_tell(struct object *object) {
  const long left = __atomic_sub_fetch(&object->count, 1, __ATOMIC_RELAXED);
  if (left == 0) {
    object->next = dead;
    dead = object;
  }
  return left;
}

/* As realloc of an own allocator does it, or an assignment. */
__attribute__((noinline)) static struct object *move(struct object *object, size_t size) {
  struct object *moved = dead;
  dead = moved->next;
  if (size)
    memcpy(moved, object, size);
  else
    *moved = *object;
  object->next = dead;
  dead = object;
  return moved;
}

static int listed(void) {
  int count = 0;
  for (struct object *object = dead; object; object = object->next) {
    if (object < arena || object >= arena + 8)
      return -1;
    count++;
  }
  return count;
}

int main(void) {
  for (int i = 0; i < 8; i++) {
    arena[i].next = dead;
    dead = &arena[i];
  }
  AME_ATOMIC { /* lives and dies in one transaction */
    struct object *object = make("short");
    share(object);
    drop(object);
    drop(object);
  }
  printf("after one transaction: %d\n", listed());
  // CHECK: after one transaction: 8
  AME_ATOMIC { shared = make("longer"); }
  printf("alive: %d, count %ld\n", listed(), shared->count);
  // CHECK: alive: 7, count 1
  AME_ATOMIC { /* older than the transaction in which it dies */
    share(shared);
    drop(shared);
    drop(shared);
  }
  printf("dead: %d\n", listed());
  // CHECK: dead: 8
  AME_ATOMIC { shared = make("again"); }
  long left = -1;
  AME_ATOMIC { left = drop_and_tell(shared); }
  printf("told %ld: %d\n", left, listed());
  // CHECK: told 0: 8
  AME_ATOMIC { /* the same bytes as an object, a link, and an object again */
    shared = make("first");
    drop(shared);
    shared = make("second");
    share(shared);
  }
  printf("%s, count %ld, %d\n", shared->text, shared->count, listed());
  // CHECK: second, count 2, 7
  for (size_t size = 0; size <= sizeof(struct object); size += sizeof(struct object)) {
    AME_ATOMIC { shared->count = 5; }
    AME_ATOMIC { /* a change is pending when the bytes are copied */
      drop(shared);
      drop(shared);
      drop(shared);
      shared = move(shared, size);
    }
    printf("moved %s, count %ld, %d\n", shared->text, shared->count, listed());
    // CHECK: moved second, count 2, 7
    // CHECK: moved second, count 2, 7
  }
}

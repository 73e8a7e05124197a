// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// CHECK: died once each: 1, revived after death: 0
// Intent: the pattern for weak references of docs/refcounts.md: who takes a
// reference from a weak one tests the count first; nobody gets an object whose
// destruction is decided, neither by a test nor by a merge.
#include <ame/ame.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 3000, THREADS = 3, ALIVE = 1, DEAD = 2 };

struct object {
  long count AME_REFCOUNT;
  long state;
  struct weak *weak;
};
/* Lives longer than the object; destroying the object clears it. */
struct weak {
  struct object *target;
};

static struct weak weak;
static struct object *strong[THREADS];
static long created, destroyed, revived;

static void destroy(struct object *object) {
  object->weak->target = NULL;
  object->state = DEAD;
  destroyed++;
  free(object);
}

static void found_zero(void *count) {
  destroy((struct object *)((char *)count - offsetof(struct object, count)));
}

static void drop(struct object *object) {
  if (object && --object->count == 0)
    destroy(object);
}

/* A reference, or NULL when the object is dead or dying. */
static struct object *upgrade(struct weak *from) {
  struct object *object = from->target;
  if (!object || object->count <= 0)
    return NULL;
  object->count++;
  return object;
}

static void *work(void *argument) {
  const long id = (long)argument;
  for (int i = 0; i < ROUNDS; i++) {
    AME_ATOMIC { /* take one from the weak reference, or make a new object */
      struct object *object = upgrade(&weak), *old = strong[id];
      if (object && object->state != ALIVE)
        revived++;
      if (!object && !weak.target) {
        object = malloc(sizeof *object);
        *object = (struct object){1, ALIVE, &weak};
        weak.target = object;
        created++;
      }
      strong[id] = object;
      drop(old);
    }
    AME_ATOMIC {
      struct object *old = strong[id];
      strong[id] = NULL;
      drop(old);
    }
  }
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  ame_refcount_on_zero(found_zero);
  for (long i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, work, (void *)i);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  printf("died once each: %d, revived after death: %ld\n", created == destroyed,
         revived);
  return 0;
}

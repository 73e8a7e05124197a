// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}refcounts: OK
// Intent: objects shared by AME_REFCOUNT counts die exactly once, when the last
// reference has gone, and never before; the zero hook destroys those that only
// the merge of several transactions found dead.
#include "harness.h"
#include <stddef.h>

enum { SLOTS = 24, HELD = 8, DEEPEST = 20, ALIVE = 0x5afe, DEAD = 0xdead };

struct object {
  long count AME_REFCOUNT;
  uint64_t id;
  long state;
  int depth;
  struct object *child; /* one reference */
  long found;           /* by the final check: references that exist */
};

/* What this thread's committed transactions did; an abort undoes it. */
struct tally {
  uint64_t created, created_ids, destroyed, destroyed_ids;
};

static struct object *slot[SLOTS];
static _Thread_local struct tally mine;
static struct tally result[STRESS_MAX_THREADS + 1];

static void destroy(struct object *object);

static void drop(struct object *object) {
  if (object && --object->count == 0)
    destroy(object);
}

static void destroy(struct object *object) {
  struct object *child = object->child;
  object->state = DEAD;
  mine.destroyed++;
  mine.destroyed_ids += object->id;
  free(object);
  drop(child);
}

static void found_zero(void *count) {
  destroy((struct object *)((char *)count - offsetof(struct object, count)));
}

/* Before anything is dropped: a doomed attempt may destroy too much, but must
 * not find something destroyed. */
static struct object *take(struct object *object) {
  if (object) {
    STRESS_EXPECT(object->state == ALIVE, object->id, object->state);
    object->count++;
  }
  return object;
}

static void create(int to, uint64_t id, int child_from) {
  AME_ATOMIC {
    struct object *object = malloc(sizeof *object);
    struct object *old = slot[to], *child = slot[child_from];
    if (child && child->depth >= DEEPEST)
      child = NULL;
    *object = (struct object){.id = id, .state = ALIVE, .count = 1};
    object->child = take(child);
    object->depth = child ? child->depth + 1 : 0;
    slot[to] = object;
    mine.created++;
    mine.created_ids += id;
    drop(old);
  }
}

static void move(struct object **to, struct object **from) {
  AME_ATOMIC {
    struct object *object = take(*from), *old = *to;
    *to = object;
    drop(old);
  }
}

static void clear(struct object **at) {
  AME_ATOMIC {
    struct object *old = *at;
    *at = NULL;
    drop(old);
  }
}

/* References come and go inside one transaction; nothing changes. */
static void borrow(int a, int b) {
  AME_ATOMIC {
    struct object *one = take(slot[a]), *two = take(slot[b]);
    drop(two);
    drop(one);
  }
}

static uint64_t worker(struct stress_worker *self) {
  struct object *held[HELD] = {0};
  uint64_t done = 0, next = (uint64_t)self->id << 48;
  int i;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    int a = (int)((r >> 8) % SLOTS), b = (int)((r >> 16) % SLOTS);
    int own = (int)((r >> 24) % HELD);
    switch (r % 8) {
    case 0:
      create(a, ++next, b);
      break;
    case 1:
    case 2:
      move(&slot[a], &slot[b]);
      break;
    case 3:
      move(&held[own], &slot[a]);
      break;
    case 4:
      move(&slot[a], &held[own]);
      break;
    case 5:
      clear(&held[own]);
      break;
    case 6:
      clear(&slot[a]);
      break;
    case 7:
      borrow(a, b);
      break;
    }
  }
  for (i = 0; i < HELD; i++)
    clear(&held[i]);
  result[self->id] = mine;
  return done;
}

static void count_references(void) {
  int i;
  for (i = 0; i < SLOTS; i++) {
    struct object *object = slot[i];
    while (object && ++object->found == 1)
      object = object->child;
  }
  for (i = 0; i < SLOTS; i++) {
    struct object *object;
    for (object = slot[i]; object; object = object->child) {
      STRESS_EXPECT(object->state == ALIVE, object->id, object->state);
      STRESS_EXPECT(object->count == object->found, object->count,
                    object->found);
    }
  }
}

int main(int argc, char **argv) {
  struct tally sum = {0};
  uint64_t done;
  int i;
  stress_start("refcounts", argc, argv);
  ame_refcount_on_zero(found_zero);
  done = stress_run(worker);
  count_references();
  for (i = 0; i < SLOTS; i++)
    clear(&slot[i]);
  result[stress_threads] = mine;
  for (i = 0; i <= stress_threads; i++) {
    sum.created += result[i].created;
    sum.created_ids += result[i].created_ids;
    sum.destroyed += result[i].destroyed;
    sum.destroyed_ids += result[i].destroyed_ids;
  }
  STRESS_EXPECT(sum.created == sum.destroyed, sum.created, sum.destroyed);
  STRESS_EXPECT(sum.created_ids == sum.destroyed_ids, sum.created_ids,
                sum.destroyed_ids);
  return stress_end(done);
}

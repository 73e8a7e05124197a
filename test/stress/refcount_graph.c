// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=1 %ame_run %t.2 3 1 3 | FileCheck %s
// RUN: %ame_cc  -O0 -DBITS %s -o %t.bits.0 && %ame_run %t.bits.0 2 2 4 | FileCheck %s
// RUN: %ame_cc  -O2 -DBITS %s -o %t.bits.2 && %ame_run %t.bits.2 3 2 5 | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=1 %ame_run %t.bits.2 3 1 6 | FileCheck %s
// CHECK: {{^}}refcount_graph: OK
// Intent: a shared graph of counted objects, changed at random by several threads,
// beside a plain reference model that has no counts: at the end an object is
// alive exactly if it can be reached from the roots, its count is the number of
// references that exist, and the destructor of every other one has run once.
// Transactions of many steps, references kept over transactions, objects that are
// copied as structs, weak references, immortal objects, inevitable transactions,
// objects that only the merge or a deferred hook destroys. With -DBITS the counts are
// bit-fields of one word, with fields beside them that others write.
#include "harness.h"
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>

enum {
  ROOTS = 16,
  EDGES = 3,
  HELD = 6,
  HIGHEST = 40,
  IDS = 16 << 20, /* that one thread can create */
  ALIVE = 0x5afe,
  DEAD = 0xdead,
  IMMORTAL = -1000
};

static void found_zero(void *count);
static void found_deferred_zero(void *count);

struct object {
#ifdef BITS
  AME_BITS_FIRST;
  int64_t count : 24;
  uint64_t mood : 8;
  int64_t late : 8;
  uint64_t height : 8;
  uint64_t state : 16;
#else
  int count AME_REFCOUNT_IMMORTAL_NEGATIVE;
  int late AME_REFCOUNT_DEFERRED(found_deferred_zero); /* counts of its own kind */
  long state;
  int height; /* edges lead downwards: no cycles */
  uint8_t mood;
#endif
  uint64_t id;
  struct object *edge[EDGES];
  uint8_t mirror; /* the mood */
  long found;     /* by the model: references that exist */
};
#ifdef BITS
AME_REFCOUNT_BITS_WITH(struct object, count, AME_REFCOUNT_IMMORTAL_NEGATIVE);
AME_REFCOUNT_BITS_WITH(struct object, late,
                       AME_REFCOUNT_DEFERRED(found_deferred_zero));
#define OBJECT_OF(address, member) ((struct object *)(address))
#else
#define OBJECT_OF(address, member)                                             \
  ((struct object *)((char *)(address)-offsetof(struct object, member)))
#endif

/* The model's ledger: what committed transactions created and destroyed. */
struct entry {
  struct object *object;
  long destroyed;
};

static struct object *root[ROOTS];
static struct object *weak; /* no reference; cleared by the destructor */
static struct object immortal = {.count = IMMORTAL, .late = 1, .state = ALIVE};
static struct entry *ledger[STRESS_MAX_THREADS];
static uint64_t created[STRESS_MAX_THREADS];
static struct object *held[STRESS_MAX_THREADS][HELD];

static void destroy(struct object *object);

static void drop(struct object *object) {
  if (object && --object->count == 0)
    destroy(object);
}

static void destroy(struct object *object) {
  struct object *edge[EDGES];
  struct entry *entry = &ledger[object->id >> 32][(uint32_t)object->id];
  int i;
  memcpy(edge, object->edge, sizeof edge);
  object->state = DEAD;
  entry->destroyed++;
  if (weak == object)
    weak = NULL;
  if (--object->late == 0)
    free(object); /* never seen: it is left to the hook */
  for (i = 0; i < EDGES; i++)
    drop(edge[i]);
}

static void found_zero(void *count) {
  destroy(OBJECT_OF(count, count));
}
static void found_deferred_zero(void *count) {
  free(OBJECT_OF(count, late));
}

static struct object *take(struct object *object) {
  if (object) {
    STRESS_EXPECT(object->state == ALIVE, object->id, object->state);
    object->count++;
  }
  return object;
}

/* A field beside the counts is what was written last. */
static void swing(struct object *object, uint64_t r) {
  STRESS_EXPECT(object->mood == object->mirror, object->mood, object->mirror);
  object->mood = (uint8_t)r;
  object->mirror = (uint8_t)r;
}

/* Lets others run in the middle of a transaction, now and then. */
AME_PURE static void let_others_run(void) {
  static _Thread_local unsigned turn;
  if (++turn % 1024 == 0)
    sched_yield();
  else if (turn % 16 == 0)
    for (int i = 0; i < 300; i++)
      __builtin_ia32_pause();
}

/* Dropped before the reference is gone or after it: in the first case nothing but
 * the count stands between the destruction and somebody who takes a reference. */
static void put(struct object **to, struct object *object) {
  struct object *old = *to;
  if (old && old->id & 1) {
    *to = object;
    drop(old);
    return;
  }
  drop(old);
  let_others_run();
  *to = object;
}

/* A new object; its edges are references to what some roots hold. */
static struct object *create(uint64_t id, uint64_t r) {
  struct object *object = malloc(sizeof *object);
  struct object *like = root[r % ROOTS];
  int i;
  if (like && (r & 0x100)) {
    *object = *like; /* with its count and its edges */
    for (i = 0; i < EDGES; i++)
      take(object->edge[i]);
  } else {
    *object = (struct object){.height = 1};
    for (i = 0; i < EDGES; i++) {
      struct object *below = root[(r >> (12 + 4 * i)) % ROOTS];
      if (!below || below->height >= HIGHEST)
        continue;
      object->edge[i] = take(below);
      if (object->height <= below->height)
        object->height = below->height + 1;
    }
  }
  object->count = 1;
  object->late = 1;
  object->state = ALIVE;
  object->id = id;
  object->found = 0;
  ledger[id >> 32][(uint32_t)id] = (struct entry){object, 0};
  return object;
}

static struct object *upgrade(void) {
  struct object *object = weak;
  if (!object || object->count == 0)
    return NULL;
  return take(object);
}

/* One random change of the graph. Returns the next id to use. */
static uint64_t step(struct object **mine, uint64_t next, uint64_t r) {
  struct object **a = &root[(r >> 8) % ROOTS], **b = &root[(r >> 16) % ROOTS];
  struct object **own = &mine[(r >> 24) % HELD], *object = *a;
  const unsigned edge = (r >> 32) % EDGES;
  switch (r % 13) {
  case 0:
  case 1:
    if ((uint32_t)next < IDS)
      put(a, create(next++, r >> 20));
    break;
  case 2:
    put(a, take(*b));
    break;
  case 3:
    put(a, NULL);
    break;
  case 4: /* a new edge downwards */
    if (object && object != &immortal)
      put(&object->edge[edge],
          *b && (*b)->height < object->height ? take(*b) : NULL);
    break;
  case 5: /* hold what is found on a walk */
    while (object && object->edge[r % EDGES] && (r >>= 1) & 1)
      object = object->edge[r % EDGES];
    put(own, take(object));
    break;
  case 6:
    put(a, take(*own));
    break;
  case 7:
    put(own, NULL);
    break;
  case 8: /* borrow: nothing changes */
    object = take(object);
    take(*b);
    drop(object);
    drop(*b);
    break;
  case 9:
    weak = object == &immortal ? NULL : object;
    break;
  case 10:
    put(own, upgrade());
    break;
  case 11:
    put(a, take(&immortal));
    break;
  case 12:
    if (object)
      swing(object, r >> 40);
    break;
  }
  return next;
}

static uint64_t worker(struct stress_worker *self) {
  const int id = self->id;
  uint64_t done = 0, next = (uint64_t)id << 32;
  for (; stress_running(); done++) {
    const uint64_t seed = stress_random(self);
    const int steps = 1 + (int)(seed % 8);
    uint64_t after = next;
    AME_ATOMIC {
      uint64_t r = seed;
      after = next;
      for (int i = 0; i < steps; i++) {
        if (i == 2 && seed % 512 == 5)
          ame_become_inevitable("now and then");
        r = r * 6364136223846793005u + 1442695040888963407u;
        after = step(held[id], after, r >> 8);
        let_others_run();
      }
    }
    next = after;
  }
  created[id] = (uint32_t)next;
  return done;
}

/* --- the reference model: reachability alone ---------------------------------- */
static void reach(struct object *object) {
  int i;
  if (!object || object == &immortal || object->found++ > 0)
    return;
  STRESS_EXPECT(object->state == ALIVE, object->id, object->state);
  STRESS_EXPECT(object->mood == object->mirror, object->mood, object->mirror);
  for (i = 0; i < EDGES; i++)
    reach(object->edge[i]);
}

static uint64_t check_against_model(void) {
  uint64_t objects = 0;
  int i, j;
  for (i = 0; i < ROOTS; i++)
    reach(root[i]);
  for (i = 0; i < stress_threads; i++)
    for (j = 0; j < HELD; j++)
      reach(held[i][j]);
  for (i = 0; i < stress_threads; i++)
    for (uint64_t k = 0; k < created[i]; k++, objects++) {
      const struct entry *entry = &ledger[i][k];
      STRESS_EXPECT(entry->destroyed == 0 || entry->destroyed == 1, k,
                    entry->destroyed);
      if (entry->destroyed)
        continue; /* reach has found it alive if it was reachable */
      STRESS_EXPECT(entry->object->state == ALIVE, k, entry->object->state);
      STRESS_EXPECT(entry->object->id == ((uint64_t)i << 32 | k), k,
                    entry->object->id);
      STRESS_EXPECT(entry->object->found > 0, k, entry->object->count);
      STRESS_EXPECT(entry->object->count == entry->object->found,
                    entry->object->count, entry->object->found);
    }
  return objects;
}

static void clear_everything(void) {
  int i, j;
  for (i = 0; i < ROOTS; i++)
    AME_ATOMIC { put(&root[i], NULL); }
  for (i = 0; i < stress_threads; i++)
    for (j = 0; j < HELD; j++)
      AME_ATOMIC { put(&held[i][j], NULL); }
}

int main(int argc, char **argv) {
  uint64_t done, objects;
  stress_start("refcount_graph", argc, argv);
  ame_refcount_on_zero(found_zero);
  for (int i = 0; i < stress_threads; i++)
    ledger[i] = mmap(NULL, IDS * sizeof **ledger, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  done = stress_run(worker);
  objects = check_against_model();
  clear_everything();
  for (int i = 0; i < stress_threads; i++)
    for (uint64_t k = 0; k < created[i]; k++)
      STRESS_EXPECT(ledger[i][k].destroyed == 1, k, ledger[i][k].destroyed);
  STRESS_EXPECT(immortal.count == IMMORTAL, immortal.count, 0);
  fprintf(stderr, "%lu objects\n", (unsigned long)objects);
  return stress_end(done);
}

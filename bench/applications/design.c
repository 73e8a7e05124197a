/* An object-oriented design (computer-aided design): a module is a tree of
 * assemblies; its leaves use composite parts out of a library that all share;
 * a composite part has a document and a graph of atomic parts; an index finds
 * atomic parts by number.
 *
 * One transaction each, chosen at random:
 *   long traversals    visit all atomic parts of all parts in use; some of them
 *                      swap the coordinates of each part
 *   short traversals   go down one path and through one composite part
 *   operations         look up, or look up and change, ten parts by number
 *   modifications      put another part into an assembly; replace a composite
 *                      part of the library by a new one
 * Long traversals read a hundred thousand words and more, beside short ones
 * that write. */
#include "../harness/bench.h"
#include "../structures/rbtree.h"

enum {
  FANOUT = 3,
  PARTS = 3,
  CONNECTIONS = 3,
  MAX_ATOMS = 200,
  LOOKUPS = 10,
  TITLE = 40
};

struct atom {
  long id AME_IMMUTABLE,
      number AME_IMMUTABLE; /* number: within its composite part */
  long x, y, date;
  struct composite *owner AME_IMMUTABLE;
  struct atom *to[CONNECTIONS] AME_IMMUTABLE;
};

struct document {
  char title[TITLE];
  long revision;
};

struct composite {
  long id AME_IMMUTABLE, slot AME_IMMUTABLE, date;
  struct document *document AME_IMMUTABLE;
  struct atom *root AME_IMMUTABLE;
  struct atom *atoms[MAX_ATOMS] AME_IMMUTABLE;
  struct use *used_in;
};

struct use {
  struct use *next;
  struct assembly *assembly;
};

struct assembly {
  long level AME_IMMUTABLE, date;
  struct assembly *children[FANOUT] AME_IMMUTABLE; /* level > 1 */
  struct composite *parts[PARTS];    /* level 1 */
};

static long levels AME_IMMUTABLE, library_size AME_IMMUTABLE, atoms_each AME_IMMUTABLE, operations AME_IMMUTABLE, long_share, read_only;
static struct assembly *module AME_IMMUTABLE;
static struct composite **library AME_IMMUTABLE;
static struct rbtree by_id;
static long next_id;
static long traversals[64];

/* --- building
 * --------------------------------------------------------------------- */
static struct atom *new_atom(long id, long number, struct composite *owner) {
  struct atom *atom = malloc(sizeof *atom);
  const struct atom first = {
      .id = id, .number = number, .x = id, .y = -id, .owner = owner};
  memcpy(atom, &first, sizeof first);
  rbtree_insert(&by_id, id, atom);
  return atom;
}

/* A ring, so that all are reached, and two more connections each. */
static struct composite *new_composite(long slot, uint64_t random) {
  struct composite *part = calloc(1, sizeof *part);
  part->id = next_id;
  part->slot = slot;
  part->document = malloc(sizeof *part->document);
  memset(part->document->title, 'a' + (int)(next_id % 26), TITLE);
  part->document->revision = 0;
  for (long i = 0; i < atoms_each; i++)
    part->atoms[i] = new_atom(next_id++, i, part);
  for (long i = 0; i < atoms_each; i++) {
    struct atom *atom = part->atoms[i];
    atom->to[0] = part->atoms[(i + 1) % atoms_each];
    for (int j = 1; j < CONNECTIONS; j++)
      atom->to[j] = part->atoms[bench_random(&random) % (uint64_t)atoms_each];
  }
  part->root = part->atoms[0];
  return part;
}

static void use_part(struct assembly *assembly, long place,
                     struct composite *part) {
  struct use *use = malloc(sizeof *use);
  use->assembly = assembly;
  use->next = part->used_in;
  part->used_in = use;
  assembly->parts[place] = part;
}

static struct assembly *new_assembly(long level, uint64_t *random) {
  struct assembly *assembly = bench_allocate(sizeof *assembly);
  assembly->level = level;
  for (int i = 0; i < FANOUT; i++)
    if (level > 1)
      assembly->children[i] = new_assembly(level - 1, random);
  for (int i = 0; level == 1 && i < PARTS; i++)
    use_part(assembly, i,
             library[bench_random(random) % (uint64_t)library_size]);
  return assembly;
}

static void prepare(void) {
  uint64_t random = bench_seed(31);
  levels = bench_parameter("levels", 6);
  library_size = bench_parameter("library", 100);
  atoms_each = bench_parameter("atoms", 40);
  operations = bench_parameter("operations", 3000);
  long_share = bench_parameter("long", 3);      /* of 100 transactions */
  read_only = bench_parameter("read_only", 60); /* of 100 */
  BENCH_EXPECT(atoms_each > 0 && atoms_each <= MAX_ATOMS);
  library = bench_allocate((size_t)library_size * sizeof *library);
  for (long i = 0; i < library_size; i++)
    library[i] = new_composite(i, bench_random(&random));
  module = new_assembly(levels, &random);
}

/* --- traversals
 * --------------------------------------------------------------------- */
static void swap_coordinates(struct atom *atom) {
  const long x = atom->x;
  atom->x = atom->y;
  atom->y = x;
  atom->date++;
}

/* Depth first through the connections of one composite part. */
static long visit_part(struct composite *part, int change) {
  struct atom *stack[MAX_ATOMS * CONNECTIONS + 1];
  char seen[MAX_ATOMS] = {0};
  long depth = 0, count = 0;
  stack[depth++] = part->root;
  while (depth) {
    struct atom *atom = stack[--depth];
    if (seen[atom->number])
      continue;
    seen[atom->number] = 1;
    count++;
    if (atom->x + atom->y != 0)
      bench_violation("coordinates of an atomic part do not belong together");
    if (change)
      swap_coordinates(atom);
    for (int i = 0; i < CONNECTIONS; i++)
      if (!seen[atom->to[i]->number])
        stack[depth++] = atom->to[i];
  }
  return count;
}

static long visit_assembly(struct assembly *assembly, int change) {
  long count = 0;
  if (assembly->level > 1)
    for (int i = 0; i < FANOUT; i++)
      count += visit_assembly(assembly->children[i], change);
  else
    for (int i = 0; i < PARTS; i++)
      count += visit_part(assembly->parts[i], change);
  return count;
}

static struct assembly *random_leaf(uint64_t *random) {
  struct assembly *assembly = module;
  while (assembly->level > 1)
    assembly = assembly->children[bench_random(random) % FANOUT];
  return assembly;
}

static long expected_visits(void) {
  long visits = PARTS * atoms_each;
  for (long level = 1; level < levels; level++)
    visits *= FANOUT;
  return visits;
}

static void long_traversal(int change) {
  long count = 0;
  AME_ATOMIC { count = visit_assembly(module, change); }
  BENCH_EXPECT(count == expected_visits());
}

static void short_traversal(uint64_t random, int change) {
  long count = 0;
  AME_ATOMIC {
    struct assembly *leaf = random_leaf(&random);
    count = visit_part(leaf->parts[bench_random(&random) % PARTS], change);
    if (change)
      leaf->date++;
  }
  BENCH_EXPECT(count == atoms_each);
}

/* --- operations and modifications
 * ------------------------------------------------------ */
static long look_up(uint64_t random, int change) {
  long found = 0;
  AME_ATOMIC {
    const uint64_t ids = (uint64_t)next_id;
    found = 0;
    for (int i = 0; i < LOOKUPS; i++) {
      struct atom *atom =
          rbtree_get(&by_id, (long)(bench_random(&random) % ids));
      if (!atom)
        continue; /* of a composite part that was replaced */
      found++;
      if (change)
        swap_coordinates(atom);
      if (change)
        atom->owner->document->revision++;
    }
  }
  return found;
}

static void drop_use(struct composite *part, const struct assembly *assembly) {
  struct use **link = &part->used_in, *use;
  while ((use = *link)->assembly != assembly)
    link = &use->next;
  *link = use->next;
  free(use);
}

static void exchange_part(uint64_t random) {
  AME_ATOMIC {
    struct assembly *leaf = random_leaf(&random);
    const long place = (long)(bench_random(&random) % PARTS);
    drop_use(leaf->parts[place], leaf);
    use_part(leaf, place,
             library[bench_random(&random) % (uint64_t)library_size]);
  }
}

static void free_composite(struct composite *part) {
  for (long i = 0; i < atoms_each; i++) {
    rbtree_remove(&by_id, part->atoms[i]->id);
    free(part->atoms[i]);
  }
  free(part->document);
  free(part);
}

static void replace_part(uint64_t random) {
  AME_ATOMIC {
    const long slot = (long)(bench_random(&random) % (uint64_t)library_size);
    struct composite *old = library[slot], *new = new_composite(slot, random);
    for (struct use *use = old->used_in; use; use = use->next)
      for (int i = 0; i < PARTS; i++)
        if (use->assembly->parts[i] == old)
          use->assembly->parts[i] = new;
    new->used_in = old->used_in;
    library[slot] = new;
    free_composite(old);
  }
}

static void work(struct bench_worker *worker) {
  const long end = bench_end(worker, operations);
  for (long i = bench_first(worker, operations); i < end; i++) {
    uint64_t random = bench_seed((uint64_t)i);
    const uint64_t number = bench_random(&random),
                   seed = bench_random(&random) | 1;
    const long kind = (long)(number % 100);
    const int change = (long)((number >> 8) % 100) >= read_only;
    if (kind < long_share) {
      long_traversal(change);
      traversals[worker->id]++;
    } else if (kind < 45) {
      short_traversal(seed, change);
    } else if (kind < 90) {
      BENCH_EXPECT(look_up(seed, change) >= 0);
    } else if (kind < 97) {
      exchange_part(seed);
    } else {
      replace_part(seed);
    }
  }
  worker->operations = (uint64_t)(end - bench_first(worker, operations));
}

/* --- check
 * -------------------------------------------------------------------------------
 */
static long check_leaves(struct assembly *assembly) {
  long uses = 0;
  for (int i = 0; assembly->level > 1 && i < FANOUT; i++)
    uses += check_leaves(assembly->children[i]);
  for (int i = 0; assembly->level == 1 && i < PARTS; i++) {
    struct composite *part = assembly->parts[i];
    long listed = 0;
    for (struct use *use = part->used_in; use; use = use->next)
      listed += use->assembly == assembly;
    BENCH_EXPECT(library[part->slot] == part && listed > 0);
    uses++;
  }
  return uses;
}

static void check(void) {
  long black, uses = 0, done = 0;
  for (long i = 0; i < library_size; i++) {
    for (struct use *use = library[i]->used_in; use; use = use->next)
      uses++;
    for (long j = 0; j < atoms_each; j++)
      BENCH_EXPECT(rbtree_get(&by_id, library[i]->atoms[j]->id) ==
                   library[i]->atoms[j]);
    BENCH_EXPECT(visit_part(library[i], 0) == atoms_each);
  }
  for (int i = 0; i < 64; i++)
    done += traversals[i];
  BENCH_EXPECT(uses == check_leaves(module));
  BENCH_EXPECT(rbtree_check(by_id.root, 0, next_id, &black) ==
               library_size * atoms_each);
  bench_report("long_traversals", (double)done);
}

BENCHMARK(prepare, work, NULL, check)

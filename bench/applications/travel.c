/* Travel reservations (online transaction processing): customers reserve cars,
 * rooms and flights, which are rows of three trees; a fourth tree holds the
 * customers with their lists of reservations.
 *
 * Of 100 tasks `reserving` look at `queries` random rows and reserve the
 * dearest one of each kind, half of the others delete a customer (and what he
 * has reserved), half change prices and numbers of rows. One task, one
 * transaction: some thousand instructions, a read set of about a hundred lines,
 * few writes. */
#include "../harness/bench.h"
#include "../structures/rbtree.h"

enum { CAR, ROOM, FLIGHT, KINDS };

struct row {
  long used, unused, total, price;
};

struct reservation {
  struct reservation *next;
  long kind, id, price;
};

struct customer {
  struct reservation *reservations;
};

static long rows AME_IMMUTABLE, tasks AME_IMMUTABLE, queries AME_IMMUTABLE, range AME_IMMUTABLE, reserving AME_IMMUTABLE;
static struct rbtree tables[KINDS], customers;

/* --- rows ------------------------------------------------------------------
 */
static void add_places(struct rbtree *table, long id, long number, long price) {
  struct row *row = rbtree_get(table, id);
  if (!row) {
    row = malloc(sizeof *row);
    row->used = 0;
    row->unused = row->total = number;
    row->price = price;
    rbtree_insert(table, id, row);
    return;
  }
  row->unused += number;
  row->total += number;
  row->price = price;
}

/* Only places that nobody has reserved; a row without places disappears. */
static void remove_places(struct rbtree *table, long id, long number) {
  struct row *row = rbtree_get(table, id);
  if (!row || row->unused < number)
    return;
  row->unused -= number;
  row->total -= number;
  if (row->total == 0)
    free(rbtree_remove(table, id));
}

/* --- customers ---------------------------------------------------------------
 */
static struct customer *need_customer(long id) {
  struct customer *customer = rbtree_get(&customers, id);
  if (customer)
    return customer;
  customer = malloc(sizeof *customer);
  customer->reservations = NULL;
  rbtree_insert(&customers, id, customer);
  return customer;
}

static void reserve(long kind, long id, struct customer *customer) {
  struct row *row = rbtree_get(&tables[kind], id);
  struct reservation **link = &customer->reservations, *reservation;
  if (!row || row->unused == 0)
    return;
  while ((reservation = *link)) {
    if (reservation->kind == kind && reservation->id == id)
      return; /* once is enough */
    link = &reservation->next;
  }
  row->unused--;
  row->used++;
  reservation = malloc(sizeof *reservation);
  reservation->next = customer->reservations;
  reservation->kind = kind;
  reservation->id = id;
  reservation->price = row->price;
  customer->reservations = reservation;
}

static long bill(const struct customer *customer) {
  long sum = 0;
  for (const struct reservation *r = customer->reservations; r; r = r->next)
    sum += r->price;
  return sum;
}

static void release_all(struct customer *customer) {
  struct reservation *reservation, *next;
  for (reservation = customer->reservations; reservation; reservation = next) {
    struct row *row = rbtree_get(&tables[reservation->kind], reservation->id);
    next = reservation->next;
    row->used--;
    row->unused++;
    free(reservation);
  }
}

/* --- tasks -------------------------------------------------------------------
 */
static void make_reservation(uint64_t random, long customer_id) {
  long dearest[KINDS], price[KINDS];
  for (long kind = 0; kind < KINDS; kind++)
    dearest[kind] = price[kind] = -1;
  AME_ATOMIC {
    int found = 0;
    for (long i = 0; i < queries; i++) {
      const uint64_t number = bench_random(&random);
      const long kind = (long)(number % KINDS),
                 id = (long)((number >> 8) % (uint64_t)range);
      const struct row *row = rbtree_get(&tables[kind], id);
      if (row && row->unused > 0 && row->price > price[kind]) {
        price[kind] = row->price;
        dearest[kind] = id;
        found = 1;
      }
    }
    if (found) {
      struct customer *customer = need_customer(customer_id);
      for (long kind = 0; kind < KINDS; kind++)
        if (dearest[kind] >= 0)
          reserve(kind, dearest[kind], customer);
    }
  }
}

static void delete_customer(long id) {
  AME_ATOMIC {
    struct customer *customer = rbtree_get(&customers, id);
    if (customer && bill(customer) >= 0) {
      release_all(customer);
      free(rbtree_remove(&customers, id));
    }
  }
}

static void change_tables(uint64_t random) {
  AME_ATOMIC {
    for (long i = 0; i < queries; i++) {
      const uint64_t number = bench_random(&random);
      struct rbtree *table = &tables[number % KINDS];
      const long id = (long)((number >> 8) % (uint64_t)range);
      if (number >> 40 & 1)
        add_places(table, id, 100, (long)((number >> 32) % 5) * 10 + 50);
      else
        remove_places(table, id, 100);
    }
  }
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, tasks), end = bench_end(worker, tasks);
  for (long i = first; i < end; i++) {
    uint64_t random = bench_seed((uint64_t)i);
    const uint64_t number = bench_random(&random);
    const long choice = (long)(number % 100),
               customer = (long)((number >> 8) % (uint64_t)range);
    if (choice < reserving) {
      make_reservation(bench_random(&random), customer);
    } else if (choice & 1) {
      delete_customer(customer);
    } else {
      change_tables(bench_random(&random));
    }
  }
  worker->operations = (uint64_t)(end - first);
}

static void prepare(void) {
  uint64_t random = bench_seed(3);
  rows = bench_parameter("rows", 16384);
  tasks = bench_parameter("tasks", 50000);
  queries = bench_parameter("queries", 4);
  reserving = bench_parameter("reserving", 90);
  range = rows * bench_parameter("share", 60) /
          100; /* how much of the tables tasks look at */
  for (long kind = 0; kind < KINDS; kind++)
    for (long i = 0; i < rows; i++) {
      const uint64_t number = bench_random(&random);
      add_places(&tables[kind], (i * 7919) % rows,
                 (long)(number % 5) * 100 + 100,
                 (long)((number >> 20) % 5) * 10 + 50);
    }
  for (long i = 0; i < rows; i++)
    need_customer((i * 7919) % rows);
}

/* --- check -------------------------------------------------------------------
 */
static long reserved_by_customers(const struct rbnode *node, long kind) {
  long count = 0;
  if (!node)
    return 0;
  for (const struct reservation *r =
           ((struct customer *)node->value)->reservations;
       r; r = r->next)
    count += r->kind == kind;
  return count + reserved_by_customers(node->left, kind) +
         reserved_by_customers(node->right, kind);
}

static long used_places(const struct rbnode *node) {
  if (!node)
    return 0;
  const struct row *row = node->value;
  BENCH_EXPECT(row->used >= 0 && row->unused >= 0 &&
               row->used + row->unused == row->total);
  return row->used + used_places(node->left) + used_places(node->right);
}

static void check(void) {
  long black, sum = 0;
  for (long kind = 0; kind < KINDS; kind++) {
    BENCH_EXPECT(rbtree_check(tables[kind].root, 0, rows, &black) >= 0);
    const long used = used_places(tables[kind].root);
    BENCH_EXPECT(used == reserved_by_customers(customers.root, kind));
    sum += used;
  }
  BENCH_EXPECT(rbtree_check(customers.root, 0, rows, &black) >= 0);
  BENCH_EXPECT(sum > 0);
}

BENCHMARK(prepare, work, NULL, check)

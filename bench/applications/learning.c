/* Learning the structure of a Bayesian network (machine learning): which
 * variables depend on which, from records of observations, by hill climbing.
 *
 * A queue holds, for a variable, the parent that would improve its score most.
 * A transaction takes the best of them; another one adds the parent if that makes
 * no cycle; a third one scores the variable again, searches it the next parent,
 * and writes what it has found at its end.
 * Scores come from counting in the records, which never change: transactions
 * are long, with small read and write sets. */
#include "../harness/bench.h"

#include <math.h>

enum { WORD = 64, MAX_VARIABLES = 64 };

struct variable {
  long parents[8];
  long parent_count;
};

struct task {
  double gain; /* 0: the variable has no task */
  long parent;
  double score; /* of the variable as it is */
};

static long variables AME_IMMUTABLE, records AME_IMMUTABLE, words AME_IMMUTABLE, max_parents AME_IMMUTABLE;
static uint64_t *column[MAX_VARIABLES] AME_IMMUTABLE; /* one bit a record */
static struct variable variable[MAX_VARIABLES];
static struct task task[MAX_VARIABLES];
static long busy;
static double start_score;

/* --- counting: the records are immutable -------------------------------------
 */
/* How many records have `values` (a bit each) in the parents and 1 in the
 * variable; *all: whatever the variable. */
AME_PURE static long count(long of, const long *parents, long parent_count,
                           long values, long *all) {
  long ones = 0, total = 0;
  for (long word = 0; word < words; word++) {
    uint64_t matching = ~UINT64_C(0);
    for (long i = 0; i < parent_count; i++)
      matching &= values >> i & 1 ? column[parents[i]][word]
                                  : ~column[parents[i]][word];
    total += __builtin_popcountll(matching);
    ones += __builtin_popcountll(matching & column[of][word]);
  }
  *all = total;
  return ones;
}

static double part(long ones, long all) {
  return ones ? (double)ones * log((double)ones / (double)all) : 0;
}

/* Logarithm of the likelihood of a variable given its parents, less a penalty
 * for each parameter. */
static double score(long of, const long *parents, long parent_count) {
  double sum = 0;
  for (long values = 0; values < 1l << parent_count; values++) {
    long all = 0;
    const long ones = count(of, parents, parent_count, values, &all);
    sum += part(ones, all) + part(all - ones, all);
  }
  return sum - 0.5 * log((double)records) * (double)(1l << parent_count);
}

/* --- the network
 * ---------------------------------------------------------------- */
/* Whether `to` is `from` or one of its ancestors. */
static int is_ancestor(long to, long from) {
  long stack[MAX_VARIABLES], depth = 0;
  uint64_t seen = UINT64_C(1) << from;
  stack[depth++] = from;
  while (depth) {
    const long at = stack[--depth];
    if (at == to)
      return 1;
    const struct variable *v = &variable[at];
    for (long i = 0; i < v->parent_count; i++)
      if (!(seen >> v->parents[i] & 1)) {
        seen |= UINT64_C(1) << v->parents[i];
        stack[depth++] = v->parents[i];
      }
  }
  return 0;
}

static int has_parent(const struct variable *v, long parent) {
  for (long i = 0; i < v->parent_count; i++)
    if (v->parents[i] == parent)
      return 1;
  return 0;
}

/* Scores the variable and finds it a parent, if it may have another one. */
static void find_task(long of) {
  const struct variable *v = &variable[of];
  const long count = v->parent_count;
  long parents[8];
  for (long i = 0; i < count; i++)
    parents[i] = v->parents[i];
  struct task best = {.score = score(of, parents, count)};
  for (long parent = 0; parent < variables && count < max_parents; parent++) {
    if (parent == of || has_parent(v, parent) || is_ancestor(of, parent))
      continue;
    parents[count] = parent;
    const double gain = score(of, parents, count + 1) - best.score;
    if (gain > best.gain)
      best.gain = gain, best.parent = parent;
  }
  task[of] = best;
}

static void add_parent(long of, long parent) {
  struct variable *v = &variable[of];
  if (!is_ancestor(of, parent))
    v->parents[v->parent_count++] = parent;
}

/* The variable with the most to gain, which becomes the caller's; -1: none. */
static long take_task(long *parent) {
  long best = -1;
  for (long i = 0; i < variables; i++)
    if (task[i].gain > 0 && (best < 0 || task[i].gain > task[best].gain))
      best = i;
  if (best < 0)
    return -1;
  *parent = task[best].parent;
  task[best].gain = 0;
  busy++;
  return best;
}

static void work(struct bench_worker *worker) {
  const long end = bench_end(worker, variables);
  long tasks = 0;
  for (long i = bench_first(worker, variables); i < end; i++)
    AME_ATOMIC { find_task(i); }
  bench_wait_for_all();
  for (;;) {
    long of = -1, parent = -1, others = 0;
    AME_ATOMIC {
      of = take_task(&parent);
      others = busy;
    }
    if (of < 0 && others == 0)
      break;
    if (of < 0)
      continue;
    AME_ATOMIC { add_parent(of, parent); }
    AME_ATOMIC {
      find_task(of);
      busy--;
    }
    tasks++;
  }
  worker->operations = (uint64_t)tasks;
}

/* Records follow a hidden network: each variable depends on up to three before
 * it. */
static void make_records(uint64_t *random) {
  for (long record = 0; record < records; record++)
    for (long i = 0; i < variables; i++) {
      uint64_t state = bench_seed((uint64_t)i);
      long votes = 0, chance;
      for (long j = 0; i > 0 && j < 3; j++) {
        const uint64_t parent = bench_random(&state) % (uint64_t)i;
        votes += (long)(column[parent][record / WORD] >> record % WORD & 1);
      }
      chance = i == 0 ? 50 : 15 + 23 * votes;
      if ((long)(bench_random(random) % 100) < chance)
        column[i][record / WORD] |= UINT64_C(1) << record % WORD;
    }
}

static void prepare(void) {
  uint64_t random = bench_seed(23);
  variables = bench_parameter("variables", 60);
  records = bench_parameter("records", 4096) / WORD * WORD;
  max_parents = bench_parameter("parents", 4);
  words = records / WORD;
  BENCH_EXPECT(variables <= MAX_VARIABLES && max_parents <= 8);
  for (long i = 0; i < variables; i++)
    column[i] = bench_allocate((size_t)words * sizeof *column[i]);
  make_records(&random);
  for (long i = 0; i < variables; i++) {
    task[i].score = score(i, NULL, 0);
    start_score += task[i].score;
  }
}

static void check(void) {
  double sum = 0;
  long edges = 0;
  for (long i = 0; i < variables; i++) {
    const struct variable *v = &variable[i];
    sum += task[i].score;
    edges += v->parent_count;
    BENCH_EXPECT(fabs(task[i].score - score(i, v->parents, v->parent_count)) < 1e-6);
    for (long j = 0; j < v->parent_count; j++)
      BENCH_EXPECT(!is_ancestor(i, v->parents[j]));
  }
  BENCH_EXPECT(edges > 0 && sum > start_score);
  BENCH_EXPECT(busy == 0);
  bench_report("edges", (double)edges);
}

BENCHMARK(prepare, work, NULL, check)

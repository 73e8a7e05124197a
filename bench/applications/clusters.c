/* K-means clustering (data mining): points are put to the nearest of `clusters`
 * centres, then the centres move to the middle of their points, `iterations`
 * times. Finding the nearest centre is plain code; adding the point to its
 * cluster's sums is a tiny transaction (one write a dimension, and one). */
#include "../harness/bench.h"

#include <math.h>

enum { DIMENSIONS = 16 };

struct point {
  double at[DIMENSIONS] AME_IMMUTABLE;
};

struct membership {
  long cluster AME_THREADLOCAL;
};

struct centre {
  double at[DIMENSIONS] AME_NOTRACK;
};

/* No two share a cache line, as in the published programs. */
struct cluster {
  _Alignas(64) double sum[DIMENSIONS];
  long members;
};

static long points AME_IMMUTABLE, clusters AME_IMMUTABLE,
    iterations AME_IMMUTABLE;
static struct point *point AME_IMMUTABLE;
static struct centre *centre AME_IMMUTABLE; /* plain code only uses them */
static struct cluster *cluster AME_IMMUTABLE;
static struct membership *membership AME_IMMUTABLE;
static long moved;

static double uniform(uint64_t *random) {
  return (double)(bench_random(random) & 0xffffff) / 0x1000000;
}

/* Points lie around as many true centres as there are clusters. */
static void prepare(void) {
  uint64_t random = bench_seed(11);
  points = bench_parameter("points", 16384);
  clusters = bench_parameter("clusters", 40);
  iterations = bench_parameter("iterations", 5);
  point = bench_allocate((size_t)points * sizeof *point);
  centre = bench_allocate((size_t)clusters * sizeof *centre);
  cluster = aligned_alloc(_Alignof(struct cluster), (size_t)clusters * sizeof *cluster);
  BENCH_EXPECT(cluster != NULL);
  memset(cluster, 0, (size_t)clusters * sizeof *cluster);
  membership = bench_allocate((size_t)points * sizeof *membership);
  for (long i = 0; i < clusters * DIMENSIONS; i++)
    centre[i / DIMENSIONS].at[i % DIMENSIONS] = uniform(&random);
  for (long i = 0; i < points; i++) {
    const struct centre *around =
        &centre[bench_random(&random) % (uint64_t)clusters];
    for (long d = 0; d < DIMENSIONS; d++)
      point[i].at[d] = around->at[d] + (uniform(&random) - 0.5) * 0.5;
    membership[i].cluster = -1;
  }
  memcpy(centre, point, (size_t)clusters * sizeof *point);
}

static double distance(const struct point *a, const struct centre *b) {
  double sum = 0;
  for (long d = 0; d < DIMENSIONS; d++)
    sum += (a->at[d] - b->at[d]) * (a->at[d] - b->at[d]);
  return sum;
}

__attribute__((always_inline)) static inline long
nearest(const struct point *p, const struct centre *centres) {
  long best = 0;
  double least = distance(p, centres);
  for (long i = 1; i < clusters; i++) {
    const double found = distance(p, &centres[i]);
    if (found < least) {
      least = found;
      best = i;
    }
  }
  return best;
}

static void add_point(struct cluster *to, const struct point *p) {
  AME_ATOMIC {
    to->members++;
    for (long d = 0; d < DIMENSIONS; d++)
      to->sum[d] += p->at[d];
  }
}

static void move_centres(void) {
  for (long i = 0; i < clusters; i++) {
    if (cluster[i].members)
      for (long d = 0; d < DIMENSIONS; d++)
        centre[i].at[d] = cluster[i].sum[d] / (double)cluster[i].members;
    memset(&cluster[i], 0, sizeof cluster[i]);
  }
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, points),
             end = bench_end(worker, points);
  for (long round = 0; round < iterations; round++) {
    long changes = 0;
    for (long i = first; i < end; i++) {
      const long to = nearest(&point[i], centre);
      changes += to != membership[i].cluster;
      membership[i].cluster = to;
      add_point(&cluster[to], &point[i]);
    }
    AME_ATOMIC { moved += changes; }
    bench_wait_for_all();
    if (worker->id == 0)
      move_centres();
    bench_wait_for_all();
    worker->operations += (uint64_t)(end - first);
  }
}

/* The same by one thread without transactions. */
static struct centre *reference(void) {
  struct centre *centres = bench_allocate((size_t)clusters * sizeof *centres);
  struct cluster *sums = bench_allocate((size_t)clusters * sizeof *sums);
  memcpy(centres, point, (size_t)clusters * sizeof *point);
  for (long round = 0; round < iterations; round++) {
    memset(sums, 0, (size_t)clusters * sizeof *sums);
    for (long i = 0; i < points; i++) {
      struct cluster *to = &sums[nearest(&point[i], centres)];
      to->members++;
      for (long d = 0; d < DIMENSIONS; d++)
        to->sum[d] += point[i].at[d];
    }
    for (long i = 0; i < clusters; i++)
      for (long d = 0; sums[i].members && d < DIMENSIONS; d++)
        centres[i].at[d] = sums[i].sum[d] / (double)sums[i].members;
  }
  free(sums);
  return centres;
}

/* Threads add in another order, so the last bits differ. */
static void check(void) {
  struct centre *expected = reference();
  for (long i = 0; i < clusters; i++)
    for (long d = 0; d < DIMENSIONS; d++)
      BENCH_EXPECT(fabs(centre[i].at[d] - expected[i].at[d]) < 1e-6);
  BENCH_EXPECT(moved >= points);
  free(expected);
}

BENCHMARK(prepare, work, NULL, check)

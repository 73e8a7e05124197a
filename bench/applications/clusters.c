/* K-means clustering (data mining): points are put to the nearest of `clusters`
 * centres, then the centres move to the middle of their points, `iterations`
 * times. Finding the nearest centre is plain code; adding the point to its
 * cluster's sums is a tiny transaction (one write a dimension, and one). */
#include "../harness/bench.h"

#include <math.h>

enum { DIMENSIONS = 16 };

struct cluster {
  double sum[DIMENSIONS];
  long members;
};

static long points AME_IMMUTABLE, clusters AME_IMMUTABLE, iterations AME_IMMUTABLE;
static double *point AME_IMMUTABLE;  /* points x DIMENSIONS */
static double *centre AME_IMMUTABLE; /* clusters x DIMENSIONS */
static struct cluster *cluster AME_IMMUTABLE;
static long *membership AME_IMMUTABLE;
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
  point = bench_allocate((size_t)(points * DIMENSIONS) * sizeof *point);
  centre = bench_allocate((size_t)(clusters * DIMENSIONS) * sizeof *centre);
  cluster = bench_allocate((size_t)clusters * sizeof *cluster);
  membership = bench_allocate((size_t)points * sizeof *membership);
  for (long i = 0; i < clusters * DIMENSIONS; i++)
    centre[i] = uniform(&random);
  for (long i = 0; i < points; i++) {
    const double *around =
        &centre[bench_random(&random) % (uint64_t)clusters * DIMENSIONS];
    for (long d = 0; d < DIMENSIONS; d++)
      point[i * DIMENSIONS + d] = around[d] + (uniform(&random) - 0.5) * 0.5;
    membership[i] = -1;
  }
  memcpy(centre, point, (size_t)(clusters * DIMENSIONS) * sizeof *centre);
}

static double distance(const double *a, const double *b) {
  double sum = 0;
  for (long d = 0; d < DIMENSIONS; d++)
    sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

static long nearest(const double *p, const double *centres) {
  long best = 0;
  double least = distance(p, centres);
  for (long i = 1; i < clusters; i++) {
    const double found = distance(p, &centres[i * DIMENSIONS]);
    if (found < least) {
      least = found;
      best = i;
    }
  }
  return best;
}

static void add_point(struct cluster *to, const double *p) {
  AME_ATOMIC {
    to->members++;
    for (long d = 0; d < DIMENSIONS; d++)
      to->sum[d] += p[d];
  }
}

static void move_centres(void) {
  for (long i = 0; i < clusters; i++) {
    if (cluster[i].members)
      for (long d = 0; d < DIMENSIONS; d++)
        centre[i * DIMENSIONS + d] =
            cluster[i].sum[d] / (double)cluster[i].members;
    memset(&cluster[i], 0, sizeof cluster[i]);
  }
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, points),
             end = bench_end(worker, points);
  for (long round = 0; round < iterations; round++) {
    long changes = 0;
    for (long i = first; i < end; i++) {
      const long to = nearest(&point[i * DIMENSIONS], centre);
      changes += to != membership[i];
      membership[i] = to;
      add_point(&cluster[to], &point[i * DIMENSIONS]);
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
static double *reference(void) {
  double *centres =
      bench_allocate((size_t)(clusters * DIMENSIONS) * sizeof *centres);
  struct cluster *sums = bench_allocate((size_t)clusters * sizeof *sums);
  memcpy(centres, point, (size_t)(clusters * DIMENSIONS) * sizeof *centres);
  for (long round = 0; round < iterations; round++) {
    memset(sums, 0, (size_t)clusters * sizeof *sums);
    for (long i = 0; i < points; i++) {
      struct cluster *to = &sums[nearest(&point[i * DIMENSIONS], centres)];
      to->members++;
      for (long d = 0; d < DIMENSIONS; d++)
        to->sum[d] += point[i * DIMENSIONS + d];
    }
    for (long i = 0; i < clusters; i++)
      for (long d = 0; sums[i].members && d < DIMENSIONS; d++)
        centres[i * DIMENSIONS + d] = sums[i].sum[d] / (double)sums[i].members;
  }
  free(sums);
  return centres;
}

/* Threads add in another order, so the last bits differ. */
static void check(void) {
  double *expected = reference();
  for (long i = 0; i < clusters * DIMENSIONS; i++)
    BENCH_EXPECT(fabs(centre[i] - expected[i]) < 1e-6);
  BENCH_EXPECT(moved >= points);
  free(expected);
}

BENCHMARK(prepare, work, NULL, check)

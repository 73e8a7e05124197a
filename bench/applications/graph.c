/* A graph kernel (scientific): edges of a random graph with a few popular nodes
 * are made, counted, then written into arrays that list for each node whom it
 * points to and who points to it. Each edge is added in tiny transactions (some
 * ten words); most time is outside of them, conflicts are rare. */
#include "../harness/bench.h"

struct edge {
  int from, to, weight;
};

static long scale, nodes, edges;
static struct edge *edge;
static long *out_degree, *in_degree;
static long *out_start, *in_start;
static int *out_node, *out_weight, *in_node;
static long *out_used, *in_used;
static long heaviest, heaviest_count;

/* A recursive matrix: in each of `scale` steps one of four quarters is chosen,
 * the first more often than the others. */
static struct edge random_edge(uint64_t *random) {
  struct edge found = {0, 0, 0};
  for (long bit = 0; bit < scale; bit++) {
    const uint64_t number = bench_random(random) % 100;
    found.from = found.from * 2 + (number >= 70);
    found.to = found.to * 2 + ((number >= 55 && number < 70) || number >= 85);
  }
  found.weight = (int)(bench_random(random) & 0xfffff);
  return found;
}

static void prepare(void) {
  scale = bench_parameter("scale", 15);
  nodes = 1l << scale;
  edges = nodes * bench_parameter("degree", 8);
  edge = bench_allocate((size_t)edges * sizeof *edge);
  const size_t words = (size_t)(nodes + 1) * sizeof(long);
  out_degree = bench_allocate(words);
  in_degree = bench_allocate(words);
  out_start = bench_allocate(words);
  in_start = bench_allocate(words);
  out_used = bench_allocate(words);
  in_used = bench_allocate(words);
  out_node = bench_allocate((size_t)edges * sizeof *out_node);
  out_weight = bench_allocate((size_t)edges * sizeof *out_weight);
  in_node = bench_allocate((size_t)edges * sizeof *in_node);
}

static void make_edges(long first, long end) {
  for (long i = first; i < end; i++) {
    uint64_t random = bench_seed((uint64_t)i);
    edge[i] = random_edge(&random);
  }
}

static void count_edges(long first, long end) {
  for (long i = first; i < end; i++) {
    AME_ATOMIC { out_degree[edge[i].from]++; }
    AME_ATOMIC { in_degree[edge[i].to]++; }
  }
}

static void sum_up(const long *degree, long *start) {
  for (long i = 0; i < nodes; i++)
    start[i + 1] = start[i] + degree[i];
}

static void place_edges(long first, long end) {
  for (long i = first; i < end; i++) {
    const struct edge *e = &edge[i];
    AME_ATOMIC {
      const long place = out_start[e->from] + out_used[e->from]++;
      out_node[place] = e->to;
      out_weight[place] = e->weight;
    }
    AME_ATOMIC { in_node[in_start[e->to] + in_used[e->to]++] = e->from; }
  }
}

/* The heaviest edges: each thread looks at its own, then compares. */
static void find_heaviest(long first, long end) {
  long weight = -1, count = 0;
  for (long node = first; node < end; node++)
    for (long i = out_start[node]; i < out_start[node + 1]; i++) {
      if (out_weight[i] > weight) {
        weight = out_weight[i];
        count = 0;
      }
      count += out_weight[i] == weight;
    }
  AME_ATOMIC {
    if (weight > heaviest) {
      heaviest = weight;
      heaviest_count = 0;
    }
    if (weight == heaviest)
      heaviest_count += count;
  }
}

static void work(struct bench_worker *worker) {
  const long first = bench_first(worker, edges), end = bench_end(worker, edges);
  make_edges(first, end);
  count_edges(first, end);
  bench_wait_for_all();
  if (worker->id == 0) {
    sum_up(out_degree, out_start);
    sum_up(in_degree, in_start);
  }
  bench_wait_for_all();
  place_edges(first, end);
  bench_wait_for_all();
  find_heaviest(bench_first(worker, nodes), bench_end(worker, nodes));
  worker->operations = (uint64_t)(end - first);
}

/* A sum over edges that does not depend on their order. */
static uint64_t mixed(long a, long b, long c) {
  uint64_t state = (uint64_t)(a * 1000003 + b) * 1000003u + (uint64_t)c + 1;
  return bench_random(&state);
}

static void check(void) {
  uint64_t expected = 0, out = 0, backwards = 0, in = 0;
  long weight = 0, count = 0;
  for (long i = 0; i < edges; i++) {
    expected += mixed(edge[i].from, edge[i].to, edge[i].weight);
    backwards += mixed(edge[i].from, edge[i].to, 0);
    weight = edge[i].weight > weight ? edge[i].weight : weight;
  }
  for (long i = 0; i < edges; i++)
    count += edge[i].weight == weight;
  BENCH_EXPECT(out_start[nodes] == edges && in_start[nodes] == edges);
  for (long node = 0; node < nodes; node++) {
    BENCH_EXPECT(out_used[node] == out_degree[node] &&
                 in_used[node] == in_degree[node]);
    for (long i = out_start[node]; i < out_start[node + 1]; i++)
      out += mixed(node, out_node[i], out_weight[i]);
    for (long i = in_start[node]; i < in_start[node + 1]; i++)
      in += mixed(in_node[i], node, 0);
  }
  BENCH_EXPECT(out == expected && in == backwards);
  BENCH_EXPECT(heaviest == weight && heaviest_count == count);
}

BENCHMARK(prepare, work, NULL, check)

/* A graph kernel (scientific): a random graph with a few popular nodes comes as
 * a list of edges, sorted by where they start. Where an edge has none back, its
 * end must learn of it: that entry in the end's list is the transaction, some
 * fifty instructions. Looking for the way back, and making one array of the
 * lists, is plain code, and most of the time. Last, the heaviest edges are
 * found. Conflicts are rare. */
#include "../harness/bench.h"

enum { CHUNK = 14 };

struct edge {
  int from AME_IMMUTABLE, to AME_IMMUTABLE, weight AME_IMMUTABLE;
};

struct place {
  long first AME_IMMUTABLE;
};

/* Who points to a node without being pointed at: the newest chunk first. */
struct chunk {
  struct chunk *next;
  long used;
  int nodes[CHUNK];
};

static long scale AME_IMMUTABLE, nodes AME_IMMUTABLE, edges AME_IMMUTABLE;
static struct edge *edge AME_IMMUTABLE;
static struct place *out_start AME_IMMUTABLE; /* of each node, in `edge` */
static struct chunk **one_way AME_IMMUTABLE;
static long *one_way_count AME_IMMUTABLE;
static long *in_start AME_IMMUTABLE; /* of each node, in `in_node` */
static int *in_node;
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

/* Sorted by start: counted, then put in place. */
static void prepare(void) {
  scale = bench_parameter("scale", 15);
  nodes = 1l << scale;
  edges = nodes * bench_parameter("degree", 8);
  edge = bench_allocate((size_t)edges * sizeof *edge);
  out_start = bench_allocate((size_t)(nodes + 1) * sizeof *out_start);
  in_start = bench_allocate((size_t)(nodes + 1) * sizeof *in_start);
  one_way = bench_allocate((size_t)nodes * sizeof *one_way);
  one_way_count = bench_allocate((size_t)nodes * sizeof *one_way_count);
  struct edge *unsorted = bench_allocate((size_t)edges * sizeof *edge);
  long *place = bench_allocate((size_t)(nodes + 1) * sizeof *place);
  uint64_t random = bench_seed(19);
  for (long i = 0; i < edges; i++) {
    unsorted[i] = random_edge(&random);
    out_start[unsorted[i].from + 1].first++;
  }
  for (long i = 0; i < nodes; i++)
    place[i] = out_start[i + 1].first += out_start[i].first;
  for (long i = 0; i < edges; i++)
    edge[--place[unsorted[i].from]] = unsorted[i];
  free(unsorted);
  free(place);
}

static int points_to(long from, long to) {
  for (long i = out_start[from].first; i < out_start[from + 1].first; i++)
    if (edge[i].to == to)
      return 1;
  return 0;
}

static void note_one_way(long from, long to) {
  AME_ATOMIC {
    struct chunk *chunk = one_way[to];
    if (!chunk || chunk->used == CHUNK) {
      chunk = malloc(sizeof *chunk);
      chunk->next = one_way[to];
      chunk->used = 0;
      one_way[to] = chunk;
    }
    chunk->nodes[chunk->used++] = (int)from;
    one_way_count[to]++;
  }
}

static void find_one_ways(long first, long end) {
  for (long i = first; i < end; i++)
    if (!points_to(edge[i].to, edge[i].from))
      note_one_way(edge[i].from, edge[i].to);
}

static void number_one_ways(void) {
  for (long i = 0; i < nodes; i++)
    in_start[i + 1] = in_start[i] + one_way_count[i];
  in_node = bench_allocate((size_t)(in_start[nodes] + 1) * sizeof *in_node);
}

static void collect_one_ways(long first, long end) {
  for (long node = first; node < end; node++) {
    long place = in_start[node];
    for (struct chunk *chunk = one_way[node], *next; chunk; chunk = next) {
      for (long i = 0; i < chunk->used; i++)
        in_node[place++] = chunk->nodes[i];
      next = chunk->next;
      free(chunk);
    }
    BENCH_EXPECT(place == in_start[node + 1]);
  }
}

/* Each thread looks at its own edges, then compares. */
static void find_heaviest(long first, long end) {
  long weight = -1, count = 0;
  for (long i = first; i < end; i++) {
    if (edge[i].weight > weight) {
      weight = edge[i].weight;
      count = 0;
    }
    count += edge[i].weight == weight;
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
  find_one_ways(first, end);
  bench_wait_for_all();
  if (worker->id == 0)
    number_one_ways();
  bench_wait_for_all();
  collect_one_ways(bench_first(worker, nodes), bench_end(worker, nodes));
  find_heaviest(first, end);
  worker->operations = (uint64_t)(end - first);
}

/* A sum over edges that does not depend on their order. */
static uint64_t mixed(long from, long to) {
  uint64_t state = (uint64_t)(from * 1000003 + to) * 1000003u + 1;
  return bench_random(&state);
}

static void check(void) {
  uint64_t expected = 0, found = 0;
  long weight = 0, count = 0, one_ways = 0;
  for (long i = 0; i < edges; i++) {
    weight = edge[i].weight > weight ? edge[i].weight : weight;
    if (!points_to(edge[i].to, edge[i].from)) {
      expected += mixed(edge[i].from, edge[i].to);
      one_ways++;
    }
  }
  for (long i = 0; i < edges; i++)
    count += edge[i].weight == weight;
  for (long node = 0; node < nodes; node++)
    for (long i = in_start[node]; i < in_start[node + 1]; i++)
      found += mixed(in_node[i], node);
  BENCH_EXPECT(in_start[nodes] == one_ways && one_ways > 0);
  BENCH_EXPECT(found == expected);
  BENCH_EXPECT(heaviest == weight && heaviest_count == count);
}

BENCHMARK(prepare, work, NULL, check)

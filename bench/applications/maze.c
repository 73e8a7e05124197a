/* Maze routing (engineering; Lee's algorithm): wires between pairs of points in
 * a grid of several layers, none may touch another. Each route is one
 * transaction: it takes a private copy of the grid, spreads from the source in
 * the copy until the target is reached, follows the numbers back, and then
 * claims the cells of the path in the shared grid.
 *
 * The copy is a hint only and is taken without barriers (AME_PURE), as in the
 * literature: what counts is that every cell of the path is found free when it
 * is claimed; if one is not, the route is searched again in a new copy. Nearly
 * all time is in transactions, which are very long, with read and write sets of
 * some hundred cells. */
#include "../harness/bench.h"
#include "../structures/queue.h"

enum { FREE = 0, WALL = -1, WANTED = -2, TRIES = 20, SEARCHES = 2 };

struct route {
  long source AME_IMMUTABLE, target AME_IMMUTABLE;
  long id AME_IMMUTABLE;
};

static long width AME_IMMUTABLE, height AME_IMMUTABLE, depth AME_IMMUTABLE, cells AME_IMMUTABLE, routes AME_IMMUTABLE;
static int *grid AME_IMMUTABLE;
static struct route *route AME_IMMUTABLE;
static struct queue todo;
static long routed[64], impossible[64];

static long at(long x, long y, long z) { return (z * height + y) * width + x; }

static void prepare(void) {
  uint64_t random = bench_seed(17);
  width = bench_parameter("width", 128);
  height = bench_parameter("height", 128);
  depth = bench_parameter("depth", 3);
  routes = bench_parameter("routes", 128);
  cells = width * height * depth;
  grid = bench_allocate((size_t)cells * sizeof *grid);
  route = bench_allocate((size_t)routes * sizeof *route);
  for (long i = 0; i < cells / 40; i++)
    grid[bench_random(&random) % (uint64_t)cells] = WALL;
  queue_start(&todo, routes);
  for (long i = 0; i < routes; i++) {
    long end[2];
    for (int j = 0; j < 2; j++) {
      do
        end[j] = at((long)(bench_random(&random) % (uint64_t)width),
                    (long)(bench_random(&random) % (uint64_t)height), 0);
      while (grid[end[j]] != FREE);
      grid[end[j]] = WANTED; /* ends are nobody else's */
    }
    const struct route found = {end[0], end[1], i + 1};
    memcpy(&route[i], &found, sizeof found);
    queue_push(&todo, &route[i]);
  }
}

/* What one search works in; it belongs to the transaction that allocates it. */
struct search {
  int *copy;
  long *frontier;
};

AME_PURE __attribute__((noinline)) static void copy_grid(int *copy) {
  memcpy(copy, grid, (size_t)cells * sizeof *copy);
}

static long neighbours(long cell, long *found) {
  const long x = cell % width, y = cell / width % height,
             z = cell / (width * height);
  long count = 0;
  if (x > 0)
    found[count++] = cell - 1;
  if (x < width - 1)
    found[count++] = cell + 1;
  if (y > 0)
    found[count++] = cell - width;
  if (y < height - 1)
    found[count++] = cell + width;
  if (z > 0)
    found[count++] = cell - width * height;
  if (z < depth - 1)
    found[count++] = cell + width * height;
  return count;
}

/* Numbers the cells of the copy by their distance from the source, from 1. */
static int spread(const struct search *search, const struct route *wanted) {
  int *copy = search->copy;
  long *frontier = search->frontier, first = 0, count = 0, next[6];
  copy[wanted->target] = FREE;
  copy[wanted->source] = 1;
  frontier[count++] = wanted->source;
  while (first < count) {
    const long cell = frontier[first++];
    if (cell == wanted->target)
      return 1;
    for (long i = neighbours(cell, next); i-- > 0;)
      if (copy[next[i]] == FREE) {
        copy[next[i]] = copy[cell] + 1;
        frontier[count++] = next[i];
      }
  }
  return 0;
}

/* From the target down to 1; the path replaces the frontier. */
static long trace_back(const struct search *search,
                       const struct route *wanted) {
  int *copy = search->copy;
  long *path = search->frontier, length = 0, cell = wanted->target, next[6];
  path[length++] = cell;
  while (cell != wanted->source) {
    long i = neighbours(cell, next);
    while (copy[next[--i]] != copy[cell] - 1) {
    }
    cell = next[i];
    path[length++] = cell;
  }
  return length;
}

/* Occupied cells are negative in the copy, so that they cannot be taken for
 * distances. */
static void hide_occupied(int *copy) {
  for (long i = 0; i < cells; i++)
    if (copy[i] > 0)
      copy[i] = WALL;
}

static int path_is_free(const long *path, long length) {
  for (long i = 1; i < length - 1; i++)
    if (grid[path[i]] != FREE)
      return 0;
  return 1;
}

static int lay_in(const struct search *search, const struct route *wanted) {
  for (int try = 0, blocked = 0; try < TRIES && blocked < SEARCHES; try++) {
    copy_grid(search->copy);
    hide_occupied(search->copy);
    if (!spread(search, wanted)) {
      blocked++; /* by something that may have been undone since the copy */
      continue;
    }
    const long length = trace_back(search, wanted);
    if (!path_is_free(search->frontier, length))
      continue;
    for (long i = 0; i < length; i++)
      grid[search->frontier[i]] = (int)wanted->id;
    return 1;
  }
  return 0;
}

/* Inlined, gcc 12 restores a wrong local when libitm runs the region again. */
BENCH_OUTLINE_FOR_GCC static const struct route *next_route(void) {
  const struct route *wanted = NULL;
  AME_ATOMIC { wanted = queue_pop(&todo); }
  return wanted;
}

static int lay(const struct route *wanted) {
  const struct search search = {
      malloc((size_t)cells * sizeof *search.copy),
      malloc((size_t)cells * sizeof *search.frontier)};
  const int done = lay_in(&search, wanted);
  free(search.copy);
  free(search.frontier);
  return done;
}

BENCH_OUTLINE_FOR_GCC static int lay_route(const struct route *wanted) {
  int done = 0;
  AME_ATOMIC { done = lay(wanted); }
  return done;
}

/* Counts are in locals: plain code that writes memory between two blocks would
 * have the first one wait for the other threads' older blocks. */
static void work(struct bench_worker *worker) {
  long done = 0, all = 0;
  for (const struct route *wanted; (wanted = next_route()); all++)
    done += lay_route(wanted);
  routed[worker->id] = done;
  impossible[worker->id] = all - done;
  worker->operations = (uint64_t)all;
}

/* Each route's cells are one path from its source to its target. */
static long follow(const struct route *wanted) {
  long cell = wanted->source, before = -1, length = 1, next[6];
  while (cell != wanted->target) {
    long on = -1;
    for (long i = neighbours(cell, next); i-- > 0;)
      if (next[i] != before && grid[next[i]] == wanted->id)
        on = next[i];
    BENCH_EXPECT(on >= 0);
    before = cell;
    cell = on;
    length++;
    BENCH_EXPECT(length <= cells);
  }
  return length;
}

static void check(void) {
  long done = 0, not_done = 0, used = 0, on_paths = 0;
  for (int i = 0; i < 64; i++) {
    done += routed[i];
    not_done += impossible[i];
  }
  BENCH_EXPECT(done + not_done == routes);
  BENCH_EXPECT(done * 2 >= routes);
  for (long i = 0; i < cells; i++)
    used += grid[i] > 0;
  for (long i = 0; i < routes; i++)
    if (grid[route[i].source] == route[i].id)
      on_paths += follow(&route[i]);
  BENCH_EXPECT(used == on_paths);
  bench_report("routed", (double)done);
}

BENCHMARK(prepare, work, NULL, check)

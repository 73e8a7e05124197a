/* Mesh refinement (scientific; Ruppert's algorithm): a Delaunay mesh of the
 * unit square has triangles with too small angles; they wait in work lists.
 * Refining one puts a point into the centre of its circumcircle: all triangles
 * whose circumcircle holds the new point (the cavity) are replaced by a star
 * around it. A point too near to the border splits the border instead. New bad
 * triangles go to the thread's list.
 *
 * Each thread has a list, takes what came last, and where its own is empty it
 * steals from the others' (as in the Galois programs). The first triangles are
 * shuffled (as in STAMP): neighbours are not refined at the same time.
 *
 * Taking from a list, refining, and adding to the list are transactions: all
 * time is in them, with some hundred words read and written. */
#include "../harness/bench.h"
#include "../structures/queue.h"

#include <math.h>

enum { CAVITY = 200, LISTS = 64 };

struct point {
  double x AME_IMMUTABLE, y AME_IMMUTABLE;
};

/* Corners counter-clockwise; neighbour[i] lies across the edge from corner[i]
 * to the next one; null is the border. */
struct triangle {
  struct point *corner[3] AME_IMMUTABLE;
  struct triangle *neighbour[3];
  long alive, queued, mark;
};

/* An edge around the cavity, seen from inside, and what is beyond. */
struct edge {
  struct point *from, *to;
  struct triangle *beyond;
};

struct cavity {
  struct triangle *inside[CAVITY];
  struct edge edges[CAVITY];
  long inside_count, edge_count;
};

/* Lines of its own: a thread's list is nobody else's business. */
struct worklist {
  _Alignas(128) struct triangle **items;
  long count, capacity;
  long busy; /* its thread refines a triangle, and may find more */
};

static struct worklist todo[LISTS];
static struct point *origin AME_IMMUTABLE;
static struct triangle
    *at_origin; /* a living triangle, to find all others from */
static long refined[LISTS], given_up[LISTS];

/* --- geometry
 * ------------------------------------------------------------------ */
static double area2(const struct point *a, const struct point *b,
                    const struct point *c) {
  return (b->x - a->x) * (c->y - a->y) - (b->y - a->y) * (c->x - a->x);
}

static double square(const struct point *a, const struct point *b) {
  return (a->x - b->x) * (a->x - b->x) + (a->y - b->y) * (a->y - b->y);
}

static int in_circumcircle(const struct triangle *t, const struct point *p) {
  const struct point *a = t->corner[0], *b = t->corner[1], *c = t->corner[2];
  const double ax = a->x - p->x, ay = a->y - p->y, bx = b->x - p->x,
               by = b->y - p->y;
  const double cx = c->x - p->x, cy = c->y - p->y;
  return (ax * ax + ay * ay) * (bx * cy - cx * by) -
             (bx * bx + by * by) * (ax * cy - cx * ay) +
             (cx * cx + cy * cy) * (ax * by - bx * ay) >
         0;
}

static void circumcentre(const struct triangle *t, double *x, double *y) {
  const struct point *a = t->corner[0], *b = t->corner[1], *c = t->corner[2];
  const double bx = b->x - a->x, by = b->y - a->y, cx = c->x - a->x,
               cy = c->y - a->y;
  const double d = 2 * (bx * cy - by * cx), b2 = bx * bx + by * by,
               c2 = cx * cx + cy * cy;
  *x = a->x + (cy * b2 - by * c2) / d;
  *y = a->y + (bx * c2 - cx * b2) / d;
}

/* Circumradius over shortest edge above the square root of 2: an angle
 * below 20.7 degrees. */
static int is_bad(const struct triangle *t) {
  const double a = square(t->corner[0], t->corner[1]),
               b = square(t->corner[1], t->corner[2]);
  const double c = square(t->corner[2], t->corner[0]);
  const double area = area2(t->corner[0], t->corner[1], t->corner[2]);
  const double shortest = a < b ? (a < c ? a : c) : (b < c ? b : c);
  return a * b * c > 2 * shortest * 4 * area * area;
}

/* Inside the circle over the edge, or beyond it. */
static int encroaches(const struct point *p, const struct point *from,
                      const struct point *to) {
  return (from->x - p->x) * (to->x - p->x) + (from->y - p->y) * (to->y - p->y) <
             0 ||
         area2(from, to, p) <= 0;
}

/* --- the cavity
 * ------------------------------------------------------------------- */
static int is_inside(const struct cavity *cavity, const struct triangle *t) {
  for (long i = 0; i < cavity->inside_count; i++)
    if (cavity->inside[i] == t)
      return 1;
  return 0;
}

/* The triangles around `start` whose circumcircle holds p. `split`: p lies on
 * that border edge, which then has no place in the star. Returns a border edge
 * that p encroaches upon in *hit, with its triangle in *hit_in. */
static int grow(struct cavity *cavity, struct triangle *start,
                const struct point *p, const struct edge *split,
                struct edge *hit, struct triangle **hit_in) {
  cavity->inside_count = cavity->edge_count = 0;
  cavity->inside[cavity->inside_count++] = start;
  for (long i = 0; i < cavity->inside_count; i++) {
    struct triangle *t = cavity->inside[i];
    for (int side = 0; side < 3; side++) {
      struct triangle *beyond = t->neighbour[side];
      const struct edge edge = {t->corner[side], t->corner[(side + 1) % 3],
                                beyond};
      if (beyond && is_inside(cavity, beyond))
        continue;
      if (beyond && in_circumcircle(beyond, p)) {
        if (cavity->inside_count == CAVITY)
          return 0;
        cavity->inside[cavity->inside_count++] = beyond;
        continue;
      }
      if (!beyond && split && edge.from == split->from && edge.to == split->to)
        continue;
      if (!beyond && !split && encroaches(p, edge.from, edge.to)) {
        *hit = edge;
        *hit_in = t;
        return 1;
      }
      if (cavity->edge_count == CAVITY)
        return 0;
      cavity->edges[cavity->edge_count++] = edge;
    }
  }
  /* A triangle that came in later may be beyond an edge that was noted earlier.
   */
  long kept = 0;
  for (long i = 0; i < cavity->edge_count; i++)
    if (!cavity->edges[i].beyond || !is_inside(cavity, cavity->edges[i].beyond))
      cavity->edges[kept++] = cavity->edges[i];
  cavity->edge_count = kept;
  return 1;
}

/* Rounding may make a star with a flat triangle: then the point is not put. */
static int is_star(const struct cavity *cavity, const struct point *p) {
  for (long i = 0; i < cavity->edge_count; i++)
    if (area2(cavity->edges[i].from, cavity->edges[i].to, p) <= 0)
      return 0;
  return cavity->edge_count >= 2;
}

static void replace_neighbour(struct triangle *t, const struct edge *edge,
                              struct triangle *with) {
  for (int side = 0; side < 3; side++)
    if (t->corner[side] == edge->to && t->corner[(side + 1) % 3] == edge->from)
      t->neighbour[side] = with;
}

static struct triangle *new_triangle(struct point *a, struct point *b,
                                     struct point *c) {
  struct triangle *t = calloc(1, sizeof *t);
  t->corner[0] = a;
  t->corner[1] = b;
  t->corner[2] = c;
  t->alive = 1;
  if (a == origin || b == origin || c == origin)
    at_origin = t;
  return t;
}

static void kill_triangle(struct triangle *t) {
  t->alive = 0;
  if (!t->queued)
    free(t); /* else whoever takes it from the queue does */
}

/* Replaces the cavity by a star, whose triangles go to `made`. */
static void make_star(struct cavity *cavity, struct point *p,
                      struct triangle **made) {
  for (long i = 0; i < cavity->edge_count; i++) {
    const struct edge *edge = &cavity->edges[i];
    made[i] = new_triangle(edge->from, edge->to, p);
    made[i]->neighbour[0] = edge->beyond;
    if (edge->beyond)
      replace_neighbour(edge->beyond, edge, made[i]);
  }
  for (long i = 0; i < cavity->edge_count; i++)
    for (long j = 0; j < cavity->edge_count; j++)
      if (made[i]->corner[1] == made[j]->corner[0]) {
        made[i]->neighbour[1] = made[j];
        made[j]->neighbour[2] = made[i];
      }
  for (long i = 0; i < cavity->inside_count; i++)
    kill_triangle(cavity->inside[i]);
}

static struct point *new_point(double x, double y) {
  struct point *p = malloc(sizeof *p);
  const struct point at = {x, y};
  memcpy(p, &at, sizeof at);
  return p;
}

/* Puts a point at (x, y), near `start`, or splits the border edge it is too
 * near to. Returns how many triangles were made; 0: rounding forbids it. */
static long insert(struct triangle *start, double x, double y,
                   struct triangle **made) {
  struct cavity cavity;
  struct edge hit = {0};
  struct triangle *hit_in = NULL;
  struct point *p = new_point(x, y);
  int complete = grow(&cavity, start, p, NULL, &hit, &hit_in);
  if (hit_in) {
    free(p);
    p = new_point((hit.from->x + hit.to->x) / 2, (hit.from->y + hit.to->y) / 2);
    complete = grow(&cavity, hit_in, p, &hit, &hit, &hit_in);
  }
  if (!complete || !is_star(&cavity, p)) {
    free(p);
    return 0;
  }
  make_star(&cavity, p, made);
  return cavity.edge_count;
}

/* --- refinement
 * ---------------------------------------------------------------------- */
static void list_grow(struct worklist *list) {
  const long capacity = list->capacity ? list->capacity * 2 : 1024;
  struct triangle **items = malloc((size_t)capacity * sizeof *items);
  for (long i = 0; i < list->count; i++)
    items[i] = list->items[i];
  free(list->items);
  list->items = items;
  list->capacity = capacity;
}

static void add_if_bad(struct worklist *list, struct triangle *t) {
  if (t->alive && !t->queued && is_bad(t)) {
    t->queued = 1;
    if (list->count == list->capacity)
      list_grow(list);
    list->items[list->count++] = t;
  }
}

/* Null: nothing to do now; *others: but other threads may find something. */
static struct triangle *take(struct worklist *own, long threads, long *others) {
  *others = 0;
  for (long i = 0; i < threads; i++) {
    struct worklist *list = &todo[(own - todo + i) % threads];
    if (list->count) {
      own->busy = 1;
      return list->items[--list->count];
    }
    *others += list->busy;
  }
  return NULL;
}

/* Returns how many triangles may be bad now, -1 when the triangle was gone. */
static long refine(struct triangle *bad, struct triangle **made) {
  double x, y;
  long count = -1;
  if (bad->alive) {
    circumcentre(bad, &x, &y);
    count = insert(bad, x, y, made);
  }
  bad->queued = 0;
  if (!bad->alive)
    free(bad);
  else if (count > 0)
    made[count++] = bad; /* only the border was split: it is bad still */
  return count;
}

static void work(struct bench_worker *worker) {
  struct triangle *made[CAVITY + 1];
  struct worklist *list = &todo[worker->id];
  long improved = 0, kept = 0, looked_at = 0;
  for (;;) {
    struct triangle *bad = NULL;
    long others = 0, count = 0;
    AME_ATOMIC { bad = take(list, worker->threads, &others); }
    if (!bad && others == 0)
      break;
    if (!bad)
      continue;
    AME_ATOMIC { count = refine(bad, made); }
    improved += count > 0;
    kept += count == 0;
    AME_ATOMIC {
      for (long i = 0; i < count; i++)
        add_if_bad(list, made[i]);
      list->busy = 0;
    }
    looked_at++;
  }
  worker->operations = (uint64_t)looked_at;
  refined[worker->id] = improved;
  given_up[worker->id] = kept;
}

/* --- the first mesh
 * ------------------------------------------------------------------ */
static struct triangle *locate(struct triangle *t, const struct point *p) {
  for (int side = 0; side < 3; side++)
    if (area2(t->corner[side], t->corner[(side + 1) % 3], p) < 0 &&
        t->neighbour[side]) {
      t = t->neighbour[side];
      side = -1;
    }
  return t;
}

static void first_mesh(long points) {
  struct triangle *made[CAVITY + 1];
  uint64_t random = bench_seed(29);
  struct point *corner[4];
  for (int i = 0; i < 4; i++)
    corner[i] = new_point(i == 1 || i == 2, i >= 2);
  origin = corner[0];
  struct triangle *a = new_triangle(corner[0], corner[1], corner[2]);
  struct triangle *b = new_triangle(corner[0], corner[2], corner[3]);
  a->neighbour[2] = b;
  b->neighbour[0] = a;
  for (long i = 0; i < points; i++) {
    const double x =
        0.01 + 0.98 * (double)(bench_random(&random) & 0xffffff) / 0x1000000;
    const double y =
        0.01 + 0.98 * (double)(bench_random(&random) & 0xffffff) / 0x1000000;
    const struct point p = {x, y};
    insert(locate(at_origin, &p), x, y, made);
  }
}

/* Calls visit for each living triangle; returns how many there are. */
static long all_triangles(void (*visit)(struct triangle *)) {
  static long mark;
  long count = 0;
  struct queue found;
  mark++;
  queue_start(&found, 1024);
  at_origin->mark = mark;
  queue_push(&found, at_origin);
  for (struct triangle *t; (t = queue_pop(&found)); count++) {
    visit(t);
    for (int side = 0; side < 3; side++)
      if (t->neighbour[side] && t->neighbour[side]->mark != mark) {
        t->neighbour[side]->mark = mark;
        queue_push(&found, t->neighbour[side]);
      }
  }
  free(found.ring);
  return count;
}

static struct worklist first_bad;

static void find_bad(struct triangle *t) { add_if_bad(&first_bad, t); }

/* Shuffles, and deals: threads that are not there will be stolen from. */
static void deal(void) {
  const long threads = bench_parameter("threads", 1);
  uint64_t random = bench_seed(31);
  for (long i = first_bad.count; i > 0; i--) {
    const long chosen = (long)(bench_random(&random) % (uint64_t)i);
    struct worklist *list = &todo[i % threads];
    if (list->count == list->capacity)
      list_grow(list);
    list->items[list->count++] = first_bad.items[chosen];
    first_bad.items[chosen] = first_bad.items[i - 1];
  }
}

static void prepare(void) {
  first_mesh(bench_parameter("points", 50000));
  bench_report("triangles_before", (double)all_triangles(find_bad));
  BENCH_EXPECT(first_bad.count > 0);
  deal();
}

static double total_area;
static long bad_left;

static void check_triangle(struct triangle *t) {
  const double area = area2(t->corner[0], t->corner[1], t->corner[2]);
  BENCH_EXPECT(t->alive && area > 0);
  total_area += area / 2;
  bad_left += is_bad(t);
  for (int side = 0; side < 3; side++) {
    const struct triangle *other = t->neighbour[side];
    int back = 0;
    for (int i = 0; other && i < 3; i++)
      back += other->neighbour[i] == t &&
              other->corner[i] == t->corner[(side + 1) % 3] &&
              other->corner[(i + 1) % 3] == t->corner[side];
    BENCH_EXPECT(!other || back == 1);
  }
}

static void check(void) {
  long done = 0, not_done = 0;
  for (int i = 0; i < LISTS; i++) {
    BENCH_EXPECT(todo[i].count == 0 && !todo[i].busy);
    done += refined[i];
    not_done += given_up[i];
  }
  bench_report("triangles_after", (double)all_triangles(check_triangle));
  bench_report("given_up", (double)not_done);
  BENCH_EXPECT(fabs(total_area - 1) < 1e-9);
  BENCH_EXPECT(done > 0);
  BENCH_EXPECT(bad_left <= not_done && not_done * 50 <= done);
}

BENCHMARK(prepare, work, NULL, check)

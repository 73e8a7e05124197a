/* Packet reassembly and detection (security): fragments of many flows arrive
 * shuffled. Each thread takes a fragment (a transaction on the queue of
 * captured ones), puts it to its flow in a tree of incomplete flows (a
 * transaction), and, when the flow is complete, takes the flow out and looks
 * for signatures of attacks in it (plain code). Short transactions, a third of
 * the time, the queues are hot. */
#include "../harness/bench.h"
#include "../structures/queue.h"
#include "../structures/rbtree.h"

enum { SIGNATURES = 16, MAX_FRAGMENTS = 16 };

struct packet {
  long flow AME_IMMUTABLE, number AME_IMMUTABLE, fragments AME_IMMUTABLE,
      length AME_IMMUTABLE;
  const char *text AME_IMMUTABLE;
};

struct fragment {
  struct fragment *next;
  const struct packet *packet;
};

struct flow {
  long id, missing;
  struct fragment *first; /* sorted by number */
};

static long flows AME_IMMUTABLE, length AME_IMMUTABLE, attack_share, attacks;
static char *texts AME_IMMUTABLE;
static struct packet *packets AME_IMMUTABLE;
static long packet_count;
static struct queue captured, complete;
static struct rbtree incomplete;
static long attacks_found[64], flows_seen[64];

static const char *const signatures[SIGNATURES] = {
    "about to attack", "buffer overrun",  "code red worm",  "drop all tables",
    "evil payload",    "format strings",  "goto shellcode", "heap spraying",
    "inject the key",  "jump to stack",   "kernel rootkit", "login as root",
    "morris worm",     "null scan ahead", "open back door", "ping of death"};

static void make_flow(long flow, uint64_t *random) {
  char *text = &texts[flow * (length + 1)];
  for (long i = 0; i < length; i++)
    text[i] = (char)(' ' + bench_random(random) % 90);
  if ((long)(bench_random(random) % 100) < attack_share) {
    const char *attack = signatures[bench_random(random) % SIGNATURES];
    const long size = (long)strlen(attack);
    char *place = text + bench_random(random) % (uint64_t)(length - size);
    for (long i = 0; i < size; i++)
      place[i] =
          attack[i] == ' ' ? '_' : (char)(attack[i] - (i % 2 ? 'a' - 'A' : 0));
    attacks++;
  }
  const long fragments = 1 + (long)(bench_random(random) % MAX_FRAGMENTS);
  for (long i = 0; i < fragments; i++) {
    const long start = length * i / fragments;
    const struct packet packet = {
        flow, i, fragments, length * (i + 1) / fragments - start, text + start};
    memcpy(&packets[packet_count++], &packet, sizeof packet);
  }
}

static void prepare(void) {
  uint64_t random = bench_seed(13);
  flows = bench_parameter("flows", 8192);
  length = bench_parameter("length", 256);
  attack_share = bench_parameter("attacks", 10);
  texts = bench_allocate((size_t)(flows * (length + 1)));
  packets = bench_allocate((size_t)(flows * MAX_FRAGMENTS) * sizeof *packets);
  for (long i = 0; i < flows; i++)
    make_flow(i, &random);
  queue_start(&captured, packet_count);
  queue_start(&complete, 64);
  long *order = bench_allocate((size_t)packet_count * sizeof *order);
  for (long i = 0; i < packet_count; i++)
    order[i] = i;
  for (long i = packet_count - 1; i > 0; i--) {
    const long j = (long)(bench_random(&random) % (uint64_t)(i + 1)),
               old = order[i];
    order[i] = order[j];
    order[j] = old;
  }
  for (long i = 0; i < packet_count; i++)
    queue_push(&captured, &packets[order[i]]);
  free(order);
}

static void insert_sorted(struct flow *flow, const struct packet *packet) {
  struct fragment **link = &flow->first, *next;
  while ((next = *link) && next->packet->number < packet->number)
    link = &next->next;
  struct fragment *fragment = malloc(sizeof *fragment);
  fragment->packet = packet;
  fragment->next = next;
  *link = fragment;
  flow->missing--;
}

static void reassemble(const struct packet *packet) {
  struct flow *flow = rbtree_get(&incomplete, packet->flow);
  if (!flow) {
    flow = malloc(sizeof *flow);
    flow->id = packet->flow;
    flow->missing = packet->fragments;
    flow->first = NULL;
    rbtree_insert(&incomplete, packet->flow, flow);
  }
  insert_sorted(flow, packet);
  if (flow->missing == 0) {
    rbtree_remove(&incomplete, packet->flow);
    queue_push(&complete, flow);
  }
}

/* Attackers hide behind capitals and tabs. */
static void decode(char *text) {
  for (; *text; text++) {
    if (*text >= 'A' && *text <= 'Z')
      *text = (char)(*text - 'A' + 'a');
    if (*text == '\t' || *text == '_')
      *text = ' ';
  }
}

/* Plain code: nobody else has the flow any more. */
static int is_attack(struct flow *flow, char *text) {
  long size = 0;
  for (struct fragment *fragment = flow->first, *next; fragment;
       fragment = next) {
    next = fragment->next;
    memcpy(text + size, fragment->packet->text,
           (size_t)fragment->packet->length);
    size += fragment->packet->length;
    free(fragment);
  }
  free(flow);
  if (size != length)
    bench_violation("a flow lacks a fragment");
  text[size] = 0;
  decode(text);
  for (int i = 0; i < SIGNATURES; i++)
    if (strstr(text, signatures[i]))
      return 1;
  return 0;
}

static void work(struct bench_worker *worker) {
  char *text = bench_allocate((size_t)length + 1);
  long steps = 0, attacks = 0, flows_done = 0;
  for (;;) {
    const struct packet *packet = NULL;
    struct flow *flow = NULL;
    AME_ATOMIC { packet = queue_pop(&captured); }
    if (packet)
      AME_ATOMIC { reassemble(packet); }
    AME_ATOMIC { flow = queue_pop(&complete); }
    if (flow) {
      attacks += is_attack(flow, text);
      flows_done++;
    } else if (!packet) {
      break;
    }
    steps++;
  }
  worker->operations = (uint64_t)steps;
  attacks_found[worker->id] = attacks;
  flows_seen[worker->id] = flows_done;
  free(text);
}

static void check(void) {
  long found = 0, seen = 0;
  for (int i = 0; i < 64; i++) {
    found += attacks_found[i];
    seen += flows_seen[i];
  }
  BENCH_EXPECT(seen == flows);
  BENCH_EXPECT(found == attacks);
  BENCH_EXPECT(incomplete.root == NULL);
}

BENCHMARK(prepare, work, NULL, check)

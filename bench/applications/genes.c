/* Gene assembly (bioinformatics): a gene is cut into very many segments that
 * overlap; what is left of them is to be put together again.
 *
 *   1. duplicates are removed: segments go into a hash set, 12 a transaction
 *   2. for each length of overlap, longest first: segments whose end is still
 *      free are matched with those whose start is, through a table of the
 * hashes of starts; each match is one transaction
 *   3. the chain is followed and gives the gene
 *
 * Almost all time is in transactions, with few conflicts. */
#include "../harness/bench.h"
#include "../structures/hashtable.h"

enum { CHUNK = 12, BASES = 4 };

struct segment {
  const char *text AME_IMMUTABLE;
  struct segment *next; /* what follows */
  long overlap;         /* by so much */
  long has_predecessor;
  struct segment *chain; /* of the table of starts */
};

static long gene_length AME_IMMUTABLE, segment_length AME_IMMUTABLE, copies AME_IMMUTABLE;
static char *gene AME_IMMUTABLE;
static const char **input AME_IMMUTABLE;
static struct hashtable unique;
static struct segment *segments AME_IMMUTABLE;
static long unique_count;
static struct segment **starts AME_IMMUTABLE; /* by hash of the first characters */
static unsigned long starts_mask AME_IMMUTABLE;

static void prepare(void) {
  uint64_t random = bench_seed(5);
  gene_length = bench_parameter("gene", 8192);
  segment_length = bench_parameter("segment", 32);
  copies = bench_parameter("copies", 131072);
  gene = bench_allocate((size_t)gene_length + 1);
  for (long i = 0; i < gene_length; i++)
    gene[i] = "acgt"[bench_random(&random) % BASES];
  const long places = gene_length - segment_length + 1;
  BENCH_EXPECT(copies >= places);
  input = bench_allocate((size_t)copies * sizeof *input);
  for (long i = 0; i < copies; i++) /* each place at least once */
    input[i] =
        &gene[i < places ? i
                         : (long)(bench_random(&random) % (uint64_t)places)];
  for (long i = copies - 1; i > 0; i--) {
    const long j = (long)(bench_random(&random) % (uint64_t)(i + 1));
    const char *old = input[i];
    input[i] = input[j];
    input[j] = old;
  }
  hashtable_start(&unique, 1 << 14);
  for (starts_mask = 1; starts_mask < (unsigned long)places; starts_mask *= 2) {
  }
  starts = bench_allocate(starts_mask * sizeof *starts);
  starts_mask--;
  segments = bench_allocate((size_t)places * sizeof *segments);
}

AME_PURE static unsigned long hash_text(const char *text, long length) {
  unsigned long hash = 5381;
  for (long i = 0; i < length; i++)
    hash = hash * 33 + (unsigned long)text[i];
  return hash;
}

AME_PURE static int same_text(const char *a, const char *b, long length) {
  for (long i = 0; i < length; i++)
    if (a[i] != b[i])
      return 0;
  return 1;
}

/* The set holds addresses of texts under their hashes; equal texts are one. */
static int add_unique(const char *text) {
  const long key = (long)hash_text(text, segment_length);
  struct hashnode **bucket = hashtable_bucket(&unique, key), *node;
  for (node = *bucket; node; node = node->next)
    if (node->key == key &&
        same_text((const char *)node->value, text, segment_length))
      return 0;
  node = malloc(sizeof *node);
  node->key = key;
  node->value = (long)text;
  node->next = *bucket;
  *bucket = node;
  return 1;
}

static void remove_duplicates(const struct bench_worker *worker) {
  const long first = bench_first(worker, copies),
             end = bench_end(worker, copies);
  for (long i = first; i < end; i += CHUNK) {
    const long stop = i + CHUNK < end ? i + CHUNK : end;
    AME_ATOMIC {
      for (long j = i; j < stop; j++)
        add_unique(input[j]);
    }
  }
}

static void list_segments(void) {
  for (unsigned long i = 0; i <= unique.mask; i++)
    for (struct hashnode *node = unique.buckets[i]; node; node = node->next)
      segments[unique_count++].text = (const char *)node->value;
}

static void fill_starts(const struct bench_worker *worker, long overlap) {
  const long end = bench_end(worker, unique_count);
  for (long i = bench_first(worker, unique_count); i < end; i++) {
    struct segment *segment = &segments[i];
    if (segment->has_predecessor)
      continue;
    struct segment **start =
        &starts[hash_text(segment->text, overlap) & starts_mask];
    AME_ATOMIC {
      segment->chain = *start;
      *start = segment;
    }
  }
}

static void match(struct segment *segment, long overlap) {
  const char *end = segment->text + segment_length - overlap;
  struct segment **start = &starts[hash_text(end, overlap) & starts_mask];
  AME_ATOMIC {
    for (struct segment *other = *start; other; other = other->chain)
      if (other != segment && !other->has_predecessor &&
          same_text(other->text, end, overlap)) {
        other->has_predecessor = 1;
        segment->next = other;
        segment->overlap = overlap;
        break;
      }
  }
}

static void match_all(const struct bench_worker *worker) {
  for (long overlap = segment_length - 1; overlap >= segment_length - 4;
       overlap--) {
    bench_wait_for_all();
    if (worker->id == 0)
      memset(starts, 0, (starts_mask + 1) * sizeof *starts);
    bench_wait_for_all();
    fill_starts(worker, overlap);
    bench_wait_for_all();
    const long end = bench_end(worker, unique_count);
    for (long i = bench_first(worker, unique_count); i < end; i++)
      if (!segments[i].next)
        match(&segments[i], overlap);
  }
  bench_wait_for_all();
}

static void work(struct bench_worker *worker) {
  remove_duplicates(worker);
  bench_wait_for_all();
  if (worker->id == 0)
    list_segments();
  match_all(worker);
  if (worker->id == 0)
    worker->operations = (uint64_t)copies;
}

static void check(void) {
  struct segment *segment = NULL;
  char *found =
      bench_allocate((size_t)gene_length + (size_t)segment_length + 1);
  long length = 0;
  BENCH_EXPECT(unique_count == gene_length - segment_length + 1);
  for (long i = 0; i < unique_count; i++)
    if (!segments[i].has_predecessor) {
      BENCH_EXPECT(segment == NULL);
      segment = &segments[i];
    }
  BENCH_EXPECT(segment != NULL);
  for (long overlap = 0; segment;
       overlap = segment->overlap, segment = segment->next) {
    BENCH_EXPECT(length - overlap + segment_length <= gene_length);
    memcpy(found + length - overlap, segment->text, (size_t)segment_length);
    length += segment_length - overlap;
  }
  BENCH_EXPECT(length == gene_length &&
               memcmp(found, gene, (size_t)gene_length) == 0);
  free(found);
}

BENCHMARK(prepare, work, NULL, check)

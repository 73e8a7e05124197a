/* Counts executed accesses to annotated fields (FieldCounts.cpp puts the calls).
 *
 * An address leads to its block: a global, by the layout that the debug
 * information gives it, or heap memory, where the program says which structure
 * is there (field_counts_struct, by the object's own type). The offset leads to
 * the field. At exit one line for each field goes to the file that
 * FIELD_COUNTS names:
 *   field[,place] reads marked other barrier captured, writes the same
 * where "marked" kept the fact, "other" needs no barrier for another reason,
 * "barrier" has lost it, and "captured" has lost it, too, in memory that the
 * transaction has allocated itself, by the allocator's books: its barrier does
 * nothing there. One more line for each place that loses. For one thread at a time
 * (an interpreter with a lock).
 */
#include "field_counts.h"
#include "transaction.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct field {
  uint64_t offset, size; /* size 0: an array that goes on to the block's end */
  const char *name;
};
struct layout {
  const char *name;
  uint64_t size, count;
  const struct field *fields;
};
enum treatment { BARRIER, MARKED, OTHER, CAPTURED, TREATMENTS };

void field_counts_access(const char *at, size_t size, int write, int how,
                         const char *place);
void field_counts_allocated(char *block, size_t size);
void field_counts_moved(char *block, size_t size, const char *from);
void field_counts_layout(const char *name, size_t size, const struct field *fields,
                         size_t count);
void field_counts_global(const char *at, size_t size, const struct field *fields,
                         size_t count);

static void *reserve(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    fputs("field_counts: out of address space\n", stderr);
    abort();
  }
  return memory;
}

/* --- blocks: by 16-byte granules ---------------------------------------------- */
struct block {
  const char *start;
  size_t size;
  const struct field *fields; /* of a global */
  size_t count;
};
enum { REGION_BITS = 21, REGIONS = 1 << (47 - REGION_BITS), GRANULE_BITS = 4 };
enum { GRANULES = 1 << (REGION_BITS - GRANULE_BITS) };
enum { MAX_BLOCKS = 1 << 30, HEAD = 64 };
static uint32_t **regions;    /* per region: numbers of blocks */
static struct block *blocks;  /* 0 is none */
static uint32_t block_count = 1;

static uint32_t *granule(uintptr_t at) {
  uint32_t **region = &regions[at >> REGION_BITS];
  if (!*region)
    *region = reserve(GRANULES * sizeof(uint32_t));
  return &(*region)[(at >> GRANULE_BITS) & (GRANULES - 1)];
}

static void add_block(struct block block) {
  if (!regions) {
    regions = reserve(REGIONS * sizeof *regions);
    blocks = reserve(MAX_BLOCKS * sizeof *blocks);
  }
  if (!block.start || !block.size || block_count == MAX_BLOCKS)
    return;
  const uintptr_t first = (uintptr_t)block.start;
  /* The one before in this place is over: its number serves again. */
  uint32_t number = *granule(first);
  if (!number || blocks[number].start != block.start)
    number = block_count++;
  blocks[number] = block;
  for (uintptr_t at = first >> GRANULE_BITS;
       at <= (first + block.size - 1) >> GRANULE_BITS; at++)
    *granule(at << GRANULE_BITS) = number;
}

static const struct block *block_of(const char *at) {
  if (!regions || (uintptr_t)at >> 47 || !regions[(uintptr_t)at >> REGION_BITS])
    return NULL;
  const struct block *block = &blocks[*granule((uintptr_t)at)];
  return at >= block->start && at < block->start + block->size ? block : NULL;
}

bool field_counts_knows(const void *at, size_t size) {
  const struct block *block = block_of(at);
  return block && (size_t)(block->start + block->size - (const char *)at) >= size;
}

/* What is left of an earlier object is none: its head goes. */
void field_counts_allocated(char *block, size_t size) {
  if (block)
    memset(block, 0, size < HEAD ? size : HEAD);
  add_block((struct block){block, size, NULL, 0});
}
/* From nowhere: realloc may allocate, too. */
void field_counts_moved(char *block, size_t size, const char *from) {
  if (from)
    add_block((struct block){block, size, NULL, 0});
  else
    field_counts_allocated(block, size);
}
void field_counts_global(const char *at, size_t size, const struct field *fields,
                         size_t count) {
  add_block((struct block){at, size, fields, count});
}

/* --- layouts, by name ---------------------------------------------------------- */
enum { LAYOUTS = 4096 };
static struct layout layouts[LAYOUTS];

static size_t hash_of(size_t hash, const char *text) {
  for (; *text; text++)
    hash = hash * 31 + (unsigned char)*text;
  return hash;
}

static struct layout *layout_slot(const char *name) {
  const size_t hash = hash_of(0, name);
  for (size_t i = 0; i < LAYOUTS; i++) {
    struct layout *slot = &layouts[(hash + i) % LAYOUTS];
    if (!slot->name || strcmp(slot->name, name) == 0)
      return slot;
  }
  abort();
}

void field_counts_layout(const char *name, size_t size, const struct field *fields,
                         size_t count) {
  *layout_slot(name) = (struct layout){name, size, count, fields};
}

/* --- counting -------------------------------------------------------------------- */
struct tally {
  const char *name, *place; /* place: "" or where the fact was lost */
  uint64_t executed[2][TREATMENTS]; /* [write][treatment] */
};
enum { TALLIES = 1 << 16 };
static struct tally tallies[TALLIES];

static struct tally *tally_of(const char *name, const char *place) {
  const size_t hash = hash_of(hash_of(0, name), place);
  for (size_t i = 0; i < TALLIES; i++) {
    struct tally *slot = &tallies[(hash + i) % TALLIES];
    if (!slot->name)
      *slot = (struct tally){.name = name, .place = place};
    if (strcmp(slot->name, name) == 0 && strcmp(slot->place, place) == 0)
      return slot;
  }
  abort();
}

static uint64_t end_of(const struct field *field, uint64_t room) {
  return field->size ? field->offset + field->size : room;
}

static const struct field *field_at(const struct field *fields, size_t count,
                                    uint64_t from, uint64_t to, uint64_t room) {
  size_t low = 0, high = count; /* the first field that ends behind from */
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (end_of(&fields[middle], room) <= from)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && fields[low].offset < to ? &fields[low] : NULL;
}

static bool is_captured(const char *at, size_t size) {
  return ame_active() && ame_memory_is_captured(ame_self(), at, size);
}

void field_counts_access(const char *at, size_t size, int write, int how,
                         const char *place) {
  const struct block *block = block_of(at);
  if (!block || !size)
    return;
  const struct field *field = NULL;
  if (block->fields) {
    const uint64_t from = (uint64_t)(at - block->start);
    field = field_at(block->fields, block->count, from, from + size, block->size);
  }
  if (!field) {
    size_t base = 0;
    const char *name = field_counts_struct(block->start, block->size, &base);
    const struct layout *layout = name ? layout_slot(name) : NULL;
    if (!layout || !layout->name || at < block->start + base)
      return;
    const uint64_t from = (uint64_t)(at - block->start) - base;
    field = field_at(layout->fields, layout->count, from, from + size,
                     block->size - base);
  }
  if (!field)
    return;
  if (how == BARRIER && is_captured(at, size))
    how = CAPTURED;
  tally_of(field->name, "")->executed[write != 0][how]++;
  if (how == BARRIER || how == CAPTURED)
    tally_of(field->name, place)->executed[write != 0][how]++;
}

__attribute__((destructor)) static void report(void) {
  const char *path = getenv("FIELD_COUNTS");
  FILE *out = path ? fopen(path, "a") : NULL;
  if (!out)
    return;
  static const enum treatment in_order[] = {MARKED, OTHER, BARRIER, CAPTURED};
  for (size_t i = 0; i < TALLIES; i++) {
    const struct tally *one = &tallies[i];
    if (!one->name)
      continue;
    fprintf(out, "%s%s%s", one->name, *one->place ? "," : "", one->place);
    for (int write = 0; write < 2; write++)
      for (size_t each = 0; each < sizeof in_order / sizeof *in_order; each++)
        fprintf(out, " %" PRIu64, one->executed[write][in_order[each]]);
    fputc('\n', out);
  }
  fclose(out);
}

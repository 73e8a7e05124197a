// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}allocation: OK
// Intent: blocks grow by realloc, pass between threads and between plain and
// transactional code, and are freed by others than their makers; no content is
// disturbed, the counts of allocations and frees agree, and memory that aborted
// attempts allocated comes back.
#include "harness.h"

enum { SLOTS = 32, LARGEST = 64 * 1024, MEGABYTES = 400 };

struct block {
  size_t size; /* of bytes */
  unsigned char seed;
  unsigned char bytes[];
};

static struct block *slot[SLOTS];
static _Thread_local long live; /* allocations minus frees of this thread */
static long result[STRESS_MAX_THREADS];

static unsigned char byte_at(const struct block *block, size_t i) {
  return (unsigned char)(block->seed + i * 7);
}

static void fill(struct block *block, size_t from) {
  size_t i;
  for (i = from; i < block->size; i++)
    block->bytes[i] = byte_at(block, i);
}

static void check(const struct block *block) {
  size_t i, step = 1 + block->size / 64;
  for (i = 0; i < block->size; i += step)
    STRESS_EXPECT(block->bytes[i] == byte_at(block, i), i, block->size);
}

static struct block *make(size_t size, unsigned char seed) {
  struct block *block = malloc(sizeof *block + size);
  block->size = size;
  block->seed = seed;
  fill(block, 0);
  live++;
  return block;
}

static void destroy(struct block *block) {
  if (!block)
    return;
  check(block);
  block->seed ^= 0xff;
  free(block);
  live--;
}

static void replace(int at, size_t size, unsigned char seed) {
  AME_ATOMIC {
    struct block *old = slot[at];
    slot[at] = make(size, seed);
    destroy(old);
  }
}

static void grow(int at, size_t by) {
  AME_ATOMIC {
    struct block *block = slot[at];
    if (block && block->size + by < LARGEST) {
      size_t old_size = block->size;
      block = realloc(block, sizeof *block + old_size + by);
      block->size = old_size + by;
      fill(block, old_size);
      check(block);
      slot[at] = block;
    }
  }
}

static void shrink(int at) {
  AME_ATOMIC {
    struct block *block = slot[at];
    if (block && block->size > 1) {
      block->size /= 2;
      slot[at] = realloc(block, sizeof *block + block->size);
      check(slot[at]);
    }
  }
}

/* Plain code makes it, a transaction publishes it. */
static void publish(int at, size_t size, unsigned char seed) {
  struct block *block = make(size, seed), *old;
  AME_ATOMIC {
    old = slot[at];
    slot[at] = block;
  }
  destroy(old); /* and plain code frees what a transaction unlinked */
}

/* A list that lives and dies inside one transaction. */
static void temporary_list(unsigned length) {
  struct item {
    struct item *next;
    unsigned value;
  };
  AME_ATOMIC {
    struct item *first = NULL;
    unsigned i, seen = 0;
    for (i = 0; i < length; i++) {
      struct item *item = calloc(1, sizeof *item);
      STRESS_EXPECT(item->next == NULL && item->value == 0, item->value, i);
      item->next = first;
      item->value = i;
      first = item;
    }
    while (first) {
      struct item *next = first->next;
      seen += first->value;
      free(first);
      first = next;
    }
    STRESS_EXPECT(seen == length * (length - 1) / 2, seen, length);
  }
}

#ifdef __AME__
static void make_and_cancel(int at, size_t size) {
  AME_ATOMIC {
    destroy(slot[at]);
    slot[at] = make(size, 1);
    ame_cancel();
  }
}
#endif

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    int at = (int)((r >> 8) % SLOTS);
    size_t size = (r >> 16) % ((r >> 13) % 16 ? 300 : LARGEST);
    switch (r % 8) {
    case 0:
    case 1:
      replace(at, size, (unsigned char)(r >> 40));
      break;
    case 2:
    case 3:
      grow(at, size);
      break;
    case 4:
      shrink(at);
      break;
    case 5:
      publish(at, size, (unsigned char)(r >> 40));
      break;
    case 6:
      temporary_list(1 + (unsigned)(size % 300));
      break;
    case 7:
#ifdef __AME__
      make_and_cancel(at, size);
#endif
      break;
    }
  }
  result[self->id] = live;
  return done;
}

static long resident_megabytes(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  long all = 0, resident = 0;
  if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2)
    stress_violation("/proc/self/statm", 0, 0);
  fclose(file);
  return resident * sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

int main(int argc, char **argv) {
  uint64_t done;
  long counted = 0, present = 0;
  int i;
  stress_start("allocation", argc, argv);
  done = stress_run(worker);
  STRESS_EXPECT(resident_megabytes() < MEGABYTES, resident_megabytes(), 0);
  for (i = 0; i < stress_threads; i++)
    counted += result[i];
  for (i = 0; i < SLOTS; i++) {
    present += slot[i] != NULL;
    destroy(slot[i]);
  }
  STRESS_EXPECT(counted == present, counted, present);
  return stress_end(done);
}

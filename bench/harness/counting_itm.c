/* A stand-in for libitm that counts: what do the transactions of a program that
 * gcc -fgnu-tm has instrumented read and write? One thread; nothing is ever
 * undone. At exit, one line of JSON on standard error: transactions, and of
 * their read and write sets (distinct lines of 32 bytes) mean, 90th percentile
 * and greatest, and the mean number of accesses. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BITS = 5, SLOTS = 1 << 24 };

struct set {
  uint64_t
      *slots; /* line and, in the upper half, the transaction that has it */
  uint64_t lines, accesses;
  uint64_t all_lines, all_accesses, greatest;
  uint32_t *sizes;
};

static struct set reads, writes;
static uint64_t transactions, capacity;
static int depth;

static void touch(struct set *set, const void *address, size_t size) {
  if (size == 0 || depth == 0)
    return;
  if (!set->slots)
    set->slots = calloc(SLOTS, sizeof *set->slots);
  set->accesses++;
  const uint64_t first = (uintptr_t)address >> LINE_BITS,
                 last = ((uintptr_t)address + size - 1) >> LINE_BITS;
  for (uint64_t line = first; line <= last; line++) {
    const uint64_t wanted =
        (transactions + 1) << 40 | (line & UINT64_C(0xffffffffff));
    uint64_t at = line * UINT64_C(0x9e3779b97f4a7c15) >> 40;
    while (set->slots[at] >> 40 == transactions + 1 && set->slots[at] != wanted)
      at = (at + 1) % SLOTS;
    if (set->slots[at] != wanted) {
      set->slots[at] = wanted;
      set->lines++;
    }
  }
}

static void end_of_transaction(struct set *set) {
  set->sizes[transactions] = (uint32_t)set->lines;
  set->all_lines += set->lines;
  set->all_accesses += set->accesses;
  if (set->lines > set->greatest)
    set->greatest = set->lines;
  set->lines = set->accesses = 0;
}

static int by_size(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void print_set(const char *name, struct set *set) {
  qsort(set->sizes, transactions, sizeof *set->sizes, by_size);
  fprintf(stderr,
          ", \"%s\": {\"mean\": %.2f, \"p90\": %u, \"greatest\": %llu, "
          "\"accesses\": %.2f}",
          name, (double)set->all_lines / (double)transactions,
          set->sizes[transactions * 9 / 10], (unsigned long long)set->greatest,
          (double)set->all_accesses / (double)transactions);
}

static void report(void) {
  if (transactions == 0)
    return;
  fprintf(stderr, "counted: {\"transactions\": %llu",
          (unsigned long long)transactions);
  print_set("reads", &reads);
  print_set("writes", &writes);
  fprintf(stderr, "}\n");
}

uint32_t _ITM_beginTransaction(uint32_t properties, ...) {
  (void)properties;
  depth++;
  return 1; /* run the instrumented code */
}

void _ITM_commitTransaction(void) {
  if (--depth > 0)
    return;
  if (transactions == 0)
    atexit(report);
  if (transactions == capacity) {
    capacity = capacity ? 2 * capacity : 1024;
    reads.sizes = realloc(reads.sizes, capacity * sizeof *reads.sizes);
    writes.sizes = realloc(writes.sizes, capacity * sizeof *writes.sizes);
  }
  end_of_transaction(&reads);
  end_of_transaction(&writes);
  transactions++;
}

static void refuse(const char *what) {
  fprintf(stderr, "counting_itm: %s is not supported\n", what);
  abort();
}
void _ITM_abortTransaction(int reason) { (void)reason, refuse("abort"); }
void _ITM_changeTransactionMode(int mode) {
  (void)mode, refuse("becoming irrevocable");
}
void *_ITM_getTMCloneOrIrrevocable(void *function) {
  return refuse("a call without a clone"), function;
}
void *_ITM_getTMCloneSafe(void *function) {
  return refuse("a call without a clone"), function;
}
void _ITM_registerTMCloneTable(void *table, size_t size) {
  (void)table, (void)size;
}
void _ITM_deregisterTMCloneTable(void *table) { (void)table; }
void *_ITM_malloc(size_t size) { return malloc(size); }
void *_ITM_calloc(size_t count, size_t size) { return calloc(count, size); }
void _ITM_free(void *block) { free(block); }

/* Read (after read, after write, for write) and write (after read, after
 * write). */
#define READ(form, set, name, type)                                            \
  type _ITM_##form##name(const type *address) {                                \
    touch(&set, address, sizeof *address);                                     \
    return *address;                                                           \
  }
#define WRITE(form, name, type)                                                \
  void _ITM_##form##name(type *address, type value) {                          \
    touch(&writes, address, sizeof *address);                                  \
    *address = value;                                                          \
  }
#define LOG(name, type)                                                        \
  void _ITM_L##name(const type *address) { (void)address; }
#define ALL(name, type)                                                        \
  READ(R, reads, name, type)                                                   \
  READ(RaR, reads, name, type)                                                 \
  READ(RaW, reads, name, type)                                                 \
  READ(RfW, reads, name, type)                                                 \
  WRITE(W, name, type)                                                         \
  WRITE(WaR, name, type) WRITE(WaW, name, type) LOG(name, type)
ALL(U1, uint8_t)
ALL(U2, uint16_t)
ALL(U4, uint32_t)
ALL(U8, uint64_t)
ALL(F, float)
ALL(D, double)
typedef float vector128 __attribute__((vector_size(16), may_alias, aligned(1)));
ALL(M128, vector128)

void _ITM_LB(const void *address, size_t size) { (void)address, (void)size; }

#define COPY(function, read, write)                                            \
  void _ITM_##function(void *to, const void *from, size_t size) {              \
    if (read)                                                                  \
      touch(&reads, from, size);                                               \
    if (write)                                                                 \
      touch(&writes, to, size);                                                \
    memmove(to, from, size);                                                   \
  }
#define COPIES(name)                                                           \
  COPY(name##RnWt, 0, 1)                                                       \
  COPY(name##RnWtaR, 0, 1)                                                     \
  COPY(name##RnWtaW, 0, 1)                                                     \
  COPY(name##RtWn, 1, 0)                                                       \
  COPY(name##RtaRWn, 1, 0) COPY(name##RtaWWn, 1, 0) COPY(name##RtWt, 1, 1)
COPIES(memcpy)
COPIES(memmove)
#define SET(function)                                                          \
  void _ITM_##function(void *to, int value, size_t size) {                     \
    touch(&writes, to, size);                                                  \
    memset(to, value, size);                                                   \
  }
SET(memsetW)
SET(memsetWaR)
SET(memsetWaW)

/* Judges every access that a transaction makes (AccessOracle.cpp puts the
 * calls).
 *
 * A read is covered when each of its stripes is in the read log, marked, or
 * owned; a write when its stripes are owned and its old bytes in the undo log.
 * Otherwise the bytes must be of a kind that needs no barrier, which is judged
 * by their address, not by what the pass believed:
 *   captured   the allocator says that this attempt allocated them
 *   stack      of this thread, in frames that an abort discards or restores
 *   constant   in a mapping that nobody can write (reads)
 *   thread     in this thread's static thread-local storage (writes: with undo)
 *   runtime    the runtime's own words that inlined barriers touch
 *   declared   AME_NOTRACK; AME_THREADLOCAL; AME_IMMUTABLE, as long as no
 * thread writes a byte that another has read as immutable Anything else ends
 * the program with the place. With AME_ORACLE_REPORT set, the place is noted
 * there, too, and at exit one line says how many accesses were of each kind
 * (summary.py adds them up). */
#include "transaction.h"

#include <inttypes.h>
#include <link.h>
#include <mimalloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fact { SHARED, IMMUTABLE, THREADLOCAL, NOTRACK };

#define KINDS(X)                                                               \
  X(barrier) X(captured) X(stack) X(constant) X(thread) X(runtime) X(declared)
enum kind {
#define X(name) KIND_##name,
  KINDS(X)
#undef X
      KIND_COUNT
};
static _Atomic uint64_t counts[2][KIND_COUNT];

void ame_oracle_read(const char *at, size_t size, uint32_t fact,
                     const char *site);
void ame_oracle_write(const char *at, size_t size, uint32_t fact,
                      const char *site);

/* --- sets of bytes, by stripe ----------------------------------------------
 */
/* Open addressing; a stripe's 64 bytes are the bits of one word. */
struct byte_set {
  uintptr_t *keys;
  uint64_t *masks;
  size_t capacity, count;
};

static size_t slot_of(const struct byte_set *set, uintptr_t key) {
  size_t slot =
      (size_t)(key * UINT64_C(0x9e3779b97f4a7c15)) & (set->capacity - 1);
  while (set->keys[slot] && set->keys[slot] != key)
    slot = (slot + 1) & (set->capacity - 1);
  return slot;
}

static void set_grow(struct byte_set *set) {
  const struct byte_set old = *set;
  set->capacity = old.capacity ? old.capacity * 2 : 256;
  set->keys = mi_calloc(set->capacity, sizeof *set->keys);
  set->masks = mi_calloc(set->capacity, sizeof *set->masks);
  if (!set->keys || !set->masks)
    abort();
  for (size_t i = 0; i < old.capacity; i++)
    if (old.keys[i]) {
      const size_t slot = slot_of(set, old.keys[i]);
      set->keys[slot] = old.keys[i];
      set->masks[slot] = old.masks[i];
    }
  mi_free(old.keys);
  mi_free(old.masks);
}

static uint64_t bits_of(uintptr_t at, size_t size) {
  const uint64_t ones = size >= 64 ? UINT64_MAX : (UINT64_C(1) << size) - 1;
  return ones << (at & 63);
}

static size_t piece_of(uintptr_t at, size_t size) {
  const size_t left = 64 - (at & 63);
  return size < left ? size : left;
}

static void set_add(struct byte_set *set, uintptr_t at, size_t size) {
  for (size_t piece; size; at += piece, size -= piece) {
    piece = piece_of(at, size);
    if (set->count * 2 >= set->capacity)
      set_grow(set);
    const uintptr_t key = at >> 6;
    const size_t slot = slot_of(set, key);
    set->count += set->keys[slot] == 0;
    set->keys[slot] = key;
    set->masks[slot] |= bits_of(at, piece);
  }
}

/* How many of the bytes are in the set: all, or any. */
static bool set_has(const struct byte_set *set, uintptr_t at, size_t size,
                    bool all) {
  for (size_t piece; size; at += piece, size -= piece) {
    piece = piece_of(at, size);
    const size_t slot = set->capacity ? slot_of(set, at >> 6) : 0;
    const uint64_t wanted = bits_of(at, piece);
    const uint64_t found =
        set->capacity && set->keys[slot] ? set->masks[slot] & wanted : 0;
    if (all ? found != wanted : found != 0)
      return !all;
  }
  return all;
}

static void set_remove(struct byte_set *set, uintptr_t at, size_t size) {
  for (size_t piece; size && set->capacity; at += piece, size -= piece) {
    piece = piece_of(at, size);
    const size_t slot = slot_of(set, at >> 6);
    if (set->keys[slot])
      set->masks[slot] &= ~bits_of(at, piece);
  }
}

static void set_clear(struct byte_set *set) {
  if (set->count)
    memset(set->keys, 0, set->capacity * sizeof *set->keys);
  if (set->count)
    memset(set->masks, 0, set->capacity * sizeof *set->masks);
  set->count = 0;
}

/* --- barriers ----------------------------------------------------------------
 */
static bool owns(uint32_t stripe) {
  return atomic_load_explicit(ame_orec_at(stripe), memory_order_relaxed) ==
         __ame_tls.self;
}

static bool is_logged(const struct transaction *tx, uint32_t stripe) {
  if (tx->visible)
    return ame_is_marked(tx, stripe, tx->mark);
  for (const uint32_t *entry = __ame_tls.log; entry-- != tx->log_base;)
    if (*entry == stripe)
      return true;
  return false;
}

static bool every_stripe(const struct transaction *tx, uintptr_t at,
                         size_t size, bool write) {
  for (size_t piece; size; at += piece, size -= piece) {
    piece = piece_of(at, size);
    const uint32_t stripe = ame_stripe_of((const void *)at);
    if (!owns(stripe) && (write || !is_logged(tx, stripe)))
      return false;
  }
  return true;
}

/* Whole bytes of a unit of whose bits some are logged. */
static void add_bits(struct byte_set *undone, uintptr_t unit, uint64_t mask) {
  for (; mask; mask >>= 8, unit++)
    if ((mask & 0xff) == 0xff)
      set_add(undone, unit, 1);
}

/* Adds the bytes of the undo log's entries from `first` up to `end`: from the
 * newest one back, because ranges and bits have their description last. */
static void add_logged(struct byte_set *undone,
                       const struct ame_undo_entry *first,
                       const struct ame_undo_entry *end) {
  while (end > first) {
    const uint64_t word = (--end)->address_size;
    const uintptr_t address = word & ((UINT64_C(1) << 56) - 1);
    switch (word >> 56) {
    case 0xfe:
      add_bits(undone, address, (--end)->old);
      break;
    case 0xff:
      set_add(undone, address, end->old);
      end -= (end->old + sizeof *end - 1) / sizeof *end;
      break;
    default:
      set_add(undone, address, word >> 56);
    }
  }
}

/* The bytes of the running attempt's undo log, brought up to date. An
 * irreversible transaction is never undone, and its log starts over when it is
 * full. */
static bool is_undone(const struct transaction *tx, uintptr_t at, size_t size) {
  static _Thread_local struct byte_set undone;
  static _Thread_local uint64_t attempt;
  static _Thread_local size_t seen;
  if (tx->irreversible)
    return true;
  const uint64_t now =
      atomic_load_explicit(&tx->sequence, memory_order_relaxed);
  const size_t logged = (size_t)(__ame_tls.undo - tx->undo_base);
  if (attempt != now || seen > logged) {
    set_clear(&undone);
    attempt = now;
    seen = 0;
  }
  add_logged(&undone, tx->undo_base + seen, tx->undo_base + logged);
  seen = logged;
  return set_has(&undone, at, size, true);
}

/* --- memory that needs none
 * ---------------------------------------------------- */
static bool is_captured(struct transaction *tx, uintptr_t at, size_t size) {
  return at - __ame_tls.captured_base < __ame_tls.captured_size ||
         ame_memory_is_captured(tx, (const void *)at, size);
}

/* Frames newer than begin, or restored by the snapshot of it. */
static bool is_own_stack(const struct transaction *tx, uintptr_t at,
                         size_t size) {
  if (at < tx->stack_low || at + size > tx->stack_base)
    return false;
  if (tx->open || at + size <= tx->registers.rsp)
    return true;
  if (at < tx->registers.rsp ||
      at + size > tx->registers.rsp + tx->stack_copied)
    return false;
  for (size_t i = 0; i < tx->shared_count; i++)
    if (at < tx->shared[i].address + tx->shared[i].size &&
        at + size > tx->shared[i].address)
      return false;
  return true;
}

/* Read-only mappings. They may come (dlopen) but not go: looked up again when
 * an address is not found; what is not constant is found out by other rules
 * first. */
struct mapping {
  uintptr_t start, end;
};
static struct mapping constants[4096];
static _Atomic size_t constant_count;

static void read_mappings(void) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  char line[512], rights[8];
  size_t count = 0;
  pthread_mutex_lock(&lock);
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps && fgets(line, sizeof line, maps) && count < 4096) {
    struct mapping *one = &constants[count];
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s", &one->start, &one->end,
               rights) == 3 &&
        rights[0] == 'r' && rights[1] == '-')
      count++;
  }
  if (maps)
    fclose(maps);
  atomic_store_explicit(&constant_count, count, memory_order_release);
  pthread_mutex_unlock(&lock);
}

static bool find_constant(uintptr_t at, size_t size) {
  const size_t count =
      atomic_load_explicit(&constant_count, memory_order_acquire);
  for (size_t i = 0; i < count; i++)
    if (at >= constants[i].start && at + size <= constants[i].end)
      return true;
  return false;
}

static bool is_constant(uintptr_t at, size_t size) {
  if (find_constant(at, size))
    return true;
  read_mappings();
  return find_constant(at, size);
}

struct thread_local_query {
  uintptr_t at;
  bool found;
};

static int look_in_module(struct dl_phdr_info *info, size_t size, void *arg) {
  struct thread_local_query *query = arg;
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_TLS && info->dlpi_tls_data &&
        query->at - (uintptr_t)info->dlpi_tls_data < info->dlpi_phdr[i].p_memsz)
      query->found = true;
  return query->found;
}

static bool is_thread_local(uintptr_t at) {
  struct thread_local_query query = {at, false};
  dl_iterate_phdr(look_in_module, &query);
  return query.found;
}

static bool is_in(uintptr_t at, const volatile void *from, size_t size) {
  return at - (uintptr_t)from < size;
}

/* What a line of the cache of counts leads to. */
static bool is_count_limits(uintptr_t at) {
  for (size_t i = 0; i < AME_COUNT_LINES; i++)
    if (is_in(at, __ame_tls.counts->sides[i].limits, sizeof(struct ame_count_limits)))
      return true;
  return false;
}

/* A count whose delta the transaction keeps: inlined tests look at it, too. */
static bool is_known_count(uintptr_t at) {
  for (size_t i = 0; i < AME_COUNT_LINES; i++)
    if (__ame_tls.counts->lines[i].address == at)
      return true;
  return false;
}

static bool is_runtime(const struct transaction *tx, uintptr_t at) {
  const _Atomic uint8_t *marks =
      (_Atomic uint8_t *)atomic_load_explicit(&tx->marks, memory_order_relaxed);
  return is_in(at, &__ame_tls, sizeof __ame_tls) ||
         is_in(at, ame_orec_at(0), sizeof(ame_orec) << AME_STRIPE_BITS) ||
         is_in(at, tx->log_base, ame_read_log_room() * sizeof *tx->log_base) ||
         is_in(at, tx->undo_base,
               (size_t)((char *)tx->undo_end - (char *)tx->undo_base)) ||
         is_in(at, __ame_tls.counts, sizeof *__ame_tls.counts) ||
         (marks &&
          is_in(at, marks, ((size_t)1 << AME_STRIPE_BITS) + UINT8_MAX));
}

/* --- the verdict
 * ------------------------------------------------------------------ */
/* To be closed by the caller; NULL where nobody wants to know. */
static FILE *open_report(void) {
  const char *file = getenv("AME_ORACLE_REPORT");
  return file ? fopen(file, "a") : NULL;
}

_Noreturn static void violation(const char *what, const void *at, size_t size,
                                const char *site) {
  fprintf(stderr, "oracle: %s of %zu bytes at %p in a transaction: %s\n", what,
          size, at, site);
  fflush(stderr);
  FILE *out =
      open_report(); /* a test's framework may have hidden the message */
  if (out)
    fprintf(out, "violation: %s of %zu bytes: %s\n", what, size, site);
  if (out)
    fclose(out);
  abort();
}

/* What each thread has read as immutable (64 threads apart count as one). A
 * fresh object at the same place starts anew: initialising it takes the bytes
 * out. */
enum { THREADS_WATCHED = 64 };
static _Atomic bool several_threads;
static uint32_t thread_number(void) {
  static _Atomic uint32_t threads;
  static _Thread_local uint32_t number; /* + 1 */
  if (!number)
    number = 1 + atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed);
  if (number > 1)
    atomic_store_explicit(&several_threads, true, memory_order_relaxed);
  return (number - 1) % THREADS_WATCHED;
}

static pthread_mutex_t immutable_lock = PTHREAD_MUTEX_INITIALIZER;
static struct byte_set immutables[THREADS_WATCHED];

static void note_immutable(uintptr_t at, size_t size) {
  pthread_mutex_lock(&immutable_lock);
  set_add(&immutables[thread_number()], at, size);
  pthread_mutex_unlock(&immutable_lock);
}

static void forget_immutable(uintptr_t at, size_t size) {
  if (!atomic_load_explicit(&several_threads, memory_order_relaxed))
    return; /* nobody is asked about */
  pthread_mutex_lock(&immutable_lock);
  for (int i = 0; i < THREADS_WATCHED; i++)
    set_remove(&immutables[i], at, size);
  pthread_mutex_unlock(&immutable_lock);
}

static bool is_immutable_elsewhere(uintptr_t at, size_t size) {
  const uint32_t mine = thread_number();
  bool found = false;
  pthread_mutex_lock(&immutable_lock);
  for (uint32_t i = 0; i < THREADS_WATCHED; i++)
    found |= i != mine && set_has(&immutables[i], at, size, false);
  pthread_mutex_unlock(&immutable_lock);
  return found;
}

static void count(bool write, enum kind kind) {
  atomic_fetch_add_explicit(&counts[write][kind], 1, memory_order_relaxed);
}

static bool allowed(bool write, enum kind kind) {
  count(write, kind);
  return true;
}

/* The checks are made outside of the transaction's sight: what they call (the C
 * library, outside of ame's control) must not change errno. */
static bool is_covered(struct transaction *tx, uintptr_t at, size_t size,
                       enum fact fact, bool write) {
  if (is_runtime(tx, at))
    return allowed(write, KIND_runtime);
  if (fact == NOTRACK)
    return allowed(write, KIND_declared);
  if (is_own_stack(tx, at, size))
    return allowed(write, KIND_stack);
  if (is_captured(tx, at, size))
    return allowed(write, KIND_captured);
  if (every_stripe(tx, at, size, write) && (!write || is_undone(tx, at, size)))
    return allowed(write, KIND_barrier);
  if (fact == IMMUTABLE && !write) {
    note_immutable(at, size);
    return allowed(write, KIND_declared);
  }
  if (fact == THREADLOCAL && (!write || is_undone(tx, at, size)))
    return allowed(write, KIND_declared);
  if (is_thread_local(at) && (!write || is_undone(tx, at, size)))
    return allowed(write, KIND_thread);
  if (is_count_limits(at))
    return allowed(write, KIND_runtime);
  if (!write && is_known_count(at))
    return allowed(write, KIND_declared);
  return !write && is_constant(at, size) && allowed(write, KIND_constant);
}

void ame_oracle_read(const char *at, size_t size, uint32_t fact,
                     const char *site) {
  if (ame_active() && size &&
      !is_covered(ame_self(), (uintptr_t)at, size, fact, false))
    violation("unprotected read", at, size, site);
}

void ame_oracle_write(const char *at, size_t size, uint32_t fact,
                      const char *site) {
  if (!ame_active() || !size)
    return;
  struct transaction *tx = ame_self();
  if (!is_covered(tx, (uintptr_t)at, size, fact, true))
    violation(every_stripe(tx, (uintptr_t)at, size, true)
                  ? "write that is not undone"
                  : "unprotected write",
              at, size, site);
  /* Written as something else: the memory is used anew. */
  if (fact != IMMUTABLE || is_captured(tx, (uintptr_t)at, size))
    forget_immutable((uintptr_t)at, size);
  else if (is_immutable_elsewhere((uintptr_t)at, size))
    violation("write to memory that another thread has read as immutable", at,
              size, site);
}

__attribute__((destructor)) static void report(void) {
  static const char *const names[] = {
#define X(name) #name,
      KINDS(X)
#undef X
  };
  FILE *out = open_report();
  if (!out)
    return;
  for (int write = 0; write < 2; write++)
    for (int kind = 0; kind < KIND_COUNT; kind++)
      fprintf(out, "%s %s %" PRIu64 "%s", write ? "writes" : "reads",
              names[kind], counts[write][kind],
              write && kind == KIND_COUNT - 1 ? "\n" : ", ");
  fclose(out);
}

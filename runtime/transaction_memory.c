/* What one transaction allocates and frees.
 *
 * Small and medium blocks are cut from window chunks (captured_window.c), medium
 * ones from several side by side if need be; those that the attempt itself frees
 * are reused at once through free lists, by size class if small. Larger ones come from mimalloc and are kept in a table sorted by address. Both
 * are captured: no other thread can know them, accesses need no barrier and no
 * undo, an abort just takes them back: it rewinds the chunk the attempt began
 * in, returns the other chunks and frees the table's blocks. A commit costs
 * nothing per block: they live on as ordinary memory. When the window has no
 * chunk, small blocks come from mimalloc and are treated as older memory,
 * except that an abort frees them.
 *
 * free of older memory is deferred: ame_memory_commit runs when no doomed
 * transaction can still read it; an abort forgets it. What a commit frees that
 * owes its quiescence waits, within limits, until that is settled. */
#include "kept_blocks.h"
#include "memory.h"
#include "size_classes.h"

#include <errno.h>
#include <mimalloc.h>
#include <string.h>

enum {
  SMALL_MAX = 8192,
  MEDIUM_MAX = AME_LONGEST_RUN * AME_CHUNK_SIZE - 16, /* with both below */
  CHUNK_START = 8,   /* of a run's first header: blocks are aligned to 16 */
  MEDIUM = CLASSES, /* the class of blocks that have no class */
  MEDIUM_LOOKS = 16, /* freed medium blocks looked at before a new one is cut */
  MISSES_TO_MOVE = 8, /* captured accesses beside the inlined test before it moves */
  OWED_BLOCKS = 64,   /* freed blocks that may wait for quiescence, */
  OWED_BYTES = 1 << 20 /* and what they may hold */
};

struct large_block {
  uintptr_t address;
  size_t size;
};

struct ame_memory {
  uint64_t attempt;
  uintptr_t bump, bump_end;  /* the rest of the open chunk */
  uintptr_t run;             /* small blocks of this attempt: [run, bump) at least */
  uint32_t misses;           /* captured accesses that the inlined test has not seen */
  uint32_t chunk;            /* the open one, AME_NO_CHUNK */
  uintptr_t begin_bump;      /* state at begin, for the rewind */
  uint32_t begin_chunk, begin_allocated;
  uint32_t *opened; /* chunks taken by this attempt */
  size_t opened_count, opened_capacity;
  uint64_t free_mask; /* classes whose list is valid and not empty */
  struct ame_free_block *free_lists[CLASSES + 1];
  struct large_block *large; /* captured, sorted by address */
  size_t large_count, large_capacity;
  struct ame_kept_blocks kept;
  void **uncaptured; /* small blocks of this attempt from mimalloc */
  size_t uncaptured_count, uncaptured_capacity;
  void **poisoned; /* freed by this attempt, under AddressSanitizer */
  size_t poisoned_count, poisoned_capacity;
  void **deferred; /* older blocks to free at commit */
  size_t deferred_count, deferred_capacity;
  size_t owed_count; /* the first of them: freed by commits that owe */
  size_t owed_bytes;
};

/* A run is shown from behind its first header to behind the one that will come
 * next: no byte of a header is anybody's data, and the byte before the base must not
 * be (ame_fast_outside). */
static uintptr_t shown_from(uintptr_t run) { return run + HEADER; }

void ame_memory_thread_start(struct transaction *tx) {
  ame_window_init();
  tx->memory = mi_zalloc(sizeof *tx->memory);
  if (!tx->memory)
    ame_fatal("out of memory for another thread");
  tx->memory->chunk = AME_NO_CHUNK;
  tx->capture_from = shown_from(tx->memory->bump);
}

static struct header *header_of(const void *block) {
  return (struct header *)((uintptr_t)block - HEADER);
}

/* --- the inlined test --------------------------------------------------------- */
/* Inlined barriers know one captured range: the newest run of small blocks, or a
 * large block while mostly that is accessed (a private copy of some grid). */
static bool test_shows_run(const struct ame_memory *memory) {
  return __ame_tls.captured_base == shown_from(memory->run);
}

static void show(uintptr_t base, size_t size) {
  __ame_tls.captured_base = base;
  __ame_tls.captured_size = size;
}

static void show_run(const struct ame_memory *memory) {
  show(shown_from(memory->run), memory->bump - memory->run);
}

/* Outside of transactions: where the next one's run will be. */
static void show_next_run(struct transaction *tx) {
  tx->capture_from = shown_from(tx->memory->bump);
  __ame_tls.captured_base = tx->capture_from;
}

/* A captured access has come here since it is outside what the test shows. */
static bool missed_often(struct ame_memory *memory) {
  if (++memory->misses < MISSES_TO_MOVE)
    return false;
  memory->misses = 0;
  return true;
}

/* --- small blocks ------------------------------------------------------------- */
static void capture_from(struct ame_memory *memory, uintptr_t address) {
  struct ame_chunk *chunk = &ame_chunks[memory->chunk];
  chunk->attempt = memory->attempt;
  chunk->captured_from = (uint32_t)(address - ame_chunk_address(memory->chunk));
  atomic_store_explicit(&chunk->captor, memory, memory_order_relaxed);
}

static void use_chunk(struct ame_memory *memory, uint32_t chunk) {
  memory->opened = ame_own_grow(memory->opened, memory->opened_count,
                                &memory->opened_capacity, sizeof *memory->opened);
  memory->opened[memory->opened_count++] = chunk;
  memory->chunk = chunk;
  capture_from(memory, ame_chunk_address(chunk));
}

static bool next_chunks(struct ame_memory *memory, uint32_t count) {
  const uint32_t old = memory->chunk;
  const uint32_t fresh =
      ame_window_take(old == AME_NO_CHUNK ? AME_NO_CHUNK : old + 1, count);
  if (fresh == AME_NO_CHUNK)
    return false;
  for (uint32_t i = 0; i < count; i++)
    use_chunk(memory, fresh + i);
  memory->bump = ame_chunk_address(fresh) + CHUNK_START;
  memory->bump_end = ame_chunk_address(fresh) + count * AME_CHUNK_SIZE;
  if (old == AME_NO_CHUNK || fresh != old + 1) {
    const bool shown = test_shows_run(memory);
    memory->run = memory->bump;
    if (shown)
      show_run(memory);
  }
  return true;
}

static uint32_t last_chunk_of(const void *block, uint32_t size) {
  return ame_chunk_of((const char *)block + size - 1);
}

static void *cut_block(struct ame_memory *memory, uint32_t size_class, uint32_t size) {
  const uint32_t needed = (uint32_t)(
      (CHUNK_START + HEADER + size + AME_CHUNK_SIZE - 1) >> AME_CHUNK_SHIFT);
  const bool first = memory->bump == memory->run && memory->large_count == 0;
  if (memory->bump_end - memory->bump < HEADER + size && !next_chunks(memory, needed))
    return NULL;
  struct header *header = (struct header *)memory->bump;
  header->size = size;
  header->size_class = size_class;
  memory->bump += HEADER + size;
  const uint32_t last = last_chunk_of(header + 1, size);
  for (uint32_t chunk = ame_chunk_of(header); chunk <= last; chunk++)
    ame_chunks[chunk].allocated++;
  ame_unpoison(header + 1, size);
  if (ame_likely(test_shows_run(memory) || first))
    show_run(memory);
  return header + 1;
}

static void *reuse_block(struct ame_memory *memory, uint32_t size_class) {
  struct ame_free_block *block = memory->free_lists[size_class];
  memory->free_lists[size_class] = block->next;
  if (!block->next)
    memory->free_mask &= ~(UINT64_C(1) << size_class);
  return block;
}

/* One of those that the attempt has freed; not one of more than twice the size. */
static void *reuse_medium(struct ame_memory *memory, size_t size) {
  if (!(memory->free_mask >> MEDIUM & 1))
    return NULL;
  struct ame_free_block **link = &memory->free_lists[MEDIUM];
  for (int looks = 0; *link && looks < MEDIUM_LOOKS; looks++) {
    struct ame_free_block *block = *link;
    const uint32_t usable = header_of(block)->size;
    if (usable >= size && usable / 2 <= size) {
      *link = block->next;
      if (!memory->free_lists[MEDIUM])
        memory->free_mask &= ~(UINT64_C(1) << MEDIUM);
      return block;
    }
    link = &block->next;
  }
  return NULL;
}

static void free_captured_small(struct ame_memory *memory, void *block) {
  if (ame_unlikely(ame_quarantine_is_on())) {
    /* Not used again in this attempt; dead when it commits. */
    ame_poison(block, header_of(block)->size);
    memory->poisoned =
        ame_own_grow(memory->poisoned, memory->poisoned_count,
                     &memory->poisoned_capacity, sizeof *memory->poisoned);
    memory->poisoned[memory->poisoned_count++] = block;
    return;
  }
  const uint32_t size_class = header_of(block)->size_class;
  struct ame_free_block *freed = block;
  const uint64_t bit = UINT64_C(1) << size_class;
  freed->next = memory->free_mask & bit ? memory->free_lists[size_class] : NULL;
  memory->free_lists[size_class] = freed;
  memory->free_mask |= bit;
}

static bool is_captured_small(const struct ame_memory *memory, const void *address) {
  const uint32_t index = ame_chunk_of(address);
  const struct ame_chunk *chunk = &ame_chunks[index];
  /* Only my own writes make it equal to me; then the rest is mine, too. */
  return atomic_load_explicit(&chunk->captor, memory_order_relaxed) == memory &&
         chunk->attempt == memory->attempt &&
         (uintptr_t)address - ame_chunk_address(index) >= chunk->captured_from;
}

/* --- large blocks --------------------------------------------------------------- */
/* The last entry that starts at or below the address, or NULL. */
static struct large_block *large_at(const struct ame_memory *memory,
                                    const void *address) {
  size_t low = 0, high = memory->large_count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (memory->large[middle].address <= (uintptr_t)address)
      low = middle + 1;
    else
      high = middle;
  }
  return low ? &memory->large[low - 1] : NULL;
}

static struct large_block *large_starting_at(const struct ame_memory *memory,
                                             const void *block) {
  struct large_block *found = large_at(memory, block);
  return found && found->address == (uintptr_t)block ? found : NULL;
}

static void *capture_large(struct ame_memory *memory, void *block) {
  if (!block)
    return NULL;
  memory->large = ame_own_grow(memory->large, memory->large_count,
                               &memory->large_capacity, sizeof *memory->large);
  struct large_block *below = large_at(memory, block);
  const size_t index = below ? (size_t)(below - memory->large) + 1 : 0;
  memmove(&memory->large[index + 1], &memory->large[index],
          (memory->large_count - index) * sizeof *memory->large);
  memory->large[index] =
      (struct large_block){(uintptr_t)block, mi_usable_size(block)};
  memory->large_count++;
  return block;
}

static void forget_large(struct ame_memory *memory, struct large_block *entry) {
  const size_t index = (size_t)(entry - memory->large);
  if (__ame_tls.captured_base == entry->address)
    show_run(memory);
  memory->large_count--;
  memmove(entry, entry + 1, (memory->large_count - index) * sizeof *entry);
}

static bool is_captured_large(struct ame_memory *memory, const void *address,
                              size_t size) {
  if (ame_likely(memory->large_count == 0))
    return false;
  const struct large_block *found = large_at(memory, address);
  if (!found || (uintptr_t)address - found->address + size > found->size)
    return false;
  if (missed_often(memory))
    show(found->address, found->size);
  return true;
}

static bool is_reused(struct ame_memory *memory, const void *address) {
  const struct ame_reused_block *found = ame_reused_at(&memory->kept, address);
  if (found && missed_often(memory))
    show(found->address, found->size);
  return found != NULL;
}

bool ame_memory_is_captured(struct transaction *tx, const void *address, size_t size) {
  struct ame_memory *memory = tx->memory;
  if (!ame_in_window(address))
    return is_captured_large(memory, address, size);
  if (!is_captured_small(memory, address))
    return is_reused(memory, address);
  if ((uintptr_t)address - memory->run < memory->bump - memory->run &&
      missed_often(memory))
    show_run(memory);
  return true;
}

/* --- allocation --------------------------------------------------------------------- */
/* Before the attempt's first change: what the rewind needs. */
AME_COLD static void first_use(struct transaction *tx) {
  struct ame_memory *memory = tx->memory;
  tx->to_end |= AME_END_MEMORY;
  memory->run = memory->bump; /* ame_thread.captured_base shows it: show_next_run */
  memory->misses = 0;
  memory->begin_bump = memory->bump;
  memory->begin_chunk = memory->chunk;
  if (memory->chunk == AME_NO_CHUNK)
    return;
  memory->begin_allocated = ame_chunks[memory->chunk].allocated;
  capture_from(memory, memory->bump);
}

static inline void use(struct transaction *tx) {
  if (ame_unlikely(!(tx->to_end & AME_END_MEMORY)))
    first_use(tx);
}

static void *allocate_uncaptured(struct ame_memory *memory, size_t size) {
  memory->uncaptured =
      ame_own_grow(memory->uncaptured, memory->uncaptured_count,
                   &memory->uncaptured_capacity, sizeof *memory->uncaptured);
  void *block = mi_malloc(size);
  if (block)
    memory->uncaptured[memory->uncaptured_count++] = block;
  return block;
}

static void *allocate_medium_or_large(struct ame_memory *memory, size_t size) {
  void *block = NULL;
  if (size <= MEDIUM_MAX) {
    block = reuse_medium(memory, size);
    if (!block)
      block = cut_block(memory, MEDIUM, size_of_medium(size));
  }
  return block ? block : capture_large(memory, mi_malloc(size));
}

/* The inlined test shows it while it is the only block. */
static void *reuse_kept(struct ame_memory *memory, uint32_t size_class) {
  const uint32_t size = size_of_class(size_class);
  void *block = ame_reuse_kept(&memory->kept, size, size_class);
  if (block && memory->bump == memory->run)
    show((uintptr_t)block, size);
  return block;
}

/* Apart from the frequent way, which then needs no stack frame. */
__attribute__((noinline)) static void *allocate_new(struct transaction *tx,
                                                    size_t size) {
  struct ame_memory *memory = tx->memory;
  use(tx);
  if (size > SMALL_MAX)
    return allocate_medium_or_large(memory, size);
  const uint32_t size_class = class_of(size);
  void *block = reuse_kept(memory, size_class);
  if (!block)
    block = cut_block(memory, size_class, size_of_class(size_class));
  return ame_likely(block != NULL) ? block : allocate_uncaptured(memory, size);
}

/* Free lists are only valid in an attempt that has used memory. */
void *ame_memory_allocate(struct transaction *tx, size_t size) {
  struct ame_memory *memory = tx->memory;
  if (size <= SMALL_MAX) {
    const uint32_t size_class = class_of(size);
    if (memory->free_mask >> size_class & 1)
      return reuse_block(memory, size_class);
  }
  return allocate_new(tx, size);
}

void *ame_memory_allocate_aligned(struct transaction *tx, size_t alignment,
                                  size_t size) {
  if (alignment <= 16)
    return ame_memory_allocate(tx, size);
  use(tx);
  return capture_large(tx->memory, mi_malloc_aligned(size, alignment));
}

bool ame_memory_resize_in_place(struct transaction *tx, void *block, size_t size) {
  struct ame_memory *memory = tx->memory;
  const size_t usable = ame_block_size(block);
  if (size <= usable)
    return size > usable / 2 || usable <= 256;
  return !ame_in_window(block) && large_starting_at(memory, block) &&
         mi_expand(block, size) != NULL;
}

bool ame_memory_free_if_captured(void *block) {
  struct ame_memory *memory = ame_self()->memory;
  if (ame_in_window(block)) {
    if (!is_captured_small(memory, block) && !ame_reused_at(&memory->kept, block))
      return false;
    free_captured_small(memory, block);
    return true;
  }
  struct large_block *entry = large_starting_at(memory, block);
  if (!entry)
    return false;
  forget_large(memory, entry);
  mi_free(block);
  return true;
}

__attribute__((noinline)) static void free_other(struct transaction *tx, void *block) {
  struct ame_memory *memory = tx->memory;
  if (ame_memory_free_if_captured(block))
    return;
  use(tx);
  ame_refcount_forget(tx, block, ame_block_size(block));
  memory->deferred = ame_own_grow(memory->deferred, memory->deferred_count,
                                  &memory->deferred_capacity,
                                  sizeof *memory->deferred);
  memory->deferred[memory->deferred_count++] = block;
}

void ame_memory_free(struct transaction *tx, void *block) {
  ame_refcount_forget_captured(tx, block);
  if (ame_likely(ame_in_window(block) && is_captured_small(tx->memory, block)))
    free_captured_small(tx->memory, block);
  else
    free_other(tx, block);
}

/* --- any block ------------------------------------------------------------------------ */
/* glibc's own allocator: memory from before ours was in place, or from code that
 * asks for it by these names. Weak: a static libc must not bring its malloc in. */
void __libc_free(void *block) __attribute__((weak));

size_t ame_block_size(const void *block) {
  if (ame_in_window(block))
    return header_of(block)->size;
  return mi_is_in_heap_region(block) ? mi_usable_size(block) : 0;
}

/* A block of the window is dead in all chunks that it lies in. */
static void block_died(const void *block) {
  const struct header *header = header_of(block);
  const uint32_t last = last_chunk_of(block, header->size);
  for (uint32_t chunk = ame_chunk_of(header); chunk <= last; chunk++)
    ame_window_blocks_died(chunk, 1);
}

void ame_block_release(void *block) {
  if (ame_unlikely(ame_options.verify))
    ame_verify_forget(block, ame_block_size(block));
  if (ame_unlikely(ame_quarantine_is_on()) && !(block = ame_quarantine(block)))
    return;
  if (ame_in_window(block))
    block_died(block);
  else if (ame_likely(mi_is_in_heap_region(block)))
    mi_free(block);
  else if (__libc_free)
    __libc_free(block);
}

/* --- begin, commit, abort ----------------------------------------------------------------- */
bool ame_memory_has_frees(struct transaction *tx) {
  return tx->memory->deferred_count != tx->memory->owed_count;
}

/* Nobody can look at the block any more: the next transactions may have it. */
static void keep_or_release(struct ame_memory *memory, void *block) {
  if (ame_in_window(block) && !ame_options.verify && !ame_quarantine_is_on()) {
    const struct header *header = header_of(block);
    if (ame_keep_block(&memory->kept, block, header->size, header->size_class))
      return;
  }
  ame_block_release(block);
}

/* Blocks that the attempt allocated and freed, and did not use again. */
static void bury_dead_blocks(struct ame_memory *memory) {
  for (size_t i = 0; i < memory->poisoned_count; i++)
    block_died(memory->poisoned[i]);
  memory->poisoned_count = 0;
  for (; memory->free_mask; memory->free_mask &= memory->free_mask - 1) {
    struct ame_free_block *block =
        memory->free_lists[__builtin_ctzll(memory->free_mask)];
    while (block) {
      void *dead = block;
      block = block->next; /* before its chunk may go */
      if (ame_reused_at(&memory->kept, dead))
        keep_or_release(memory, dead);
      else
        block_died(dead);
    }
  }
}

static void close_filled_chunks(struct ame_memory *memory) {
  if (memory->opened_count == 0)
    return;
  if (memory->begin_chunk != AME_NO_CHUNK)
    ame_window_close(memory->begin_chunk);
  for (size_t i = 0; i + 1 < memory->opened_count; i++)
    ame_window_close(memory->opened[i]);
  memory->opened_count = 0;
}

/* An open chunk whose blocks are all dead starts afresh. */
static void rewind_if_dead(struct ame_memory *memory) {
  if (memory->chunk == AME_NO_CHUNK)
    return;
  struct ame_chunk *chunk = &ame_chunks[memory->chunk];
  /* acquire: pairs with the release of the last free. */
  if (atomic_load_explicit(&chunk->live, memory_order_acquire) !=
      AME_CHUNK_OPEN - (int32_t)chunk->allocated)
    return;
  chunk->allocated = 0;
  atomic_store_explicit(&chunk->live, AME_CHUNK_OPEN, memory_order_relaxed);
  memory->bump = ame_chunk_address(memory->chunk) + CHUNK_START;
}

static size_t bytes_to_owe(const struct ame_memory *memory) {
  size_t bytes = memory->owed_bytes;
  for (size_t i = memory->owed_count; i < memory->deferred_count; i++)
    bytes += ame_block_size(memory->deferred[i]);
  return bytes;
}

bool ame_memory_may_owe(struct transaction *tx) {
  const struct ame_memory *memory = tx->memory;
  return memory->deferred_count <= OWED_BLOCKS && bytes_to_owe(memory) <= OWED_BYTES;
}

void ame_memory_owe(struct transaction *tx) {
  struct ame_memory *memory = tx->memory;
  memory->owed_bytes = bytes_to_owe(memory);
  memory->owed_count = memory->deferred_count;
}

void ame_memory_settle(struct transaction *tx) {
  struct ame_memory *memory = tx->memory;
  const size_t settled = memory->owed_count;
  if (settled == 0)
    return;
  memory->owed_count = 0;
  memory->owed_bytes = 0;
  for (size_t i = 0; i < settled; i++)
    keep_or_release(memory, memory->deferred[i]);
  memory->deferred_count -= settled;
  memmove(memory->deferred, memory->deferred + settled,
          memory->deferred_count * sizeof *memory->deferred);
}

void ame_memory_commit(struct transaction *tx) {
  struct ame_memory *memory = tx->memory;
  memory->attempt++; /* nothing is captured any more */
  memory->large_count = 0;
  memory->uncaptured_count = 0;
  bury_dead_blocks(memory);
  memory->kept.reused_count = 0;
  close_filled_chunks(memory);
  for (size_t i = memory->owed_count; i < memory->deferred_count; i++)
    keep_or_release(memory, memory->deferred[i]);
  memory->deferred_count = memory->owed_count;
  rewind_if_dead(memory);
  show_next_run(tx);
}

/* Back to the chunk and the position of the begin; the others are empty. */
static void rewind_chunks(struct ame_memory *memory) {
  for (size_t i = 0; i < memory->opened_count; i++)
    ame_window_give(memory->opened[i]);
  memory->opened_count = 0;
  memory->chunk = memory->begin_chunk;
  memory->bump = memory->begin_bump;
  if (memory->chunk == AME_NO_CHUNK) {
    memory->bump_end = memory->bump;
    return;
  }
  memory->bump_end = ame_chunk_address(memory->chunk) + AME_CHUNK_SIZE;
  ame_chunks[memory->chunk].allocated = memory->begin_allocated;
}

void ame_memory_abort(struct transaction *tx) {
  struct ame_memory *memory = tx->memory;
  memory->attempt++;
  memory->free_mask = 0;
  memory->poisoned_count = 0;
  memory->deferred_count = memory->owed_count;
  ame_reused_return_all(&memory->kept);
  rewind_chunks(memory);
  for (size_t i = 0; i < memory->large_count; i++)
    mi_free((void *)memory->large[i].address);
  memory->large_count = 0;
  for (size_t i = 0; i < memory->uncaptured_count; i++)
    mi_free(memory->uncaptured[i]);
  memory->uncaptured_count = 0;
  show_next_run(tx);
}

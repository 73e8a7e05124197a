/* Chunks of 32 KB for captured memory.
 *
 * A transaction cuts its small blocks from chunks of one reserved window, so
 * that "did I allocate this?" is a comparison with the contiguous run of chunks
 * that it has last filled, or a look at the chunk's entry in `ame_chunks`. A
 * chunk is open while a thread cuts blocks from it. When it is closed, `live`
 * counts the blocks that are not freed; whoever brings that to zero gives the
 * chunk back. Any thread may free any block.
 *
 * A bitmap with one bit a chunk, under a mutex, says which are free. A thread
 * asks for the neighbour of its last chunk, so that runs stay contiguous; a new
 * run starts in a wholly free group of 64 chunks if there is one, so that
 * threads do not interleave.
 *
 * The window is address space without access; it becomes writable group by group,
 * where it is first used. So it costs nothing where the kernel does not overcommit
 * (vm.overcommit_memory=2).
 *
 * One long-lived block pins its chunk. When most blocks of the used chunks are
 * dead, the window refuses to grow and callers use mimalloc, which only costs
 * the fast "captured" test: memory stays within a constant factor of live data. */
#include "captured_window.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum {
  KEEP_RESIDENT = 2048, /* free chunks (64 MB) that keep their pages */
  CHECK_FROM = 1024,    /* used chunks before fragmentation matters */
  LIVE_SHARE = 3,       /* fragmented: fewer than 1/3 of the blocks live */
  REFUSALS = 4096       /* requests refused before another look */
};

uintptr_t ame_window_base;
size_t ame_window_size;
struct ame_chunk *ame_chunks;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t groups;         /* of 64 chunks in the window */
static uint64_t *taken;         /* a bit a chunk */
static uint32_t frontier_group; /* groups below have been used at least once */
static uint32_t first_group;    /* no free chunk in the groups below */
static size_t used, next_check = CHECK_FROM;
static _Atomic uint32_t refusals_left;

void ame_window_before_fork(void) { pthread_mutex_lock(&lock); }
void ame_window_after_fork(void) { pthread_mutex_unlock(&lock); }

static void *reserve(size_t size, int access) {
  void *range = mmap(NULL, size, access, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                     -1, 0);
  return range == MAP_FAILED ? NULL : range;
}

/* As large as there is address space (ulimit -v); the tables go with it. */
static bool reserve_window(size_t size) {
  const size_t chunks = size >> AME_CHUNK_SHIFT;
  const int writable = PROT_READ | PROT_WRITE;
  char *window = reserve(size + AME_CHUNK_SIZE, PROT_NONE);
  taken = window ? reserve(chunks / 64 * sizeof *taken, writable) : NULL;
  ame_chunks = taken ? reserve(chunks * sizeof *ame_chunks, writable) : NULL;
  if (!ame_chunks) {
    if (window)
      munmap(window, size + AME_CHUNK_SIZE);
    if (taken)
      munmap(taken, chunks / 64 * sizeof *taken);
    return false;
  }
  groups = (uint32_t)(chunks / 64);
  madvise(window, size, MADV_NOHUGEPAGE);
  ame_window_base = ((uintptr_t)window + AME_CHUNK_SIZE - 1) & ~(AME_CHUNK_SIZE - 1);
  ame_window_size = size;
  return true;
}

/* Most of a limited address space is left to the program. Without a window mimalloc serves
 * everything. */
static void initialise(void) {
  struct rlimit limit;
  size_t size = AME_LARGEST_WINDOW;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    while (size > limit.rlim_cur / 4)
      size /= 2;
  while (size >= AME_SMALLEST_WINDOW && !reserve_window(size))
    size /= 2;
}

void ame_window_init(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, initialise);
}

static bool is_fragmented(void) {
  uint64_t live = 0, allocated = 0;
  for (uint32_t chunk = 0; chunk < frontier_group * 64; chunk++) {
    if (!(taken[chunk / 64] >> (chunk % 64) & 1))
      continue;
    const int32_t here =
        atomic_load_explicit(&ame_chunks[chunk].live, memory_order_relaxed);
    if (here >= AME_CHUNK_OPEN / 2)
      continue;
    live += here > 0 ? (uint32_t)here : 0;
    allocated += ame_chunks[chunk].allocated;
  }
  return live * LIVE_SHARE < allocated;
}

static bool should_refuse(void) {
  if (used < next_check)
    return false;
  next_check = used + used / 4;
  if (!is_fragmented())
    return false;
  next_check = used;
  atomic_store_explicit(&refusals_left, REFUSALS, memory_order_relaxed);
  return true;
}

static bool is_free(uint32_t chunk) {
  return chunk / 64 < groups && !(taken[chunk / 64] >> (chunk % 64) & 1);
}

static bool are_free(uint32_t chunk, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!is_free(chunk + i))
      return false;
  return true;
}

/* Most chunks below the frontier are free: no reason to use new memory. */
static bool is_sparse(void) { return used * 2 < (size_t)frontier_group * 64; }

/* The neighbour keeps a run contiguous, unless that would let a program that
 * allocates and frees wander through the whole window. */
static bool is_good_neighbour(uint32_t chunk, uint32_t count) {
  return chunk != AME_NO_CHUNK && are_free(chunk, count) &&
         ((chunk + count - 1) / 64 < frontier_group || !is_sparse());
}

/* The first of `count` free chunks in the group, or AME_NO_CHUNK. */
static uint32_t free_in(uint32_t group, uint32_t count) {
  uint64_t starts = ~taken[group];
  for (uint32_t i = 1; i < count; i++)
    starts &= ~taken[group] >> i; /* shifts in "taken": a run ends with its group */
  return starts ? group * 64 + (uint32_t)__builtin_ctzll(starts) : AME_NO_CHUNK;
}

/* A wholly free group that was used before, else a fresh one unless half of the
 * chunks below the frontier are free, else any free chunk. */
static uint32_t find_free(uint32_t count) {
  uint32_t partly_free = AME_NO_CHUNK;
  while (first_group < frontier_group && taken[first_group] == UINT64_MAX)
    first_group++;
  for (uint32_t group = first_group; group < frontier_group; group++) {
    if (taken[group] == 0)
      return group * 64;
    if (partly_free == AME_NO_CHUNK)
      partly_free = free_in(group, count);
  }
  if (partly_free != AME_NO_CHUNK && (is_sparse() || frontier_group == groups))
    return partly_free;
  return frontier_group < groups ? frontier_group * 64 : AME_NO_CHUNK;
}

/* All groups up to this one may be used. */
static bool advance_frontier(uint32_t group) {
  char *const from = (char *)ame_chunk_address(frontier_group * 64);
  const size_t size = (size_t)(group + 1 - frontier_group) * 64 << AME_CHUNK_SHIFT;
  if (mprotect(from, size, PROT_READ | PROT_WRITE) != 0)
    return false;
  frontier_group = group + 1;
  return true;
}

static void open_chunk(uint32_t chunk) {
  taken[chunk / 64] |= UINT64_C(1) << (chunk % 64);
  used++;
  ame_chunks[chunk].allocated = 0;
  atomic_store_explicit(&ame_chunks[chunk].live, AME_CHUNK_OPEN,
                        memory_order_relaxed);
}

static bool open_run(uint32_t first, uint32_t count) {
  const uint32_t last_group = (first + count - 1) / 64;
  if (last_group >= frontier_group && !advance_frontier(last_group))
    return false;
  for (uint32_t i = 0; i < count; i++)
    open_chunk(first + i);
  return true;
}

uint32_t ame_window_take(uint32_t wanted, uint32_t count) {
  if (!ame_window_base)
    return AME_NO_CHUNK;
  uint32_t left = atomic_load_explicit(&refusals_left, memory_order_relaxed);
  if (left) {
    atomic_store_explicit(&refusals_left, left - 1, memory_order_relaxed);
    return AME_NO_CHUNK;
  }
  uint32_t chunk = AME_NO_CHUNK;
  pthread_mutex_lock(&lock);
  if (!should_refuse()) {
    chunk = is_good_neighbour(wanted, count) ? wanted : find_free(count);
    if (chunk != AME_NO_CHUNK && !open_run(chunk, count))
      chunk = AME_NO_CHUNK;
  }
  pthread_mutex_unlock(&lock);
  return chunk;
}

void ame_window_give(uint32_t chunk) {
  pthread_mutex_lock(&lock);
  taken[chunk / 64] &= ~(UINT64_C(1) << (chunk % 64));
  if (chunk / 64 < first_group)
    first_group = chunk / 64;
  used--;
  const size_t free_below = (size_t)frontier_group * 64 - used;
  const bool forget = free_below > KEEP_RESIDENT && free_below > used;
  /* Under the lock: nobody may take the chunk while its pages go. */
  if (forget)
    madvise((void *)ame_chunk_address(chunk), AME_CHUNK_SIZE, MADV_DONTNEED);
  pthread_mutex_unlock(&lock);
}

static void change_live(uint32_t chunk, int32_t change) {
  /* acq_rel: whoever gives the chunk back has seen the other frees' accesses. */
  if (atomic_fetch_add_explicit(&ame_chunks[chunk].live, change,
                                memory_order_acq_rel) + change == 0)
    ame_window_give(chunk);
}

void ame_window_blocks_died(uint32_t chunk, int32_t count) {
  change_live(chunk, -count);
}

void ame_window_close(uint32_t chunk) {
  change_live(chunk, (int32_t)ame_chunks[chunk].allocated - AME_CHUNK_OPEN);
}

size_t ame_window_chunks_used(void) {
  pthread_mutex_lock(&lock);
  const size_t result = used;
  pthread_mutex_unlock(&lock);
  return result;
}

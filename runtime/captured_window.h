/* The window: one reserved range of memory, cut into chunks, from which
 * transactions allocate small blocks (captured_window.c). */
#ifndef AME_CAPTURED_WINDOW_H
#define AME_CAPTURED_WINDOW_H

#include "transaction.h"

#pragma GCC visibility push(hidden)

#define AME_CHUNK_SHIFT 15
#define AME_CHUNK_SIZE ((size_t)1 << AME_CHUNK_SHIFT)
#define AME_LARGEST_WINDOW ((size_t)64 << 30)
#define AME_SMALLEST_WINDOW ((size_t)1 << 30)
#define AME_NO_CHUNK UINT32_MAX
/* `live` of a chunk that a thread still allocates from: it never gets to zero. */
#define AME_CHUNK_OPEN (1 << 30)

struct ame_chunk {
  _Atomic int32_t live;     /* blocks not freed; + AME_CHUNK_OPEN while open */
  uint32_t allocated;       /* blocks cut so far; by the thread that has it open */
  _Atomic(struct ame_memory *) captor; /* who last allocated here, and in */
  uint64_t attempt;                    /* which attempt; valid for captor only */
  uint32_t captured_from;              /* offset of that attempt's first block */
};

extern uintptr_t ame_window_base; /* 0: there is no window (yet) */
extern size_t ame_window_size;    /* then 0, too */
extern struct ame_chunk *ame_chunks;

static inline bool ame_in_window(const void *address) {
  return (uintptr_t)address - ame_window_base < ame_window_size;
}
static inline uint32_t ame_chunk_of(const void *address) {
  return (uint32_t)(((uintptr_t)address - ame_window_base) >> AME_CHUNK_SHIFT);
}
static inline uintptr_t ame_chunk_address(uint32_t chunk) {
  return ame_window_base + ((uintptr_t)chunk << AME_CHUNK_SHIFT);
}

void ame_window_init(void);
/* The first of `count` empty chunks side by side, `wanted` if those are free;
 * AME_NO_CHUNK: use mimalloc. count is at most AME_LONGEST_RUN. */
#define AME_LONGEST_RUN 32
uint32_t ame_window_take(uint32_t wanted, uint32_t count);
void ame_window_give(uint32_t chunk);
/* `count` of the chunk's blocks have died. */
void ame_window_blocks_died(uint32_t chunk, int32_t count);
/* The thread that had it open allocates no more from it. */
void ame_window_close(uint32_t chunk);
size_t ame_window_chunks_used(void);
/* No other thread is inside in between. After the world has been stopped: those
 * who are to finish may need a chunk. */
void ame_window_before_fork(void);
void ame_window_after_fork(void);

#pragma GCC visibility pop
#endif

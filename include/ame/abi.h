/* The binary interface between compiled code and the runtime.
 *
 * Users never include this file for itself: ame.h does, and the functions are
 * called by code that the pass emits. abi.def lists the functions; this header
 * gives their C prototypes and the layout of what inlined barriers touch.
 * Any change here that old objects would notice increments AME_ABI_VERSION:
 * objects reference the symbol __ame_abi_v<N>, so a mismatch is a link error. */
#ifndef AME_ABI_H
#define AME_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AME_ABI_VERSION 1

/* Stripes: 64-byte pieces of memory, direct-mapped (never hashed) onto one
 * table of 4-byte ownership records at a fixed address. The table is reserved,
 * not resident. An orec is a version (less than AME_OREC_LOCK, a multiple of
 * one commit) or AME_OREC_LOCK | owner slot. */
#define AME_STRIPE_SHIFT 6
#define AME_STRIPE_BITS 26
#define AME_STRIPE_MASK ((1u << AME_STRIPE_BITS) - 1)
#define AME_OREC_BASE 0x200000000000ull
#define AME_OREC_LOCK 0x80000000u

/* The part of a thread's state that inlined barriers touch. One per thread, in
 * thread-local storage (initial-exec), written by its own thread, except
 * `limit`, which another thread may set to 0 to make the next barrier take
 * the slow path. */
struct ame_thread {
  uint32_t *log;              /*  0: next free slot of the read log */
  uint32_t *log_limit;        /*  8: log == log_limit: the slow push */
  uintptr_t captured_base;    /* 16: memory allocated by this transaction: */
  uintptr_t captured_size;    /* 24:   address - base < size, unsigned */
  uint32_t limit;             /* 32: a read is good when its orec < limit */
  uint32_t owner;             /* 36: the orec word of stripes that I own */
  int32_t checkpoint_budget;  /* 40: ame_checkpoint calls left before a look */
  uint32_t depth;             /* 44: nesting; 0 = no transaction runs */
};
extern _Thread_local struct ame_thread __ame_tls
    __attribute__((tls_model("initial-exec")));

/* A function that has a transactional entry carries 8 bytes directly before
 * its code: the magic, then the clone's address minus its own (0: the function
 * is instrumented in place). */
#define AME_PREFIX_MAGIC 0xa3e0c0deu

#define AME_ABI_FUNCTION(result, name, arguments) result name arguments;
#include "abi.def"
#undef AME_ABI_FUNCTION

#ifdef __cplusplus
}
#endif
#endif

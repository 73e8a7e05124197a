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
 * table of 4-byte ownership records at a fixed address, low enough for an
 * instruction to hold it. The table is reserved, not resident. An orec is a version (less than AME_OREC_LOCK, a multiple of
 * one commit) or AME_OREC_LOCK | owner slot. */
#ifndef AME_STRIPE_SHIFT /* runtime/CMakeLists.txt: for comparisons only */
#define AME_STRIPE_SHIFT 6
#endif
#define AME_STRIPE_BITS (32 - AME_STRIPE_SHIFT)
#define AME_STRIPE_MASK ((1u << AME_STRIPE_BITS) - 1)
#define AME_OREC_BASE 0x10000000ull
#define AME_OREC_LOCK 0x80000000u

/* How the changes of a count or counter combine; AME_COUNT_ADD of integers is
 * what reference counts use. */
enum ame_count_operation {
  AME_COUNT_ADD,
  AME_COUNT_FADD,
  AME_COUNT_MAX,
  AME_COUNT_MIN,
  AME_COUNT_UMAX,
  AME_COUNT_UMIN,
  AME_COUNT_FMAX,
  AME_COUNT_FMIN,
  AME_COUNT_OR,
  AME_COUNT_AND
};

/* Which values say that an object lives for ever. */
enum ame_count_immortal {
  AME_COUNT_MORTAL,
  AME_COUNT_IMMORTAL_NEGATIVE, /* sign-extended: the top bit of the field */
  AME_COUNT_IMMORTAL_FROM      /* at least `limit`, unsigned in the field's width */
};

/* What the source says about a count: a constant of the compiled module. */
struct ame_count_kind {
  uint8_t size;      /* bytes: 4 or 8; of a bit-field's unit 1, 2, 4 or 8 */
  uint8_t operation; /* enum ame_count_operation */
  uint8_t immortal;  /* enum ame_count_immortal */
  uint8_t deferred;  /* 1: every zero is left to on_zero */
  /* A count in a bit-field: its address is that of the byte in which it begins,
   * the unit lies shift / 8 bytes before. */
  uint8_t width;   /* bits, AME_COUNT_SIGNED_BITS; 0: no bit-field */
  uint8_t shift;   /* bits of the unit below it */
  uint16_t object; /* bytes from its structure's beginning: hooks are given that */
  uint64_t limit;
  void (*on_zero)(void *count); /* NULL: the hook of ame_refcount_on_zero */
};
#define AME_COUNT_SIGNED_BITS 0x80

/* What __ame_verify is told. */
enum ame_claim {
  AME_CLAIM_IMMUTABLE_READ,
  AME_CLAIM_IMMUTABLE_WRITE,
  AME_CLAIM_THREADLOCAL,
  AME_CLAIM_PURE_CALL,
  AME_CLAIM_PURE_WRITE,
  AME_CLAIM_NO_COUNT /* an access that says nothing of a count */
};

/* The cache of a transaction's deltas. An inlined change looks at the line at
 * (address & AME_COUNT_LINE_MASK) bytes from ame_thread.counts. When that holds
 * the address the change goes to the line's slack, and as long as the slack is
 * not negative afterwards a decrement that is tested has its answer: not zero.
 * Outside transactions no line holds any address. */
#define AME_COUNT_LINES 256
#define AME_COUNT_LINE_MASK ((AME_COUNT_LINES - 1) * 16)
struct ame_count_line {
  uintptr_t address;
  int64_t slack; /* the delta minus the limit */
};
struct ame_count_limits {
  int64_t limit; /* from this delta on a test has said "not zero", or may at once */
  int64_t floor; /* above this one the last look at the count says it, too */
};
/* What a test needs besides, at the same index. In a bit-field, which overflows soon, a
 * decrement has its answer only up to the slack `top`: beyond it the count may have
 * wrapped around to zero. */
struct ame_count_side {
  struct ame_count_limits *limits;
  int64_t top;
};
struct ame_count_cache {
  struct ame_count_line lines[AME_COUNT_LINES];
  struct ame_count_side sides[AME_COUNT_LINES];
};
/* Compiled code counts only by less at once, so that a slack never overflows. */
#define AME_COUNT_LARGEST_STEP (INT64_C(1) << 32)

/* Old bytes, logged before they are overwritten in place. */
struct ame_undo_entry {
  uint64_t address_size; /* address | size << 56; size 1..8 */
  uint64_t old;
};

/* The part of a thread's state that inlined barriers touch. One per thread, in
 * thread-local storage (initial-exec), written by its own thread, except
 * `limit` and `owner`: another thread may make them 0 and nobody's word, so that
 * the next barrier, also one for an own stripe, takes the slow path. */
struct ame_thread {
  uint32_t *log;              /*  0: next free slot of the read log */
  uint32_t *log_limit;        /*  8: log == log_limit: the slow push */
  uintptr_t captured_base;    /* 16: memory allocated by this transaction: */
  uintptr_t captured_size;    /* 24:   address - base < size, unsigned */
  union {                     /* 32: changed as one, so that a request is whole */
    struct {
      uint32_t limit;         /* 32: a read is good when its orec < limit */
      uint32_t owner;         /* 36: `self`, what an own stripe's orec is like */
    };
    uint64_t accepted;
  };
  int32_t checkpoint_budget;  /* 40: ame_checkpoint calls left before a look */
  uint32_t depth;             /* 44: nesting; 0 = no transaction runs */
  struct ame_count_cache *counts; /* 48: never NULL */
  struct ame_undo_entry *undo;       /* 56: next free entry of the undo log */
  struct ame_undo_entry *undo_limit; /* 64: undo == undo_limit: the slow write */
  uint8_t *marks;             /* 72: visible transactions: a byte a stripe; what they
                                 store there is the low byte of this address */
  uint32_t self;              /* 80: the orec word of stripes that I own */
  uint32_t owed;              /* 84: a version: plain code must not run before all
                                 older transactions have ended; 0: it may */
};
extern _Thread_local struct ame_thread __ame_tls
    __attribute__((tls_model("initial-exec")));

/* A function that has a transactional entry carries 8 bytes directly before
 * its code: the magic, then the clone's address minus its own (0: the function
 * is instrumented in place). */
#define AME_PREFIX_MAGIC 0xa3e0c0deu

#ifdef __clang__
#define AME_PRESERVES_REGISTERS __attribute__((preserve_all))
#else /* calls that expect less to be preserved are right, too */
#define AME_PRESERVES_REGISTERS
#endif
#define AME_ABI_FUNCTION(result, name, arguments) result name arguments;
#define AME_ABI_BARRIER(result, name, arguments)                               \
  AME_PRESERVES_REGISTERS result name arguments;
#include "abi.def"
#undef AME_ABI_BARRIER
#undef AME_ABI_FUNCTION

#ifdef __cplusplus
}
#endif
#endif

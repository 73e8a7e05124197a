/* ame: automatic mutual exclusion for C. The only header users include.
 *
 * Mark blocks as atomic; compile with ame-cc (or clang-19 with the plugin and
 * -D__AME__); the blocks of all threads run in parallel and behave as if they
 * had run one after another.
 *
 * Compiled by any other compiler (no __AME__) the same source behaves as with
 * one process-wide lock, where that is possible without undo; what needs undo
 * is then a compile-time error. docs/annotations.md describes every form.
 *
 * Thread-safety: everything here may be called by any thread; calls that act on
 * "the transaction" act on the calling thread's. */
#ifndef AME_H
#define AME_H

#include <ame/annotations.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Takes a semicolon. */
#ifdef __cplusplus
#define AME_NOTHING_DECLARED_ static_assert(true, "")
#else
#define AME_NOTHING_DECLARED_ _Static_assert(1, "")
#endif
/* Before the bit-fields that a structure begins with, one of which is a count
 * (AME_REFCOUNT_BITS): a member of no size. Initializers without names have {} for it. */
#define AME_BITS_FIRST __extension__ char ame_bits_first_[0]

#define AME_ERROR_ATTRIBUTE(text) __attribute__((unavailable(text)))

/* Unfinished forms are errors, never silence. */
void ame_atomic_nested_is_not_available_yet(void) AME_ERROR_ATTRIBUTE(
    "AME_ATOMIC_NESTED (closed nesting) is not available yet: use AME_ATOMIC, "
    "whose nesting is flat");
void ame_orelse_is_not_available_yet(void) AME_ERROR_ATTRIBUTE(
    "AME_ORELSE is not available yet: test the condition and use ame_retry()");
#define AME_ATOMIC_NESTED                                                      \
  for (int ame_once_ = (ame_atomic_nested_is_not_available_yet(), 1);          \
       ame_once_; ame_once_ = 0)
#define AME_ORELSE                                                             \
  for (int ame_once_ = (ame_orelse_is_not_available_yet(), 1); ame_once_;      \
       ame_once_ = 0)

#ifdef __AME__
/* ===== with the plugin =================================================== */
#include <ame/abi.h>

#define AME_ANNOTATE(text) __attribute__((annotate(text)))
/* Of a field or variable: debug information has it as well, also where clang
 * drops the annotation (bit-fields), so that ame can say so. */
#ifdef __cplusplus
#define AME_ANNOTATE_DATA(text) AME_ANNOTATE(text)
#else
#define AME_ANNOTATE_DATA(text)                                                \
  __attribute__((annotate(text), btf_decl_tag(text)))
#endif

/* Markers: the pass turns them into __ame_begin and __ame_commit. A link error
 * that names them means that -D__AME__ was given without the plugin. */
int __ame_region_enter(const char *name);
void __ame_region_exit(const int *entered);
#define AME_REGION_VARIABLE_(name)                                             \
  __attribute__((cleanup(__ame_region_exit))) int ame_region_ =                \
      __ame_region_enter(name)

#define AME_ATOMIC_AS(name)                                                    \
  for (AME_REGION_VARIABLE_(name); ame_region_; ame_region_ = 0)
#define AME_ATOMIC AME_ATOMIC_AS((const char *)0)
#define AME_BEGIN                                                              \
  {                                                                            \
    AME_REGION_VARIABLE_((const char *)0);                                     \
    if (ame_region_) {
#define AME_END                                                                \
  }                                                                            \
  }

/* Fields and globals. */
#define AME_IMMUTABLE AME_ANNOTATE_DATA(AME_ANNOTATION_IMMUTABLE)
#define AME_REFCOUNT AME_ANNOTATE_DATA(AME_ANNOTATION_REFCOUNT)
/* Objects whose count has such a value live for ever: their counts are never
 * written. Negative, the top bit of an unsigned field, or at least the limit. */
#define AME_REFCOUNT_IMMORTAL_NEGATIVE                                         \
  AME_REFCOUNT AME_ANNOTATE(AME_ANNOTATION_REFCOUNT_IMMORTAL_NEGATIVE)
#define AME_REFCOUNT_IMMORTAL_TOP_BIT AME_REFCOUNT_IMMORTAL_NEGATIVE
#define AME_REFCOUNT_IMMORTAL_FROM(limit)                                      \
  AME_REFCOUNT __attribute__((                                                 \
      annotate(AME_ANNOTATION_REFCOUNT_IMMORTAL_FROM, limit)))
/* void fn(void *count) destroys the object where ame_refcount_on_zero's hook
 * would otherwise; DEFERRED: every zero is left to it, none is seen by a test. */
#define AME_REFCOUNT_ON_ZERO(fn)                                               \
  AME_REFCOUNT __attribute__((annotate(AME_ANNOTATION_REFCOUNT_ON_ZERO, fn)))
#define AME_REFCOUNT_DEFERRED(fn)                                              \
  AME_REFCOUNT __attribute__((annotate(AME_ANNOTATION_REFCOUNT_DEFERRED, fn)))
/* A count in a bit-field, on which clang drops annotations: declared behind its
 * structure (in C++ also in it):
 *   AME_REFCOUNT_BITS(struct object, count);
 *   AME_REFCOUNT_BITS_WITH(struct object, count, AME_REFCOUNT_ON_ZERO(fn));
 * The function shows the plugin, which deletes it, how clang accesses the field.
 * When the field is among the structure's first bits, AME_BITS_FIRST has to stand
 * before them. */
#define AME_REFCOUNT_BITS_WITH(type, field, properties)                        \
  AME_REFCOUNT_BITS_(type, field, properties, __COUNTER__)
#define AME_REFCOUNT_BITS(type, field)                                         \
  AME_REFCOUNT_BITS_WITH(type, field, AME_REFCOUNT)
#define AME_REFCOUNT_BITS_(type, field, properties, number)                    \
  AME_REFCOUNT_BITS_AS_(type, field, properties, number)
#define AME_REFCOUNT_BITS_AS_(type, field, properties, number)                 \
  __attribute__((used, no_sanitize("all"))) static long ame_bits_##number##_(  \
      AME_ANNOTATE(AME_ANNOTATION_REFCOUNT_BITS) properties type *object) {    \
    return (long)object->field++;                                              \
  }                                                                            \
  AME_NOTHING_DECLARED_
#define AME_COUNTER AME_ANNOTATE_DATA(AME_ANNOTATION_COUNTER)
#define AME_THREADLOCAL AME_ANNOTATE_DATA(AME_ANNOTATION_THREADLOCAL)
#define AME_NOTRACK AME_ANNOTATE_DATA(AME_ANNOTATION_NOTRACK)
/* Raise or lower an AME_COUNTER to at least, at most, value: commutes, where
 * `if (value > counter) counter = value` would read it. */
#define ame_counter_max(counter, value)                                        \
  ((void)__atomic_fetch_max((counter), (value), __ATOMIC_RELAXED))
#define ame_counter_min(counter, value)                                        \
  ((void)__atomic_fetch_min((counter), (value), __ATOMIC_RELAXED))
/* Functions. */
#define AME_SAFE AME_ANNOTATE(AME_ANNOTATION_SAFE)
#define AME_PURE AME_ANNOTATE(AME_ANNOTATION_PURE)
#define AME_INEVITABLE AME_ANNOTATE(AME_ANNOTATION_INEVITABLE)
#define AME_UNSAFE AME_ANNOTATE(AME_ANNOTATION_UNSAFE)
#define AME_DEFER AME_ANNOTATE(AME_ANNOTATION_DEFER)
#define AME_WRAP(function) AME_ANNOTATE(AME_ANNOTATION_WRAP_PREFIX #function)

/* Run fn(arg) right after the running transaction has committed, in order of
 * registration (at once when no transaction runs) / when it aborts, in reverse
 * order. An abort handler runs outside the transaction, after the undo. */
void ame_on_commit(void (*fn)(void *), void *arg);
void ame_on_abort(void (*fn)(void *), void *arg);

/* Output that fails after its transaction has committed: besides returning the
 * error from the next call on the descriptor or stream, call fn (outside any
 * transaction, while other output waits). NULL: no longer. */
void ame_io_on_error(void (*fn)(int descriptor, int error, void *arg),
                     void *arg);
/* Output to the descriptor, also through streams, makes a transaction
 * inevitable from now on, so that its result is real. 0, or -1: too large. */
int ame_io_strict(int descriptor, int on);

/* Undo the outermost atomic block and leave it, as if it had not run. */
void ame_cancel(void) __attribute__((noreturn));
/* Undo the outermost block, sleep until something that it read has changed,
 * run it again. */
void ame_retry(void) __attribute__((noreturn));
/* From here on the transaction cannot abort; at most one at a time in the
 * process. `why` appears in statistics and must stay valid. May abort first. */
void ame_become_inevitable(const char *why);

/* Open transactions (whole-program mode): begin here, end in another function.
 * An abort restores the stack of the whole thread. */
void ame_enter(void);
void ame_leave(void);
/* Outside explicit blocks: commit and begin anew when the transaction has run
 * long enough. Cheap; call it as often as you like. */
void __ame_checkpoint_slow(void);
static inline __attribute__((always_inline)) void ame_checkpoint(void) {
  if (__builtin_expect(--__ame_tls.checkpoint_budget < 0, 0))
    __ame_checkpoint_slow();
}
/* Between push and pop (they nest) checkpoints do nothing. depth: how many are
 * open. Need a running open transaction. */
void ame_atomic_push(void);
void ame_atomic_pop(void);
int ame_atomic_depth(void);
void ame_hint_commit_soon(void);
/* Whether the calling thread runs a transaction. */
int ame_in_transaction(void);

/* Whole-program mode: commit, run the block outside any transaction, begin
 * anew. Inside an explicit atomic block the transaction becomes inevitable.
 * The variable: 1 = run the block, 2 = begin anew after it. */
int __ame_outside_enter(void);
void __ame_outside_exit(const int *outside);
#define AME_OUTSIDE                                                            \
  for (__attribute__((cleanup(__ame_outside_exit))) int ame_outside_ =         \
           __ame_outside_enter();                                              \
       ame_outside_ & 1; ame_outside_ &= ~1)

/* fn(address of the count) destroys the object whose AME_REFCOUNT field has
 * been found zero only when the deltas of several transactions were merged. It
 * runs after the commit in a transaction of its own. One hook per process; set
 * it before the first thread starts. */
void ame_refcount_on_zero(void (*fn)(void *count));

#else
/* ===== without the plugin: one big lock ==================================== */
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#define AME_IMMUTABLE
#define AME_REFCOUNT
#define AME_REFCOUNT_IMMORTAL_NEGATIVE
#define AME_REFCOUNT_IMMORTAL_TOP_BIT
#define AME_REFCOUNT_IMMORTAL_FROM(limit)
#define AME_REFCOUNT_ON_ZERO(fn)
#define AME_REFCOUNT_DEFERRED(fn)
#define AME_REFCOUNT_BITS(type, field) AME_NOTHING_DECLARED_
#define AME_REFCOUNT_BITS_WITH(type, field, properties) AME_NOTHING_DECLARED_
#define AME_COUNTER
#define AME_THREADLOCAL
#define AME_NOTRACK
#define AME_SAFE
#define AME_PURE
#define AME_INEVITABLE
#define AME_UNSAFE
#define AME_DEFER
#define AME_WRAP(function)

#define ame_counter_max(counter, value)                                        \
  ((void)(*(counter) < (value) ? (*(counter) = (value)) : 0))
#define ame_counter_min(counter, value)                                        \
  ((void)(*(counter) > (value) ? (*(counter) = (value)) : 0))

/* Weak: one definition in the process, whichever object brings it. */
__attribute__((weak)) pthread_mutex_t __ame_fallback_mutex =
    PTHREAD_MUTEX_INITIALIZER;
__attribute__((weak)) pthread_cond_t __ame_fallback_changed =
    PTHREAD_COND_INITIALIZER;

struct ame_fallback_handler {
  void (*fn)(void *);
  void *arg;
  struct ame_fallback_handler *next;
};
struct ame_fallback_thread {
  int depth;   /* blocks and ame_enter */
  int atomic;  /* ame_atomic_push */
  int outside; /* depth put aside by AME_OUTSIDE */
  int can_restart; /* `restart` is the start of the outermost block */
  jmp_buf restart;
  struct ame_fallback_handler *first, **last;
};
__attribute__((weak)) __thread struct ame_fallback_thread __ame_fallback;

/* Returns whether this is the outermost. */
static inline int ame_fallback_enter(void) {
  if (__ame_fallback.depth++ != 0)
    return 0;
  pthread_mutex_lock(&__ame_fallback_mutex);
  __ame_fallback.can_restart = 0;
  return 1;
}
static inline void ame_fallback_exit(const int *entered) {
  struct ame_fallback_handler *handler;
  (void)entered;
  if (--__ame_fallback.depth != 0)
    return;
  handler = __ame_fallback.first;
  __ame_fallback.first = 0;
  __ame_fallback.last = 0;
  pthread_cond_broadcast(&__ame_fallback_changed);
  pthread_mutex_unlock(&__ame_fallback_mutex);
  while (handler) {
    struct ame_fallback_handler *done = handler;
    handler->fn(handler->arg);
    handler = handler->next;
    free(done);
  }
}
/* The outermost block notes its start for ame_retry. A variable that "might be
 * clobbered" would have been written before it, which is not legal. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wclobbered"
#endif
#define AME_REGION_VARIABLE_                                                   \
  __attribute__((cleanup(ame_fallback_exit))) int ame_region_ =                \
      (ame_fallback_enter()                                                    \
           ? (void)(_setjmp(__ame_fallback.restart),                           \
                    __ame_fallback.can_restart = 1)                            \
           : (void)0,                                                          \
       1)
#define AME_ATOMIC_AS(name) for (AME_REGION_VARIABLE_; ame_region_; ame_region_ = 0)
#define AME_ATOMIC AME_ATOMIC_AS(0)
#define AME_BEGIN                                                              \
  {                                                                            \
    AME_REGION_VARIABLE_;                                                      \
    if (ame_region_) {
#define AME_END                                                                \
  }                                                                            \
  }

static inline void ame_on_commit(void (*fn)(void *), void *arg) {
  struct ame_fallback_handler *handler;
  if (__ame_fallback.depth == 0) {
    fn(arg);
    return;
  }
  handler = (struct ame_fallback_handler *)malloc(sizeof *handler);
  if (!handler)
    abort();
  handler->fn = fn;
  handler->arg = arg;
  handler->next = 0;
  if (!__ame_fallback.first)
    __ame_fallback.last = &__ame_fallback.first;
  *__ame_fallback.last = handler;
  __ame_fallback.last = &handler->next;
}
void ame_on_abort(void (*fn)(void *), void *arg) AME_ERROR_ATTRIBUTE(
    "ame_on_abort needs undo: compile with ame-cc");
void ame_cancel(void)
    AME_ERROR_ATTRIBUTE("ame_cancel needs undo: compile with ame-cc");

/* Legal before the block's first write only (nothing is undone): releases the
 * lock, waits for another block to end, runs the outermost block again. */
__attribute__((noreturn)) static inline void ame_retry(void) {
  if (__ame_fallback.depth == 0 || !__ame_fallback.can_restart) {
    fputs(__ame_fallback.depth == 0
              ? "ame: fatal: ame_retry outside of an atomic block\n"
              : "ame: fatal: ame_retry between ame_enter and ame_leave needs "
                "undo: compile with ame-cc\n",
          stderr);
    abort();
  }
  while (__ame_fallback.first) {
    struct ame_fallback_handler *dropped = __ame_fallback.first;
    __ame_fallback.first = dropped->next;
    free(dropped);
  }
  pthread_cond_wait(&__ame_fallback_changed, &__ame_fallback_mutex);
  __ame_fallback.depth = 1;
  longjmp(__ame_fallback.restart, 1);
}
static inline void ame_become_inevitable(const char *why) { (void)why; }
static inline void ame_enter(void) { (void)ame_fallback_enter(); }
static inline void ame_leave(void) { ame_fallback_exit(0); }
static inline void ame_checkpoint(void) {
  if (__ame_fallback.depth == 1 && __ame_fallback.atomic == 0) {
    ame_fallback_exit(0);
    (void)ame_fallback_enter();
  }
}
static inline void ame_atomic_push(void) { __ame_fallback.atomic++; }
static inline void ame_atomic_pop(void) { __ame_fallback.atomic--; }
static inline int ame_atomic_depth(void) { return __ame_fallback.atomic; }
static inline void ame_hint_commit_soon(void) {}
static inline int ame_in_transaction(void) { return __ame_fallback.depth > 0; }
static inline int ame_fallback_outside_enter(void) {
  __ame_fallback.outside =
      __ame_fallback.atomic == 0 && __ame_fallback.depth == 1;
  if (__ame_fallback.outside)
    ame_fallback_exit(0);
  return 1;
}
static inline void ame_fallback_outside_exit(const int *outside) {
  (void)outside;
  if (__ame_fallback.outside)
    ame_fallback_enter();
}
#define AME_OUTSIDE                                                            \
  for (__attribute__((cleanup(ame_fallback_outside_exit))) int ame_outside_ =  \
           ame_fallback_outside_enter();                                       \
       ame_outside_; ame_outside_ = 0)
static inline void ame_refcount_on_zero(void (*fn)(void *)) { (void)fn; }
/* Output is not deferred: its own result tells. */
static inline void ame_io_on_error(void (*fn)(int, int, void *), void *arg) {
  (void)fn;
  (void)arg;
}
static inline int ame_io_strict(int descriptor, int on) {
  (void)descriptor;
  (void)on;
  return 0;
}
#endif

#ifdef __cplusplus
}
#endif
#endif

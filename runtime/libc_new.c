/* operator new and operator delete of C++ in transactions.
 *
 * The operators of the C++ library and of mimalloc are malloc and free with a
 * way to report failure, so the transactional malloc and free take their place.
 * When memory is out the transaction becomes inevitable and the library's
 * operator is called, which calls the program's handler or throws. A program
 * that replaces the operators gets its own: through their transactional entries,
 * or, when they are not compiled by ame, in an inevitable transaction.
 *
 * Plain code may delete what a transaction has allocated: mimalloc's operator
 * delete, which would be called, does not know such a block, and so all forms of
 * the operator are here, too. They are weak: the program's own come first, also
 * where it replaces some of them and the others call those. */
#define _GNU_SOURCE
#include "transaction.h"

#include "libc_access.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

void *__ame_libc_malloc(size_t size);
void *__ame_libc_memalign(size_t alignment, size_t size);
void __ame_libc_free(void *block);

typedef void *allocate(size_t size);
typedef void *allocate_aligned(size_t size, size_t alignment);
typedef void release(void *block);

#define AME_DELETE(name, parameters, call)                                     \
  __attribute__((weak, visibility("default"))) void name parameters;           \
  void name parameters { call; }

release _ZdlPv;
static void delete_block(void *block) { free(block); }
static void delete_array(void *block) { _ZdlPv(block); }
static void delete_aligned_block(void *block, size_t alignment) {
  (void)alignment;
  free(block);
}
__attribute__((weak, visibility("default"), alias("delete_block"))) release _ZdlPv;
__attribute__((weak, visibility("default"), alias("delete_array"))) release _ZdaPv;
__attribute__((weak, visibility("default"), alias("delete_aligned_block")))
void _ZdlPvSt11align_val_t(void *block, size_t alignment);
AME_DELETE(_ZdlPvm, (void *block, size_t size), (void)size; _ZdlPv(block))
AME_DELETE(_ZdaPvm, (void *block, size_t size), (void)size; _ZdaPv(block))
AME_DELETE(_ZdaPvSt11align_val_t, (void *block, size_t alignment),
           _ZdlPvSt11align_val_t(block, alignment))
AME_DELETE(_ZdlPvmSt11align_val_t, (void *block, size_t size, size_t alignment),
           (void)size; _ZdlPvSt11align_val_t(block, alignment))
AME_DELETE(_ZdaPvmSt11align_val_t, (void *block, size_t size, size_t alignment),
           (void)size; _ZdaPvSt11align_val_t(block, alignment))
AME_DELETE(_ZdlPvRKSt9nothrow_t, (void *block, const void *nothrow), (void)nothrow; _ZdlPv(block))
AME_DELETE(_ZdaPvRKSt9nothrow_t, (void *block, const void *nothrow), (void)nothrow; _ZdaPv(block))
AME_DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t,
           (void *block, size_t alignment, const void *nothrow),
           (void)nothrow; _ZdlPvSt11align_val_t(block, alignment))
AME_DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t,
           (void *block, size_t alignment, const void *nothrow),
           (void)nothrow; _ZdaPvSt11align_val_t(block, alignment))

/* Absent in programs in C, which never come here. */
allocate _Znwm __attribute__((weak));
allocate _Znam __attribute__((weak));
allocate_aligned _ZnwmSt11align_val_t __attribute__((weak));
allocate_aligned _ZnamSt11align_val_t __attribute__((weak));

static bool is_of_the_library(const void *operator) {
  Dl_info info;
  if (operator == (const void *)delete_array)
    operator = (const void *)_ZdlPv;
  if (operator == (const void *)delete_block)
    return true;
  return dladdr(operator, &info) != 0 && info.dli_fname != NULL &&
         (strstr(info.dli_fname, "libmimalloc") != NULL ||
          strstr(info.dli_fname, "libstdc++.so") != NULL ||
          strstr(info.dli_fname, "libc++.so") != NULL);
}

enum { UNKNOWN, LIBRARY, PROGRAM };

/* Looked up once: what it says never changes. Relaxed: every thread finds the
 * same. */
static bool is_malloc(_Atomic int *known, const void *operator) {
  int origin = atomic_load_explicit(known, memory_order_relaxed);
  if (origin == UNKNOWN) {
    origin = is_of_the_library(operator) ? LIBRARY : PROGRAM;
    atomic_store_explicit(known, origin, memory_order_relaxed);
  }
  return origin == LIBRARY;
}

union entry {
  void *object;
  allocate *plain;
  allocate_aligned *aligned;
  release *gone;
};

#define ALLOCATE(operator, text)                                               \
  AME_WRAPPER(void *, operator, (size_t size)) {                               \
    static _Atomic int known;                                                  \
    union entry entry = {.plain = operator};                                   \
    if (is_malloc(&known, entry.object)) {                                     \
      void *block = __ame_libc_malloc(size ? size : 1);                        \
      if (block)                                                               \
        return block;                                                          \
    }                                                                          \
    entry.object = __ame_resolve(entry.object, text);                          \
    return entry.plain(size);                                                  \
  }

#define ALLOCATE_ALIGNED(operator, text)                                       \
  AME_WRAPPER(void *, operator, (size_t size, size_t alignment)) {             \
    static _Atomic int known;                                                  \
    union entry entry = {.aligned = operator};                                 \
    if (is_malloc(&known, entry.object)) {                                     \
      void *block = __ame_libc_memalign(alignment, size ? size : 1);           \
      if (block)                                                               \
        return block;                                                          \
    }                                                                          \
    entry.object = __ame_resolve(entry.object, text);                          \
    return entry.aligned(size, alignment);                                     \
  }

#define RELEASE(operator, text)                                                \
  AME_WRAPPER(void, operator, (void *block)) {                                 \
    static _Atomic int known;                                                  \
    union entry entry = {.gone = operator};                                    \
    if (is_malloc(&known, entry.object)) {                                     \
      __ame_libc_free(block);                                                  \
      return;                                                                  \
    }                                                                          \
    entry.object = __ame_resolve(entry.object, text);                          \
    entry.gone(block);                                                         \
  }

ALLOCATE(_Znwm, "operator new")
ALLOCATE(_Znam, "operator new[]")
ALLOCATE_ALIGNED(_ZnwmSt11align_val_t, "operator new")
ALLOCATE_ALIGNED(_ZnamSt11align_val_t, "operator new[]")
RELEASE(_ZdlPv, "operator delete")
RELEASE(_ZdaPv, "operator delete[]")

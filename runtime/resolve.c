/* From a function's address to its transactional entry.
 *
 * The eight bytes before an instrumented function's code hold a magic word and
 * the distance to its clone (0: instrumented in place). Anything else is foreign
 * code: the transaction becomes inevitable before it is called. */
#define _GNU_SOURCE
#include "transaction.h"

#include "libc_access.h"

#include <setjmp.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Code that begins at a page's start may have nothing readable before it
 * (closures, JIT pages): ask the kernel for those bytes, unless the page before
 * is known to be this program's own text. */
extern const char __executable_start[] __attribute__((weak)); /* absent in libame.so */
extern const char etext[] __attribute__((weak));

AME_COLD static bool read_carefully(uint32_t prefix[2], const char *from) {
  const struct iovec local = {prefix, 8}, remote = {(void *)from, 8};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 8;
}

static bool read_prefix(uint32_t prefix[2], const char *function) {
  const char *from = function - 8;
  const bool own_text =
      &__executable_start[0] && from >= __executable_start && function < etext;
  if (!own_text)
    return read_carefully(prefix, from);
  memcpy(prefix, from, 8);
  return true;
}

/* Outside a transaction the plain code runs. */
static void *entry_of(const void *function, int32_t distance) {
  if (ame_likely(distance == 0) || !ame_active())
    return (void *)function;
  return (char *)function + distance;
}

/* Of libc's functions this one cannot be called as it is: the block that it leaves
 * would stay open. */
AME_COLD static bool is_long_jump(const void *function) {
  return function == (const void *)longjmp || function == (const void *)_longjmp ||
         function == (const void *)siglongjmp;
}

AME_COLD static void *resolve_rare(const void *function, const char *site) {
  uint32_t prefix[2];
  /* A null pointer is called as it is and faults where the program does. */
  if (function && ((uintptr_t)function & 4095) < 8 && read_prefix(prefix, function) &&
      prefix[0] == AME_PREFIX_MAGIC)
    return entry_of(function, (int32_t)prefix[1]);
  if (!function || !ame_active())
    return (void *)function;
  if (is_long_jump(function))
    return (void *)__ame_libc_longjmp;
  __ame_inevitable(site);
  return (void *)function;
}

/* Every call that leaves the file or goes through a pointer comes by. */
void *__ame_resolve(const void *function, const char *site) {
  if (ame_likely(((uintptr_t)function & 4095) >= 8)) { /* so it is not null */
    uint32_t prefix[2];
    memcpy(prefix, (const char *)function - 8, 8);
    if (ame_likely(prefix[0] == AME_PREFIX_MAGIC))
      return entry_of(function, (int32_t)prefix[1]);
  }
  return resolve_rare(function, site);
}

bool ame_has_clone(const void *function) {
  uint32_t prefix[2];
  return read_prefix(prefix, function) && prefix[0] == AME_PREFIX_MAGIC && prefix[1] != 0;
}

void __ame_unsafe_call(const char *site) {
  if (ame_active())
    ame_fatal("%s: the function is marked AME_UNSAFE and must not be called in a "
              "transaction",
              site);
}

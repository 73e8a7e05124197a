/* Everything the runtime asks of Linux: reserved address space, membarrier,
 * futexes, the time-stamp counter, a thread's stack, the last word. */
#define _GNU_SOURCE
#include "transaction.h"

#include <cpuid.h>
#include <errno.h>
#include <link.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <mimalloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

extern void *__libc_stack_end;

void *ame_os_reserve(uintptr_t fixed_address, size_t size, const char *what) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
                    (fixed_address ? MAP_FIXED_NOREPLACE : 0);
  void *memory = mmap((void *)fixed_address, size, PROT_READ | PROT_WRITE,
                      flags, -1, 0);
  if (memory == MAP_FAILED && errno == EEXIST)
    ame_fatal("the addresses 0x%zx to 0x%zx, for %s, are in use by the program: link it with -pie "
              "or -static-pie, or at 0x%zx (-Wl,-Ttext-segment=, with lld -Wl,--image-base=)",
              (size_t)fixed_address, (size_t)fixed_address + size - 1, what,
              (size_t)fixed_address + size);
  if (memory == MAP_FAILED || (fixed_address && (uintptr_t)memory != fixed_address))
    ame_fatal("cannot reserve %zu MB of address space for %s: %s (limited by "
              "ulimit -v or vm.overcommit_memory?)",
              size >> 20, what, strerror(errno));
  /* Sparse tables: a huge page for one touched byte would be resident. */
  madvise(memory, size, MADV_NOHUGEPAGE);
  return memory;
}

void ame_os_forget(void *address, size_t size) {
  if (madvise(address, size, MADV_DONTNEED) != 0)
    memset(address, 0, size);
}

static int membarrier(int command) {
  return (int)syscall(SYS_membarrier, command, 0, 0);
}

/* Some containers' filters refuse the call. Then transactions always begin with
 * a fence, visible ones mark with a fence, and a quiescing committer waits for
 * the others' snapshots instead of reading their logs. */
bool ame_has_membarrier;

bool ame_os_membarrier_init(void) {
  ame_has_membarrier =
      ame_options.membarrier &&
      membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
  return ame_has_membarrier;
}

void ame_os_membarrier(void) {
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0)
    ame_fatal("membarrier failed: %s", strerror(errno));
}

void ame_os_futex_wait(_Atomic uint32_t *word, uint32_t value, uint64_t max_ns) {
  const struct timespec limit = {.tv_sec = (time_t)(max_ns / 1000000000u),
                                 .tv_nsec = (long)(max_ns % 1000000000u)};
  const int saved = errno;
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, &limit, NULL, 0);
  errno = saved;
}

void ame_os_futex_wake(_Atomic uint32_t *word) {
  const int saved = errno;
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
  errno = saved;
}

void ame_os_futex_wait_bits(_Atomic uint32_t *word, uint32_t value, uint64_t max_ns,
                            uint32_t bits) {
  struct timespec until; /* an absolute time, unlike for FUTEX_WAIT */
  const int saved = errno;
  clock_gettime(CLOCK_MONOTONIC, &until);
  max_ns += (uint64_t)until.tv_nsec;
  until.tv_sec += (time_t)(max_ns / 1000000000u);
  until.tv_nsec = (long)(max_ns % 1000000000u);
  syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, value, &until, NULL, bits);
  errno = saved;
}

void ame_os_futex_wake_bits(_Atomic uint32_t *word, uint32_t bits) {
  const int saved = errno;
  syscall(SYS_futex, word, FUTEX_WAKE_BITSET_PRIVATE, INT32_MAX, NULL, NULL, bits);
  errno = saved;
}

uint64_t ame_os_ticks(void) { return __rdtsc(); }

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static _Atomic uint64_t ticks_per_microsecond;

static void calibrate_ticks(void) {
  const uint64_t start = nanoseconds(), start_ticks = __rdtsc();
  while (nanoseconds() - start < 200000)
    ;
  const uint64_t ticks = (__rdtsc() - start_ticks) * 1000 / (nanoseconds() - start);
  atomic_store_explicit(&ticks_per_microsecond, ticks ? ticks : 1,
                        memory_order_relaxed);
}

uint64_t ame_os_ticks_per_microsecond(void) {
  if (atomic_load_explicit(&ticks_per_microsecond, memory_order_relaxed) == 0)
    calibrate_ticks();
  return atomic_load_explicit(&ticks_per_microsecond, memory_order_relaxed);
}

/* glibc puts a thread's static TLS and its descriptor at the top of its stack:
 * the frames end below the lowest TLS block of any module. */
struct tls_search {
  uintptr_t low, high, lowest;
};

static int find_lowest_tls(struct dl_phdr_info *info, size_t size, void *data) {
  struct tls_search *search = data;
  const uintptr_t tls = (uintptr_t)info->dlpi_tls_data;
  (void)size;
  if (tls > search->low && tls < search->lowest)
    search->lowest = tls;
  return 0;
}

void ame_os_thread_stack(uintptr_t *low, uintptr_t *base) {
  pthread_attr_t attributes;
  void *address;
  size_t size;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0)
    ame_fatal("cannot find this thread's stack");
  pthread_attr_getstack(&attributes, &address, &size);
  pthread_attr_destroy(&attributes);
  *low = (uintptr_t)address;
  if (gettid() == getpid()) {
    *base = (uintptr_t)__libc_stack_end;
    return;
  }
  struct tls_search search = {.low = *low, .high = *low + size, .lowest = *low + size};
  if ((uintptr_t)__builtin_thread_pointer() < search.lowest)
    search.lowest = (uintptr_t)__builtin_thread_pointer();
  dl_iterate_phdr(find_lowest_tls, &search);
  *base = search.lowest & ~(uintptr_t)15;
}

void ame_fatal(const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  const char *name = NULL;
  if (ame_active())
    name = ame_self()->name ? ame_self()->name : "unnamed";
  dprintf(STDERR_FILENO, "ame: fatal: %s%s%s%s\n", text,
          name ? " (in transaction '" : "", name ? name : "", name ? "')" : "");
  abort();
}

void *ame_os_log_resize(void *old, size_t old_size, size_t size) {
  const int saved = errno;
  void *memory = old ? mremap(old, old_size, size, MREMAP_MAYMOVE)
                     : mmap(NULL, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  errno = saved;
  return memory == MAP_FAILED ? NULL : memory;
}

/* The state components that compiled code may hold in vector registers: SSE,
 * AVX, the mask registers and both parts of AVX-512. No others: a save area that
 * held them all (AMX) would be large. Mask 0: only FXSAVE is there. */
enum { VECTOR_STATES = 0xe6, LEGACY_AND_HEADER = 576 };
AME_HIDDEN size_t ame_vector_area = LEGACY_AND_HEADER + 64;
AME_HIDDEN uint32_t ame_vector_mask = 0;

bool ame_has_wide_swap;

void ame_os_processor_init(void) {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx))
    return;
  ame_has_wide_swap = (ecx & bit_CMPXCHG16B) != 0;
  if (!(ecx & bit_OSXSAVE))
    return;
  __asm__("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  const uint32_t mask = eax & VECTOR_STATES;
  size_t area = LEGACY_AND_HEADER;
  for (unsigned state = 2; state < 8; state++) {
    if (!(mask >> state & 1))
      continue;
    __cpuid_count(0xd, state, eax, ebx, ecx, edx);
    if (eax + ebx > area)
      area = eax + ebx;
  }
  ame_vector_area = (area + 127) & ~(size_t)63; /* the pointer gets aligned */
  ame_vector_mask = mask;
}

void *ame_own_grow(void *old, size_t count, size_t *capacity, size_t item) {
  if (count < *capacity)
    return old;
  const size_t larger = *capacity ? *capacity * 2 : 256;
  void *grown = mi_reallocn(old, larger, item);
  if (!grown)
    ame_fatal("out of memory for a log of %zu entries", larger);
  *capacity = larger;
  return grown;
}

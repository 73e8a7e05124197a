/* A runtime that does no transactions: it counts the calls that compiled code
 * makes and prints the counts at exit, one "name count" line for each function
 * that was called, in the order of abi.def.
 *
 * The read log is always full (log == log_limit), so every inlined read that
 * pushes its stripe calls __ame_read_push. All orecs are 0 and the limit is 1:
 * no read ever waits. */
#define _GNU_SOURCE /* MAP_FIXED_NOREPLACE */
#include <ame/abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum function {
#define AME_ABI_FUNCTION(result, name, arguments) count_of_##name,
#include <ame/abi.def>
#undef AME_ABI_FUNCTION
  functions
};

static unsigned counts[functions];
static const char *const names[functions] = {
#define AME_ABI_FUNCTION(result, name, arguments) #name,
#include <ame/abi.def>
#undef AME_ABI_FUNCTION
};
#define COUNT(name) (counts[count_of_##name]++)

static struct ame_count_cache no_counts;
_Thread_local struct ame_thread __ame_tls
    __attribute__((tls_model("initial-exec"))) = {.limit = 1, .counts = &no_counts};
char __ame_abi_v1;

__attribute__((constructor)) static void map_orecs(void) {
  const size_t size = (size_t)4 << AME_STRIPE_BITS;
  void *const wanted = (void *)(uintptr_t)AME_OREC_BASE;
  if (mmap(wanted, size, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
           -1, 0) != wanted)
    abort();
}

__attribute__((destructor)) static void print_counts(void) {
  for (int i = 0; i < functions; i++)
    if (counts[i] != 0)
      printf("%s %u\n", names[i], counts[i]);
  printf("end of counts\n");
}

int32_t __ame_begin(const char *name, void *frame_top, const void *shared,
                    size_t shared_count) {
  (void)name, (void)frame_top, (void)shared;
  COUNT(__ame_begin);
  printf("shared locals: %zu\n", shared_count);
  return 1;
}
void __ame_commit(void) { COUNT(__ame_commit); }

void __ame_read_push(uint32_t stripe) {
  (void)stripe;
  COUNT(__ame_read_push);
}
void __ame_read_wait(const void *address) {
  (void)address;
  COUNT(__ame_read_wait);
}
#define WORD(bytes, type)                                                      \
  uint64_t __ame_read##bytes(const void *address) {                            \
    COUNT(__ame_read##bytes);                                                  \
    return *(const type *)address;                                             \
  }                                                                            \
  void __ame_write##bytes(void *address) {                                     \
    (void)address;                                                             \
    COUNT(__ame_write##bytes);                                                 \
  }
WORD(1, uint8_t)
WORD(2, uint16_t)
WORD(4, uint32_t)
WORD(8, uint64_t)
void __ame_read_copy(void *destination, const void *source, size_t size) {
  COUNT(__ame_read_copy);
  memcpy(destination, source, size);
}
void __ame_write(void *address, size_t size) {
  (void)address, (void)size;
  COUNT(__ame_write);
}
void __ame_undo(void *address, size_t size) {
  (void)address, (void)size;
  COUNT(__ame_undo);
}
void __ame_memcpy(void *destination, const void *source, size_t size) {
  COUNT(__ame_memcpy);
  memcpy(destination, source, size);
}
void __ame_memmove(void *destination, const void *source, size_t size) {
  COUNT(__ame_memmove);
  memmove(destination, source, size);
}
void __ame_memset(void *destination, int32_t byte, size_t size) {
  COUNT(__ame_memset);
  memset(destination, byte, size);
}
int32_t __ame_read_loop_begin(const void *ranges, size_t count) {
  (void)ranges, (void)count;
  COUNT(__ame_read_loop_begin);
  return 1;
}
int32_t __ame_read_loop_end(const void *ranges, size_t count) {
  (void)ranges, (void)count;
  COUNT(__ame_read_loop_end);
  return 1;
}
void __ame_read_range(const void *address, size_t size) {
  (void)address, (void)size;
  COUNT(__ame_read_range);
}
void __ame_write_range(void *address, size_t size) {
  (void)address, (void)size;
  COUNT(__ame_write_range);
}

static int64_t load(const void *address, const struct ame_count_kind *kind) {
  return kind->size == 4 ? *(const int32_t *)address : *(const int64_t *)address;
}
static int64_t store(void *address, int64_t value,
                     const struct ame_count_kind *kind) {
  if (kind->size == 4)
    *(int32_t *)address = (int32_t)value;
  else
    *(int64_t *)address = value;
  return value;
}
void __ame_refcount_add(void *count, int64_t delta, const void *kind) {
  COUNT(__ame_refcount_add);
  store(count, load(count, kind) + delta, kind);
}
int64_t __ame_refcount_add_test(void *count, int64_t delta, const void *kind) {
  COUNT(__ame_refcount_add_test);
  return store(count, load(count, kind) + delta, kind);
}
int64_t __ame_refcount_add_get(void *count, int64_t delta, const void *kind) {
  COUNT(__ame_refcount_add_get);
  return store(count, load(count, kind) + delta, kind);
}
int64_t __ame_refcount_load_test(const void *count, const void *kind) {
  COUNT(__ame_refcount_load_test);
  return load(count, kind);
}
int64_t __ame_refcount_load(const void *count, const void *kind) {
  COUNT(__ame_refcount_load);
  return load(count, kind);
}
void __ame_refcount_store(void *count, int64_t value, const void *kind) {
  COUNT(__ame_refcount_store);
  store(count, value, kind);
}
void __ame_counter_add(void *counter, int64_t delta, const void *kind) {
  COUNT(__ame_counter_add);
  store(counter, load(counter, kind) + delta, kind);
}
int64_t __ame_counter_load(const void *counter, const void *kind) {
  COUNT(__ame_counter_load);
  return load(counter, kind);
}

void __ame_counter_combine(void *counter, int64_t value, const void *kind) {
  (void)counter, (void)value, (void)kind;
  COUNT(__ame_counter_combine);
}
void __ame_write_bits(void *unit, uint64_t mask, uint64_t value, size_t size) {
  uint64_t all = 0;
  COUNT(__ame_write_bits);
  memcpy(&all, unit, size);
  all = (all & ~mask) | (value & mask);
  memcpy(unit, &all, size);
}
void __ame_count_take(void *address, size_t size) {
  (void)address, (void)size;
  COUNT(__ame_count_take);
}
void __ame_count_copy(void *to, const void *from, size_t size) {
  COUNT(__ame_count_copy);
  memmove(to, from, size);
}
void __ame_count_fill(void *to, int32_t byte, size_t size) {
  COUNT(__ame_count_fill);
  memset(to, byte, size);
}

void __ame_verify(int32_t claim, const void *address, size_t size,
                  const char *site) {
  (void)claim, (void)address, (void)size, (void)site;
  COUNT(__ame_verify);
}

void *__ame_resolve(const void *function, const char *site) {
  COUNT(__ame_resolve);
  printf("%.*s\n", (int)strcspn(site, "/"), site);
  return (void *)(uintptr_t)function;
}
void __ame_inevitable(const char *site) {
  COUNT(__ame_inevitable);
  printf("inevitable: %.*s\n", (int)strcspn(site, "/"), site);
}
void __ame_unsafe_call(const char *site) {
  (void)site;
  COUNT(__ame_unsafe_call);
}
void __ame_defer(void *thunk, const void *arguments, size_t size) {
  (void)thunk, (void)arguments, (void)size;
  COUNT(__ame_defer);
}

/* Wrappers of libc that the programs here call. */
void *__ame_libc_malloc(size_t size) { return malloc(size); }
void __ame_libc_free(void *block) { free(block); }

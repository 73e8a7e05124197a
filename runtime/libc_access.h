/* How the wrappers of libc functions reach the program's memory.
 *
 * A wrapper __ame_libc_<name> has the type of <name>. Outside a transaction it
 * calls <name> at once. Inside, it never lets libc read memory that another
 * thread may write at the same time: it copies through barriers into private
 * scratch memory, calls libc on the copy, and writes results through barriers.
 * Scratch memory is a stack per transaction; an abort in the middle of a
 * wrapper needs no cleanup, because the next attempt starts with an empty one.
 */
#ifndef AME_LIBC_ACCESS_H
#define AME_LIBC_ACCESS_H

#include "transaction.h"

#include <stdarg.h>
#include <stddef.h>

/* Prototype and head of a wrapper: nothing but the pass refers to it. */
#define AME_WRAPPER(result, name, parameters)                                  \
  result __ame_libc_##name parameters;                                         \
  result __ame_libc_##name parameters

/* The body of a wrapper whose arguments follow `format`: `call` may use them as
 * a va_list. */
#define AME_WITH_ARGUMENTS(call)                                               \
  va_list arguments;                                                           \
  va_start(arguments, format);                                                 \
  const int of_call = call;                                                    \
  va_end(arguments);                                                           \
  return of_call

#pragma GCC visibility push(hidden)

/* --- libc_scratch.c ---------------------------------------------------------
 */
struct ame_scratch;
struct ame_scratch_mark {
  size_t block, used;
};
/* Private memory until the matching release; only in a transaction. */
struct ame_scratch_mark ame_scratch_mark(void);
void *ame_scratch_take(size_t size);
void ame_scratch_release(struct ame_scratch_mark mark);
void ame_scratch_reset(struct ame_scratch *scratch);
struct ame_scratch *ame_scratch_new(void);

/* --- libc_access.c ----------------------------------------------------------
 */
/* How much of a string to read at once: never beyond its terminator. */
size_t ame_string_piece(const char *at, size_t limit);
/* Bytes before the terminator, at most `limit`. */
size_t ame_string_length(const char *string, size_t limit);
/* The same in wide characters, for a string that is aligned for them. */
size_t ame_wide_length(const wchar_t *string, size_t limit);
/* A private, terminated copy of at most `limit` characters, in scratch. */
char *ame_string_copy(const char *string, size_t limit);
wchar_t *ame_wide_copy(const wchar_t *string, size_t limit);
/* A private copy of memory, in scratch. */
void *ame_memory_copy(const void *memory, size_t size);
/* Store private bytes into program memory. */
void ame_store(void *destination, const void *bytes, size_t size);

/* --- libc_format.c ----------------------------------------------------------
 */
struct ame_text {
  char *bytes; /* in scratch, terminated */
  size_t length, capacity;
  bool is_wide; /* what it says will be wide characters */
};
void ame_text_init(struct ame_text *text);
void ame_text_append(struct ame_text *text, const char *bytes, size_t size);
/* vsnprintf whose strings are read through barriers. -1: errno says why. */
int ame_format(struct ame_text *text, const char *format, va_list arguments);
/* The same for wide formats: the text is in the encoding of the locale, the
 * result counts wide characters. */
int ame_format_wide(struct ame_text *text, const wchar_t *format,
                    va_list arguments);

/* --- libc_string_search.c ---------------------------------------------------
 */
/* How far the string consists of characters that are in the set, or are not. */
size_t ame_string_span(const char *string, const char *set, bool inside);

#pragma GCC visibility pop

/* --- allocation.c -----------------------------------------------------------
 */
void *__ame_libc_malloc(size_t size);
void *__ame_libc_realloc(void *block, size_t size);

/* --- libc_jump.c ------------------------------------------------------------
 */
struct __jmp_buf_tag;
_Noreturn void __ame_libc_longjmp(struct __jmp_buf_tag *env, int value);

#endif

/* exec: the process becomes another program.
 *
 * In a transaction it comes behind everything that has been committed so far, by
 * other threads too: what they have not handed over would be lost. Until the
 * transaction ends, which it does only when the exec fails, no other one commits
 * output. Plain code that replaces the process has to see to that itself. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <stdarg.h>
#include <unistd.h>

const void *__ame_call_texts(const void *array);
const void *__ame_call_text(const void *string, size_t limit);

static const char *copy_of(const char *string) {
  return __ame_call_text(string, SIZE_MAX);
}

static char *const *copies_of(char *const *strings) {
  return (char *const *)__ame_call_texts(strings);
}

/* The copies are made before: reading may still abort. */
static void be_last(const char *site) {
  if (ame_active())
    ame_io_make_it_now(site);
}

AME_WRAPPER(int, execve,
            (const char *path, char *const arguments[],
             char *const environment[])) {
  path = copy_of(path);
  arguments = copies_of(arguments);
  environment = copies_of(environment);
  be_last("call to execve");
  return execve(path, arguments, environment);
}
AME_WRAPPER(int, execv, (const char *path, char *const arguments[])) {
  path = copy_of(path);
  arguments = copies_of(arguments);
  be_last("call to execv");
  return execv(path, arguments);
}
AME_WRAPPER(int, execvp, (const char *file, char *const arguments[])) {
  file = copy_of(file);
  arguments = copies_of(arguments);
  be_last("call to execvp");
  return execvp(file, arguments);
}
AME_WRAPPER(int, execvpe,
            (const char *file, char *const arguments[],
             char *const environment[])) {
  file = copy_of(file);
  arguments = copies_of(arguments);
  environment = copies_of(environment);
  be_last("call to execvpe");
  return execvpe(file, arguments, environment);
}
AME_WRAPPER(int, fexecve,
            (int descriptor, char *const arguments[],
             char *const environment[])) {
  arguments = copies_of(arguments);
  environment = copies_of(environment);
  be_last("call to fexecve");
  return fexecve(descriptor, arguments, environment);
}
AME_WRAPPER(int, execveat,
            (int descriptor, const char *path, char *const arguments[],
             char *const environment[], int flags)) {
  path = copy_of(path);
  arguments = copies_of(arguments);
  environment = copies_of(environment);
  be_last("call to execveat");
  return execveat(descriptor, path, arguments, environment, flags);
}

/* --- the arguments as arguments ------------------------------------------- */

static size_t count_of(va_list list) {
  size_t count = 1; /* the first one, or NULL in its place */
  va_list copy;
  va_copy(copy, list);
  while (va_arg(copy, char *))
    count++;
  va_end(copy);
  return count;
}

/* Fills an array of count_of + 1; returns what stands behind the NULL. */
static char *const *fill(char **array, const char *first, va_list list) {
  size_t i = 0;
  array[i++] = (char *)(uintptr_t)first;
  while (array[i - 1])
    array[i++] = va_arg(list, char *);
  return array;
}

/* glibc's own functions keep the array on the stack, too. */
#define WITH_ARRAY(call)                                                       \
  va_list list;                                                                \
  va_start(list, first);                                                       \
  char **array = __builtin_alloca((count_of(list) + 1) * sizeof *array);       \
  fill(array, first, list);                                                    \
  const int result = call;                                                     \
  va_end(list);                                                                \
  return result

AME_WRAPPER(int, execl, (const char *path, const char *first, ...)) {
  WITH_ARRAY(__ame_libc_execv(path, array));
}
AME_WRAPPER(int, execlp, (const char *file, const char *first, ...)) {
  WITH_ARRAY(__ame_libc_execvp(file, array));
}
AME_WRAPPER(int, execle, (const char *path, const char *first, ...)) {
  WITH_ARRAY(__ame_libc_execve(path, array, va_arg(list, char *const *)));
}

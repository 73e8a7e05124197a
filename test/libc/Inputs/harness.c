/* The part of the rows' tests that is plain code: see harness.h. It looks into
 * the runtime to see what a transaction has read and owns. */
#include "harness.h"
#include "transaction.h"

#include <stdarg.h>

_Alignas(64) char memory[OBJECTS][OBJECT_SIZE];
static char initial[OBJECTS][OBJECT_SIZE], expected[OBJECTS][OBJECT_SIZE];
FILE *stream;
int fd = -1;
locale_t locale;
DIR *directory;

static const char *row;
static int attempts, failures, messages;
static char plain_result[64];
static int plain_errno;
static bool unstable;

__attribute__((format(printf, 1, 2))) static void fail(const char *format,
                                                       ...) {
  char line[512];
  int length = snprintf(line, sizeof line, "%s: ", row);
  va_list list;
  va_start(list, format);
  length += vsnprintf(line + length, sizeof line - (size_t)length, format, list);
  va_end(list);
  line[length++] = '\n';
  syscall(SYS_write, messages, line, (size_t)length);
  failures++;
}

/* The row's number is that of its line in main: an argument begins behind it. */
static void crashed(int signal) {
  fail("signal %d", signal);
  _exit(1);
}

/* --- one run --------------------------------------------------------------- */

void row_begin(const char *name) {
  if (!messages) {
    messages = fcntl(2, F_DUPFD, 100);
    locale = newlocale(LC_ALL_MASK, "C", NULL);
    directory = opendir("/");
    signal(SIGSEGV, crashed);
    signal(SIGABRT, crashed);
    signal(SIGFPE, crashed);
  }
  row = name;
  attempts = 0;
  unstable = false;
  memset(initial, 0, sizeof initial);
}
void row_text(int object, const char *text) {
  strcpy(initial[object], text);
}
void row_wide_text(int object, const wchar_t *text) {
  wcscpy((wchar_t *)(void *)initial[object], text);
}
void row_bytes(int object, const void *bytes, size_t size) {
  memcpy(initial[object], bytes, size);
}
void row_ready(void) {
  memcpy(memory, initial, sizeof memory);
  errno = 0;
}
void row_unstable(void) { unstable = true; }

/* A pointer into the objects, or to nothing: else only that it is not null. */
static void normalise(char kept[64], const void *result, size_t size,
                      bool is_pointer) {
  memset(kept, 0, 64);
  memcpy(kept, result, size < 64 ? size : 64);
  if (!is_pointer)
    return;
  const char *pointer;
  memcpy(&pointer, result, sizeof pointer);
  const bool inside = pointer >= (char *)memory &&
                      pointer <= (char *)memory + sizeof memory;
  if (pointer && !inside)
    memset(kept, 1, sizeof pointer);
}

void row_expect(const void *result, size_t size, bool is_pointer) {
  plain_errno = errno;
  normalise(plain_result, result, size, is_pointer);
  memcpy(expected, memory, sizeof memory);
  row_ready();
}

static void same_memory(char wanted[OBJECTS][OBJECT_SIZE], const char *when) {
  for (int object = 0; object < OBJECTS; object++)
    for (int i = 0; i < OBJECT_SIZE; i++)
      if (memory[object][i] != wanted[object][i]) {
        fail("%s: byte %d of object %d is %d, not %d", when, i, object,
             memory[object][i], wanted[object][i]);
        return;
      }
}

void row_compare(const void *result, size_t size, bool is_pointer) {
  const int now = errno;
  char kept[64];
  row_committed();
  if (unstable)
    return;
  normalise(kept, result, size, is_pointer);
  if (memcmp(kept, plain_result, sizeof kept) != 0)
    fail("the result differs from that of the plain call");
  if (now != plain_errno)
    fail("errno is %d, not %d", now, plain_errno);
  same_memory(expected, "after the commit");
}

void row_committed(void) {
  if (attempts != 2)
    fail("%d attempts, not 2", attempts);
}

/* --- in the transaction ------------------------------------------------------ */

void row_attempt(void) {
  attempts++;
  same_memory(initial, attempts == 1 ? "at the beginning" : "after the abort");
  errno = 0;
}

void row_owned(const void *address, size_t size) {
  const char *at = address;
  for (size_t i = 0; i < size; i++)
    if (atomic_load(ame_orec_at(ame_stripe_of(at + i))) != __ame_tls.self) {
      fail("byte %zu of object %d is written without ownership", i,
           (int)((at - (char *)memory) / OBJECT_SIZE));
      return;
    }
}

static bool is_logged(uint32_t stripe) {
  for (const uint32_t *entry = ame_self()->log_base; entry < __ame_tls.log;
       entry++)
    if (*entry == stripe)
      return true;
  return atomic_load(ame_orec_at(stripe)) == __ame_tls.self;
}

void row_logged(const void *address, size_t size) {
  const char *at = address;
  for (size_t i = 0; i < size; i++)
    if (!is_logged(ame_stripe_of(at + i))) {
      fail("byte %zu of object %d is read without a barrier", i,
           (int)((at - (char *)memory) / OBJECT_SIZE));
      return;
    }
}

void row_abort_once(void) {
  if (attempts == 1)
    ame_abort(AME_ABORT_FORCED);
}

/* --- output -------------------------------------------------------------------- */

static char output[4096];
static ssize_t output_size;

void row_redirect(void) {
  fflush(NULL);
  if (stream)
    fclose(stream);
  FILE *file = tmpfile();
  if (fd < 0)
    fd = fcntl(fileno(file), F_DUPFD, 101);
  dup3(fileno(file), fd, 0);
  dup3(fd, 1, 0);
  dup3(fd, 2, 0);
  stream = file;
  setvbuf(stdout, NULL, _IOLBF, 0);
}

static off_t written(void) {
  struct stat status;
  syscall(SYS_fstat, fd, &status);
  return status.st_size;
}

void row_nothing_out(void) {
  if (written() != 0)
    fail("output before the commit");
}

static ssize_t flushed(char *bytes, size_t size) {
  fflush(NULL);
  return pread(fd, bytes, size, 0);
}
void row_take_output(void) {
  output_size = flushed(output, sizeof output);
}
void row_same_output(void) {
  char now[sizeof output];
  const ssize_t size = flushed(now, sizeof now);
  if (size != output_size || memcmp(now, output, (size_t)size) != 0)
    fail("the output differs: %zd bytes, not %zd", size, output_size);
}

/* --- descriptors ----------------------------------------------------------------- */

enum { DESCRIPTORS = 128 };
static bool was_open[DESCRIPTORS];

static bool is_open(int descriptor) {
  return syscall(SYS_fcntl, descriptor, F_GETFD) >= 0;
}
void row_count_descriptors(void) {
  for (int i = 0; i < DESCRIPTORS; i++)
    was_open[i] = is_open(i);
}
void row_same_descriptors(void) {
  for (int i = 0; i < DESCRIPTORS; i++)
    if (is_open(i) != was_open[i])
      fail("descriptor %d is %s after the abort", i,
           was_open[i] ? "closed" : "open");
}
void row_close_new(void) {
  for (int i = 0; i < DESCRIPTORS; i++)
    if (is_open(i) && !was_open[i])
      syscall(SYS_close, i);
}

/* --- inevitability ----------------------------------------------------------------- */

void row_is_inevitable(void) {
  if (!ame_self()->inevitable)
    fail("the transaction is not inevitable");
  if (written() != 1)
    fail("%lld bytes of the queue before the call, not 1",
         (long long)written());
}

/* --- refusal ------------------------------------------------------------------------ */

void row_is_refused(const char *name, void (*run)(void)) {
  char text[1024] = "";
  int ends[2], status = 0;
  if (pipe(ends) != 0)
    abort();
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGABRT, SIG_DFL);
    dup2(ends[1], 2);
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    run();
    _exit(0);
  }
  close(ends[1]);
  if (read(ends[0], text, sizeof text - 1) < 0)
    abort();
  close(ends[0]);
  waitpid(child, &status, 0);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
    fail("the program does not end (status %d)", status);
  if (!strstr(text, name))
    fail("the message does not name the call: %s", text);
}

/* --- the whole ------------------------------------------------------------------------ */

static struct {
  const char *name;
  int rows;
} kinds[8];

void row_end(const char *kind) {
  int i = 0;
  while (kinds[i].name && strcmp(kinds[i].name, kind) != 0)
    i++;
  kinds[i].name = kind;
  kinds[i].rows++;
}

void row_report(void) {
  dprintf(messages, "rows:");
  for (int i = 0; kinds[i].name; i++)
    dprintf(messages, " %s %d", kinds[i].name, kinds[i].rows);
  dprintf(messages, "\n%d failures\n", failures);
  fflush(NULL);
  _exit(failures != 0);
}

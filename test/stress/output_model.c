// RUN: %ame_cc -D_GNU_SOURCE -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc -D_GNU_SOURCE -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}output_model: OK
// Intent: random output to 20 descriptors, half of them streams, beside random
// aborts, cancelled blocks, inevitable blocks, and writes that fail, stay short or are interrupted:
// every file equals the model's byte for byte, and every error was told.
#include "harness.h"

#include <fcntl.h>
#include <sys/uio.h>

enum { FILES = 20, LONGEST = 3000 };

/* The runtime's, for tests: asked before each write how many bytes may go. */
extern ssize_t (*ame_io_fault)(int descriptor, size_t size);
extern _Noreturn void ame_abort(int cause);
enum { FORCED = 11 }; /* of enum abort_cause; test_protocol.c checks it */

static struct file {
  int descriptor;
  FILE *stream; /* of every second one */
  uint64_t next;
  uint64_t told;                /* errors that committed blocks were told */
  uint64_t calls AME_NOTRACK;   /* of the hook, which runs in turns */
  uint64_t errors AME_NOTRACK;  /* hard ones that it has made */
} files[FILES];
static int file_of_descriptor[1024] AME_NOTRACK;
static uint64_t attempts[STRESS_MAX_THREADS] AME_NOTRACK;

static uint64_t mix(uint64_t a, uint64_t b, uint64_t c) {
  uint64_t x = a * 0x9e3779b97f4a7c15ull + b * 0xc2b2ae3d27d4eb4full +
               c * 0x165667b19e3779f9ull + stress_seed;
  x ^= x >> 29;
  x *= 0xbf58476d1ce4e5b9ull;
  x ^= x >> 32;
  x *= 0x94d049bb133111ebull;
  return x ^ x >> 31;
}

/* --- what both the program and the model know ------------------------------ */

/* The text that block number `number` on the file puts out; terminated. */
static size_t make_text(int file, uint64_t number, char *text) {
  const uint64_t random = mix((uint64_t)file, number, 1);
  size_t size = 1 + random % 120, i;
  if (random >> 32 == 0 || (random >> 20) % 50 == 0)
    size = 1 + random % (LONGEST - 1);
  snprintf(text, 32, "%d:%llu ", file, (unsigned long long)number);
  for (i = strlen(text); i < size; i++)
    text[i] = (char)('a' + mix(random, i / 7, 2) % 26);
  text[i] = 0;
  return i;
}

/* What the nth write call on a file does with `size` bytes: -errno, or how many
 * it takes. */
static ssize_t fate(int file, uint64_t nth, size_t size) {
  const uint64_t random = mix((uint64_t)file, nth, 3);
  switch (random % 40) {
  case 0:
    return (random >> 8) % 2 ? -EIO : -ENOSPC;
  case 1:
  case 2:
    return -EINTR;
  case 3:
    return -EAGAIN;
  case 4:
  case 5:
  case 6:
  case 7:
    return 1 + (ssize_t)((random >> 8) % size);
  default:
    return (ssize_t)size;
  }
}

static int is_hard(ssize_t result) { return result == -EIO || result == -ENOSPC; }

static ssize_t fault(int descriptor, size_t size) {
  const int file = file_of_descriptor[descriptor];
  const ssize_t result = fate(file, files[file].calls++, size);
  files[file].errors += (uint64_t)is_hard(result);
  return result;
}

/* --- the program ----------------------------------------------------------- */

/* A call is refused when an earlier error is told; then it is made again. */
#define PUT(call, failed)                                                      \
  do {                                                                         \
    while ((call) == (failed)) {                                               \
      STRESS_EXPECT(errno == EIO || errno == ENOSPC, errno, 0);                \
      file->told++;                                                            \
    }                                                                          \
  } while (0)

static void put_descriptor(struct file *file, const char *text, size_t size,
                           uint64_t way) {
  struct iovec pieces[2] = {{(void *)text, size / 2},
                            {(void *)(text + size / 2), size - size / 2}};
  size_t i;
  switch (way % 4) {
  case 0:
    PUT(dprintf(file->descriptor, "%s", text), -1);
    return;
  case 1:
    PUT(writev(file->descriptor, pieces, 2), -1);
    return;
  case 2:
    for (i = 0; i < size; i += 50)
      PUT(write(file->descriptor, text + i, size - i < 50 ? size - i : 50), -1);
    return;
  default:
    PUT(write(file->descriptor, text, size), -1);
  }
}

static void put_stream(struct file *file, const char *text, size_t size,
                       uint64_t way) {
  size_t i;
  switch (way % 4) {
  case 0:
    PUT(fprintf(file->stream, "%s", text), -1);
    return;
  case 1:
    PUT(fwrite(text, 1, size, file->stream), 0);
    return;
  case 2:
    for (i = 0; i < size; i++)
      PUT(fputc(text[i], file->stream), EOF);
    return;
  default:
    PUT(fputs(text, file->stream), EOF);
  }
}

static int all_is_put(struct file *file, const char *text, size_t size) {
  return file->stream ? fwrite(text, 1, size, file->stream) == size
                      : write(file->descriptor, text, size) == (ssize_t)size;
}

/* In an inevitable block a call's own failure is its result; a call that was
 * refused made no write. The first call, of nothing, takes the turn. */
static void put_at_once(struct file *file, const char *text, size_t size) {
  uint64_t calls;
  while (!(file->stream ? fflush(file->stream) == 0
                        : write(file->descriptor, "", 0) == 0))
    file->told++;
  do {
    calls = file->calls;
    if (all_is_put(file, text, size))
      return;
    file->told++;
  } while (calls == file->calls);
}

static void put(int index, uint64_t way, int at_once) {
  struct file *file = &files[index];
  char text[LONGEST + 40];
  const size_t size = make_text(index, file->next++, text);
  if (at_once)
    put_at_once(file, text, size);
  else if (file->stream)
    put_stream(file, text, size, way);
  else
    put_descriptor(file, text, size, way);
}

static void block(int thread, uint64_t random) {
  attempts[thread] = 0;
  AME_ATOMIC {
    const int count = 1 + (int)(random % 4), at_once = random >> 8 & 63;
    const int first = (int)(random >> 16 & 0xff), step = 1 + 2 * (int)(random >> 24 & 3);
    int i;
    if (at_once == 0)
      ame_become_inevitable("stress");
    for (i = 0; i < count; i++)
      put((first + i * step) % FILES, random >> (32 + i), at_once == 0);
    if (at_once != 0 && (random >> 40 & 15) == 0)
      ame_cancel();
    if (at_once != 0 && attempts[thread]++ < (random >> 44 & 7) / 6)
      ame_abort(FORCED);
  }
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  for (; stress_running(); done++)
    block(self->id, stress_random(self) << 8 ^ stress_random(self));
  return done;
}

/* --- the model ------------------------------------------------------------- */

static char *expected;
static size_t expected_size, expected_capacity;

static void expect_bytes(const char *bytes, size_t size) {
  if (expected_size + size > expected_capacity) {
    expected_capacity = 2 * (expected_size + size);
    expected = realloc(expected, expected_capacity);
  }
  memcpy(expected + expected_size, bytes, size);
  expected_size += size;
}

static void model_file(int file) {
  char text[LONGEST + 40];
  uint64_t number, nth = 0;
  expected_size = 0;
  for (number = 0; number < files[file].next; number++) {
    size_t size = make_text(file, number, text), at = 0;
    while (at < size) {
      const ssize_t result = fate(file, nth++, size - at);
      if (is_hard(result))
        break;
      if (result > 0) {
        expect_bytes(text + at, (size_t)result);
        at += (size_t)result;
      }
    }
  }
  STRESS_EXPECT(nth == files[file].calls, nth, files[file].calls);
}

static void check_file(int file) {
  char bytes[65536];
  size_t at = 0;
  ssize_t size;
  model_file(file);
  while ((size = pread(files[file].descriptor, bytes, sizeof bytes,
                       (off_t)at)) > 0) {
    STRESS_EXPECT(at + (size_t)size <= expected_size, at, expected_size);
    STRESS_EXPECT(memcmp(bytes, expected + at, (size_t)size) == 0, file, at);
    at += (size_t)size;
  }
  STRESS_EXPECT(at == expected_size, at, expected_size);
}

/* What is left of the errors is told now. */
static uint64_t ask(struct file *file) {
  uint64_t left = 0;
  AME_ATOMIC {
    if (file->stream)
      left = fflush(file->stream) != 0;
    else
      left = write(file->descriptor, "", 0) != 0;
  }
  return left;
}

static void check_errors(struct file *file) {
  const uint64_t told = file->told + ask(file);
  STRESS_EXPECT(told <= file->errors, told, file->errors);
  STRESS_EXPECT((told != 0) == (file->errors != 0), told, file->errors);
}

static void open_file(int index) {
  char name[] = "/tmp/ame-output-XXXXXX";
  struct file *file = &files[index];
  file->descriptor = mkstemp(name);
  if (file->descriptor < 0 || file->descriptor >= 1024)
    stress_violation("mkstemp", errno, 0);
  unlink(name);
  file_of_descriptor[file->descriptor] = index;
  if (index % 2)
    file->stream = fdopen(file->descriptor, "w+");
}

int main(int argc, char **argv) {
  uint64_t done, errors = 0;
  int i;
  stress_start("output_model", argc, argv);
  for (i = 0; i < FILES; i++)
    open_file(i);
  ame_io_fault = fault;
  done = stress_run(worker);
  ame_io_fault = NULL;
  for (i = 0; i < FILES; i++) {
    check_errors(&files[i]);
    check_file(i);
    errors += files[i].errors;
  }
  STRESS_EXPECT(errors > 0, errors, 0);
  printf("output_model: %llu hard errors\n", (unsigned long long)errors);
  return stress_end(done);
}

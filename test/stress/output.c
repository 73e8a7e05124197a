// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}output: OK
// Intent: what a transaction prints through a stream and through write comes
// out exactly once, together, and in the order of the commits.
#include "harness.h"

static FILE *stream;
static int pipe_ends[2];
static uint64_t next_number; /* of committed transactions */
static uint64_t lines_read;

/* Three lines: "number part thread". The flush keeps the order between the
 * stream and its descriptor. */
static void print(int thread) {
  AME_ATOMIC {
    char line[64];
    int size;
    uint64_t number = next_number++;
    fprintf(stream, "%llu 0 %d\n", (unsigned long long)number, thread);
    fputs("between\n", stream);
    fflush(stream);
    size = snprintf(line, sizeof line, "%llu 1 %d\n",
                    (unsigned long long)number, thread);
    if (write(pipe_ends[1], line, (size_t)size) < 0)
      stress_violation("write", errno, 0);
  }
}

/* Reads along, so that any number of lines can be checked. */
static void *reader(void *argument) {
  FILE *in = fdopen(pipe_ends[0], "r");
  char line[100];
  unsigned long long number, expected = 0;
  int part, thread, last_thread = -1;
  (void)argument;
  while (fgets(line, sizeof line, in)) {
    switch (lines_read++ % 3) {
    case 0:
      STRESS_EXPECT(sscanf(line, "%llu %d %d", &number, &part, &last_thread) ==
                        3,
                    lines_read, 0);
      STRESS_EXPECT(number == expected && part == 0, number, expected);
      break;
    case 1:
      STRESS_EXPECT(strcmp(line, "between\n") == 0, lines_read, expected);
      break;
    case 2:
      STRESS_EXPECT(sscanf(line, "%llu %d %d", &number, &part, &thread) == 3,
                    lines_read, 0);
      STRESS_EXPECT(number == expected && part == 1, number, expected);
      STRESS_EXPECT(thread == last_thread, thread, last_thread);
      expected++;
      break;
    }
  }
  fclose(in);
  return NULL;
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  for (; stress_running(); done++)
    print(self->id);
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  pthread_t thread;
  stress_start("output", argc, argv);
  if (pipe(pipe_ends) != 0 || !(stream = fdopen(pipe_ends[1], "w")) ||
      pthread_create(&thread, NULL, reader, NULL) != 0)
    stress_violation("pipe", errno, 0);
  done = stress_run(worker);
  fclose(stream);
  pthread_join(thread, NULL);
  STRESS_EXPECT(lines_read == 3 * done, lines_read, 3 * done);
  STRESS_EXPECT(next_number == done, next_number, done);
  return stress_end(done);
}

// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}exit_of_threads: OK
// Intent: threads that are created and end all the time, detached or joined,
// with transactions in their thread-specific destructors too, lose nothing and
// leave their memory to others.
#include "harness.h"

enum { CHILDREN = 4, BLOCKS = 5 };

struct note {
  struct note *next;
  uint64_t by;
};

static uint64_t started, finished; /* by transactions */
static uint64_t written, consumed;
static struct note *notes;
static pthread_key_t at_exit;

static void leave_note(uint64_t by) {
  AME_ATOMIC {
    struct note *note = malloc(sizeof *note);
    note->by = by;
    note->next = notes;
    notes = note;
    written += by;
  }
}

/* Frees what a thread that has ended may have allocated. */
static void consume_note(void) {
  AME_ATOMIC {
    struct note *note = notes;
    if (note) {
      notes = note->next;
      consumed += note->by;
      free(note);
    }
  }
}

static void finish(void *value) {
  (void)value;
  AME_ATOMIC { finished++; }
}

static void *child(void *argument) {
  uint64_t id = (uint64_t)(uintptr_t)argument;
  int i;
  pthread_setspecific(at_exit, &at_exit);
  AME_ATOMIC { started++; }
  for (i = 0; i < BLOCKS; i++) {
    leave_note(id + 1);
    consume_note();
  }
  if (id % 3 == 0)
    pthread_exit(NULL);
  return NULL;
}

static void start(pthread_t *thread, uint64_t id) {
  while (pthread_create(thread, NULL, child, (void *)(uintptr_t)id) != 0)
    stress_sleep(0.001);
}

/* Detached threads are awaited by their own transaction. */
static void await_all(uint64_t expected) {
  for (;;) {
    uint64_t seen;
    AME_ATOMIC { seen = finished; }
    if (seen == expected)
      return;
    stress_sleep(0.001);
  }
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  while (stress_running()) {
    pthread_t thread[CHILDREN];
    int i;
    for (i = 0; i < CHILDREN; i++, done++)
      start(&thread[i], stress_random(self) & 0xffff);
    for (i = 0; i < CHILDREN; i++)
      if (i % 2)
        pthread_detach(thread[i]);
      else
        pthread_join(thread[i], NULL);
  }
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  stress_start("exit_of_threads", argc, argv);
  pthread_key_create(&at_exit, finish);
  done = stress_run(worker);
  await_all(done);
  STRESS_EXPECT(started == done, started, done);
  while (notes)
    consume_note();
  STRESS_EXPECT(written == consumed, written, consumed);
  return stress_end(done);
}

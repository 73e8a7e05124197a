/* Intent: output for stream sockets that waits for its turn is handed out by the
 * thread that has the turn, in commit order; that thread never waits for a socket
 * of others; what it could not send, and every error, is its owner's. */
#define _GNU_SOURCE
#include "io_test.h"

#include <pthread.h>
#include <signal.h>

enum { MOST_OWNERS = 24, LONG = 1 << 20 };

/* One that commits output while another has the turn. */
static struct owner {
  pthread_t thread;
  int ends[2];         /* it sends to the second one */
  int flags;           /* MSG_NOSIGNAL: through send */
  const char *text;
  size_t size;
  struct ame_io *_Atomic io;
} owners[MOST_OWNERS];

/* --- who has the turn meanwhile ------------------------------------------ */

static pthread_t holder;
static _Atomic bool is_holding, may_go_on;

static void hold_turn(void *unused) {
  atomic_store(&is_holding, true);
  while (!atomic_load(&may_go_on))
    sched_yield();
}
static void holding(void *unused) { ame_on_commit(hold_turn, NULL); }
static void *run_holder(void *unused) {
  run_transaction(holding, NULL);
  return NULL;
}

static void start_holder(void) {
  atomic_store(&is_holding, false);
  atomic_store(&may_go_on, false);
  pthread_create(&holder, NULL, run_holder, NULL);
  while (!atomic_load(&is_holding))
    sched_yield();
}

/* It has passed the turn on when it is joined. */
static void end_holder(void) {
  atomic_store(&may_go_on, true);
  pthread_join(holder, NULL);
}

/* --- owners -------------------------------------------------------------- */

static void put(void *argument) {
  struct owner *owner = argument;
  if (owner->flags)
    __ame_libc_send(owner->ends[1], owner->text, owner->size, owner->flags);
  else
    __ame_libc_write(owner->ends[1], owner->text, owner->size);
}

static void nothing(void *unused) {}

static void *run_owner(void *argument) {
  struct owner *owner = argument;
  run_transaction(nothing, NULL); /* now the thread is known */
  atomic_store(&owner->io, ame_self()->io);
  run_transaction(put, owner);
  return NULL;
}

/* Returns when its output waits for the turn. */
static void start_owner(int i, const char *text, size_t size) {
  struct owner *owner = &owners[i];
  owner->text = text;
  owner->size = size;
  atomic_store(&owner->io, NULL);
  pthread_create(&owner->thread, NULL, run_owner, owner);
  while (!atomic_load(&owner->io) || ame_io_left(owner->io) != IO_LEFT)
    sched_yield();
}

static int prepare(void **state) {
  memset(owners, 0, sizeof owners);
  for (int i = 0; i < MOST_OWNERS; i++)
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, owners[i].ends) != 0)
      return -1;
  return 0;
}
static int clean_up(void **state) {
  ame_io_fault = NULL;
  ame_io_on_error(NULL, NULL);
  for (int i = 0; i < MOST_OWNERS; i++) {
    close(owners[i].ends[0]);
    close(owners[i].ends[1]);
  }
  return 0;
}

/* --- who sends, and in what order ---------------------------------------- */

static struct {
  pthread_t thread;
  int descriptor;
} sent[MOST_OWNERS];
static int sends; /* written in turns only */

static ssize_t note_sender(int descriptor, size_t size) {
  sent[sends].thread = pthread_self();
  sent[sends++].descriptor = descriptor;
  return (ssize_t)size;
}

static bool is_by_holder(int send) {
  return pthread_equal(sent[send].thread, holder);
}

static void the_holder_sends_in_commit_order(void **state) {
  sends = 0;
  ame_io_fault = note_sender;
  start_holder();
  for (int i = 2; i >= 0; i--) /* not the order of their descriptors */
    start_owner(i, "text", 4);
  end_holder();
  for (int i = 0; i < 3; i++) {
    pthread_join(owners[i].thread, NULL);
    assert_string_equal(arrived(owners[i].ends[0]), "text");
    assert_true(is_by_holder(i));
    assert_int_equal(sent[i].descriptor, owners[2 - i].ends[1]);
  }
  assert_int_equal(sends, 3);
}

/* More than one thread hands out in one turn; the others go on. */
static void the_holder_gets_on(void **state) {
  int by_holder = 0;
  sends = 0;
  ame_io_fault = note_sender;
  start_holder();
  for (int i = 0; i < MOST_OWNERS; i++)
    start_owner(i, "text", 4);
  end_holder();
  for (int i = 0; i < MOST_OWNERS; i++)
    pthread_join(owners[i].thread, NULL);
  assert_int_equal(sends, MOST_OWNERS);
  for (int i = 0; i < MOST_OWNERS; i++) {
    by_holder += is_by_holder(i);
    assert_int_equal(sent[i].descriptor, owners[i].ends[1]);
    assert_string_equal(arrived(owners[i].ends[0]), "text");
  }
  assert_in_range(by_holder, 1, MOST_OWNERS - 1);
}

/* --- what may make a thread wait is not left ----------------------------- */

static int pipe_ends[2];
static void put_to_pipe(void *unused) {
  __ame_libc_write(pipe_ends[1], "p", 1);
}
static void put_two(void *argument) {
  struct owner *owner = argument;
  __ame_libc_write(owner->ends[1], "1", 1);
  __ame_libc_write(pipe_ends[1], "2", 1);
}
static void *run_body(void *body) {
  run_transaction(nothing, NULL);
  struct ame_io *io = ame_self()->io;
  atomic_store(&owners[0].io, io);
  run_transaction((void (*)(void *))body, &owners[0]);
  return NULL;
}

static void sent_by_its_owner(void (*body)(void *), int calls) {
  pthread_t thread;
  sends = 0;
  ame_io_fault = note_sender;
  atomic_store(&owners[0].io, NULL);
  assert_int_equal(pipe(pipe_ends), 0);
  start_holder();
  pthread_create(&thread, NULL, run_body, (void *)body);
  while (!atomic_load(&owners[0].io) ||
         !((volatile struct ame_io *)owners[0].io)->has_ticket)
    sched_yield();
  end_holder();
  pthread_join(thread, NULL);
  assert_int_equal(sends, calls);
  for (int i = 0; i < calls; i++)
    assert_true(pthread_equal(sent[i].thread, thread));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

static void pipes_are_not_left(void **state) {
  sent_by_its_owner(put_to_pipe, 1);
}
static void several_entries_are_not_left(void **state) {
  sent_by_its_owner(put_two, 2);
  assert_string_equal(arrived(owners[0].ends[0]), "1");
}

/* --- sockets that are full or closed ------------------------------------- */

static void receive_all(int from, const char *expected, size_t size) {
  char *bytes = malloc(size);
  for (size_t at = 0; at < size;) {
    const ssize_t got = read(from, bytes + at, size - at);
    assert_true(got > 0);
    at += (size_t)got;
  }
  assert_memory_equal(bytes, expected, size);
  free(bytes);
}

static char *long_text(void) {
  char *text = malloc(LONG);
  for (int i = 0; i < LONG; i++)
    text[i] = (char)('a' + i * 7 % 26);
  return text;
}

/* The peer reads only when the holder has gone on; who is behind waits. */
static void a_full_socket_is_its_owners(void **state) {
  char *text = long_text();
  start_holder();
  start_owner(0, text, LONG);
  start_owner(1, "behind", 6);
  end_holder();
  assert_string_equal(arrived(owners[1].ends[0]), "");
  receive_all(owners[0].ends[0], text, LONG);
  pthread_join(owners[0].thread, NULL);
  pthread_join(owners[1].thread, NULL);
  assert_string_equal(arrived(owners[1].ends[0]), "behind");
  assert_string_equal(arrived(owners[0].ends[0]), "");
  free(text);
}

static pthread_t signalled;
static void note_signal(int number) { signalled = pthread_self(); }

static int last_error(struct owner *owner) {
  errno = 0;
  run_transaction(put, owner);
  return errno;
}

static void a_closed_peer(int flags) {
  signalled = 0;
  signal(SIGPIPE, note_signal);
  owners[0].flags = flags;
  start_holder();
  start_owner(0, "lost", 4);
  shutdown(owners[0].ends[0], SHUT_RDWR);
  end_holder();
  pthread_join(owners[0].thread, NULL);
  signal(SIGPIPE, SIG_DFL);
}

static void the_signal_is_its_owners(void **state) {
  a_closed_peer(0);
  assert_true(signalled && pthread_equal(signalled, owners[0].thread));
  assert_int_equal(last_error(&owners[0]), EPIPE);
}
static void without_signal_the_error_sticks(void **state) {
  a_closed_peer(MSG_NOSIGNAL);
  assert_true(signalled == 0);
  assert_int_equal(last_error(&owners[0]), EPIPE);
}

/* --- faults --------------------------------------------------------------- */

static int calls;

static ssize_t two_then_full(int descriptor, size_t size) {
  switch (calls++) {
  case 0:
    return 2;
  case 1:
    return -EAGAIN;
  default:
    return (ssize_t)size;
  }
}

static void nothing_is_lost_or_doubled(void **state) {
  calls = 0;
  ame_io_fault = two_then_full;
  start_holder();
  start_owner(0, "0123456789", 10);
  end_holder();
  pthread_join(owners[0].thread, NULL);
  assert_string_equal(arrived(owners[0].ends[0]), "0123456789");
  assert_int_equal(calls, 3);
}

static ssize_t two_then_error(int descriptor, size_t size) {
  return calls++ == 0 ? 2 : -EIO;
}
static struct {
  pthread_t thread;
  int descriptor, error;
} told;
static void tell(int descriptor, int error, void *unused) {
  told.thread = pthread_self();
  told.descriptor = descriptor;
  told.error = error;
}

static void an_error_is_told_to_its_owner(void **state) {
  calls = 0;
  ame_io_fault = two_then_error;
  ame_io_on_error(tell, NULL);
  start_holder();
  start_owner(0, "0123456789", 10);
  end_holder();
  pthread_join(owners[0].thread, NULL);
  assert_int_equal(calls, 2);
  assert_true(pthread_equal(told.thread, owners[0].thread));
  assert_int_equal(told.descriptor, owners[0].ends[1]);
  assert_int_equal(told.error, EIO);
  assert_string_equal(arrived(owners[0].ends[0]), "01");
  ame_io_fault = NULL;
  assert_int_equal(last_error(&owners[0]), EIO);
}

/* --- a signal handler while the thread waits ------------------------------- */

static int file;
static void put_to_file(void *unused) { __ame_libc_write(file, "c", 1); }

static pid_t child;
static void fork_here(int number) { child = fork(); }

static void *run_beside_fork(void *body) {
  child = -1;
  run_transaction(nothing, NULL);
  atomic_store(&owners[0].io, ame_self()->io);
  run_transaction((void (*)(void *))body, &owners[0]);
  if (child == 0) {
    run_transaction(put_to_file, NULL);
    _exit(0);
  }
  return NULL;
}

static void forks_while_it_waits(void (*body)(void *)) {
  int status = -1;
  pthread_t thread;
  file = new_file();
  owners[0].text = "text";
  owners[0].size = 4;
  atomic_store(&owners[0].io, NULL);
  assert_int_equal(pipe(pipe_ends), 0);
  signal(SIGUSR1, fork_here);
  start_holder();
  pthread_create(&thread, NULL, run_beside_fork, (void *)body);
  while (!atomic_load(&owners[0].io) ||
         !((volatile struct ame_io *)owners[0].io)->has_ticket)
    sched_yield();
  pthread_kill(thread, SIGUSR1);
  while (*(volatile pid_t *)&child == -1)
    sched_yield();
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_string_equal(contents(file), "c"); /* turns go on in the child */
  close(file);
  end_holder();
  pthread_join(thread, NULL);
  signal(SIGUSR1, SIG_DFL);
}

static void a_child_does_not_wait_for_what_was_left(void **state) {
  forks_while_it_waits(put);
  assert_string_equal(arrived(owners[0].ends[0]), "text");
}
static void a_child_does_not_output_again(void **state) {
  forks_while_it_waits(put_to_pipe);
  assert_string_equal(arrived(pipe_ends[0]), "p");
}

static void exit_here(int number) { exit(5); }

static void the_end_of_the_process_waits_for_what_was_left(void **state) {
  int status = -1;
  file = new_file();
  const pid_t process = fork();
  if (process == 0) {
    dup2(file, STDERR_FILENO);
    signal(SIGUSR1, exit_here);
    start_holder();
    start_owner(0, "text", 4);
    pthread_kill(owners[0].thread, SIGUSR1);
    end_holder();
    for (;;)
      pause();
  }
  assert_int_equal(waitpid(process, &status, 0), process);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 5);
  assert_string_equal(contents(file), ""); /* nothing had to be given up */
  close(file);
  assert_string_equal(arrived(owners[0].ends[0]), "text");
}

/* --- all at once ---------------------------------------------------------- */

enum { WRITERS = 12, MESSAGES = 300 };
static uint64_t next_number;

static void put_number(void *socket) {
  char text[32];
  __ame_write(&next_number, sizeof next_number);
  const int length = snprintf(text, sizeof text, "%llu\n",
                              (unsigned long long)next_number++);
  __ame_libc_write(*(int *)socket, text, (size_t)length);
}
static void *run_writer(void *socket) {
  for (int i = 0; i < MESSAGES; i++)
    run_transaction(put_number, socket);
  return NULL;
}

static void many_threads_keep_the_order(void **state) {
  pthread_t writers[WRITERS];
  FILE *from = fdopen(dup(owners[0].ends[0]), "r");
  next_number = 0;
  for (int i = 0; i < WRITERS; i++)
    pthread_create(&writers[i], NULL, run_writer, &owners[0].ends[1]);
  for (int i = 0; i < WRITERS * MESSAGES; i++) {
    int number = -1;
    assert_int_equal(fscanf(from, "%d", &number), 1);
    assert_int_equal(number, i);
  }
  for (int i = 0; i < WRITERS; i++)
    pthread_join(writers[i], NULL);
  fclose(from);
}

#define WITH_SOCKETS(test)                                                     \
  cmocka_unit_test_setup_teardown(test, prepare, clean_up)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_SOCKETS(the_holder_sends_in_commit_order),
      WITH_SOCKETS(the_holder_gets_on),
      WITH_SOCKETS(pipes_are_not_left),
      WITH_SOCKETS(several_entries_are_not_left),
      WITH_SOCKETS(a_full_socket_is_its_owners),
      WITH_SOCKETS(the_signal_is_its_owners),
      WITH_SOCKETS(without_signal_the_error_sticks),
      WITH_SOCKETS(nothing_is_lost_or_doubled),
      WITH_SOCKETS(an_error_is_told_to_its_owner),
      WITH_SOCKETS(a_child_does_not_wait_for_what_was_left),
      WITH_SOCKETS(a_child_does_not_output_again),
      WITH_SOCKETS(the_end_of_the_process_waits_for_what_was_left),
      WITH_SOCKETS(many_threads_keep_the_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

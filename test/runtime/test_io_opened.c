/* Intent: what a transaction opens is there at once, gone after an abort, kept
 * after a commit; reading one's own file consumes nothing of others; what may
 * create, truncate or wait makes inevitable. */
#define _GNU_SOURCE
#include "io_test.h"

static int aborts, kept;
static char folder[] = "/tmp/ame-opened-XXXXXX";
static char path[100], fifo[100], missing[100];

static int prepare_folder(void **state) {
  if (!mkdtemp(folder))
    return -1;
  snprintf(path, sizeof path, "%s/file", folder);
  snprintf(fifo, sizeof fifo, "%s/fifo", folder);
  snprintf(missing, sizeof missing, "%s/missing", folder);
  const int descriptor = open(path, O_CREAT | O_WRONLY, 0600);
  const bool good =
      write(descriptor, "content", 7) == 7 && mkfifo(fifo, 0600) == 0;
  close(descriptor);
  return good ? 0 : -1;
}
static int remove_folder(void **state) {
  unlink(path);
  unlink(fifo);
  unlink(missing);
  return rmdir(folder);
}

/* Opens of every kind; each returns how many descriptors it keeps. */
static int open_one(void) { return __ame_libc_open(path, O_RDONLY) >= 0; }
static int open_stream(void) { return __ame_libc_fopen(path, "r") != NULL; }
static int open_folder(void) { return __ame_libc_opendir(folder) != NULL; }
static int open_unnamed(void) { return __ame_libc_tmpfile() != NULL; }
static int copy_one(void) { return __ame_libc_dup(1) >= 0; }
static int copy_above(void) { return __ame_libc_fcntl(1, F_DUPFD, 20) >= 20; }
static int open_socket(void) {
  return __ame_libc_socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}
static int open_event(void) { return __ame_libc_eventfd(0, 0) >= 0; }
static int open_memory(void) { return __ame_libc_memfd_create("m", 0) >= 0; }
static int open_poll(void) { return __ame_libc_epoll_create1(0) >= 0; }
static int open_pipe(void) {
  int ends[2];
  return __ame_libc_pipe(ends) == 0 && fcntl(ends[1], F_GETFD) >= 0 ? 2 : 0;
}
static int open_pair(void) {
  int ends[2];
  return __ame_libc_socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 ? 2 : 0;
}
static int (*const ways[])(void) = {
    open_one,    open_stream, open_folder, open_unnamed, copy_one,  copy_above,
    open_socket, open_event,  open_memory, open_poll,    open_pipe, open_pair};
enum { WAYS = sizeof ways / sizeof *ways };

static void open_all(void *unused) {
  kept = 0;
  for (int i = 0; i < WAYS; i++) {
    const int opened = ways[i]();
    if (opened == 0)
      fail_msg("way %d opened nothing", i);
    kept += opened;
  }
  assert_false(ame_is_inevitable());
  abort_first(&aborts, 3);
}

static void an_abort_closes_what_was_opened(void **state) {
  const size_t before = open_descriptors();
  aborts = 0;
  run_transaction(open_all, NULL);
  assert_int_equal(aborts, 3);
  assert_int_equal(kept, WAYS + 2);
  assert_int_equal(open_descriptors(), before + (size_t)kept);
}

static void open_and_close(void *unused) {
  const int descriptor = __ame_libc_open(path, O_RDONLY);
  FILE *stream = __ame_libc_fopen(path, "r");
  assert_int_equal(__ame_libc_close(descriptor), 0);
  assert_int_equal(fcntl(descriptor, F_GETFD), -1); /* at once: it was ours */
  assert_int_equal(__ame_libc_fclose(stream), 0);
  assert_false(ame_is_inevitable());
  abort_first(&aborts, 1);
}
static void own_descriptors_close_at_once(void **state) {
  const size_t before = open_descriptors();
  aborts = 0;
  run_transaction(open_and_close, NULL);
  assert_int_equal(open_descriptors(), before);
}

static void read_own(void *unused) {
  char bytes[8] = {0};
  const int descriptor = __ame_libc_open(path, O_RDONLY);
  assert_int_equal(__ame_libc_lseek(descriptor, 3, SEEK_SET), 3);
  assert_int_equal(__ame_libc_read(descriptor, bytes, 7), 4);
  assert_string_equal(bytes, "tent");
  assert_false(ame_is_inevitable());
  abort_first(&aborts, 1);
  __ame_libc_close(descriptor);
}
static void own_files_are_read_at_once(void **state) {
  aborts = 0;
  run_transaction(read_own, NULL);
}

static int shared;
static void move_and_read(void *unused) {
  char byte;
  assert_int_equal(__ame_libc_lseek(shared, 5, SEEK_SET), 5);
  abort_first(&aborts, 1);
  assert_int_equal(__ame_libc_read(shared, &byte, 1), 1);
  assert_int_equal(byte, 'n');
  assert_true(ame_is_inevitable());
}
static void move_and_give_up(void *unused) {
  assert_int_equal(__ame_libc_lseek(shared, 5, SEEK_SET), 5);
  assert_int_equal(lseek(shared, 0, SEEK_CUR), 2);
  ame_cancel();
}
static void offsets_are_as_before_after_an_abort(void **state) {
  shared = open(path, O_RDONLY);
  assert_int_equal(lseek(shared, 2, SEEK_SET), 2);
  run_transaction(move_and_give_up, NULL);
  assert_int_equal(lseek(shared, 0, SEEK_CUR), 2);
  aborts = 0;
  run_transaction(move_and_read, NULL);
  assert_int_equal(lseek(shared, 0, SEEK_CUR), 6);
  close(shared);
}

static void create(void *unused) {
  const int descriptor = __ame_libc_open(missing, O_CREAT | O_RDWR, 0640);
  assert_true(ame_is_inevitable());
  assert_true(descriptor >= 0);
  close(descriptor);
}
static void open_fifo(void *unused) {
  const int descriptor = __ame_libc_open(fifo, O_RDONLY | O_NONBLOCK);
  assert_true(ame_is_inevitable());
  close(descriptor);
}
static void open_nothing(void *unused) {
  assert_int_equal(__ame_libc_open("/nonexistent/x", O_RDONLY), -1);
  assert_int_equal(errno, ENOENT);
  assert_false(ame_is_inevitable());
}
static void what_may_create_or_wait_is_inevitable(void **state) {
  struct stat status;
  run_transaction(create, NULL);
  assert_int_equal(stat(missing, &status), 0);
  assert_int_equal(status.st_mode & 0777, 0640 & ~022);
  run_transaction(open_fifo, NULL);
  run_transaction(open_nothing, NULL);
}

int main(void) {
  umask(022);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_abort_closes_what_was_opened),
      cmocka_unit_test(own_descriptors_close_at_once),
      cmocka_unit_test(own_files_are_read_at_once),
      cmocka_unit_test(offsets_are_as_before_after_an_abort),
      cmocka_unit_test(what_may_create_or_wait_is_inevitable),
  };
  return cmocka_run_group_tests(tests, prepare_folder, remove_folder);
}

/* Intent: output to regular files, pipes, terminals and stream sockets waits
 * for the commit in every form; offsets and closed numbers look as they would
 * have; what cannot be deferred faithfully makes inevitable, behind what is
 * queued. */
#define _GNU_SOURCE
#include "io_test.h"

#include <pty.h>
#include <sys/uio.h>

static int file, ends[2], aborts;
static char early[4096];

static int prepare(void **state) {
  aborts = 0;
  early[0] = 0;
  file = new_file();
  return pipe(ends);
}
static int clean_up(void **state) {
  close(file);
  close(ends[0]);
  close(ends[1]);
  return 0;
}

/* Aborts once, having looked at the file. */
static void look_and_abort(void) {
  strcpy(early, contents(file));
  abort_first(&aborts, 1);
}

/* --- regular files ------------------------------------------------------- */

static void write_parts(void *unused) {
  struct iovec pieces[] = {{"2", 1}, {"34", 2}, {"", 0}};
  assert_int_equal(__ame_libc_write(file, "1", 1), 1);
  assert_int_equal(__ame_libc_writev(file, pieces, 3), 3);
  assert_int_equal(__ame_libc_dprintf(file, "%d%s", 5, "6"), 2);
  assert_int_equal(__ame_libc_pwrite(file, "X", 1, 1), 1);
  assert_int_equal(__ame_libc_write(file, "7", 1), 1);
  look_and_abort();
  assert_false(ame_is_inevitable());
}

static void a_file_at_its_offset(void **state) {
  run_transaction(write_parts, NULL);
  assert_string_equal(early, "");
  assert_string_equal(contents(file), "1X34567");
}

static void append(void *unused) {
  __ame_libc_lseek(file, 0, SEEK_SET); /* does not matter to O_APPEND */
  __ame_libc_write(file, "cd", 2);
}
static void a_file_that_appends(void **state) {
  assert_int_equal(write(file, "ab", 2), 2);
  fcntl(file, F_SETFL, O_APPEND);
  run_transaction(append, NULL);
  assert_string_equal(contents(file), "abcd");
}

static void seek_and_write(void *unused) {
  assert_int_equal(__ame_libc_lseek(file, 0, SEEK_CUR), 6);
  assert_int_equal(__ame_libc_lseek(file, 2, SEEK_SET), 2);
  assert_int_equal(__ame_libc_write(file, "XY", 2), 2);
  assert_int_equal(__ame_libc_lseek(file, 0, SEEK_CUR), 4);
  assert_int_equal(__ame_libc_lseek(file, 1, SEEK_CUR), 5);
  assert_int_equal(__ame_libc_write(file, "Z", 1), 1);
  assert_int_equal(__ame_libc_lseek(file, -7, SEEK_CUR), -1);
  assert_int_equal(errno, EINVAL);
  assert_false(ame_is_inevitable());
  assert_int_equal(lseek(file, 0, SEEK_CUR), 6); /* really: not moved */
  look_and_abort();
}
static void offsets_move_at_the_commit(void **state) {
  assert_int_equal(write(file, "abcdef", 6), 6);
  run_transaction(seek_and_write, NULL);
  assert_string_equal(early, "abcdef");
  assert_string_equal(contents(file), "abXYeZ");
  assert_int_equal(lseek(file, 0, SEEK_CUR), 6);
}

static void seek_to_the_end(void *unused) {
  assert_int_equal(__ame_libc_lseek(file, -1, SEEK_END), 5);
  assert_int_equal(__ame_libc_write(file, "XY", 2), 2);
  assert_false(ame_is_inevitable());
  assert_int_equal(__ame_libc_lseek(file, 0, SEEK_END), 7);
  assert_true(ame_is_inevitable()); /* only the file knows its length now */
}
static void the_end_behind_queued_output(void **state) {
  assert_int_equal(write(file, "abcdef", 6), 6);
  run_transaction(seek_to_the_end, NULL);
  assert_string_equal(contents(file), "abcdeXY");
}

static void truncate_it(void *unused) {
  assert_int_equal(__ame_libc_ftruncate(file, 3), 0);
  __ame_libc_pwrite(file, "!", 1, 3);
  look_and_abort();
}
static void truncation_in_order(void **state) {
  assert_int_equal(write(file, "abcdef", 6), 6);
  run_transaction(truncate_it, NULL);
  assert_string_equal(early, "abcdef");
  assert_string_equal(contents(file), "abc!");
}

static void ask_and_read(void *through) {
  struct stat status;
  char byte = 0;
  const int other = *(int *)through;
  assert_int_equal(__ame_libc_fstat(other, &status), 0);
  assert_int_equal(status.st_size, 0);
  assert_false(ame_is_inevitable());
  __ame_libc_write(file, "ab", 2);
  assert_int_equal(__ame_libc_fstat(other, &status), 0);
  assert_int_equal(status.st_size, 2);
  assert_true(ame_is_inevitable());
  assert_int_equal(__ame_libc_pread(other, &byte, 1, 1), 1);
  assert_int_equal(byte, 'b');
}
static void questions_see_queued_output(void **state) {
  int other = dup(file); /* the same file by another number */
  run_transaction(ask_and_read, &other);
  close(other);
}

/* --- pipes, terminals, sockets ------------------------------------------- */

static int to;
static void write_to(void *unused) {
  assert_int_equal(__ame_libc_write(to, "a", 1), 1);
  assert_int_equal(__ame_libc_dprintf(to, "b"), 1);
  abort_first(&aborts, 1);
  assert_false(ame_is_inevitable());
}
static void send_to(void *unused) {
  assert_int_equal(__ame_libc_send(to, "a", 1, MSG_NOSIGNAL), 1);
  assert_int_equal(__ame_libc_send(to, "b", 1, 0), 1);
  abort_first(&aborts, 1);
  assert_false(ame_is_inevitable());
}

static void a_pipe(void **state) {
  to = ends[1];
  run_transaction(write_to, NULL);
  assert_string_equal(arrived(ends[0]), "ab");
}
static void a_terminal(void **state) {
  int master;
  assert_int_equal(openpty(&master, &to, NULL, NULL, NULL), 0);
  run_transaction(write_to, NULL);
  assert_string_equal(arrived(master), "ab");
  close(master);
  close(to);
}
static void a_stream_socket(void **state) {
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  to = pair[1];
  run_transaction(write_to, NULL);
  assert_string_equal(arrived(pair[0]), "ab");
  aborts = 0;
  run_transaction(send_to, NULL);
  assert_string_equal(arrived(pair[0]), "ab");
  close(pair[0]);
  close(pair[1]);
}

/* --- what must be real --------------------------------------------------- */

static void write_three(void *unused) {
  __ame_libc_write(file, "queued", 6);
  for (int i = 0; i < 3; i++)
    assert_int_equal(__ame_libc_write(to, "abc", 3), 3);
  assert_true(ame_is_inevitable());
  strcpy(early, contents(file));
}
static void datagrams_keep_their_boundaries(void **state) {
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
  to = pair[1];
  run_transaction(write_three, NULL);
  for (int i = 0; i < 3; i++)
    assert_string_equal(arrived(pair[0]), "abc");
  assert_string_equal(early, "queued");
  close(pair[0]);
  close(pair[1]);
}

static void write_until_full(void *unused) {
  static char block[4096];
  size_t total = 0;
  ssize_t result;
  __ame_libc_write(file, "queued", 6);
  while ((result = __ame_libc_write(to, block, sizeof block)) > 0)
    total += (size_t)result;
  assert_int_equal(errno, EAGAIN);
  assert_true(total >= 4096);
  assert_true(ame_is_inevitable());
  strcpy(early, contents(file));
}
static void a_non_blocking_pipe(void **state) {
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  to = ends[1];
  run_transaction(write_until_full, NULL);
  assert_string_equal(early, "queued");
}

static void sync_it(void *unused) {
  __ame_libc_write(file, "a", 1);
  assert_int_equal(__ame_libc_fsync(file), 0);
  assert_true(ame_is_inevitable());
  strcpy(early, contents(file));
}
static void sync_is_behind_the_output(void **state) {
  run_transaction(sync_it, NULL);
  assert_string_equal(early, "a");
}

static void sync_and_close_later(void *unused) {
  __ame_libc_write(to, "a", 1);
  assert_int_equal(__ame_libc_fsync(to), 0);
  assert_int_equal(__ame_libc_close(to), 0);
  assert_false(ame_is_inevitable());
  look_and_abort();
}
static void sync_and_close_may_be_assumed(void **state) {
  to = dup(file);
  ame_options.io_assume = true;
  run_transaction(sync_and_close_later, NULL);
  ame_options.io_assume = false;
  assert_string_equal(early, "");
  assert_string_equal(contents(file), "a");
  assert_int_equal(fcntl(to, F_GETFD), -1);
}

/* --- close, dup ---------------------------------------------------------- */

static void close_it(void *unused) {
  assert_int_equal(__ame_libc_close(to), 0);
  assert_int_equal(__ame_libc_write(to, "x", 1), -1);
  assert_int_equal(errno, EBADF);
  assert_int_equal(__ame_libc_close(to), -1);
  assert_int_equal(__ame_libc_fcntl(to, F_GETFL), -1);
  assert_int_equal(__ame_libc_dup(to), -1);
  assert_true(fcntl(to, F_GETFD) >= 0); /* really: still there */
  const int other = __ame_libc_dup(file);
  assert_int_not_equal(other, to); /* the number is reserved */
  __ame_libc_close(other);
  assert_false(ame_is_inevitable());
  abort_first(&aborts, 1);
}
static void a_closed_number_stays_reserved(void **state) {
  to = dup(file);
  run_transaction(close_it, NULL);
  assert_int_equal(fcntl(to, F_GETFD), -1);
}

static void write_and_close(void *unused) {
  __ame_libc_write(to, "a", 1);
  assert_int_equal(__ame_libc_close(to), 0);
  assert_true(ame_is_inevitable());
  strcpy(early, contents(file));
}
static void close_behind_output_is_real(void **state) {
  to = dup(file);
  run_transaction(write_and_close, NULL);
  assert_string_equal(early, "a");
  assert_int_equal(fcntl(to, F_GETFD), -1);
}

static void write_through_a_copy(void *unused) {
  const int copy = __ame_libc_dup(file);
  __ame_libc_write(file, "a", 1);
  __ame_libc_write(copy, "b", 1);
  __ame_libc_write(file, "c", 1);
  assert_int_equal(__ame_libc_dup2(copy, ends[0]), ends[0]);
  assert_true(ame_is_inevitable());
  strcpy(early, contents(file));
  __ame_libc_write(ends[0], "d", 1);
  close(copy);
}
static void copies_of_descriptors(void **state) {
  run_transaction(write_through_a_copy, NULL);
  assert_string_equal(early, "abc");
  assert_string_equal(contents(file), "abcd");
}

/* --- streams ------------------------------------------------------------- */

static FILE *stream;

static void print_both(void *unused) {
  __ame_libc_fprintf(stream, "1%s", "2");
  __ame_libc_write(fileno(stream), "3", 1);
  __ame_libc_fputs("4", stream);
  __ame_libc_fflush(NULL);
  __ame_libc_fwrite("56", 1, 2, stream);
  look_and_abort();
}
static void streams_and_descriptors_as_written(void **state) {
  stream = fdopen(dup(file), "w");
  fputs("plain ", stream); /* still in its buffer */
  run_transaction(print_both, NULL);
  fputs(" plain", stream);
  fclose(stream);
  assert_string_equal(early, "");
  assert_string_equal(contents(file), "plain 123456 plain");
}

static void tell_and_seek(void *unused) {
  __ame_libc_fputs("abcdef", stream);
  __ame_inevitable("call to ftell"); /* what the pass puts before it */
  assert_int_equal(ftell(stream), 6);
  assert_int_equal(fseek(stream, 1, SEEK_SET), 0);
  __ame_libc_fputc('X', stream);
  assert_int_equal(setvbuf(stream, NULL, _IONBF, 0), 0);
  __ame_libc_fputc('Y', stream);
  assert_int_equal(ftell(stream), 3);
}
static void positions_behind_queued_output(void **state) {
  stream = fdopen(dup(file), "w+");
  run_transaction(tell_and_seek, NULL);
  assert_string_equal(contents(file), "aXYdef");
  fclose(stream);
}

static void print_and_close(void *unused) {
  __ame_libc_fputs("abc", stream);
  assert_int_equal(__ame_libc_fclose(stream), 0);
  assert_true(ame_is_inevitable());
  strcpy(early, contents(file));
}
static void fclose_behind_output_is_real(void **state) {
  stream = fdopen(dup(file), "w");
  run_transaction(print_and_close, NULL);
  assert_string_equal(early, "abc");
}

static void print_to_a_reader(void *reader) {
  errno = 0;
  assert_int_equal(__ame_libc_fputs("x", reader), EOF);
  assert_int_equal(errno, EBADF);
  assert_int_equal(__ame_libc_write(ends[0], "x", 1), -1);
  assert_int_equal(errno, EBADF);
}
static void what_can_be_known_is_told_at_once(void **state) {
  FILE *reader = fdopen(dup(ends[0]), "r");
  run_transaction(print_to_a_reader, reader);
  fclose(reader);
}

static void print_to_memory(void *unused) {
  __ame_libc_fprintf(stream, "%d", 42);
  abort_first(&aborts, 1);
}
static void a_stream_without_a_descriptor(void **state) {
  char *text = NULL;
  size_t size;
  stream = open_memstream(&text, &size);
  run_transaction(print_to_memory, NULL);
  fclose(stream);
  assert_string_equal(text, "42");
  free(text);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, prepare, clean_up)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_file_at_its_offset),
      CASE(a_file_that_appends),
      CASE(offsets_move_at_the_commit),
      CASE(the_end_behind_queued_output),
      CASE(truncation_in_order),
      CASE(questions_see_queued_output),
      CASE(a_pipe),
      CASE(a_terminal),
      CASE(a_stream_socket),
      CASE(datagrams_keep_their_boundaries),
      CASE(a_non_blocking_pipe),
      CASE(sync_is_behind_the_output),
      CASE(sync_and_close_may_be_assumed),
      CASE(a_closed_number_stays_reserved),
      CASE(close_behind_output_is_real),
      CASE(copies_of_descriptors),
      CASE(streams_and_descriptors_as_written),
      CASE(positions_behind_queued_output),
      CASE(fclose_behind_output_is_real),
      CASE(a_stream_without_a_descriptor),
      CASE(what_can_be_known_is_told_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

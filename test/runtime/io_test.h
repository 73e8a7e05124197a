/* What the tests of descriptors and errors share: the wrappers, a temporary
 * file, and its contents. */
#ifndef AME_IO_TEST_H
#define AME_IO_TEST_H

#include "io.h"
#include "runtime_test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WRAPPER(name) extern __typeof__(name) __ame_libc_##name
WRAPPER(write);
WRAPPER(writev);
WRAPPER(pwrite);
WRAPPER(pread);
WRAPPER(read);
WRAPPER(send);
WRAPPER(lseek);
WRAPPER(ftruncate);
WRAPPER(fstat);
WRAPPER(stat);
WRAPPER(close);
WRAPPER(fsync);
WRAPPER(dup);
WRAPPER(dup2);
WRAPPER(fcntl);
WRAPPER(open);
WRAPPER(fopen);
WRAPPER(opendir);
WRAPPER(tmpfile);
WRAPPER(pipe);
WRAPPER(socket);
WRAPPER(socketpair);
WRAPPER(eventfd);
WRAPPER(memfd_create);
WRAPPER(epoll_create1);
WRAPPER(dprintf);
WRAPPER(fprintf);
WRAPPER(fputs);
WRAPPER(fputc);
WRAPPER(fwrite);
WRAPPER(fflush);
WRAPPER(fclose);

/* A file without a name; the caller closes it. */
__attribute__((unused)) static int new_file(void) {
  char name[] = "/tmp/ame-test-XXXXXX";
  const int file = mkstemp(name);
  if (file < 0)
    abort();
  unlink(name);
  return file;
}

/* What it holds from the beginning, whatever its offset. */
__attribute__((unused)) static const char *contents(int file) {
  static char bytes[1 << 16];
  const ssize_t size = pread(file, bytes, sizeof bytes - 1, 0);
  bytes[size > 0 ? size : 0] = 0;
  return bytes;
}

/* What a pipe or socket holds; does not wait. */
__attribute__((unused)) static const char *arrived(int from) {
  static char bytes[1 << 16];
  const int flags = fcntl(from, F_GETFL);
  fcntl(from, F_SETFL, flags | O_NONBLOCK);
  const ssize_t size = read(from, bytes, sizeof bytes - 1);
  fcntl(from, F_SETFL, flags);
  bytes[size > 0 ? size : 0] = 0;
  return bytes;
}

__attribute__((unused)) static size_t open_descriptors(void) {
  size_t count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (readdir(folder))
    count++;
  closedir(folder);
  return count;
}
#endif

// RUN: %same_output %s -O0 -O2
// Intent: messages of sockets, locks of files and ioctl work on shared memory in transactions
// as outside: what headers point to is read, written and undone like any memory.
#define _GNU_SOURCE
#include <ame/ame.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char first[8] = "first", second[8] = "second", name[64];
static char in_first[4], in_second[16];
static union {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
} control, in_control;
static struct iovec vector[2] = {{first, 5}, {second, 6}};
static struct iovec in_vector[2] = {{in_first, 4}, {in_second, 16}};
static struct msghdr message = {.msg_iov = vector, .msg_iovlen = 2};
static struct msghdr in_message = {.msg_iov = in_vector, .msg_iovlen = 2};
static struct mmsghdr several[2], in_several[2];
static int pair[2], count, waiting;

static void add_descriptor(void) {
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &pair[0], sizeof(int));
}

static void show(const char *what, long result) {
  printf("%s: %ld %.4s %.16s\n", what, result, in_first, in_second);
  memset(in_first, 0, sizeof in_first);
  memset(in_second, 0, sizeof in_second);
}

int main(void) {
  ssize_t sent = 0, received = 0;
  socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
  AME_ATOMIC {
    count++;
    first[0] = 'F';
    sent = sendmsg(pair[0], &message, 0);
  }
  AME_ATOMIC {
    count++;
    ioctl(pair[1], FIONREAD, &waiting);
    received = recvmsg(pair[1], &in_message, 0);
  }
  printf("sent %zd, waiting %d\n", sent, waiting);
  show("recvmsg", received);

  AME_ATOMIC {
    count++;
    add_descriptor();
    sent = sendmsg(pair[0], &message, MSG_NOSIGNAL);
    in_message.msg_control = &in_control;
    in_message.msg_controllen = sizeof in_control;
    in_message.msg_name = name;
    in_message.msg_namelen = sizeof name;
    received = recvmsg(pair[1], &in_message, 0);
  }
  show("with control data", received);
  printf("control %zu, name %u, flags %d, type %d\n", in_message.msg_controllen,
         in_message.msg_namelen, in_message.msg_flags, in_control.header.cmsg_type);

  AME_ATOMIC {
    count++;
    in_vector[1].iov_len = 2;
    sent = sendmsg(pair[0], &message, 0);
    received = recvmsg(pair[1], &in_message, 0);
  }
  show("cut off", received);
  printf("truncated %d\n", (in_message.msg_flags & MSG_TRUNC) != 0);

  int numbers[2];
  AME_ATOMIC {
    count++;
    for (int i = 0; i < 2; i++) {
      several[i].msg_hdr = (struct msghdr){.msg_iov = &vector[i], .msg_iovlen = 1};
      in_several[i].msg_hdr = (struct msghdr){.msg_iov = &in_vector[i], .msg_iovlen = 1};
    }
    in_vector[1].iov_len = 16;
    numbers[0] = sendmmsg(pair[0], several, 2, 0);
    numbers[1] = recvmmsg(pair[1], in_several, 2, 0, NULL);
  }
  printf("%d %d: %u %u, %u %u\n", numbers[0], numbers[1], several[0].msg_len,
         several[1].msg_len, in_several[0].msg_len, in_several[1].msg_len);
  show("recvmmsg", 0);
  AME_ATOMIC {
    count++;
    sent = sendmsg(-1, &message, 0);
    received = recvmsg(pair[1], NULL, 0) + (errno == EFAULT);
  }
  printf("refused: %zd %zd\n", sent, received);

  static struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  FILE *file = tmpfile();
  int results[2];
  AME_ATOMIC {
    count++;
    results[0] = fcntl(fileno(file), F_SETLK, &lock);
    results[1] = fcntl(fileno(file), F_GETLK, &lock);
  }
  printf("lock %d %d %d\n", results[0], results[1], lock.l_type);
  printf("%d\n", count);
}

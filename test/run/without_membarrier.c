// RUN: %ame_cc -O2 %s -o %t && %ame_run %t | FileCheck %s
// Intent: where a filter refuses membarrier (containers), everything works: short
// transactions, visible ones beside writers, and memory that a commit frees.
#include <ame/ame.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CELLS = 1 << 16, TRANSFERS = 20000, SCANS = 20 };
static long cell[CELLS];
static struct box {
  long value;
} *box;

static int refuse_membarrier(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog filter = {.len = sizeof code / sizeof *code, .filter = code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

static void *transfer(void *seed) {
  unsigned long random = (unsigned long)seed;
  for (int i = 0; i < TRANSFERS; i++) {
    random = random * 6364136223846793005ul + 1442695040888963407ul;
    const unsigned from = random >> 33 & (CELLS - 1), to = random >> 48;
    AME_ATOMIC {
      cell[from] -= 1;
      cell[to] += 1;
      if (i % 16 == 0) { /* what others read plainly goes away */
        struct box *fresh = malloc(sizeof *fresh);
        fresh->value = box ? box->value + 1 : 1;
        free(box);
        box = fresh;
      }
    }
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc == 1) {
    if (refuse_membarrier() != 0)
      return 77;
    execl("/proc/self/exe", argv[0], "filtered", NULL);
    return 1;
  }
  errno = 0;
  printf("membarrier: %ld %d\n", syscall(SYS_membarrier, 0, 0, 0), errno == EPERM);
  pthread_t threads[2];
  for (long i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, transfer, (void *)(i + 1));
  int wrong = 0;
  for (int i = 0; i < SCANS; i++) {
    long sum = 0;
    AME_ATOMIC {
      for (int k = 0; k < CELLS; k++)
        sum += cell[k];
    }
    wrong += sum != 0;
  }
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  // CHECK: membarrier: -1 1
  // CHECK-NEXT: wrong: 0, boxes: 2500
  printf("wrong: %d, boxes: %ld\n", wrong, box->value);
  return 0;
}

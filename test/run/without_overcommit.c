// RUN: %ame_cc -O2 %s -o %t && %ame_run %t | FileCheck %s
// Intent: where the kernel does not overcommit (vm.overcommit_memory=2), every private
// writable mapping counts as if it were used: the runtime's are less than 512 MB, also
// when a transaction is large, and transactions work where more is refused.
#include <ame/ame.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BLOCKS = 1000000, WORDS = 1 << 20 };
struct node {
  struct node *next;
  long value;
};
static struct node *list;
static long words[WORDS];

#define ARGUMENT(i) (offsetof(struct seccomp_data, args) + 8 * (i))

// From here on writable mappings of 512 MB and more fail for lack of memory.
static int refuse_large(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 7),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(2)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_WRITE, 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(1) + 4),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 0, 2, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(1)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 1u << 29, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog filter = {.len = sizeof code / sizeof *code, .filter = code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

// Megabytes that would be charged.
static unsigned long charged(void) {
  unsigned long sum = 0, from, to;
  char line[512], access[8];
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps && fgets(line, sizeof line, maps))
    if (sscanf(line, "%lx-%lx %7s", &from, &to, access) == 3 &&
        strcmp(access, "rw-p") == 0)
      sum += to - from;
  if (maps)
    fclose(maps);
  return sum >> 20;
}

int main(int argc, char **argv) {
  if (argc == 1) {
    if (refuse_large() != 0)
      return 77;
    execl("/proc/self/exe", argv[0], "filtered", NULL);
    return 1;
  }
  const unsigned long before = charged();
  long sum = 0;
  AME_ATOMIC {
    for (long i = 0; i < BLOCKS; i++) {
      struct node *node = malloc(sizeof *node);
      *node = (struct node){list, i};
      list = node;
    }
    for (long i = 0; i < WORDS; i++)
      words[i] = 1;
  }
  AME_ATOMIC {
    for (struct node *node = list; node; node = node->next)
      sum += node->value;
    for (long i = 0; i < WORDS; i++)
      sum += words[i];
  }
  // CHECK: large: -1, sum 499999500000 + 1048576
  printf("large: %d, sum %ld + %d\n",
         mmap(NULL, 1ul << 29, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
             ? -1 : 0, sum - WORDS, WORDS);
  // CHECK-NEXT: charged before less than 400 MB, after less than 600
  const unsigned long after = charged();
  fprintf(stderr, "%lu MB, %lu MB\n", before, after);
  printf("charged before %s than 400 MB, after %s than 600\n", before < 400 ? "less" : "more",
         after < 600 ? "less" : "more");
  return 0;
}

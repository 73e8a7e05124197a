// RUN: %same_output %s -O0 -O2
// Intent: inline assembler: on registers only, as a compiler barrier, with
// memory operands, which are undone, with a memory clobber, and asm goto with both
// exits. The block is undone once before the first statement that makes it inevitable.
#include "../second_attempt.h"

static long shared = 5, other = 6;
static long array[4] = {1, 2, 3, 4};

static long registers_only(long x) {
  long result;
  __asm__("leaq 3(%1,%1,2), %0" : "=r"(result) : "r"(x));
  return result;
}
static void memory_operand(long *p) {
  __asm__("addq $7, %0" : "+m"(*p) : : "cc");
  __asm__ volatile("movq %1, %0" : "=m"(array[2]) : "r"(*p));
}
/* Known bytes: undone, shared or the thread's own. */
static _Thread_local long own = 5;
static void undone_operands(void) {
  __asm__("addq $3, %0" : "+m"(own) : : "cc");
  __asm__("addq $3, %0" : "+m"(array[1]) : : "cc");
}
static void memory_clobber(long *p) {
  __asm__ volatile("shlq $1, (%0)" : : "r"(p) : "memory", "cc");
}
static int jump(long x) {
  __asm__ goto("testq %0, %0\n\tjs %l[negative]" : : "r"(x) : "cc" : negative);
  shared++;
  return 1;
negative:
  other++;
  return -1;
}
static int jump_with_output(long x) {
  long y;
  __asm__ goto("leaq 1(%1), %0\n\ttestq %1, %1\n\tjz %l[zero]"
               : "=&r"(y) : "r"(x) : "cc" : zero);
  return (int)y;
zero:
  return -(int)y;
}
static void change(void) {
  memory_operand(&shared);
  memory_clobber(&other);
}

int main(void) {
  long sum = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    shared += registers_only(shared);
    __asm__ volatile("" ::: "memory");
    __asm__ volatile("" : "+r"(sum));
    sum += jump(shared) + 10 * jump(-shared);
    sum += 100 * jump_with_output(7) + 1000 * jump_with_output(shared - shared);
    undone_operands();
    second_attempt_force();
    undone_operands();
    change();
    change();
  }
  second_attempt_check();
  printf("%ld %ld %ld %ld %ld %ld\n", shared, other, array[1], array[2], own, sum);
  return 0;
}

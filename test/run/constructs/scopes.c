// RUN: %same_output %s -O0 -O2 -O3 --always
// RUN: %same_output %s "-O0 -fsanitize=undefined"
// RUN: not %ame_cc -O2 -c -DGOTO_OUT %s -o %t.o 2>&1 | FileCheck %s --check-prefix=OUT
// RUN: not %ame_cc -O2 -c -DGOTO_IN %s -o %t.o 2>&1 | FileCheck %s --check-prefix=IN
// RUN: not %ame_cc -O2 -c -DSWITCH_IN %s -o %t.o 2>&1 | FileCheck %s --check-prefix=IN
// OUT: error: cannot jump from this indirect goto statement to one of its possible targets
// IN: error: cannot jump from {{this goto statement to its label|switch statement to this case label}}
// Intent: variables with cleanup functions, arrays of variable length, alloca in
// loops, statement expressions, computed goto and switches around and in blocks that
// are left in every way, by longjmp too; jumps that would miss a block's begin or end
// are errors.
#include "../second_attempt.h"
#include <alloca.h>
#include <setjmp.h>

static long notes[64];
static int count;

static void note(long x) {
  if (count < 64)
    notes[count++] = x;
}
static void cleanup(int *p) { note(100 + *p); }

static long computed(int k) {
  static void *const to[] = {&&in, &&out};
  AME_ATOMIC {
    note(k);
    goto *to[k & 1];
  out:
    note(2000);
    return -k;
  in:
    note(1000);
  }
  return k;
}

static int switches(int k) {
  int r = 0;
  switch (k) {
  case 0:
    AME_ATOMIC {
      note(r = 1);
      break;
    }
  case 1:
    AME_ATOMIC { note(r += 10); }
  case 2:
    r += 100;
    break;
  default:
    AME_ATOMIC {
      switch (k) {
      case 5:
        note(5);
        return 55;
      case 6:
        note(6);
        goto end;
      }
      note(7);
    }
  }
end:
  return r;
}

static jmp_buf outside;

static long jump_out_of_array(int k) {
  volatile long r = 0, before[k];
  for (int i = 0; i < k; i++)
    before[i] = 257;
  if (setjmp(outside))
    return 77 + before[k - 1];
  AME_ATOMIC {
    long array[k * 3];
    for (int i = 0; i < k * 3; i++)
      array[i] = i;
    note(array[k]);
    before[k - 1] += array[k];
    if (k > 2)
      longjmp(outside, 1);
    r = array[k * 2];
  }
  return r + before[k - 1];
}

static long jump_inside(int k) {
  volatile long sum = 0;
  AME_ATOMIC {
    jmp_buf inner;
    volatile int turn = 0;
    int got = setjmp(inner);
    note(got);
    sum += got;
    if (++turn < k)
      longjmp(inner, turn);
  }
  return sum;
}

static long alloca_in_loop(int k) {
  struct cell {
    struct cell *next;
    long value;
  } *list = NULL;
  long sum = 0;
  AME_ATOMIC {
    for (int i = 0; i < k; i++) {
      struct cell *cell = alloca(sizeof *cell);
      *cell = (struct cell){list, i + count};
      list = cell;
    }
    for (; list; list = list->next)
      sum += list->value;
    note(sum);
  }
  return sum;
}

static long cleanups(int k) {
  long sum = 0;
  for (int i = 0; i < 3; i++)
    AME_ATOMIC {
      __attribute__((cleanup(cleanup))) int a = i;
      AME_ATOMIC {
        __attribute__((cleanup(cleanup))) int b = 10 + i;
        sum += b;
        if (i == k)
          goto next;
        if (i == k + 1)
          return sum;
      }
      note(50 + i);
    next:;
    }
  return sum;
}

static long statement_expression(int k) {
  return ({
           long r = 0;
           AME_ATOMIC {
             r = ({
               note(k);
               count;
             });
             if (k == 3)
               goto out;
           }
           r;
         }) +
         1;
out:
  return -7;
}

static int device(int k) { /* Duff's, in a block */
  int r = 0;
  AME_ATOMIC {
    switch (k % 4) {
      do {
      case 0: note(++r);
      case 3: r += 2;
      case 2: r += 3;
      case 1: r += 4;
      } while (--k > 0);
    }
  }
  return r;
}

static long all(int k) {
  return computed(k) + switches(k) + jump_inside(k) + alloca_in_loop(k) + cleanups(k - 1) +
         statement_expression(k) + device(k + 1);
}

#ifdef GOTO_OUT
void goto_out(int k) {
  static void *const to[] = {&&in, &&out};
  AME_ATOMIC {
    goto *to[k];
  in:
    note(1);
  }
out:
  note(2);
}
#endif
#ifdef GOTO_IN
void goto_in(int k) {
  if (k)
    goto in;
  AME_ATOMIC {
    note(1);
  in:
    note(2);
  }
}
#endif
#ifdef SWITCH_IN
void switch_in(int k) {
  switch (k) {
    AME_ATOMIC {
    case 1:
      note(1);
    }
  }
}
#endif

int main(void) {
  long sum = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    for (int k = 0; k < 4; k++)
      sum = sum * 3 + all(k);
    sum += jump_out_of_array(2);
    second_attempt_force();
    count &= 31;
  }
  second_attempt_check();
  for (int k = 0; k < 8; k++) {
    sum = sum * 5 + all(k) + jump_out_of_array(k + 1);
    count &= 15;
  }
  printf("%ld %d\n", sum, count);
  for (int i = 0; i < 64; i++)
    printf("%ld ", notes[i]);
  puts("");
  return 0;
}

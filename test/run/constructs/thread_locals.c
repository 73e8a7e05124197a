// RUN: %same_output %s -O0 -O2 "-O2 -fPIC" --always
// Intent: thread-local variables of all models are undone on abort and belong
// to their thread: scalars, arrays, structures, addresses taken.
#include "../second_attempt.h"
#include <errno.h>
#include <string.h>

static _Thread_local int counter = 3;
_Thread_local long array[10] __attribute__((tls_model("global-dynamic"))) = {1, 2};
static __thread struct {
  int a;
  char text[20];
} record __attribute__((tls_model("initial-exec"))) = {4, "abc"};
static _Thread_local int *pointer;
static int total;

__attribute__((noinline)) static void through(int *p) { *p += 10; }

static void change(int i) {
  counter++;
  array[i] += counter;
  array[9 - i] *= 2;
  record.a += array[i];
  record.text[i] ^= 1;
  pointer = &record.a;
  through(pointer);
  through(&counter);
  total += record.a + counter;
  errno = total;
  total += record.text[8];
  memset(record.text + 8, 'a' + i, 10);
}

static void *other_thread(void *unused) {
  AME_ATOMIC { change(2); }
  printf("other %d %d %s\n", counter, record.a, record.text);
  return unused;
}

int main(void) {
  pthread_t thread;
  second_attempt_prepare();
  AME_ATOMIC {
    change(0);
    second_attempt_force();
    change(1);
  }
  second_attempt_check();
  printf("%d %d %s %d %d\n", counter, record.a, record.text, total, *pointer);
  for (int i = 0; i < 10; i++)
    printf("%ld ", array[i]);
  pthread_create(&thread, NULL, other_thread, NULL);
  pthread_join(thread, NULL);
  printf("%d %d\n", counter, total);
  return 0;
}

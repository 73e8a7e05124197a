// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: pointers to libc functions are called with the right result; what was
// written before and after them counts once.
#include <ame/ame.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int value;
int (*volatile convert)(int) = toupper;
size_t (*volatile measure)(const char *) = strlen;
int (*const table[2])(int) = {abs, tolower};
static char text[8] = "abc";

int main(void) {
  int c = 0, n = 0;
  AME_ATOMIC {
    value += 2;
    text[2] = 0;
    n = (int)measure(text);
    c = convert('x');
    value += table[0](-5) + (table[1]('A') == 'a');
  }
  // CHECK: X 2 8
  printf("%c %d %d\n", c, n, value);
  return 0;
}

// RUN: %ame_cc -c -O0 -g %s -o %t.o 2>&1 | count 0
// RUN: %ame_cc -c -O2 -g %s -o %t.o 2>&1 | count 0
// Intent: an AME_SAFE function that only computes, allocates and prints is not
// reported.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int counter;

static char *copy(const char *text) {
  char *new_text = malloc(strlen(text) + 1);
  return new_text ? strcpy(new_text, text) : NULL;
}

AME_SAFE int safe(const char *text) {
  char *mine = copy(text);
  counter++;
  printf("%d\n", counter);
  free(mine);
  return counter;
}

// RUN: %clang -O2 -D__AME__ -I%ame_include -fplugin=%ame_plugin -fpass-plugin=%ame_plugin %s -o %t -L%ame_lib -Wl,-rpath,%ame_lib -lame -lpthread -lm -ldl
// RUN: %ame_run %t | FileCheck %s
// Intent: the plugin and the runtime are usable with clang alone.
#include "second_attempt.h"

static int value;

int main(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    value++;
    second_attempt_force();
  }
  second_attempt_check();
  // CHECK: value 1
  printf("value %d\n", value);
  return 0;
}

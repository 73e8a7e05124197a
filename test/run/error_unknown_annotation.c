// RUN: not %ame_cc -c -O0 -g %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %ame_cc -c -O2 -g %s -o %t.o 2>&1 | FileCheck %s
// Intent: a misspelled annotation of ame is an error, never ignored.
#include <ame/ame.h>

struct object {
  int count __attribute__((annotate("ame.refcuont")));
};

int read_count(struct object *object) {
  // CHECK: error_unknown_annotation.c:{{[0-9]+}}:{{[0-9]+}}: error: {{.*}}ame.refcuont
  return object->count;
}

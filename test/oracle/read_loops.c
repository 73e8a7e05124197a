// RUN: %oracle_cc -O2 %s -o %t && %t | FileCheck %s
// RUN: %oracle_cc -O2 -fame-mode=always %s -o %t.whole && %t.whole | FileCheck %s
// Intent: everything that loops without barriers read lies in the ranges that are logged
// before: each word, of each piece, in both directions.
// CHECK: read_loops: OK
#include "../run/read_loops.c"

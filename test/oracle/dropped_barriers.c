// RUN: rm -rf %t && split-file %s %t
// RUN: %oracle_cc -O1 -w %t/main.c %t/dropped.ll -o %t/program
// RUN: %t/program with | FileCheck %t/main.c --check-prefix=WITH
// RUN: %t/program irreversible | FileCheck %t/main.c --check-prefix=IRREVERSIBLE
// RUN: not --crash %t/program read 2>&1 | FileCheck %t/main.c --check-prefix=READ
// RUN: not --crash %t/program write 2>&1 | FileCheck %t/main.c --check-prefix=WRITE
// RUN: not --crash %t/program no_undo 2>&1 | FileCheck %t/main.c --check-prefix=UNDO
// RUN: not --crash %t/program bits 2>&1 | FileCheck %t/main.c --check-prefix=BITS
// RUN: not --crash %t/program caller 2>&1 | FileCheck %t/main.c --check-prefix=CALLER
// RUN: not --crash %t/program immutable 2>&1 | FileCheck %t/main.c --check-prefix=IMMUTABLE
// RUN: %oracle_cc -O1 %t/forgotten.c -o %t/forgotten && %t/forgotten
// RUN: env ORACLE_DROP=1 %oracle_cc -O1 %t/forgotten.c -o %t/forgotten 2>&1 | FileCheck %t/forgotten.c --check-prefix=DROPPED
// RUN: not --crash %t/forgotten 2>&1 | FileCheck %t/forgotten.c
// RUN: env AME_ORACLE_REPORT=%t/report not --crash %t/forgotten 2>/dev/null
// RUN: not %python %S/summary.py %t/report program=forgotten | FileCheck %t/forgotten.c --check-prefix=SUMMARY
// Intent: the oracle finds a read and a write whose barrier was dropped, a write
// that is not undone, one to a frame that no snapshot restores, and immutable
// memory that a thread writes after another has read it.

//--- main.c
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

long shared = 1;
struct object {
  long claimed AME_IMMUTABLE;
} object = {5};

long read_with_barrier(void) { return shared; }
void write_with_barrier(long *at) { *at += 1; }
_Alignas(64) long array[50];
/* The undo log is full several times, and the first store's entry gone. */
long large[20000];
__attribute__((noinline)) void fill_irreversibly(long *last, long *a) {
  ame_become_inevitable("test");
  for (long i = 0; i < 20000; i++) {
    *last = i;
    a[i * 7 % 20000] = *last;
  }
}
__attribute__((noinline)) void fill_with_range(long *a) {
  for (long i = 0; i < 50; i++)
    a[i] = i * i;
}
long read_without(long *at);
void write_without(long *at);
void own_without_undo(long *at);
void bits_without_undo(long *at);

static void run(const char *how, long *callers) {
  AME_ATOMIC {
    if (strcmp(how, "irreversible") == 0) {
      fill_irreversibly(&shared, large);
      printf("%ld\n", shared);
    } else if (strcmp(how, "with") == 0) {
      write_with_barrier(&shared);
      write_with_barrier(callers);
      fill_with_range(array);
      printf("%ld %ld\n", read_with_barrier(), *callers);
    } else if (strcmp(how, "read") == 0) {
      printf("%ld\n", read_without(&shared));
    } else if (strcmp(how, "write") == 0) {
      write_without(&shared);
    } else if (strcmp(how, "no_undo") == 0) {
      own_without_undo(&shared);
    } else if (strcmp(how, "bits") == 0) {
      bits_without_undo(array);
    } else if (strcmp(how, "caller") == 0) {
      write_without(callers);
    } else {
      object.claimed = 6;
    }
  }
}

static void *read_claim(void *unused) {
  AME_ATOMIC { printf("%ld\n", object.claimed); }
  return unused;
}

int main(int argc, char **argv) {
  long mine = 7;
  pthread_t reader;
  pthread_create(&reader, NULL, read_claim, NULL);
  pthread_join(reader, NULL);
  run(argv[1], &mine);
  // WITH: 5
  // WITH-NEXT: 2 8
  // IRREVERSIBLE: 5
  // IRREVERSIBLE-NEXT: 19999
  // READ: oracle: unprotected read of 8 bytes at {{.*}} in a transaction: read_without:
  // WRITE: oracle: unprotected write of 8 bytes at {{.*}} in a transaction: write_without:
  // UNDO: oracle: write that is not undone of 8 bytes at {{.*}} in a transaction: own_without_undo:
  // BITS: oracle: write that is not undone of 8 bytes at {{.*}} in a transaction: bits_without_undo:
  // CALLER: oracle: unprotected write of 8 bytes at {{.*}} in a transaction: write_without:
  // IMMUTABLE: oracle: write to memory that another thread has read as immutable
  return mine == 0;
}

//--- forgotten.c
#include <ame/ame.h>
long shared;
// DROPPED: oracle: without a barrier of change.ame: {{.*}}@__ame_write
// CHECK: oracle: unprotected write of 8 bytes at {{.*}} in a transaction: change.ame:
// SUMMARY: "program": "forgotten", {{.*}}"violations": {"unprotected write of 8 bytes: change.ame:{{.*}}": 1}
__attribute__((noinline)) void change(long *at) { *at = 1; }
int main(void) {
  AME_ATOMIC { change(&shared); }
  return 0;
}

//--- dropped.ll
; The prefix says that these are instrumented in place; they are not.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

define i64 @read_without(ptr %at) prefix <{ i32, i32 }> <{ i32 -1545551650, i32 0 }> {
  %value = load i64, ptr %at
  ret i64 %value
}

define void @write_without(ptr %at) prefix <{ i32, i32 }> <{ i32 -1545551650, i32 0 }> {
  store i64 3, ptr %at
  ret void
}

; Owns the stripe by a write to another word of it.
define void @own_without_undo(ptr %at) prefix <{ i32, i32 }> <{ i32 -1545551650, i32 0 }> {
  %address = ptrtoint ptr %at to i64
  %other = xor i64 %address, 8
  %word = inttoptr i64 %other to ptr
  call void @__ame_write(ptr %word, i64 8)
  store i64 3, ptr %at
  ret void
}
declare void @__ame_write(ptr, i64)

; Some bits of the word before it are logged.
define void @bits_without_undo(ptr %at) prefix <{ i32, i32 }> <{ i32 -1545551650, i32 0 }> {
  call void @__ame_write_bits(ptr %at, i64 255, i64 1, i64 8)
  %next = getelementptr i64, ptr %at, i64 1
  store i64 3, ptr %next
  ret void
}
declare void @__ame_write_bits(ptr, i64, i64, i64)

; ame-cc leaves alone what has been instrumented.
!llvm.module.flags = !{!0, !1}
!0 = !{i32 4, !"ame.marked", i32 1}
!1 = !{i32 4, !"ame.instrumented", i32 1}

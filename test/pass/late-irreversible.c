// Intent: what cannot be undone comes behind __ame_inevitable and a barrier for the
// bytes that it touches: volatile and atomic accesses of every kind, assembler that
// touches memory or clobbers it. What touches known bytes only, memory operands of
// assembler and the lists of va_start and va_copy, has the barriers alone.
// RUN: %ame_cc -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s
#include <ame/ame.h>
#include <stdarg.h>

// CHECK-LABEL: define {{.*}}@volatile_read.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void @__ame_read_range(ptr {{.*}}, i64 4)
// CHECK: load volatile i32
// CHECK: {{^}}}
void volatile_read(volatile int *p, int *q) { *q = *p; }
// CHECK-LABEL: define {{.*}}@volatile_write.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 4)
// CHECK: store volatile i32 3
// CHECK: {{^}}}
void volatile_write(volatile int *p) { *p = 3; }
struct many {
  long words[8];
};
// CHECK-LABEL: define {{.*}}@volatile_copy.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void @__ame_memcpy(
// CHECK: {{^}}}
void volatile_copy(volatile struct many *p, struct many *q) { *p = *q; }
// CHECK-LABEL: define {{.*}}@atomic_read.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void @__ame_read_range(ptr {{.*}}, i64 4)
// CHECK: load atomic i32, {{.*}} acquire
// CHECK: {{^}}}
int atomic_read(int *p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
// CHECK-LABEL: define {{.*}}@atomic_write.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 4)
// CHECK: store atomic i32
// CHECK: {{^}}}
void atomic_write(int *p) { __atomic_store_n(p, 3, __ATOMIC_RELEASE); }
// CHECK-LABEL: define {{.*}}@change.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 4)
// CHECK: atomicrmw add
// CHECK: {{^}}}
int change(int *p) { return __atomic_fetch_add(p, 3, __ATOMIC_RELAXED); }
// CHECK-LABEL: define {{.*}}@exchange.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 4)
// CHECK: cmpxchg
// CHECK: {{^}}}
_Bool exchange(int *p) { return __sync_bool_compare_and_swap(p, 1, 2); }
// Nobody else sees it, but an abort must undo it.
_Thread_local int own;
// CHECK-LABEL: define {{.*}}@change_own.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 4)
// CHECK: atomicrmw add
// CHECK: {{^}}}
int change_own(void) { return __atomic_fetch_add(&own, 3, __ATOMIC_RELAXED); }

// CHECK-LABEL: define {{.*}}@operands.ame(
// CHECK-NOT: @__ame_inevitable(
// CHECK-DAG: call void @__ame_write_range(ptr {{.*}}, i64 4)
// CHECK-DAG: call void @__ame_read_range(ptr {{.*}}, i64 4)
// CHECK: call void asm
// CHECK: {{^}}}
void operands(int *p, int *q) { __asm__("movl %1, %%eax; movl %%eax, %0" : "=m"(*p) : "m"(*q) : "eax"); }
// CHECK-LABEL: define {{.*}}@volatile_operand.ame(
// CHECK-DAG: call void @__ame_inevitable(
// CHECK-DAG: call void @__ame_write_range(ptr {{.*}}, i64 4)
// CHECK: call void asm sideeffect
// CHECK: {{^}}}
void volatile_operand(int *p) { __asm__ volatile("incl %0" : "+m"(*p)); }
// CHECK-LABEL: define {{.*}}@clobber.ame(
// CHECK: call void @__ame_inevitable(
// CHECK: call void asm sideeffect
// CHECK: {{^}}}
void clobber(void) { __asm__ volatile("nop" : : : "memory"); }

struct kept {
  va_list list, copy;
};
// CHECK-LABEL: define {{.*}}@starts.ame(
// CHECK-NOT: @__ame_inevitable(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 24)
// CHECK: call void @llvm.va_start
// CHECK: {{^}}}
void starts(struct kept *k, int n, ...) { va_start(k->list, n); }
// Both sides may be shared.
// CHECK-LABEL: define {{.*}}@copies.ame(
// CHECK-NOT: @__ame_inevitable(
// CHECK-DAG: call void @__ame_read_range(ptr {{.*}}, i64 24)
// CHECK-DAG: call void @__ame_write_range(ptr {{.*}}, i64 24)
// CHECK: call void @llvm.va_copy
// CHECK: {{^}}}
void copies(struct kept *k, struct kept *from) { va_copy(k->copy, from->list); }

// Intent: a commit waits for older transactions at once, unless the next block
// begins before plain code that may touch memory of others; on the other paths
// that is settled first.
// RUN: %clang -O2 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -O0 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -S -emit-llvm %s -o - | FileCheck --check-prefix=O0 %s
// RUN: %clang -O2 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -I%ame_include -Rpass=ame -c %s -o /dev/null 2>&1 \
// RUN:   | FileCheck --check-prefix=REMARK %s
// RUN: %clang -O2 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ \
// RUN:   -Xclang -mllvm -Xclang -ame-mode=always \
// RUN:   -I%ame_include -S -emit-llvm %s -o - | FileCheck --check-prefix=ALWAYS %s
#include <ame/ame.h>

struct limits {
  long most AME_IMMUTABLE;
  long now;
  double hint AME_NOTRACK;
};
double cosh(double);
AME_PURE long looks(const struct limits *limits);
static long sum;
long plain;
static __thread long own AME_THREADLOCAL;
void elsewhere(void);

// Nothing but computation between the blocks; what the loop leaves is settled
// before the caller goes on.
// CHECK-LABEL: define {{.*}}@loop(
// CHECK-DAG: call void @__ame_commit_owing()
// CHECK-DAG: call void @__ame_quiesce_owed()
// CHECK-NOT: call void @__ame_commit()
// O0-LABEL: define {{.*}}@loop(
// O0-DAG: call void @__ame_commit_owing()
// O0-DAG: call void @__ame_quiesce_owed()
// REMARK: owed-quiescence.c:[[# @LINE + 3]]:{{.*}} the commit leaves the wait for older transactions to the next one
void loop(long times) {
  for (long i = 0; i < times; i++)
    AME_ATOMIC { sum += i; }
}

// Immutable data and the thread's own may be looked at in between.
// CHECK-LABEL: define {{.*}}@unshared(
// CHECK: call void @__ame_commit_owing()
// CHECK-NOT: __ame_quiesce_owed
// CHECK: call i32 @__ame_begin(
// CHECK: call void @__ame_commit()
// ALWAYS-LABEL: define {{.*}}@unshared(
// ALWAYS: call void @__ame_commit_owing()
// ALWAYS-NOT: __ame_quiesce_owed
// ALWAYS: call i32 @__ame_begin(
// REMARK: owed-quiescence.c:[[# @LINE + 2]]:{{.*}} leaves the wait
void unshared(const struct limits *limits) {
  AME_ATOMIC { sum++; }
  const long most = limits->most;
  own++;
  AME_ATOMIC { sum += most; }
}

// So may what is not tracked, and called what touches no memory.
// CHECK-LABEL: define {{.*}}@untracked(
// CHECK: call void @__ame_commit_owing()
// CHECK-NOT: __ame_quiesce_owed
// CHECK: call i32 @__ame_begin(
// REMARK: owed-quiescence.c:[[# @LINE + 2]]:{{.*}} leaves the wait
void untracked(const struct limits *limits) {
  AME_ATOMIC { sum++; }
  const long hint = (long)cosh(limits->hint);
  AME_ATOMIC { sum += hint; }
}

// What is called as it is may read what is private by now; the hint is written.
// CHECK-LABEL: define {{.*}}@looks_at_private(
// CHECK: call void @__ame_commit()
// CHECK: call void @__ame_commit()
// CHECK: call void @__ame_commit()
void looks_at_private(struct limits *limits) {
  AME_ATOMIC { sum++; }
  const long most = looks(limits);
  AME_ATOMIC { sum += most; }
  limits->hint = 0;
  AME_ATOMIC { sum++; }
}

// A plain read: the commit before it may have made that memory private, and a
// doomed transaction written there.
// CHECK-LABEL: define {{.*}}@reads(
// CHECK: call void @__ame_commit()
// CHECK-NOT: __ame_quiesce_owed
// CHECK: call void @__ame_commit()
// ALWAYS-LABEL: define {{.*}}@reads(
// ALWAYS: call void @__ame_commit()
// ALWAYS: call void @__ame_commit()
// REMARK-NOT: leaves the wait
void reads(const struct limits *limits) {
  AME_ATOMIC { sum++; }
  const long now = limits->now;
  AME_ATOMIC { sum += now; }
}

// CHECK-LABEL: define {{.*}}@writes(
// CHECK: call void @__ame_commit()
// CHECK: call void @__ame_commit()
void writes(void) {
  AME_ATOMIC { sum++; }
  plain = 1;
  AME_ATOMIC { sum++; }
}

// CHECK-LABEL: define {{.*}}@calls(
// CHECK: call void @__ame_commit()
// CHECK: call void @__ame_commit()
void calls(void) {
  AME_ATOMIC { sum++; }
  elsewhere();
  AME_ATOMIC { sum++; }
}

// On one path only: that one settles.
// CHECK-LABEL: define {{.*}}@on_one_path(
// CHECK: call void @__ame_commit_owing()
// CHECK: [[AT:%.*]] = getelementptr inbounds i8, ptr {{.*}}, i64 84
// CHECK: [[OWED:%.*]] = load i32, ptr [[AT]]
// CHECK: [[ANY:%.*]] = icmp {{eq|ne}} i32 [[OWED]], 0
// CHECK: br i1 [[ANY]]
// CHECK: call void @__ame_quiesce_owed()
// CHECK: store i64 1, ptr @plain
// CHECK: call void @__ame_commit()
// REMARK: owed-quiescence.c:[[# @LINE + 2]]:{{.*}} leaves the wait
void on_one_path(long some) {
  AME_ATOMIC { sum++; }
  if (some)
    plain = 1;
  AME_ATOMIC { sum++; }
}

// A local whose address others may have is like any memory; the table of such
// locals that a begin is told is not.
// CHECK-LABEL: define {{.*}}@locals(
// CHECK: call void @__ame_commit_owing()
// CHECK: call void @__ame_commit()
// CHECK: call void @__ame_commit()
extern long *known;
void locals(long value) {
  long local = value, private[2] = {value, value};
  AME_ATOMIC { known = &local; }
  private[value & 1]++;
  AME_ATOMIC { sum += private[0]; }
  local++;
  AME_ATOMIC { sum += local + private[1]; }
}

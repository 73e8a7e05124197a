// Intent: a clone has its own table of label addresses.
// RUN: %clang -D__AME__ -I%S/../../include -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %ame_opt -passes=ame-mark -S | FileCheck %s
// CHECK: @run.labels = internal {{.*}}[ptr blockaddress(@run, %{{.*}}), ptr blockaddress(@run, %{{.*}})]
// CHECK: @run.labels.ame = internal {{.*}}[ptr blockaddress(@run.ame, %{{.*}}), ptr blockaddress(@run.ame, %{{.*}})]
// CHECK-LABEL: define internal i32 @run.ame(
// CHECK: getelementptr {{.*}}@run.labels.ame
int run(int op) {
  static void *labels[] = {&&one, &&two};
  goto *labels[op];
one:
  return 1;
two:
  return 2;
}

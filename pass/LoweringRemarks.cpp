//===- LoweringRemarks.cpp - What the late pass tells about its work ------===//
//
// Nothing is built unless the user asked for remarks: emit() takes a lambda.
//
//===----------------------------------------------------------------------===//
#include "LoweringRemarks.h"

#include "llvm/ADT/Statistic.h"

using namespace llvm;

#define DEBUG_TYPE "ame-lower"

#define X(name, text)                                                          \
  STATISTIC(NumOmitted##name, "Number of accesses without barrier: " text);
AME_NO_BARRIER_REASONS(X)
#undef X
STATISTIC(NumInevitable, "Number of places that make transactions inevitable");

namespace ame {

static void count(NoBarrier Reason) {
  switch (Reason) {
#define X(name, text)                                                          \
  case NoBarrier::name:                                                        \
    ++NumOmitted##name;                                                        \
    break;
    AME_NO_BARRIER_REASONS(X)
#undef X
  }
}

void LoweringRemarks::omitted(const Instruction &I, NoBarrier Reason) {
  count(Reason);
  Emitter.emit([&] {
    return OptimizationRemark(DEBUG_TYPE, reasonName(Reason), &I)
           << "no barrier: " << reasonText(Reason);
  });
}

void LoweringRemarks::inevitable(const Instruction &I, StringRef Name,
                                 StringRef What) {
  ++NumInevitable;
  Emitter.emit([&] {
    return OptimizationRemarkMissed(DEBUG_TYPE, Name, &I)
           << "the transaction becomes inevitable: " << What;
  });
}

} // namespace ame

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
#define X(name, text)                                                          \
  STATISTIC(NumCheaper##name, "Number of accesses with a cheaper barrier: " text);
AME_CHEAPER_BARRIERS(X)
#undef X
STATISTIC(NumBarriers, "Number of accesses with a barrier");
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

static StringRef countAndName(CheaperBarrier How) {
  switch (How) {
#define X(name, text)                                                          \
  case CheaperBarrier::name:                                                   \
    ++NumCheaper##name;                                                        \
    return #name;
    AME_CHEAPER_BARRIERS(X)
#undef X
  }
  return {};
}

static StringRef textOf(CheaperBarrier How) {
  switch (How) {
#define X(name, text)                                                          \
  case CheaperBarrier::name:                                                   \
    return text;
    AME_CHEAPER_BARRIERS(X)
#undef X
  }
  return {};
}

void LoweringRemarks::cheaper(const Instruction &I, CheaperBarrier How) {
  const StringRef Name = countAndName(How);
  Emitter.emit([&] {
    return OptimizationRemark(DEBUG_TYPE, Name, &I)
           << "cheaper barrier: " << textOf(How);
  });
}

void LoweringRemarks::barrier(const Instruction &I, bool IsWrite,
                              bool IsInlined) {
  ++NumBarriers;
  Emitter.emit([&] {
    return OptimizationRemarkAnalysis(DEBUG_TYPE,
                                      IsWrite ? "WriteBarrier" : "ReadBarrier",
                                      &I)
           << (IsWrite ? "write" : "read") << " barrier, "
           << (IsInlined ? "inlined" : "a call");
  });
}

void LoweringRemarks::limited(const Instruction &I, size_t Barriers,
                              unsigned Most) {
  Emitter.emit([&] {
    return OptimizationRemarkMissed(DEBUG_TYPE, "ManyBarriers", &I)
           << ore::NV("Barriers", Barriers)
           << " barriers would be inlined here: the "
           << ore::NV("Most", Most)
           << " that run most often are, this one and the others are calls";
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

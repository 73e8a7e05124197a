//===- LoopRanges.h - One barrier for all that a loop writes --------------===//
//
// A loop that fills an array writes each element of it, one after another, and
// how many is known before the first one: then one barrier in front of the loop
// owns all of the memory and logs its old bytes, as memset and memcpy do, and the
// stores have none. Reads of the same elements need none either.
//
// Nothing is owned that would not have been, and nothing is accessed that the
// loop would not have accessed: it runs to its end for certain, each turn writes,
// and the pieces leave no gap (which might belong to a field that is not tracked).
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LOOPRANGES_H
#define AME_PASS_LOOPRANGES_H

#include "LoweringRemarks.h"
#include "RedundantBarriers.h"

#include "llvm/ADT/SmallVector.h"

namespace ame {

/// [Start, +Size) has to be owned and logged in front of Before.
struct OwnedRange {
  llvm::Instruction *Before;
  llvm::Value *Start, *Size;
};

/// Finds such loops, computes their ranges in front of them, and takes the
/// accesses that are covered out of the plan.
llvm::SmallVector<OwnedRange, 2> planLoopRanges(llvm::Function &F,
                                                PlannedBarriers &Planned,
                                                const TransactionEnds &Ends,
                                                LoweringRemarks &Remarks);

} // namespace ame

#endif

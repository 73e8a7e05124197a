//===- BoundedRanges.h - One barrier for a small table that a loop writes -===//
//
// A loop that changes elements of a table here and there (a histogram, the
// counters of a sort, an interpreter's registers) and whose index cannot leave
// the table (a byte, a number masked or divided by a constant): where the table
// is small and the loop runs often enough, one barrier in front of the loop owns
// all of it and logs its old bytes, and the accesses have none.
//
// The memory is really there: LLVM knows the object behind the pointer to be as
// large. It belongs to this loop alone from then on, also what is not written in
// the end: so the table is small, the loop writes it in each turn, and there are
// several turns for each stripe. Between the elements lies nothing else (which
// might not be tracked).
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_BOUNDEDRANGES_H
#define AME_PASS_BOUNDEDRANGES_H

#include "LoopRanges.h"

namespace ame {

/// Adds such ranges to Ranges, and takes the accesses that are covered out of the
/// plan.
void planBoundedRanges(llvm::Function &F, PlannedBarriers &Planned,
                       const TransactionEnds &Ends, LoweringRemarks &Remarks,
                       llvm::SmallVectorImpl<OwnedRange> &Ranges);

} // namespace ame

#endif

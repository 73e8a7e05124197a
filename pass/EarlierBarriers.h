//===- EarlierBarriers.h - Barriers at better places ----------------------===//
//
// One barrier earlier instead of several later:
//
//   read for write: a read that is surely followed by a write of the same bytes,
//   a few instructions on, owns them at once; the write then needs nothing;
//
//   loops: the barrier of an address that stays the same, in every turn of a
//   loop, comes once, before the loop.
//
// Only the plan changes (and, before loops, a load stands for the address):
// RedundantBarriers then finds what has become superfluous. Nothing is accessed
// that would not have been, and no transaction ends in between.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_EARLIERBARRIERS_H
#define AME_PASS_EARLIERBARRIERS_H

#include "LoweringRemarks.h"
#include "RedundantBarriers.h"

#include "llvm/ADT/SmallPtrSet.h"

namespace ame {

void planReadsForWriting(PlannedBarriers &Planned, LoweringRemarks &Remarks);

/// Adds loads to F, before loops, and to the plan; returns them. Their results
/// are not used: once they have their barriers they may go.
llvm::SmallPtrSet<const llvm::Instruction *, 4>
planBarriersBeforeLoops(llvm::Function &F, PlannedBarriers &Planned,
                        const TransactionEnds &Ends, LoweringRemarks &Remarks);

} // namespace ame

#endif

//===- ReadLoops.h - Loops that only read ---------------------------------===//
//
// A loop that sums an array, or compares two, reads more than a barrier a word is
// worth. It gets a second body without barriers, which runs piece by piece (64 KB)
// between two calls of the runtime: the first one logs, or marks, all that the piece
// will read, the second one looks whether all of it was consistent; if not the piece
// runs again, or the loop goes on with barriers. (A barrier in front of the loop alone
// would not do: others write in place, so what is read counts only once its record has
// been seen after it.)
//
// Nothing may come of inconsistent data. So the loop writes nothing, calls nothing,
// cannot trap, and which memory it accesses, and for how many turns, does not depend
// on what it reads. No stripe is logged that would not have been: it runs to its end
// for certain, each read happens in each turn, and a step leaves no stripe out.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_READLOOPS_H
#define AME_PASS_READLOOPS_H

#include "LoweringRemarks.h"
#include "RedundantBarriers.h"
#include "RuntimeABI.h"

namespace ame {

/// Gives such loops of F a body without barriers; those of the body that there is
/// stay in the plan.
void addReadLoops(llvm::Function &F, const PlannedBarriers &Planned,
                  const TransactionEnds &Ends, RuntimeABI &ABI,
                  LoweringRemarks &Remarks);

} // namespace ame

#endif

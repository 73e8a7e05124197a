//===- TransactionBoundary.h - Where transactions begin and end -----------===//
//
// Turns the region markers into __ame_begin and __ame_commit. begin looks like
// an ordinary call to LLVM: what an abort makes it return to again is the frame
// and the registers exactly as they were, apart from the locals listed as
// shared, whose changes the undo log takes back.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_TRANSACTIONBOUNDARY_H
#define AME_PASS_TRANSACTIONBOUNDARY_H

#include "RuntimeABI.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Instructions.h"

namespace ame {

/// Drops the exits' argument (the region's flag), whose address would
/// otherwise escape. Before the function is looked at.
void forgetRegionFlags(llvm::Function &F);

/// Rewrites the markers of F. Shared: locals that are not in the snapshot.
void lowerBoundaries(llvm::Function &F, RuntimeABI &ABI,
                     llvm::ArrayRef<llvm::AllocaInst *> Shared);

} // namespace ame

#endif

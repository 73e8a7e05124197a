//===- SimplifyCounts.h - Fewer and cheaper changes of counts -------------===//
#ifndef AME_PASS_SIMPLIFYCOUNTS_H
#define AME_PASS_SIMPLIFYCOUNTS_H

namespace llvm {
class Function;
} // namespace llvm

namespace ame {

struct RuntimeABI;

/// After the optimiser: removes pairs, asks for no more than is looked at.
void simplifyCounts(llvm::Function &F, RuntimeABI &ABI);

/// Last: the hit path of the cache of deltas, inline.
void inlineCounts(llvm::Function &F, RuntimeABI &ABI);

} // namespace ame

#endif

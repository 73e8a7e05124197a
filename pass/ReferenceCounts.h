//===- ReferenceCounts.h - Counts become calls of the runtime -------------===//
#ifndef AME_PASS_REFERENCECOUNTS_H
#define AME_PASS_REFERENCECOUNTS_H

namespace llvm {
class Module;
} // namespace llvm

namespace ame {

class BitCounts;

/// AME_REFCOUNT and AME_COUNTER accesses in transactional code become calls:
/// the runtime merges deltas at commit and must see every one of them.
void lowerReferenceCounts(llvm::Module &M, const BitCounts &Bits);

/// An error for each function that uses a count of a size that the runtime does
/// not know. Call it before clones exist, or the error appears twice.
void checkCountSizes(const llvm::Module &M);

} // namespace ame

#endif

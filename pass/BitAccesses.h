//===- BitAccesses.h - Bit-fields beside and as counts --------------------===//
#ifndef AME_PASS_BITACCESSES_H
#define AME_PASS_BITACCESSES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

namespace ame {

class BitCounts;
class RuntimeABI;

struct BitAccesses {
  /// Loads and stores of integers of the counts' width, with their marks.
  llvm::SmallVector<llvm::Instruction *, 16> Counts;
  /// Accesses to a unit that are of no known shape.
  llvm::SmallVector<llvm::Instruction *, 4> Unknown;
};

/// Makes accesses to units with counts (in transactional code) accesses to what
/// they mean: a count's bits become a load or store of an integer of its width,
/// which only ReferenceCounts.cpp understands, and has to replace; what writes
/// fields beside it becomes a call of the runtime.
BitAccesses separateBits(llvm::ArrayRef<llvm::Instruction *> Accesses,
                         const BitCounts &Bits, RuntimeABI &Runtime);

} // namespace ame

#endif

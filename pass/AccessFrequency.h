//===- AccessFrequency.h - How often an access runs -----------------------===//
//
// Decides the form of a barrier: a place that hardly ever runs gets a call, the
// body of a loop gets everything inlined. Static estimates, or a profile where
// the program was compiled with one. In between, a region and what it calls are
// inlined; in a program that is instrumented as a whole, size counts more: there
// a large function has only its hottest barriers inlined, and a loop that calls
// through a pointer has none.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_ACCESSFREQUENCY_H
#define AME_PASS_ACCESSFREQUENCY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/BranchProbabilityInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"

namespace ame {

enum class BarrierForm { Call, Inlined, InlinedInLoop };

/// Of the function as it is when this is built; ask before blocks are split.
class AccessFrequency {
public:
  AccessFrequency(llvm::Function &F, bool WholeProgram);
  llvm::DenseMap<const llvm::Instruction *, BarrierForm>
  chooseForms(llvm::ArrayRef<llvm::Instruction *> Accesses) const;

private:
  BarrierForm formFor(const llvm::Instruction &I) const;
  bool isTight(const llvm::Loop &Innermost) const;
  uint64_t frequency(const llvm::BasicBlock *BB) const {
    return Blocks.getBlockFreq(BB).getFrequency();
  }

  const bool SmallIsBetter;
  const bool WholeProgram;
  llvm::DominatorTree Tree;
  llvm::LoopInfo Loops;
  llvm::BranchProbabilityInfo Branches;
  llvm::BlockFrequencyInfo Blocks;
};

} // namespace ame

#endif

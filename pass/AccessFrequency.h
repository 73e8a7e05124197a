//===- AccessFrequency.h - How often an access runs -----------------------===//
//
// Decides the form of a barrier: a place that hardly ever runs gets a call, the
// body of a loop gets everything inlined. Static estimates, or a profile where
// the program was compiled with one. In between, a region and what it calls are
// inlined. A large function has only its hottest barriers inlined. In a program
// that is instrumented as a whole, size counts more: fewer are, only those that
// run in most turns of a loop, and none in a loop that calls through a pointer.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_ACCESSFREQUENCY_H
#define AME_PASS_ACCESSFREQUENCY_H

#include "LoweringRemarks.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/BranchProbabilityInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"

namespace ame {

/// RareCall: where the place hardly ever runs, so that size is all that counts.
enum class BarrierForm { RareCall, Call, Inlined, InlinedInLoop };

inline bool isInlined(BarrierForm Form) {
  return Form == BarrierForm::Inlined || Form == BarrierForm::InlinedInLoop;
}

/// Of the function as it is when this is built; ask before blocks are split.
class AccessFrequency {
public:
  AccessFrequency(llvm::Function &F, bool WholeProgram);
  llvm::DenseMap<const llvm::Instruction *, BarrierForm>
  chooseForms(llvm::ArrayRef<llvm::Instruction *> Accesses,
              LoweringRemarks &Remarks) const;

private:
  BarrierForm formFor(const llvm::Instruction &I) const;
  bool runsMostTurns(const llvm::BasicBlock *BB, const llvm::Loop &Around) const;
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

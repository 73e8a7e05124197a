//===- LoopEvolution.h - How addresses change in loops --------------------===//
//
// LLVM's scalar evolution with all that it needs, built when it is first asked
// for: the late pass works on whole modules and most functions have no loop that
// accesses shared memory.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LOOPEVOLUTION_H
#define AME_PASS_LOOPEVOLUTION_H

#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Dominators.h"
#include <optional>

namespace ame {

class LoopEvolution {
public:
  explicit LoopEvolution(llvm::Function &F) : Tree(F), Loops(Tree), F(F) {}

  llvm::ScalarEvolution &evolution();

  /// The address as {start, +, constant step} of the innermost loop around I, or
  /// null.
  const llvm::SCEVAddRecExpr *walkOf(const llvm::Instruction &I,
                                     llvm::Value *Pointer);
  /// The step of such an address.
  int64_t stepOf(const llvm::SCEVAddRecExpr &Address);

  /// After blocks have changed. Loops are other objects then, and evolution() must not
  /// be asked any more.
  void lookAgain() {
    Tree.recalculate(F);
    Loops.releaseMemory();
    Loops.analyze(Tree);
  }

  llvm::DominatorTree Tree;
  llvm::LoopInfo Loops;

private:
  llvm::Function &F;
  std::optional<llvm::TargetLibraryInfoImpl> LibraryInfo;
  std::optional<llvm::TargetLibraryInfo> Library;
  std::optional<llvm::AssumptionCache> Assumptions;
  std::optional<llvm::ScalarEvolution> Evolution;
};

} // namespace ame

#endif

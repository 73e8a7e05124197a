//===- LoweringRemarks.h - What the late pass tells about its work --------===//
//
// Remarks of the pass "ame-lower" and the statistics behind them: one counter
// and one remark name for each reason to leave a barrier out, and for each
// kind of thing that makes a transaction inevitable.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LOWERINGREMARKS_H
#define AME_PASS_LOWERINGREMARKS_H

#include "BarrierNeed.h"

#include "llvm/Analysis/OptimizationRemarkEmitter.h"

namespace ame {

class LoweringRemarks {
public:
  explicit LoweringRemarks(llvm::Function &F) : Emitter(&F) {}

  /// -Rpass=ame: the access I has no barrier.
  void omitted(const llvm::Instruction &I, NoBarrier Reason);
  /// -Rpass-missed=ame: the transaction becomes inevitable at I. Name is the
  /// remark's, What completes "the transaction becomes inevitable: ".
  void inevitable(const llvm::Instruction &I, llvm::StringRef Name,
                  llvm::StringRef What);

private:
  llvm::OptimizationRemarkEmitter Emitter;
};

} // namespace ame

#endif

//===- LoweringRemarks.h - What the late pass tells about its work --------===//
//
// Remarks of the pass "ame-lower" and the statistics behind them: one counter
// and one remark name for each reason to leave a barrier out, for each way in
// which a barrier is another one than the access by itself would get, and for
// each kind of thing that makes a transaction inevitable.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LOWERINGREMARKS_H
#define AME_PASS_LOWERINGREMARKS_H

#include "BarrierNeed.h"

#include "llvm/Analysis/OptimizationRemarkEmitter.h"

namespace ame {

/// X(name, text): the ways in which an access has a cheaper barrier than by
/// itself. The name is the remark's, the text completes "cheaper barrier: ".
#define AME_CHEAPER_BARRIERS(X)                                                \
  X(AlreadyLogged, "only checked, because the same bytes were read before")    \
  X(ReadForWrite, "owned at once, because the same bytes are written next")    \
  X(BeforeLoop, "comes once, before the loop")                                 \
  X(WithLoop, "none where the loop is long: all that it reads is checked behind it") \
  X(NotCaptured, "does not ask whether this transaction has allocated the memory") \
  X(SameStripe, "compared at run time with a neighbour's stripe first")

enum class CheaperBarrier {
#define X(name, text) name,
  AME_CHEAPER_BARRIERS(X)
#undef X
};

class LoweringRemarks {
public:
  explicit LoweringRemarks(llvm::Function &F) : Emitter(&F) {}

  /// -Rpass=ame: the access I has no barrier.
  void omitted(const llvm::Instruction &I, NoBarrier Reason);
  /// -Rpass=ame: the access I has a barrier that does less.
  void cheaper(const llvm::Instruction &I, CheaperBarrier How);
  /// -Rpass-analysis=ame: the access I has a barrier, in this form.
  void barrier(const llvm::Instruction &I, bool IsWrite, bool IsInlined);
  /// -Rpass-missed=ame: I is the hottest of the accesses whose barriers are calls
  /// because the function has more than Most that would be inlined.
  void limited(const llvm::Instruction &I, size_t Barriers, unsigned Most);
  /// -Rpass-missed=ame: the transaction becomes inevitable at I. Name is the
  /// remark's, What completes "the transaction becomes inevitable: ".
  void inevitable(const llvm::Instruction &I, llvm::StringRef Name,
                  llvm::StringRef What);

private:
  llvm::OptimizationRemarkEmitter Emitter;
};

} // namespace ame

#endif

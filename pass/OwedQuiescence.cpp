//===- OwedQuiescence.cpp - Commits that wait later -----------------------===//
//
// From each commit the paths are followed to the first place that may touch
// memory of others, which settles, or to the next begin. A commit from which no
// begin is reached that way waits at once.
//
// What a place may do without settling: compute, and access locals whose
// address nobody has, data that never change, and the thread's own; and read what
// is not tracked, where values of aborted attempts are expected. Anything else
// counts as an access to memory that the commit may have made private: loads,
// too, since a doomed transaction may have written there and not yet undone it.
//
//===----------------------------------------------------------------------===//
#include "OwedQuiescence.h"

#include "OwnLocals.h"
#include "TransactionalFunctions.h"
#include "UnsharedFunctions.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace {

bool isCallOf(const Instruction &I, FunctionCallee Callee) {
  auto *Call = dyn_cast<CallBase>(&I);
  return Call && Call->getCalledOperand() == Callee.getCallee();
}

/// What lies between the commits and the places where they must have settled.
class Paths {
public:
  Paths(const Function &F, const ame::RuntimeABI &ABI,
        const SmallPtrSetImpl<const Instruction *> &Unshared)
      : ABI(ABI), Unshared(Unshared) {
    for (const Instruction &I : instructions(F))
      if (isCallOf(I, ABI.__ame_begin))
        Tables.insert(getUnderlyingObject(
            cast<CallBase>(I).getArgOperand(SharedLocals)));
  }

  /// Whether a begin follows the commit before anything has to be settled; adds
  /// the places that settle to Settling.
  bool leadToBegin(CallBase &Commit, SetVector<Instruction *> &Settling) {
    SmallPtrSet<const BasicBlock *, 16> Seen;
    SmallVector<Instruction *, 16> Starts = {Commit.getNextNode()};
    bool Reached = false;
    while (!Starts.empty()) {
      Instruction *Last = follow(Starts.pop_back_val());
      if (isCallOf(*Last, ABI.__ame_begin))
        Reached = true;
      else if (!isa<BranchInst, SwitchInst, UnreachableInst>(Last))
        Settling.insert(Last);
      else
        for (BasicBlock *Next : successors(Last->getParent()))
          if (Seen.insert(Next).second)
            Starts.push_back(&*Next->getFirstNonPHIIt());
    }
    return Reached;
  }

private:
  /// The first instruction from I on that may not run while quiescence is owed,
  /// or the begin, or the block's end.
  Instruction *follow(Instruction *I) {
    while (!I->isTerminator() && isHarmless(*I))
      I = I->getNextNode();
    return I;
  }

  bool isHarmless(const Instruction &I) {
    if (Unshared.contains(&I))
      return true;
    if (auto *Load = dyn_cast<LoadInst>(&I))
      return Load->isSimple() && Locals.isBehind(*Load->getPointerOperand());
    if (auto *Store = dyn_cast<StoreInst>(&I))
      return Store->isSimple() &&
             (Locals.isBehind(*Store->getPointerOperand()) ||
              Tables.contains(getUnderlyingObject(Store->getPointerOperand())));
    if (auto *Fill = dyn_cast<MemIntrinsic>(&I))
      return !Fill->isVolatile() && Locals.isBehind(*Fill->getRawDest()) &&
             (!isa<MemTransferInst>(Fill) ||
              Locals.isBehind(*cast<MemTransferInst>(Fill)->getRawSource()));
    if (auto *Call = dyn_cast<IntrinsicInst>(&I))
      return Call->isAssumeLikeIntrinsic() || Call->doesNotAccessMemory();
    if (auto *Call = dyn_cast<CallInst>(&I))
      return touchesNothing(*Call);
    return !I.mayReadOrWriteMemory();
  }

  /// Not an AME_PURE function: it may read what is private by now.
  static bool touchesNothing(const CallInst &Call) {
    const Function *Callee = ame::directCallee(Call);
    return Callee && Call.doesNotThrow() && !Call.isMustTailCall() &&
           (Call.doesNotAccessMemory() || ame::touchesNothingInLibc(*Callee));
  }

  /// What begin is told about the frame: the runtime does not keep the address.
  enum { SharedLocals = 2 };
  SmallPtrSet<const Value *, 4> Tables;
  const ame::RuntimeABI &ABI;
  const SmallPtrSetImpl<const Instruction *> &Unshared;
  ame::OwnLocals Locals;
};

void settleBefore(Instruction &I, ame::RuntimeABI &ABI) {
  IRBuilder<> B(&I);
  Value *Owed = B.CreateLoad(
      B.getInt32Ty(),
      B.CreateConstInBoundsGEP1_64(B.getInt8Ty(),
                                   B.CreateThreadLocalAddress(ABI.ThreadBlock),
                                   offsetof(struct ame_thread, owed)));
  Instruction *Then = SplitBlockAndInsertIfThen(
      B.CreateIsNotNull(Owed), &I, /*Unreachable=*/false,
      MDBuilder(I.getContext()).createUnlikelyBranchWeights());
  IRBuilder<>(Then).CreateCall(ABI.__ame_quiesce_owed);
}

} // namespace

void ame::oweQuiescence(Function &F, RuntimeABI &ABI,
                        const SmallPtrSetImpl<const Instruction *> &Unshared) {
  Paths Ways(F, ABI, Unshared);
  OptimizationRemarkEmitter Emitter(&F);
  SetVector<Instruction *> Settling;
  SmallVector<CallBase *, 8> Owing;
  for (Instruction &I : instructions(F)) {
    if (!isCallOf(I, ABI.__ame_commit) || isa<InvokeInst>(I))
      continue;
    SetVector<Instruction *> Places;
    if (!Ways.leadToBegin(cast<CallBase>(I), Places))
      continue;
    Owing.push_back(cast<CallBase>(&I));
    Settling.insert(Places.begin(), Places.end());
  }
  for (CallBase *Commit : Owing) {
    Emitter.emit([&] {
      return OptimizationRemark("ame-lower", "OwedQuiescence", Commit)
             << "the commit leaves the wait for older transactions to the next one";
    });
    Commit->setCalledFunction(ABI.__ame_commit_owing);
  }
  for (Instruction *Place : Settling)
    settleBefore(*Place, ABI);
}

//===- SimplifyCounts.cpp - Pairs and unused answers ----------------------===//
//
// Within a block, changes of one count with nothing in between that could look at
// a count are one change; a change by nothing is none. Only calls look at counts:
// loads and stores of the program never do, because accesses to counts became
// calls before the optimiser ran. A test looks at its own count and at all that
// may be the same one.
//
// After inlining less may be looked at of a value than the early pass knew.
//
//===----------------------------------------------------------------------===//
#include "SimplifyCounts.h"
#include "CountKinds.h"
#include "CountPatterns.h"
#include "RuntimeABI.h"

#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace {

class BlockSimplifier {
public:
  BlockSimplifier(ame::RuntimeABI &ABI, OptimizationRemarkEmitter &Remarks)
      : ABI(ABI), Remarks(Remarks) {}
  void run(BasicBlock &BB);

private:
  void visitAddition(CallInst &Call);
  void visitTest(CallInst &Call);
  CallInst *takeWaiting(const CallInst &Call);
  void merge(CallInst &Earlier, CallInst &Into);
  void removed(const Instruction &I, StringRef What);

  ame::RuntimeABI &ABI;
  OptimizationRemarkEmitter &Remarks;
  SmallVector<CallInst *, 8> Waiting; ///< Additions that nobody has seen yet.
};

} // namespace

static bool isCallOf(const Instruction &I, FunctionCallee Callee) {
  auto *Call = dyn_cast<CallInst>(&I);
  return Call && Call->getCalledOperand() == Callee.getCallee() &&
         Call->arg_size() >= 2;
}

static ConstantInt *deltaOf(const CallInst &Call) {
  return dyn_cast<ConstantInt>(Call.getArgOperand(1));
}

void BlockSimplifier::removed(const Instruction &I, StringRef What) {
  Remarks.emit([&] {
    return OptimizationRemark("ame-lower", "CountPair", &I) << What;
  });
}

/// The waiting addition of the same kind to the same count.
CallInst *BlockSimplifier::takeWaiting(const CallInst &Call) {
  for (auto *Entry = Waiting.begin(); Entry != Waiting.end(); ++Entry)
    if ((*Entry)->getArgOperand(0) == Call.getArgOperand(0) &&
        (*Entry)->getArgOperand(2) == Call.getArgOperand(2)) {
      CallInst *Found = *Entry;
      Waiting.erase(Entry);
      return Found;
    }
  return nullptr;
}

void BlockSimplifier::merge(CallInst &Earlier, CallInst &Into) {
  Into.setArgOperand(
      1, ConstantInt::get(Into.getContext(), deltaOf(Earlier)->getValue() +
                                                 deltaOf(Into)->getValue()));
  Earlier.eraseFromParent();
}

void BlockSimplifier::visitAddition(CallInst &Call) {
  CallInst *Earlier = takeWaiting(Call);
  if (Earlier)
    merge(*Earlier, Call);
  if (!deltaOf(Call)->isZero()) {
    Waiting.push_back(&Call);
    if (Earlier)
      removed(Call, "two changes of a count are one: nothing looks at it in "
                    "between");
    return;
  }
  removed(Call, "a change of a count and its reversal left out: nothing looks "
                "at it in between");
  Call.eraseFromParent();
}

/// A decrement may take a waiting increment in: its answer is the same.
void BlockSimplifier::visitTest(CallInst &Call) {
  const ConstantInt *Delta = deltaOf(Call);
  if (Delta && Delta->isNegative())
    if (CallInst *Earlier = takeWaiting(Call)) {
      if ((deltaOf(*Earlier)->getValue() + Delta->getValue()).isStrictlyPositive()) {
        Waiting.clear();
        return;
      }
      merge(*Earlier, Call);
      removed(Call, "an increment left out: its decrement follows and nothing "
                    "looks at the count in between");
    }
  Waiting.clear();
}

static bool looksAtNoCount(const Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  return !Call || (isa<IntrinsicInst>(Call) && !isa<MemIntrinsic>(Call));
}

void BlockSimplifier::run(BasicBlock &BB) {
  Waiting.clear();
  for (Instruction &I : make_early_inc_range(BB)) {
    auto *Call = dyn_cast<CallInst>(&I);
    const bool Adds =
        isCallOf(I, ABI.__ame_refcount_add) || isCallOf(I, ABI.__ame_counter_add);
    if (Adds && deltaOf(*Call))
      visitAddition(*Call);
    else if (isCallOf(I, ABI.__ame_refcount_add_test))
      visitTest(*Call);
    else if (!Adds && !looksAtNoCount(I))
      Waiting.clear();
  }
}

//===-- No more than is looked at -----------------------------------------===//

static ame::Look lookAtResult(const CallInst &Call) {
  ame::Look Result = ame::Look::Nothing;
  for (const User *U : Call.users()) {
    auto *Narrowed = dyn_cast<TruncInst>(U);
    if (!Narrowed || Narrowed->getType()->getIntegerBitWidth() != ame::widthOfCount(Call))
      return ame::lookAt(Call);
    Result = std::max(Result, ame::lookAt(*Narrowed));
  }
  return Result;
}

static void weaken(CallInst &Call, ame::RuntimeABI &ABI) {
  const bool Adds = isCallOf(Call, ABI.__ame_refcount_add_get);
  if (!Adds && !isCallOf(Call, ABI.__ame_refcount_load))
    return;
  if (lookAtResult(Call) != ame::Look::Value)
    Call.setCalledFunction(Adds ? ABI.__ame_refcount_add_test
                                : ABI.__ame_refcount_load_test);
}

void ame::simplifyCounts(Function &F, RuntimeABI &ABI) {
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallInst>(&I))
      weaken(*Call, ABI);
  OptimizationRemarkEmitter Remarks(&F);
  BlockSimplifier Simplifier(ABI, Remarks);
  for (BasicBlock &BB : F)
    Simplifier.run(BB);
}

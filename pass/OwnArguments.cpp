//===- OwnArguments.cpp - Arguments that point to the caller's own memory -===//
//
// All are taken for own at first; each round over the calls takes away what
// some call does not give, until nothing changes. Recursion passes on what it
// got, which is right: the outermost call decides.
//
//===----------------------------------------------------------------------===//
#include "OwnArguments.h"

#include "BarrierNeed.h"
#include "Marks.h"
#include "TransactionalFunctions.h"

#include "llvm/IR/InstIterator.h"

using namespace llvm;

/// The body that the call runs, also where it is redirected only later.
static const Function *bodyOf(const CallBase &Call) {
  if (const Function *Entry = ame::entryOf(Call))
    return Entry;
  return Call.getCalledFunction();
}

namespace ame {

OwnArguments::OwnArguments(Module &M, const TransactionEnds &Ends,
                           const FreshMemory &Fresh) {
  for (const Function &F : M)
    if (hasOnlyKnownCalls(F))
      for (const Argument &A : F.args())
        if (A.getType()->isPointerTy())
          Facts[&A] = ArgumentFact::Unknown;
  if (Facts.empty())
    return;
  struct Passed {
    const CallBase *Call;
    const Argument *To;
    BarrierNeed *Need;
  };
  std::vector<std::unique_ptr<BarrierNeed>> Needs;
  std::vector<Passed> All;
  for (Function &F : M) {
    BarrierNeed *Need = nullptr;
    for (const Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      const Function *Body = Call ? bodyOf(*Call) : nullptr;
      if (!Body)
        continue;
      for (const Argument &A : Body->args()) {
        if (!Facts.contains(&A))
          continue;
        if (!Need)
          Need = Needs.emplace_back(std::make_unique<BarrierNeed>(
                                        F, hasRegions(F), Ends, Fresh, *this))
                     .get();
        All.push_back({Call, &A, Need});
      }
    }
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const Passed &Each : All) {
      ArgumentFact &Fact = Facts[Each.To];
      const ArgumentFact Here = Each.Need->ofArgument(
          *Each.Call, Each.Call->getArgOperand(Each.To->getArgNo()));
      if (Here <= Fact)
        continue;
      Fact = Here;
      Changed = true;
    }
  }
}

} // namespace ame

//===- LoopEvolution.cpp - How addresses change in loops ------------------===//
#include "LoopEvolution.h"

#include "llvm/IR/Module.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace ame {

ScalarEvolution &LoopEvolution::evolution() {
  if (!Evolution) {
    LibraryInfo.emplace(Triple(F.getParent()->getTargetTriple()));
    Library.emplace(*LibraryInfo, &F);
    Assumptions.emplace(F);
    Evolution.emplace(F, *Library, *Assumptions, Tree, Loops);
  }
  return *Evolution;
}

const SCEVAddRecExpr *LoopEvolution::walkOf(const Instruction &I,
                                            Value *Pointer) {
  const Loop *Innermost = Loops.getLoopFor(I.getParent());
  if (!Innermost || !Innermost->isInnermost() ||
      Innermost->isLoopInvariant(Pointer))
    return nullptr;
  auto *Address = dyn_cast<SCEVAddRecExpr>(evolution().getSCEV(Pointer));
  if (!Address || Address->getLoop() != Innermost || !Address->isAffine())
    return nullptr;
  auto *Step = dyn_cast<SCEVConstant>(Address->getStepRecurrence(*Evolution));
  return Step && Step->getAPInt().getSignificantBits() <= 32 ? Address : nullptr;
}

int64_t LoopEvolution::stepOf(const SCEVAddRecExpr &Address) {
  return cast<SCEVConstant>(Address.getStepRecurrence(evolution()))
      ->getAPInt()
      .getSExtValue();
}

} // namespace ame

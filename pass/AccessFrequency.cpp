//===- AccessFrequency.cpp - How often an access runs ---------------------===//
#include "AccessFrequency.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstrTypes.h"

using namespace llvm;

/// A block is rare when it runs less often than one call in so many.
static constexpr uint64_t CallsPerRareRun = 16;
/// A loop of more blocks is no inner loop: an interpreter's, for example.
static constexpr unsigned LargestSmallLoop = 16;
/// Inlined barriers of one function: each takes the compiler as long as a dozen
/// instructions of the program.
static constexpr unsigned MostInlined = 64;
/// The same in a program that is instrumented as a whole.
static constexpr unsigned MostInlinedOfWhole = 24;

namespace ame {

AccessFrequency::AccessFrequency(Function &F, bool WholeProgram)
    : SmallIsBetter(F.hasOptSize() || F.hasFnAttribute(Attribute::Cold)),
      WholeProgram(WholeProgram), Tree(F), Loops(Tree), Branches(F, Loops),
      Blocks(F, Branches, Loops) {}

bool AccessFrequency::runsMostTurns(const BasicBlock *BB,
                                    const Loop &Around) const {
  return frequency(BB) >= frequency(Around.getHeader()) / 2;
}

/// A call through a pointer, which looks for a clone first, costs more than
/// barriers that are calls.
bool AccessFrequency::isTight(const Loop &Innermost) const {
  if (Innermost.getNumBlocks() > LargestSmallLoop)
    return false;
  return !WholeProgram || none_of(Innermost.blocks(), [&](const BasicBlock *BB) {
    return runsMostTurns(BB, Innermost) && any_of(*BB, [](const Instruction &I) {
             auto *Call = dyn_cast<CallBase>(&I);
             return Call && Call->isIndirectCall();
           });
  });
}

BarrierForm AccessFrequency::formFor(const Instruction &I) const {
  const BasicBlock *BB = I.getParent();
  const uint64_t Entry = frequency(&BB->getParent()->getEntryBlock());
  if (SmallIsBetter || frequency(BB) < Entry / CallsPerRareRun)
    return BarrierForm::RareCall;
  const Loop *Innermost = Loops.getLoopFor(BB);
  if (Innermost && Innermost->isInnermost() && isTight(*Innermost) &&
      (!WholeProgram || runsMostTurns(BB, *Innermost)))
    return BarrierForm::InlinedInLoop;
  return WholeProgram ? BarrierForm::Call : BarrierForm::Inlined;
}

DenseMap<const Instruction *, BarrierForm>
AccessFrequency::chooseForms(ArrayRef<Instruction *> Accesses,
                             LoweringRemarks &Remarks) const {
  DenseMap<const Instruction *, BarrierForm> Forms;
  SmallVector<const Instruction *, MostInlined> Inlined;
  for (const Instruction *I : Accesses) {
    const BarrierForm Form = formFor(*I);
    Forms[I] = Form;
    if (isInlined(Form))
      Inlined.push_back(I);
  }
  const unsigned Most = WholeProgram ? MostInlinedOfWhole : MostInlined;
  if (Inlined.size() <= Most)
    return Forms;
  stable_sort(Inlined, [&](const Instruction *A, const Instruction *B) {
    return frequency(A->getParent()) > frequency(B->getParent());
  });
  const auto Others = ArrayRef(Inlined).drop_front(Most);
  for (const Instruction *I : Others)
    Forms[I] = BarrierForm::Call;
  Remarks.limited(*Others.front(), Inlined.size(), Most);
  return Forms;
}

} // namespace ame

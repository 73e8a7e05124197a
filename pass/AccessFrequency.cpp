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
/// Inlined barriers of one function, in a program instrumented as a whole.
static constexpr unsigned MostInlined = 64;

namespace ame {

AccessFrequency::AccessFrequency(Function &F, bool WholeProgram)
    : SmallIsBetter(F.hasOptSize() || F.hasFnAttribute(Attribute::Cold)),
      WholeProgram(WholeProgram), Tree(F), Loops(Tree), Branches(F, Loops),
      Blocks(F, Branches, Loops) {}

/// The call, which looks for a clone first, costs more than barriers that are calls.
bool AccessFrequency::isTight(const Loop &Innermost) const {
  if (Innermost.getNumBlocks() > LargestSmallLoop)
    return false;
  const uint64_t EachTime = frequency(Innermost.getHeader()) / 2;
  return !WholeProgram || none_of(Innermost.blocks(), [&](const BasicBlock *BB) {
    return frequency(BB) >= EachTime && any_of(*BB, [](const Instruction &I) {
             auto *Call = dyn_cast<CallBase>(&I);
             return Call && Call->isIndirectCall();
           });
  });
}

BarrierForm AccessFrequency::formFor(const Instruction &I) const {
  const BasicBlock *BB = I.getParent();
  const uint64_t Entry = frequency(&BB->getParent()->getEntryBlock());
  if (SmallIsBetter || frequency(BB) < Entry / CallsPerRareRun)
    return BarrierForm::Call;
  const Loop *Innermost = Loops.getLoopFor(BB);
  if (Innermost && Innermost->isInnermost() && isTight(*Innermost))
    return BarrierForm::InlinedInLoop;
  return WholeProgram ? BarrierForm::Call : BarrierForm::Inlined;
}

DenseMap<const Instruction *, BarrierForm>
AccessFrequency::chooseForms(ArrayRef<Instruction *> Accesses) const {
  DenseMap<const Instruction *, BarrierForm> Forms;
  SmallVector<const Instruction *, MostInlined> Inlined;
  for (const Instruction *I : Accesses) {
    const BarrierForm Form = formFor(*I);
    Forms[I] = Form;
    if (Form != BarrierForm::Call)
      Inlined.push_back(I);
  }
  if (!WholeProgram || Inlined.size() <= MostInlined)
    return Forms;
  stable_sort(Inlined, [&](const Instruction *A, const Instruction *B) {
    return frequency(A->getParent()) > frequency(B->getParent());
  });
  for (const Instruction *I : ArrayRef(Inlined).drop_front(MostInlined))
    Forms[I] = BarrierForm::Call;
  return Forms;
}

} // namespace ame

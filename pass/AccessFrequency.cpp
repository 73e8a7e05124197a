//===- AccessFrequency.cpp - How often an access runs ---------------------===//
#include "AccessFrequency.h"

#include "llvm/IR/Function.h"

using namespace llvm;

/// A block is rare when it runs less often than one call in so many.
static constexpr uint64_t CallsPerRareRun = 16;
/// A loop of more blocks is no inner loop: an interpreter's, for example.
static constexpr unsigned LargestSmallLoop = 16;

namespace ame {

AccessFrequency::AccessFrequency(Function &F, bool WholeProgram)
    : SmallIsBetter(F.hasOptSize() || F.hasFnAttribute(Attribute::Cold)),
      WholeProgram(WholeProgram), Tree(F), Loops(Tree), Branches(F, Loops),
      Blocks(F, Branches, Loops) {}

BarrierForm AccessFrequency::formFor(const Instruction &I) const {
  const BasicBlock *BB = I.getParent();
  const uint64_t Entry =
      Blocks.getBlockFreq(&BB->getParent()->getEntryBlock()).getFrequency();
  if (SmallIsBetter ||
      Blocks.getBlockFreq(BB).getFrequency() < Entry / CallsPerRareRun)
    return BarrierForm::Call;
  const Loop *Innermost = Loops.getLoopFor(BB);
  if (Innermost && Innermost->isInnermost() &&
      Innermost->getNumBlocks() <= LargestSmallLoop)
    return BarrierForm::InlinedInLoop;
  return WholeProgram ? BarrierForm::Call : BarrierForm::Inlined;
}

} // namespace ame

//===- AddressFamilies.cpp - What a loop accesses from one base -----------===//
#include "AddressFamilies.h"

#include "LLVMCompat.h"

#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace ame {

void addToFamilies(SmallVectorImpl<AddressFamily> &Families, Instruction &I,
                   const SCEV &Address, int64_t Step, LoopEvolution &Walks) {
  const DataLayout &Layout = I.getModule()->getDataLayout();
  auto *Walk = dyn_cast<SCEVAddRecExpr>(&Address);
  const SCEV *First = Walk ? Walk->getStart() : &Address;
  AddressFamily::Member New = {
      &I, 0, int64_t(Layout.getTypeStoreSize(getLoadStoreType(&I)).getFixedValue())};
  for (AddressFamily &Of : Families) {
    if (Of.Step != Step || Of.First->getType() != First->getType())
      continue;
    auto *Distance =
        dyn_cast<SCEVConstant>(Walks.evolution().getMinusSCEV(First, Of.First));
    if (!Distance || Distance->getAPInt().getSignificantBits() > 32)
      continue;
    New.Offset = Distance->getAPInt().getSExtValue();
    Of.Members.push_back(New);
    return;
  }
  Families.push_back({First, Step, {New}});
}

BasicBlock *preheaderOf(Loop &L, LoopEvolution &Walks) {
  BasicBlock *Before = L.getLoopPreheader();
  return Before ? Before
                : InsertPreheaderForLoop(&L, &Walks.Tree, &Walks.Loops, nullptr,
                                         false);
}

const SCEV *turnsAfterFirst(const Loop &L, LoopEvolution &Walks) {
  ScalarEvolution &Evolution = Walks.evolution();
  const SCEV *Again = Evolution.getBackedgeTakenCount(&L);
  if (isa<SCEVCouldNotCompute>(Again) ||
      Evolution.getTypeSizeInBits(Again->getType()) > 64)
    return nullptr;
  return Evolution.applyLoopGuards(Again, &L);
}

Value *valueBefore(Loop &L, const SCEV *S, Type *T, LoopEvolution &Walks) {
  BasicBlock *Before = preheaderOf(L, Walks);
  if (!Before)
    return nullptr;
  Instruction *At = Before->getTerminator();
  SCEVExpander Expander = scevExpander(Walks.evolution(), "ame.range");
  return Expander.isSafeToExpandAt(S, At) ? Expander.expandCodeFor(S, T, At) : nullptr;
}

std::optional<MemoryRange> rangeOfAllTurns(Loop &L, const AddressFamily &Of,
                                           int64_t From, int64_t To,
                                           LoopEvolution &Walks) {
  if (!turnsAfterFirst(L, Walks))
    return std::nullopt;
  ScalarEvolution &Evolution = Walks.evolution();
  LLVMContext &Context = L.getHeader()->getContext();
  Type *Word = Type::getInt64Ty(Context);
  const auto Number = [&](int64_t N) { return Evolution.getConstant(Word, N, true); };
  const SCEV *Again =
      Evolution.getNoopOrZeroExtend(Evolution.getBackedgeTakenCount(&L), Word);
  const SCEV *Lowest = Evolution.getAddExpr(Of.First, Number(From));
  if (Of.Step < 0)
    Lowest = Evolution.getAddExpr(Lowest, Evolution.getMulExpr(Again, Number(Of.Step)));
  Value *Start = valueBefore(L, Lowest, PointerType::getUnqual(Context), Walks);
  Value *Size = valueBefore(
      L,
      Evolution.getAddExpr(Evolution.getMulExpr(Again, Number(std::abs(Of.Step))),
                           Number(To - From)),
      Word, Walks);
  return Start && Size ? std::optional(MemoryRange{Start, Size}) : std::nullopt;
}

bool comesInEachTurn(const Instruction &I, const Loop &L, const LoopEvolution &Walks) {
  const BasicBlock *Latch = L.getLoopLatch();
  return Latch && Walks.Tree.dominates(I.getParent(), Latch);
}

} // namespace ame

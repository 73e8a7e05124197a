//===- LoopRanges.cpp - One barrier for all that a loop writes ------------===//
//
// Accesses with one base and one step are a family. Where the writes that happen
// in each turn cover a step without a gap, turn after turn covers the range
// without a gap, and every access of the family that lies in that step is inside
// it, in whichever turn.
//
//===----------------------------------------------------------------------===//
#include "LoopRanges.h"

#include "LLVMCompat.h"
#include "LoopEvolution.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

#include <map>

using namespace llvm;
using ame::BarrierKind;

/// A loop of fewer turns has no use for a range: the call costs as much as some
/// barriers that are inlined.
static constexpr unsigned FewestTurns = 6;

namespace {

struct Member {
  Instruction *I;
  BarrierKind Kind;
  int64_t Offset; ///< from the family's first address
  int64_t Size;
  bool EachTurn;
};

struct Family {
  const SCEVAddRecExpr *First; ///< the address that offsets count from
  int64_t Step;
  SmallVector<Member, 4> Members;
};

/// What the writes of each turn cover: [From, From + |Step|), or nothing.
std::optional<int64_t> coveredFrom(const Family &Of) {
  SmallVector<std::pair<int64_t, int64_t>, 4> Pieces;
  for (const Member &M : Of.Members)
    if (M.EachTurn && M.Kind == BarrierKind::Write)
      Pieces.push_back({M.Offset, M.Offset + M.Size});
  if (Pieces.empty())
    return std::nullopt;
  sort(Pieces);
  const int64_t From = Pieces.front().first;
  int64_t End = From;
  for (auto [Begin, PieceEnd] : Pieces) {
    if (Begin > End)
      return std::nullopt;
    End = std::max(End, PieceEnd);
  }
  return End - From == std::abs(Of.Step) ? std::optional(From) : std::nullopt;
}

class LoopRanges {
public:
  LoopRanges(Function &F, ame::PlannedBarriers &Planned,
             const ame::TransactionEnds &Ends, ame::LoweringRemarks &Remarks)
      : F(F), Planned(Planned), Ends(Ends), Remarks(Remarks), Walks(F) {}

  SmallVector<ame::OwnedRange, 2> run() {
    if (F.hasOptNone())
      return {};
    MapVector<Loop *, SmallVector<Family, 2>> Families = collect();
    for (auto &[L, InLoop] : Families)
      if (runsToItsEnd(*L))
        for (const Family &Of : InLoop)
          plan(*L, Of);
    return std::move(Found);
  }

private:
  MapVector<Loop *, SmallVector<Family, 2>> collect() {
    MapVector<Loop *, SmallVector<Family, 2>> Families;
    for (auto &[I, Kind] : Planned) {
      if (Kind == BarrierKind::Undo)
        continue;
      const SCEVAddRecExpr *Address =
          Walks.walkOf(*I, getLoadStorePointerOperand(I));
      if (!Address)
        continue;
      add(*I, Kind, *Address, Families[Walks.Loops.getLoopFor(I->getParent())]);
    }
    return Families;
  }

  void add(Instruction &I, BarrierKind Kind, const SCEVAddRecExpr &Address,
           SmallVector<Family, 2> &InLoop) {
    const int64_t Step = Walks.stepOf(Address);
    const DataLayout &Layout = F.getParent()->getDataLayout();
    Member New = {&I, Kind, 0,
                  int64_t(Layout.getTypeStoreSize(getLoadStoreType(&I)).getFixedValue()),
                  comesInEachTurn(I, *Address.getLoop())};
    for (Family &Of : InLoop) {
      auto *Distance = dyn_cast<SCEVConstant>(
          Walks.evolution().getMinusSCEV(&Address, Of.First));
      if (Of.Step != Step || !Distance ||
          Distance->getAPInt().getSignificantBits() > 32)
        continue;
      New.Offset = Distance->getAPInt().getSExtValue();
      Of.Members.push_back(New);
      return;
    }
    InLoop.push_back({&Address, Step, {New}});
  }

  bool comesInEachTurn(const Instruction &I, const Loop &L) {
    const BasicBlock *Latch = L.getLoopLatch();
    return Latch && Walks.Tree.dominates(I.getParent(), Latch);
  }

  /// Left at the end of a turn only, after a known number of turns, all of them in
  /// one transaction.
  bool runsToItsEnd(const Loop &L) {
    return L.getLoopLatch() && L.getExitingBlock() == L.getLoopLatch() &&
           all_of(L.blocks(), [&](const BasicBlock *BB) {
             return all_of(*BB, [&](const Instruction &I) {
               return !Ends.mayEndAt(I) &&
                      isGuaranteedToTransferExecutionToSuccessor(&I);
             });
           });
  }

  void plan(Loop &L, const Family &Of) {
    const std::optional<int64_t> From = coveredFrom(Of);
    if (!From || !insertRange(L, Of, *From))
      return;
    for (const Member &M : Of.Members) {
      if (M.Offset < *From ||
          M.Offset + M.Size > *From + std::abs(Of.Step))
        continue;
      Remarks.omitted(*M.I, ame::NoBarrier::OwnedRange);
      Planned.erase(M.I);
    }
  }

  /// False: it is not known how many turns there are, or they are few.
  bool insertRange(Loop &L, const Family &Of, int64_t From) {
    ScalarEvolution &Evolution = Walks.evolution();
    const SCEV *Again = Evolution.getBackedgeTakenCount(&L);
    if (isa<SCEVCouldNotCompute>(Again) ||
        Evolution.getTypeSizeInBits(Again->getType()) > 64)
      return false;
    // The rest of an unrolled loop, for example.
    const SCEV *AtLeastOne = Evolution.applyLoopGuards(Again, &L);
    if (Evolution.getUnsignedRangeMax(AtLeastOne).ult(FewestTurns - 1))
      return false;
    Type *Word = Type::getInt64Ty(F.getContext());
    Again = Evolution.getNoopOrZeroExtend(Again, Word);
    const SCEV *Lowest = Evolution.getAddExpr(
        Of.First->getStart(), Evolution.getConstant(Word, From, true));
    if (Of.Step < 0)
      Lowest = Evolution.getAddExpr(
          Lowest, Evolution.getMulExpr(
                      Again, Evolution.getConstant(Word, Of.Step, true)));
    const SCEV *Size = Evolution.getMulExpr(
        Evolution.getAddExpr(Again, Evolution.getOne(Word)),
        Evolution.getConstant(Word, std::abs(Of.Step), true));

    BasicBlock *Before = L.getLoopPreheader();
    if (!Before)
      Before = InsertPreheaderForLoop(&L, &Walks.Tree, &Walks.Loops, nullptr,
                                      false);
    if (!Before)
      return false;
    Instruction *At = Before->getTerminator();
    SCEVExpander Expander = ame::scevExpander(Evolution, "ame.range");
    if (!Expander.isSafeToExpandAt(Lowest, At) ||
        !Expander.isSafeToExpandAt(Size, At))
      return false;
    Value *Start = Expander.expandCodeFor(Lowest, PointerType::getUnqual(F.getContext()), At);
    Found.push_back({At, Start, Expander.expandCodeFor(Size, Word, At)});
    return true;
  }

  Function &F;
  ame::PlannedBarriers &Planned;
  const ame::TransactionEnds &Ends;
  ame::LoweringRemarks &Remarks;
  ame::LoopEvolution Walks;
  SmallVector<ame::OwnedRange, 2> Found;
};

} // namespace

namespace ame {

SmallVector<OwnedRange, 2> planLoopRanges(Function &F, PlannedBarriers &Planned,
                                          const TransactionEnds &Ends,
                                          LoweringRemarks &Remarks) {
  if (Planned.empty())
    return {};
  return LoopRanges(F, Planned, Ends, Remarks).run();
}

} // namespace ame

//===- LoopRanges.cpp - One barrier for all that a loop writes ------------===//
//
// Accesses with one base and one step are a family. Where the writes that happen
// in each turn cover a step without a gap, turn after turn covers the range
// without a gap, and every access of the family that lies in that step is inside
// it, in whichever turn.
//
//===----------------------------------------------------------------------===//
#include "LoopRanges.h"

#include "AddressFamilies.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"

using namespace llvm;
using ame::AddressFamily;
using ame::BarrierKind;

/// A loop of fewer turns has no use for a range: the call costs as much as some
/// barriers that are inlined.
static constexpr unsigned FewestTurns = 6;

namespace {

class LoopRanges {
public:
  LoopRanges(Function &F, ame::PlannedBarriers &Planned,
             const ame::TransactionEnds &Ends, ame::LoweringRemarks &Remarks)
      : F(F), Planned(Planned), Ends(Ends), Remarks(Remarks), Walks(F) {}

  SmallVector<ame::OwnedRange, 2> run() {
    if (F.hasOptNone())
      return {};
    for (auto &[L, Families] : collect())
      if (runsToItsEnd(*L) && hasManyTurns(*L))
        for (const AddressFamily &Of : Families)
          plan(*L, Of);
    return std::move(Found);
  }

private:
  MapVector<Loop *, SmallVector<AddressFamily, 2>> collect() {
    MapVector<Loop *, SmallVector<AddressFamily, 2>> Families;
    for (auto &[I, Kind] : Planned) {
      if (Kind == BarrierKind::Undo)
        continue;
      if (auto *Address = Walks.walkOf(*I, getLoadStorePointerOperand(I)))
        addToFamilies(Families[Walks.Loops.getLoopFor(I->getParent())], *I, *Address,
                      Walks.stepOf(*Address), Walks);
    }
    return Families;
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

  /// As far as is known: it may be the rest of an unrolled loop.
  bool hasManyTurns(const Loop &L) {
    const SCEV *Again = turnsAfterFirst(L, Walks);
    return Again &&
           !Walks.evolution().getUnsignedRangeMax(Again).ult(FewestTurns - 1);
  }

  /// What the writes of each turn cover: [From, From + |Step|), or nothing.
  std::optional<int64_t> coveredFrom(const Loop &L, const AddressFamily &Of) {
    SmallVector<std::pair<int64_t, int64_t>, 4> Pieces;
    for (const AddressFamily::Member &M : Of.Members)
      if (Planned.lookup(M.I) == BarrierKind::Write && comesInEachTurn(*M.I, L, Walks))
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

  void plan(Loop &L, const AddressFamily &Of) {
    const std::optional<int64_t> From = coveredFrom(L, Of);
    if (!From)
      return;
    const int64_t To = *From + std::abs(Of.Step);
    const auto Range = rangeOfAllTurns(L, Of, *From, To, Walks);
    if (!Range)
      return;
    Found.push_back(
        {L.getLoopPreheader()->getTerminator(), Range->Start, Range->Size});
    for (const AddressFamily::Member &M : Of.Members) {
      if (M.Offset < *From || M.Offset + M.Size > To)
        continue;
      Remarks.omitted(*M.I, ame::NoBarrier::OwnedRange);
      Planned.erase(M.I);
    }
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

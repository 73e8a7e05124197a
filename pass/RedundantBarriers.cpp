//===- RedundantBarriers.cpp - Barriers implied by earlier ones -----------===//
//
// Available barriers, by forward data flow: a fact is (bytes, kind); at a join
// holds what holds at the end of all predecessors. A fact is killed by what may
// end the transaction, and where its base is computed anew: in a loop the same
// SSA value is another address in each turn.
//
// What an aborted attempt did is no matter: it goes back to the begin, where
// nothing is known. Memory that is freed and allocated again by the transaction
// is captured or still owned; what other transactions do to it is the same.
//
//===----------------------------------------------------------------------===//
#include "RedundantBarriers.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace {

using ame::AccessedBytes;
using ame::BarrierKind;
using ame::Redundancy;

/// Sets of facts take (blocks * facts) bits: beyond this, the first ones.
constexpr size_t MaxFactBits = size_t(1) << 28;

struct Fact {
  AccessedBytes Where;
  BarrierKind Kind;
};

/// Whether the barrier Known makes Wanted's superfluous, or its push.
Redundancy impliedBy(const Fact &Known, const Fact &Wanted) {
  if (!Known.Where.contains(Wanted.Where))
    return Redundancy::None;
  if (Known.Kind == BarrierKind::Write)
    return Redundancy::AlreadyOwned;
  if (Known.Kind != Wanted.Kind)
    return Redundancy::None;
  return Wanted.Kind == BarrierKind::Read ? Redundancy::AlreadyLogged
                                          : Redundancy::AlreadyOwned;
}

class AvailableBarriers {
public:
  AvailableBarriers(Function &F, const ame::PlannedBarriers &Planned,
                    const ame::TransactionEnds &Ends)
      : F(F), Planned(Planned), Ends(Ends) {
    collect();
    solve();
  }

  DenseMap<Instruction *, Redundancy> judge() {
    DenseMap<Instruction *, Redundancy> Result;
    for (auto &[BB, Entry] : AtEntry) {
      BitVector Known = Entry;
      for (Instruction &I : *BB) {
        auto Here = Planned.find(&I);
        if (Here != Planned.end()) {
          const Redundancy Found = redundancy(factOf(Here), Known);
          if (Found != Redundancy::None)
            Result[&I] = Found;
        }
        apply(I, Known);
      }
    }
    return Result;
  }

private:
  static Fact factOf(ame::PlannedBarriers::const_iterator Plan) {
    return {ame::accessedBytes(*Plan->first), Plan->second};
  }

  /// A fact pays only where another access has the same base. (Where the same
  /// access runs again its barrier moves out of the loop: EarlierBarriers.h.)
  void collect() {
    DenseMap<const Value *, unsigned> Uses;
    for (auto &[I, Kind] : Planned)
      ++Uses[ame::accessedBytes(*I).Base];
    for (auto Plan = Planned.begin(); Plan != Planned.end(); ++Plan) {
      const Fact Here = factOf(Plan);
      if (Uses.lookup(Here.Where.Base) < 2 ||
          (Facts.size() + 1) * F.size() > MaxFactBits)
        continue;
      Makers[Plan->first] = numberOf(Here);
    }
    for (const Fact &Known : Facts)
      Implied.push_back(impliedFacts(Known));
  }

  unsigned numberOf(const Fact &Wanted) {
    auto &Candidates = OfBase[Wanted.Where.Base];
    for (unsigned Index : Candidates)
      if (Facts[Index].Where.contains(Wanted.Where) &&
          Wanted.Where.contains(Facts[Index].Where) &&
          Facts[Index].Kind == Wanted.Kind)
        return Index;
    Candidates.push_back(Facts.size());
    Facts.push_back(Wanted);
    return Facts.size() - 1;
  }

  /// Itself and what holds as well: facts about parts, and that what is owned
  /// need not be logged. At a join, weaker facts are what two paths share.
  SmallVector<unsigned, 4> impliedFacts(const Fact &Known) const {
    SmallVector<unsigned, 4> Result;
    for (unsigned Index : OfBase.lookup(Known.Where.Base))
      if (impliedBy(Known, Facts[Index]) != Redundancy::None)
        Result.push_back(Index);
    return Result;
  }

  Redundancy redundancy(const Fact &Wanted, const BitVector &Known) const {
    Redundancy Result = Redundancy::None;
    auto Candidates = OfBase.find(Wanted.Where.Base);
    if (Candidates == OfBase.end())
      return Result;
    for (unsigned Index : Candidates->second)
      if (Known.test(Index))
        Result = std::max(Result, impliedBy(Facts[Index], Wanted));
    return Result;
  }

  void apply(Instruction &I, BitVector &Known) const {
    if (Ends.mayEndAt(I))
      Known.reset();
    auto Made = Makers.find(&I);
    if (Made != Makers.end())
      for (unsigned Index : Implied[Made->second])
        Known.set(Index);
    auto Based = OfBase.find(&I);
    if (Based != OfBase.end())
      for (unsigned Index : Based->second)
        Known.reset(Index);
  }

  /// What a block does to the facts: Made | (facts & Passed).
  struct Effect {
    BitVector Made, Passed;
  };

  Effect effectOf(BasicBlock &BB) const {
    Effect Result = {BitVector(Facts.size()), BitVector(Facts.size(), true)};
    for (Instruction &I : BB) {
      apply(I, Result.Made);
      apply(I, Result.Passed);
    }
    return Result;
  }

  void solve() {
    const ReversePostOrderTraversal<Function *> Order(&F);
    for (BasicBlock *BB : Order)
      AtEntry[BB] = BitVector(Facts.size(), BB != &F.getEntryBlock());
    if (Facts.empty())
      return;
    DenseMap<const BasicBlock *, Effect> Effects;
    for (BasicBlock *BB : Order)
      Effects[BB] = effectOf(*BB);
    // From all facts downwards, so that loops keep what nothing kills.
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (BasicBlock *BB : Order) {
        BitVector AtEnd = AtEntry[BB];
        AtEnd &= Effects[BB].Passed;
        AtEnd |= Effects[BB].Made;
        for (BasicBlock *After : successors(BB)) {
          BitVector &Entry = AtEntry[After];
          const unsigned Before = Entry.count();
          Entry &= AtEnd;
          Changed |= Entry.count() != Before;
        }
      }
    }
  }

  Function &F;
  const ame::PlannedBarriers &Planned;
  const ame::TransactionEnds &Ends;
  std::vector<Fact> Facts;
  DenseMap<const Instruction *, unsigned> Makers;
  std::vector<SmallVector<unsigned, 4>> Implied; ///< by each fact
  DenseMap<const Value *, SmallVector<unsigned, 4>> OfBase;
  MapVector<BasicBlock *, BitVector> AtEntry;
};

} // namespace

namespace ame {

AccessedBytes accessedBytes(const Instruction &I) {
  const DataLayout &Layout = I.getModule()->getDataLayout();
  const Value *Pointer = getLoadStorePointerOperand(&I);
  APInt Offset(Layout.getIndexTypeSizeInBits(Pointer->getType()), 0);
  const Value *Base = Pointer->stripAndAccumulateConstantOffsets(
      Layout, Offset, /*AllowNonInbounds=*/true);
  const TypeSize Size = Layout.getTypeStoreSize(
      getLoadStoreType(const_cast<Instruction *>(&I)));
  return {Base, Offset.getSExtValue(), Size.getFixedValue()};
}

DenseMap<Instruction *, Redundancy>
findRedundantBarriers(Function &F, const PlannedBarriers &Planned,
                      const TransactionEnds &Ends) {
  return AvailableBarriers(F, Planned, Ends).judge();
}

} // namespace ame

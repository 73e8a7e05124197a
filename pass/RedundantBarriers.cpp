//===- RedundantBarriers.cpp - Barriers implied by earlier ones -----------===//
//
// Facts are kept per (base pointer, constant offset, size). A base is an SSA
// value; it keeps its meaning because facts live along single-entry chains of
// blocks only: running a block of the chain again means entering through its
// head, where nothing is known.
//
//===----------------------------------------------------------------------===//
#include "RedundantBarriers.h"

#include "BarrierNeed.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace {

using ame::BarrierKind;
using ame::Redundancy;

/// Older facts are dropped: searching them is linear.
constexpr size_t MaxFacts = 32;

struct Bytes {
  const Value *Base;
  int64_t Offset;
  uint64_t Size;

  bool contains(const Bytes &Other) const {
    return Base == Other.Base && Offset <= Other.Offset &&
           Offset + int64_t(Size) >= Other.Offset + int64_t(Other.Size);
  }
};

struct Fact {
  Bytes Where;
  BarrierKind Kind;
};

class KnownBarriers {
public:
  void forget() { Facts.clear(); }

  Redundancy apply(const Bytes &Where, BarrierKind Kind) {
    const Redundancy Found = redundancy(Where, Kind);
    if (Found == Redundancy::None) {
      if (Facts.size() == MaxFacts)
        Facts.erase(Facts.begin());
      Facts.push_back({Where, Kind});
    }
    return Found;
  }

private:
  Redundancy redundancy(const Bytes &Where, BarrierKind Kind) const {
    Redundancy Result = Redundancy::None;
    for (const Fact &Known : Facts) {
      if (!Known.Where.contains(Where))
        continue;
      if (Known.Kind == Kind && Kind == BarrierKind::Read)
        Result = Redundancy::AlreadyLogged;
      else if (Known.Kind == Kind || (Known.Kind == BarrierKind::Write))
        return Redundancy::AlreadyOwned;
    }
    return Result;
  }

  SmallVector<Fact, MaxFacts> Facts;
};

Bytes bytesOf(const Instruction &I) {
  const DataLayout &Layout = I.getModule()->getDataLayout();
  const Value *Pointer = getLoadStorePointerOperand(&I);
  APInt Offset(Layout.getIndexTypeSizeInBits(Pointer->getType()), 0);
  const Value *Base = Pointer->stripAndAccumulateConstantOffsets(
      Layout, Offset, /*AllowNonInbounds=*/true);
  const uint64_t Size =
      Layout.getTypeStoreSize(getLoadStoreType(const_cast<Instruction *>(&I))).getFixedValue();
  return {Base, Offset.getSExtValue(), Size};
}

} // namespace

namespace ame {

DenseMap<Instruction *, Redundancy>
findRedundantBarriers(Function &F, const PlannedBarriers &Planned) {
  DenseMap<Instruction *, Redundancy> Result;
  DenseMap<const BasicBlock *, KnownBarriers> AtEnd;
  for (BasicBlock *BB : ReversePostOrderTraversal<Function *>(&F)) {
    KnownBarriers Known;
    if (const BasicBlock *Only = BB->getSinglePredecessor())
      Known = AtEnd.lookup(Only);
    for (Instruction &I : *BB) {
      if (mayEndTransaction(I)) {
        Known.forget();
        continue;
      }
      auto Plan = Planned.find(&I);
      if (Plan == Planned.end())
        continue;
      const Redundancy Found = Known.apply(bytesOf(I), Plan->second);
      if (Found != Redundancy::None)
        Result[&I] = Found;
    }
    AtEnd[BB] = std::move(Known);
  }
  return Result;
}

} // namespace ame

//===- KnownStripes.cpp - Stripes that neighbouring accesses share --------===//
//
// Two kinds of groups: accesses at constant offsets from one SSA value, and
// accesses of one innermost loop that walk along one array with the same steps
// (shorter than a stripe, or several accesses to a step). A forward analysis finds where a group's variables may hold
// something; for a constant-offset group a new definition of its base is the end
// of that: the object before it is another one, whose stripe would be compared
// in vain.
//
//===----------------------------------------------------------------------===//
#include "KnownStripes.h"

#include "LoopEvolution.h"
#include "Options.h"
#include "RuntimeABI.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

#include <map>
#include <tuple>

using namespace llvm;
using ame::BarrierKind;

static int64_t stripeSize() { return int64_t(1) << ame::stripeShift(); }

namespace {

/// Finds loops that walk along arrays.
class ArrayWalks {
public:
  explicit ArrayWalks(Function &F) : Evolution(F) {}

  /// What walks along one array with one step, in one innermost loop.
  using Family = std::tuple<const Loop *, const SCEV *, int64_t>;
  struct Walk {
    Family Of;
    int64_t Offset; ///< from another one of the family
    bool IsSlow;    ///< less than a stripe in each iteration
  };

  std::optional<Walk> walk(Instruction &I, Value *Pointer) {
    const SCEVAddRecExpr *Address = Evolution.walkOf(I, Pointer);
    if (!Address)
      return std::nullopt;
    ScalarEvolution &Scalars = Evolution.evolution();
    const int64_t Bytes = Evolution.stepOf(*Address);
    const Family Of = {Address->getLoop(), Scalars.getPointerBase(Address), Bytes};
    const SCEV *First = Firsts.try_emplace(Of, Address).first->second;
    auto *Distance = dyn_cast<SCEVConstant>(Scalars.getMinusSCEV(Address, First));
    const bool IsSlow = std::abs(Bytes) < stripeSize();
    if (!IsSlow && !Distance)
      return std::nullopt;
    return Walk{Of, Distance ? Distance->getAPInt().getSExtValue() : 0, IsSlow};
  }

private:
  ame::LoopEvolution Evolution;
  std::map<Family, const SCEV *> Firsts;
};

/// Where an access belongs, by SSA values and by walks.
struct Place {
  Instruction *I;
  BarrierKind Kind;
  const Value *Base;
  int64_t Offset;
  std::optional<ArrayWalks::Walk> Walk;
};

} // namespace

namespace ame {

KnownStripes::KnownStripes(Function &F, const PlannedBarriers &Planned,
                           const TransactionEnds &Ends,
                           function_ref<bool(Instruction &)> isInlined)
    : F(F), Ends(Ends) {
  if (F.hasOptNone())
    return;
  group(Planned, isInlined);
  dropLonely();
  if (Accesses.empty())
    return;
  createVariables();
  findKnowledge();
}

void KnownStripes::group(const PlannedBarriers &Planned,
                         function_ref<bool(Instruction &)> isInlined) {
  const DataLayout &Layout = F.getParent()->getDataLayout();
  ArrayWalks Walks(F);
  SmallVector<Place, 32> Places;
  // With long steps only neighbours share a stripe: those of an unrolled loop,
  // each of which has an SSA value of its own.
  std::map<ArrayWalks::Family, SmallPtrSet<const Value *, 4>> Bases;
  for (auto &[I, Kind] : Planned) {
    if (Kind == BarrierKind::Undo || !isInlined(*I))
      continue;
    Value *Pointer = getLoadStorePointerOperand(I);
    APInt Offset(Layout.getIndexTypeSizeInBits(Pointer->getType()), 0);
    const Value *Base = Pointer->stripAndAccumulateConstantOffsets(
        Layout, Offset, /*AllowNonInbounds=*/true);
    Places.push_back({I, Kind, Base, Offset.getSExtValue(), Walks.walk(*I, Pointer)});
    if (Places.back().Walk)
      Bases[Places.back().Walk->Of].insert(Base);
  }
  DenseMap<const Value *, unsigned> OfBase;
  std::map<ArrayWalks::Family, unsigned> OfWalk;
  for (const Place &P : Places) {
    if (P.Walk && (P.Walk->IsSlow || Bases[P.Walk->Of].size() > 1)) {
      const unsigned Group = OfWalk.try_emplace(P.Walk->Of, GroupCount).first->second;
      GroupCount = std::max(GroupCount, Group + 1);
      Accesses.push_back({P.I, Group, P.Walk->Offset, P.Walk->IsSlow, P.Kind});
      continue;
    }
    const unsigned Group = OfBase.try_emplace(P.Base, GroupCount).first->second;
    if (Group == GroupCount) {
      GroupsOfBase[P.Base].push_back(Group);
      ++GroupCount;
    }
    Accesses.push_back({P.I, Group, P.Offset, false, P.Kind});
  }
}

/// Accesses that share their stripe with no other one of their group.
void KnownStripes::dropLonely() {
  SmallVector<SmallVector<const Access *, 4>, 0> Members(GroupCount);
  for (const Access &A : Accesses)
    Members[A.Group].push_back(&A);
  SmallVector<Access, 32> Kept;
  DenseMap<unsigned, unsigned> Renumbered;
  for (const Access &A : Accesses) {
    if (!A.EveryIteration && none_of(Members[A.Group], [&](const Access *Other) {
          return Other->I != A.I && std::abs(Other->Offset - A.Offset) < stripeSize();
        }))
      continue;
    Kept.push_back(A);
    Kept.back().Group =
        Renumbered.try_emplace(A.Group, Renumbered.size()).first->second;
  }
  for (auto &[Base, Numbers] : GroupsOfBase) {
    SmallVector<unsigned, 2> New;
    for (unsigned Old : Numbers)
      if (auto Found = Renumbered.find(Old); Found != Renumbered.end())
        New.push_back(Found->second);
    Numbers = std::move(New);
  }
  Accesses = std::move(Kept);
  GroupCount = Renumbered.size();
  for (const Access &A : Accesses)
    AccessOf[A.I] = &A;
}

void KnownStripes::createVariables() {
  IRBuilder<> B(&*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
  B.SetCurrentDebugLocation(DebugLoc());
  auto variable = [&](const Twine &Name) {
    AllocaInst *Variable = B.CreateAlloca(B.getInt64Ty(), nullptr, Name);
    B.CreateStore(B.getInt64(NoStripe), Variable);
    return Variable;
  };
  Groups.reserve(GroupCount); // StripeUse points into it
  for (unsigned Group = 0; Group != GroupCount; ++Group)
    Groups.push_back({variable("ame.logged"), variable("ame.owned")});
}

/// Puts NoStripe into the variables that may hold something when Call is over.
void KnownStripes::forget(Instruction &Call, const Knowledge &Known) {
  auto forgetAt = [&](Instruction *Place) {
    IRBuilder<> B(Place);
    for (unsigned Group = 0; Group != GroupCount; ++Group) {
      if (Known.test(2 * Group))
        B.CreateStore(B.getInt64(NoStripe), Groups[Group].Logged);
      if (Known.test(2 * Group + 1))
        B.CreateStore(B.getInt64(NoStripe), Groups[Group].Owned);
    }
  };
  if (!Call.isTerminator())
    return forgetAt(Call.getNextNode());
  for (unsigned Index = 0; Index != Call.getNumSuccessors(); ++Index) {
    BasicBlock *Next = Call.getSuccessor(Index);
    if (auto Place = Next->getFirstInsertionPt(); Place != Next->end())
      forgetAt(&*Place);
  }
}

/// What is known after BB. Apply: act upon it on the way.
void KnownStripes::transfer(BasicBlock &BB, Knowledge &Known, bool Apply) {
  auto beginBase = [&](const Value &Base) {
    if (auto Found = GroupsOfBase.find(&Base); Found != GroupsOfBase.end())
      for (unsigned Group : Found->second)
        Known.reset(2 * Group, 2 * Group + 2);
  };
  for (Instruction &I : make_early_inc_range(BB)) {
    if (Ends.mayEndAt(I)) {
      if (Apply && Known.any())
        forget(I, Known);
      Known.reset();
    }
    beginBase(I);
    const Access *A = AccessOf.lookup(&I);
    if (!A)
      continue;
    const bool IsWrite = A->Kind == BarrierKind::Write;
    if (Apply)
      Uses[&I] = {&Groups[A->Group], Known.test(2 * A->Group + IsWrite)};
    Known.set(2 * A->Group);
    if (IsWrite)
      Known.set(2 * A->Group + 1);
  }
}

void KnownStripes::findKnowledge() {
  DenseMap<const BasicBlock *, Knowledge> AtEnd;
  const ReversePostOrderTraversal<Function *> Order(&F);
  auto atStart = [&](const BasicBlock &BB) {
    Knowledge Known(2 * GroupCount);
    for (const BasicBlock *Before : predecessors(&BB))
      if (auto Found = AtEnd.find(Before); Found != AtEnd.end())
        Known |= Found->second;
    return Known;
  };
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : Order) {
      Knowledge Known = atStart(*BB);
      transfer(*BB, Known, false);
      auto [Entry, New] = AtEnd.try_emplace(BB, Known);
      if (New || Entry->second != Known) {
        Entry->second = Known;
        Changed = true;
      }
    }
  }
  for (BasicBlock *BB : Order) {
    Knowledge Known = atStart(*BB);
    transfer(*BB, Known, true);
  }
}

void KnownStripes::promote() {
  if (Groups.empty())
    return;
  SmallVector<AllocaInst *, 16> Variables;
  for (const StripeVariables &Group : Groups) {
    Variables.push_back(Group.Logged);
    Variables.push_back(Group.Owned);
  }
  DominatorTree Tree(F);
  PromoteMemToReg(Variables, Tree);
}

} // namespace ame

//===- KnownStripes.cpp - Stripes that neighbouring accesses share --------===//
//
// Two kinds of groups: accesses at constant offsets from one SSA value, and
// accesses of one innermost loop that walk along one array with steps shorter
// than a stripe. A forward analysis finds where a group's variables may hold
// something; for a constant-offset group a new definition of its base is the end
// of that: the object before it is another one, whose stripe would be compared
// in vain.
//
//===----------------------------------------------------------------------===//
#include "KnownStripes.h"
#include "Options.h"

#include "RuntimeABI.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"


using namespace llvm;

static int64_t stripeSize() { return int64_t(1) << ame::stripeShift(); }

namespace {

/// Finds loops that walk along arrays; what it needs is computed at first use.
class ArrayWalks {
public:
  explicit ArrayWalks(Function &F)
      : F(F), Tree(F), Loops(Tree) {}

  /// The base of the array, when the address changes by less than a stripe in
  /// each iteration of an innermost loop; null otherwise.
  std::pair<const Loop *, const SCEV *> walk(Instruction &I, Value *Pointer) {
    const Loop *Innermost = Loops.getLoopFor(I.getParent());
    if (!Innermost || !Innermost->isInnermost() ||
        Innermost->isLoopInvariant(Pointer))
      return {nullptr, nullptr};
    ScalarEvolution &Evolution = evolution();
    auto *Walk = dyn_cast<SCEVAddRecExpr>(Evolution.getSCEV(Pointer));
    if (!Walk || Walk->getLoop() != Innermost || !Walk->isAffine())
      return {nullptr, nullptr};
    auto *Step = dyn_cast<SCEVConstant>(Walk->getStepRecurrence(Evolution));
    if (!Step || Step->getAPInt().abs().uge(stripeSize()))
      return {nullptr, nullptr};
    return {Innermost, Evolution.getPointerBase(Walk)};
  }

private:
  ScalarEvolution &evolution() {
    if (!Evolution) {
      LibraryInfo.emplace(Triple(F.getParent()->getTargetTriple()));
      Library.emplace(*LibraryInfo, &F);
      Assumptions.emplace(F);
      Evolution.emplace(F, *Library, *Assumptions, Tree, Loops);
    }
    return *Evolution;
  }

  Function &F;
  DominatorTree Tree;
  LoopInfo Loops;
  std::optional<TargetLibraryInfoImpl> LibraryInfo;
  std::optional<TargetLibraryInfo> Library;
  std::optional<AssumptionCache> Assumptions;
  std::optional<ScalarEvolution> Evolution;
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
  DenseMap<const Value *, unsigned> OfBase;
  DenseMap<std::pair<const Loop *, const SCEV *>, unsigned> OfWalk;
  for (auto &[I, Kind] : Planned) {
    if (Kind == BarrierKind::Undo || !isInlined(*I))
      continue;
    Value *Pointer = getLoadStorePointerOperand(I);
    const auto Walk = Walks.walk(*I, Pointer);
    if (Walk.first) {
      const unsigned Group = OfWalk.try_emplace(Walk, GroupCount).first->second;
      GroupCount = std::max(GroupCount, Group + 1);
      Accesses.push_back({I, Group, 0, true, Kind});
      continue;
    }
    APInt Offset(Layout.getIndexTypeSizeInBits(Pointer->getType()), 0);
    const Value *Base = Pointer->stripAndAccumulateConstantOffsets(
        Layout, Offset, /*AllowNonInbounds=*/true);
    const unsigned Group = OfBase.try_emplace(Base, GroupCount).first->second;
    if (Group == GroupCount) {
      GroupsOfBase[Base].push_back(Group);
      ++GroupCount;
    }
    Accesses.push_back({I, Group, Offset.getSExtValue(), false, Kind});
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

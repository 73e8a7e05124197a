//===- EarlierBarriers.cpp - Barriers at better places --------------------===//
//
// Owning earlier must not make conflicts that would not have been. A stripe that
// is read is already lost to any other writer, and the write follows for certain
// and at once: no call and no branch with another way lies between. A barrier in
// front of a loop comes at most one turn earlier than in it.
//
//===----------------------------------------------------------------------===//
#include "EarlierBarriers.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/MustExecute.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

/// Instructions between a read and the write it is for.
static constexpr unsigned MaxDistance = 64;

static bool isSame(const ame::AccessedBytes &A, const ame::AccessedBytes &B) {
  return A.contains(B) && B.contains(A);
}

static bool isFarCall(const Instruction &I) {
  return isa<CallBase>(I) && !isa<IntrinsicInst>(I);
}

/// The instruction that runs next for certain, or null.
static Instruction *nextOf(Instruction &I) {
  if (!I.isTerminator())
    return I.getNextNode();
  BasicBlock *Next = I.getParent()->getUniqueSuccessor();
  return Next && Next->getSinglePredecessor() && isa<BranchInst>(I)
             ? &Next->front()
             : nullptr;
}

static bool isWrittenSoon(LoadInst &Load, const ame::PlannedBarriers &Planned) {
  const ame::AccessedBytes Read = ame::accessedBytes(Load);
  Instruction *I = nextOf(Load);
  for (unsigned Steps = 0; I && Steps != MaxDistance; ++Steps, I = nextOf(*I)) {
    if (isFarCall(*I))
      return false;
    auto Plan = Planned.find(I);
    if (Plan != Planned.end() && Plan->second == ame::BarrierKind::Write &&
        isa<StoreInst>(I) && isSame(ame::accessedBytes(*I), Read))
      return true;
  }
  return false;
}

namespace {

using ame::BarrierKind;

class LoopBarriers {
public:
  LoopBarriers(Function &F, ame::PlannedBarriers &Planned,
               const ame::TransactionEnds &Ends, ame::LoweringRemarks &Remarks)
      : Planned(Planned), Ends(Ends), Remarks(Remarks), Tree(F), Loops(Tree) {}

  /// Inner loops first: what moves out of one may move on.
  SmallPtrSet<const Instruction *, 4> run() {
    SmallVector<Loop *, 8> Order = Loops.getLoopsInPreorder();
    for (Loop *L : reverse(Order))
      if (none_of(L->blocks(), [&](const BasicBlock *BB) {
            return any_of(*BB, [&](const Instruction &I) {
              return Ends.mayEndAt(I);
            });
          }))
        moveOutOf(*L);
    return std::move(Added);
  }

private:
  SmallVector<Instruction *, 8> accessesAtOneAddress(const Loop &L) {
    SmallVector<Instruction *, 8> Result;
    for (auto &[I, Kind] : Planned)
      if (Kind != BarrierKind::Undo && L.contains(I) &&
          L.isLoopInvariant(getLoadStorePointerOperand(I)))
        Result.push_back(I);
    return Result;
  }

  void moveOutOf(Loop &L) {
    const SmallVector<Instruction *, 8> Candidates = accessesAtOneAddress(L);
    if (Candidates.empty())
      return;
    // What runs for certain can be asked only of a loop that has a preheader.
    BasicBlock *Before = L.getLoopPreheader();
    if (!Before)
      Before = InsertPreheaderForLoop(&L, &Tree, &Loops, nullptr, false);
    if (!Before)
      return;
    // By address: the write, where there is one.
    MapVector<const Value *, Instruction *> Chosen;
    SimpleLoopSafetyInfo Safety;
    Safety.computeLoopSafetyInfo(&L);
    for (Instruction *I : Candidates) {
      if (!Safety.isGuaranteedToExecute(*I, &Tree, &L))
        continue;
      Instruction *&Best = Chosen[getLoadStorePointerOperand(I)];
      if (!Best || (Planned.lookup(I) == BarrierKind::Write &&
                    Planned.lookup(Best) == BarrierKind::Read))
        Best = I;
    }
    for (auto &[Pointer, I] : Chosen) {
      const BarrierKind Kind = Planned.lookup(I);
      IRBuilder<> B(Before->getTerminator());
      B.SetCurrentDebugLocation(I->getDebugLoc());
      LoadInst *Load = B.CreateAlignedLoad(
          getLoadStoreType(I), getLoadStorePointerOperand(I),
          getLoadStoreAlignment(I), "ame.before.loop");
      Planned[Load] = Kind;
      if (!Added.contains(I))
        Remarks.cheaper(*I, ame::CheaperBarrier::BeforeLoop);
      Added.insert(Load);
    }
  }

  ame::PlannedBarriers &Planned;
  const ame::TransactionEnds &Ends;
  ame::LoweringRemarks &Remarks;
  DominatorTree Tree;
  LoopInfo Loops;
  SmallPtrSet<const Instruction *, 4> Added;
};

} // namespace

namespace ame {

void planReadsForWriting(PlannedBarriers &Planned, LoweringRemarks &Remarks) {
  for (auto &[I, Kind] : Planned)
    if (auto *Load = dyn_cast<LoadInst>(I))
      if (Kind == BarrierKind::Read && isWrittenSoon(*Load, Planned)) {
        Kind = BarrierKind::Write;
        Remarks.cheaper(*I, CheaperBarrier::ReadForWrite);
      }
}

SmallPtrSet<const Instruction *, 4>
planBarriersBeforeLoops(Function &F, PlannedBarriers &Planned,
                        const TransactionEnds &Ends, LoweringRemarks &Remarks) {
  if (Planned.empty())
    return {};
  return LoopBarriers(F, Planned, Ends, Remarks).run();
}

} // namespace ame

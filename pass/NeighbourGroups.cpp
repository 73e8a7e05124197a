//===- NeighbourGroups.cpp - One barrier for neighbouring accesses --------===//
//
// Within a block: rows of accesses of one kind at constant offsets from one base,
// which end at whatever may leave the block, run other code or end the
// transaction (rows of reads also at a write). A row is cut into groups of writes
// without gaps, of at most a stripe or long enough for a call, and groups of reads
// that lie in one stripe, by the alignment of their base or most probably.
//
//===----------------------------------------------------------------------===//
#include "NeighbourGroups.h"

#include "Options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using ame::BarrierKind;
using ame::NeighbourGroup;

/// A call for a range costs as much as so many calls for words, or as some inlined
/// barriers.
static constexpr size_t FewestOfRange = 6;
/// Reads that may lie in two stripes: where they do each has a call, so that must be
/// the exception.
static constexpr int64_t LongestUnsureRead = 16;
/// Of a row, in bytes: what is owned at once.
static constexpr int64_t LongestRow = 4096;
/// Of a group: what is looked at of a row at a time.
static constexpr size_t MostMembers = 64;
/// Instructions between a read and its place in the program: values that wait in
/// registers.
static constexpr unsigned MostBetweenReads = 32;

namespace {

/// Accesses of one kind with one base, in the order in which they happen.
struct Row {
  BarrierKind Kind;
  Value *Base;
  SmallVector<Instruction *, 4> Accesses;
  unsigned Begin; ///< the number of its first instruction
};

bool runsOtherCode(const Instruction &I, const ame::TransactionEnds &Ends) {
  if (isa<DbgInfoIntrinsic>(I))
    return false;
  return Ends.mayEndAt(I) || !isGuaranteedToTransferExecutionToSuccessor(&I) ||
         (isa<CallBase>(I) && !isa<IntrinsicInst>(I)) || I.isVolatile() ||
         I.isAtomic();
}

bool writes(const Instruction &I) {
  auto *Call = dyn_cast<IntrinsicInst>(&I);
  return I.mayWriteToMemory() && !(Call && Call->isAssumeLikeIntrinsic());
}

NeighbourGroup groupOf(BarrierKind Kind, ArrayRef<Instruction *> Accesses) {
  NeighbourGroup Group = {Kind, {}, INT64_MAX, INT64_MIN, false, false};
  const int64_t First = ame::accessedBytes(*Accesses.front()).Offset;
  for (Instruction *I : Accesses) {
    const ame::AccessedBytes Where = ame::accessedBytes(*I);
    Group.Members.push_back({I, Where.Offset - First, Where.Size});
    Group.From = std::min(Group.From, Where.Offset - First);
    Group.To =
        std::max(Group.To, Where.Offset - First + int64_t(Where.Size));
  }
  SmallVector<std::pair<int64_t, int64_t>, 8> Pieces;
  for (const NeighbourGroup::Member &M : Group.Members)
    Pieces.push_back({M.Offset, M.Offset + int64_t(M.Size)});
  sort(Pieces);
  int64_t End = Group.From;
  for (auto [Begin, PieceEnd] : Pieces) {
    Group.HasGaps |= Begin > End;
    End = std::max(End, PieceEnd);
  }
  return Group;
}

int64_t stripeSize() { return int64_t(1) << ame::stripeShift(); }

/// By the alignment of an address that lies so many bytes behind the first one's.
bool isInOneStripe(const NeighbourGroup &Group, Align Known, int64_t Offset) {
  const int64_t Unit = std::min<int64_t>(Known.value(), stripeSize());
  const int64_t From = (Group.From - Offset) & (Unit - 1);
  return From + Group.To - Group.From <= Unit;
}

/// By the alignment of the base, or of a member.
bool isInOneStripe(const NeighbourGroup &Group, Value *Base) {
  Instruction &First = *Group.Members.front().I;
  const Align OfBase =
      getKnownAlignment(Base, First.getModule()->getDataLayout(), &First);
  return isInOneStripe(Group, OfBase, -ame::accessedBytes(First).Offset) ||
         any_of(Group.Members, [&](const NeighbourGroup::Member &M) {
           return isInOneStripe(Group, getLoadStoreAlignment(M.I), M.Offset);
         });
}

class RowFinder {
public:
  RowFinder(const ame::PlannedBarriers &Planned, const ame::TransactionEnds &Ends,
            function_ref<bool(Instruction &)> IsEligible)
      : Planned(Planned), Ends(Ends), IsEligible(IsEligible) {}

  SmallVector<Row, 8> inBlock(BasicBlock &BB) {
    unsigned Number = 0;
    for (Instruction &I : BB) {
      ++Number;
      if (runsOtherCode(I, Ends))
        closeAll();
      auto Plan = Planned.find(&I);
      const bool IsMember = Plan != Planned.end() &&
                            Plan->second != BarrierKind::Undo && IsEligible(I);
      if (writes(I))
        close([](const Row &Of) { return Of.Kind == BarrierKind::Read; });
      if (IsMember)
        add(I, Plan->second, Number);
    }
    closeAll();
    return std::move(Done);
  }

private:
  void add(Instruction &I, BarrierKind Kind, unsigned Number) {
    const ame::AccessedBytes Where = ame::accessedBytes(I);
    close([&](const Row &Of) {
      return Of.Kind == BarrierKind::Read && Number - Of.Begin > MostBetweenReads;
    });
    for (Row &Of : Open)
      if (Of.Base == Where.Base && Of.Kind == Kind)
        return Of.Accesses.push_back(&I);
    Open.push_back({Kind, const_cast<Value *>(Where.Base), {&I}, Number});
  }

  void close(function_ref<bool(const Row &)> Which) {
    for (const Row &Of : Open)
      if (Which(Of) && Of.Accesses.size() > 1)
        Done.push_back(Of);
    erase_if(Open, Which);
  }
  void closeAll() {
    close([](const Row &) { return true; });
  }

  const ame::PlannedBarriers &Planned;
  const ame::TransactionEnds &Ends;
  function_ref<bool(Instruction &)> IsEligible;
  SmallVector<Row, 4> Open;
  SmallVector<Row, 8> Done;
};

/// Whether one barrier for the group costs less than one for each member.
bool pays(const NeighbourGroup &Group) {
  if (Group.Members.size() < 2 || Group.To - Group.From > stripeSize())
    return Group.isRange();
  return Group.Kind == BarrierKind::Write
             ? !Group.HasGaps
             : Group.InOneStripe || Group.To - Group.From <= LongestUnsureRead;
}

/// The longest group at the row's start that pays; of one member: none does.
NeighbourGroup firstGroup(const Row &Of, ArrayRef<Instruction *> Rest) {
  for (size_t Count = std::min(Rest.size(), MostMembers); Count > 1; --Count) {
    NeighbourGroup Group = groupOf(Of.Kind, Rest.take_front(Count));
    Group.InOneStripe = isInOneStripe(Group, Of.Base);
    if (pays(Group))
      return Group;
  }
  return groupOf(Of.Kind, Rest.take_front(1));
}

SmallVector<NeighbourGroup, 2> cut(const Row &Of) {
  SmallVector<NeighbourGroup, 2> Result;
  ArrayRef<Instruction *> Rest = Of.Accesses;
  while (!Rest.empty()) {
    NeighbourGroup Group = firstGroup(Of, Rest);
    Rest = Rest.drop_front(Group.Members.size());
    if (Group.Members.size() > 1)
      Result.push_back(std::move(Group));
  }
  return Result;
}

} // namespace

bool NeighbourGroup::isRange() const {
  return paysAsCall() && To - From > stripeSize() && To - From <= LongestRow;
}

bool NeighbourGroup::paysAsCall() const {
  return Kind == BarrierKind::Write && !HasGaps && Members.size() >= FewestOfRange;
}

ame::NeighbourGroups::NeighbourGroups(
    Function &F, const PlannedBarriers &Planned, const TransactionEnds &Ends,
    function_ref<bool(Instruction &)> isEligible) {
  if (F.hasOptNone())
    return;
  for (BasicBlock &BB : F)
    for (const Row &Of : RowFinder(Planned, Ends, isEligible).inBlock(BB))
      for (NeighbourGroup &Group : cut(Of)) {
        const Instruction *First = Group.Members.front().I;
        for (const NeighbourGroup::Member &M : drop_begin(Group.Members))
          Covered[M.I] = First;
        Groups.push_back(std::move(Group));
        OfFirst[First] = Groups.size();
      }
}

const NeighbourGroup *
ame::NeighbourGroups::startingAt(const Instruction *I) const {
  const unsigned Number = OfFirst.lookup(I);
  return Number ? &Groups[Number - 1] : nullptr;
}

void ame::NeighbourGroups::dissolve(const Instruction *First) {
  for (const NeighbourGroup::Member &M : startingAt(First)->Members)
    Covered.erase(M.I);
  OfFirst.erase(First);
}

//===- BoundedRanges.cpp - One barrier for a small table that a loop writes ==//
#include "BoundedRanges.h"

#include "LoopEvolution.h"
#include "Options.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;
using ame::BarrierKind;

/// What may be owned without being written, in the worst case.
static constexpr int64_t LargestTable = 4096;
/// Turns for each stripe. Where they choose elements evenly, so many leave hardly
/// any stripe out, and their barriers would cost several times as much.
static constexpr uint64_t TurnsForStripe = 4;

namespace {

/// Where it begins, and the loop.
using Table = std::pair<Value *, Loop *>;

/// Where an element is in its table.
struct Element {
  const Value *Index = nullptr;
  int64_t Constant = 0, Scale = 0;
};

/// Of an address with one index that is not constant.
std::optional<Element> elementOf(const GEPOperator &Address,
                                 const DataLayout &Layout) {
  Element Result;
  for (auto Step = gep_type_begin(Address); Step != gep_type_end(Address);
       ++Step) {
    auto *Number = dyn_cast<ConstantInt>(Step.getOperand());
    if (const StructType *Struct = Step.getStructTypeOrNull()) {
      Result.Constant +=
          Layout.getStructLayout(const_cast<StructType *>(Struct))
              ->getElementOffset(Number->getZExtValue());
      continue;
    }
    const TypeSize Stride = Step.getSequentialElementStride(Layout);
    if (Stride.isScalable() || (!Number && Result.Index) ||
        (Number && Number->getValue().getSignificantBits() > 32))
      return std::nullopt;
    if (Number) {
      Result.Constant += Number->getSExtValue() * int64_t(Stride.getFixedValue());
      continue;
    }
    Result.Index = Step.getOperand();
    Result.Scale = Stride.getFixedValue();
  }
  return Result.Index ? std::optional(Result) : std::nullopt;
}

/// [From, To) of an object of type Of is part of one array of scalars: an array that
/// is shorter than its index says has something else behind it.
bool isInOneArray(Type *Of, uint64_t From, uint64_t To,
                  const DataLayout &Layout) {
  while (auto *Struct = dyn_cast<StructType>(Of)) {
    const StructLayout *Fields = Layout.getStructLayout(Struct);
    if (From >= Fields->getSizeInBytes())
      return false;
    const unsigned Field = Fields->getElementContainingOffset(From);
    const uint64_t Begin = Fields->getElementOffset(Field);
    From -= Begin;
    To -= Begin;
    Of = Struct->getElementType(Field);
  }
  Type *Scalar = Of;
  while (auto *Array = dyn_cast<ArrayType>(Scalar))
    Scalar = Array->getElementType();
  return Of->isArrayTy() && Scalar->isSingleValueType() &&
         To <= Layout.getTypeAllocSize(Of).getFixedValue();
}

/// An access at Base + [From, To).
struct Member {
  Instruction *I;
  BarrierKind Kind;
  int64_t From, To;
};

class BoundedRanges {
public:
  BoundedRanges(Function &F, ame::PlannedBarriers &Planned,
                const ame::TransactionEnds &Ends, ame::LoweringRemarks &Remarks,
                SmallVectorImpl<ame::OwnedRange> &Ranges)
      : F(F), Layout(F.getParent()->getDataLayout()), Planned(Planned),
        Ends(Ends), Remarks(Remarks), Ranges(Ranges), Walks(F) {}

  void run() {
    MapVector<Table, SmallVector<Member, 4>> Tables;
    for (auto &[I, Kind] : Planned)
      if (Kind != BarrierKind::Undo)
        if (auto Found = place(*I))
          Tables[Found->first].push_back(
              {I, Kind, Found->second.first, Found->second.second});
    for (auto &[Where, Members] : Tables)
      plan(*Where.first, *Where.second, Members);
  }

private:
  /// Base + constant + index * size, where only the index changes in the loop and
  /// its range is known.
  std::optional<std::pair<Table, std::pair<int64_t, int64_t>>>
  place(Instruction &I) {
    Loop *Innermost = Walks.Loops.getLoopFor(I.getParent());
    auto *Address = dyn_cast<GEPOperator>(getLoadStorePointerOperand(&I));
    if (!Innermost || !Innermost->isInnermost() || !Address ||
        !Innermost->isLoopInvariant(Address->getPointerOperand()))
      return std::nullopt;
    const auto Where = elementOf(*Address, Layout);
    const int64_t Size =
        Layout.getTypeStoreSize(getLoadStoreType(&I)).getFixedValue();
    if (!Where || Where->Scale != Size || !Where->Index->getType()->isIntegerTy(64))
      return std::nullopt;
    ScalarEvolution &Evolution = Walks.evolution();
    const ConstantRange Range =
        Evolution.getSignedRange(Evolution.getSCEV(const_cast<Value *>(Where->Index)));
    const APInt Lowest = Range.getSignedMin(), Highest = Range.getSignedMax();
    if (Lowest.getSignificantBits() > 32 || Highest.getSignificantBits() > 32)
      return std::nullopt;
    Value *Base = Address->getPointerOperand();
    APInt Fixed(Layout.getIndexTypeSizeInBits(Base->getType()), 0);
    Base = Base->stripAndAccumulateConstantOffsets(Layout, Fixed,
                                                   /*AllowNonInbounds=*/true);
    if (Fixed.getSignificantBits() > 32)
      return std::nullopt;
    const int64_t Offset = Where->Constant + Fixed.getSExtValue();
    return {{{Base, Innermost},
             {Offset + Lowest.getSExtValue() * Size,
              Offset + Highest.getSExtValue() * Size + Size}}};
  }

  void plan(Value &Base, Loop &L, ArrayRef<Member> Members) {
    int64_t From = INT64_MAX, To = INT64_MIN;
    for (const Member &M : Members)
      if (M.Kind == BarrierKind::Write && comesInEachTurn(*M.I, L)) {
        From = std::min(From, M.From);
        To = std::max(To, M.To);
      }
    // Two parts of one object, perhaps, with something in between.
    const bool IsWhole = any_of(Members, [&](const Member &M) {
      return M.From == From && M.To == To;
    });
    if (!IsWhole || To - From > LargestTable || !runsOften(L, To - From) ||
        !isOneTransaction(L))
      return;
    BasicBlock *Before = L.getLoopPreheader();
    if (!Before)
      Before = InsertPreheaderForLoop(&L, &Walks.Tree, &Walks.Loops, nullptr,
                                      false);
    if (!Before)
      return;
    Instruction *At = Before->getTerminator();
    if (!isThere(Base, From, To, *At))
      return;
    IRBuilder<> B(At);
    Value *Start = B.CreateConstGEP1_64(B.getInt8Ty(), &Base, From);
    Ranges.push_back({At, Start, B.getInt64(To - From)});
    for (const Member &M : Members)
      if (M.From >= From && M.To <= To) {
        Remarks.omitted(*M.I, ame::NoBarrier::OwnedTable);
        Planned.erase(M.I);
      }
  }

  bool comesInEachTurn(const Instruction &I, const Loop &L) {
    const BasicBlock *Latch = L.getLoopLatch();
    return Latch && Walks.Tree.dominates(I.getParent(), Latch);
  }

  bool runsOften(const Loop &L, uint64_t Bytes) {
    ScalarEvolution &Evolution = Walks.evolution();
    const SCEV *Again = Evolution.getBackedgeTakenCount(&L);
    if (isa<SCEVCouldNotCompute>(Again))
      return false;
    const uint64_t Stripes = (Bytes >> ame::stripeShift()) + 1;
    return Evolution.getUnsignedRangeMin(Evolution.applyLoopGuards(Again, &L))
        .uge(Stripes * TurnsForStripe);
  }

  bool isOneTransaction(const Loop &L) {
    return none_of(L.blocks(), [&](const BasicBlock *BB) {
      return any_of(*BB, [&](const Instruction &I) { return Ends.mayEndAt(I); });
    });
  }

  /// (What the loop goes on to access has not been freed.)
  bool isThere(const Value &Base, int64_t From, int64_t To,
               const Instruction &At) {
    bool CanBeNull = true, CanBeFreed = true;
    const uint64_t Known =
        Base.getPointerDereferenceableBytes(Layout, CanBeNull, CanBeFreed);
    if (From < 0 || uint64_t(To) > Known)
      return false;
    if (auto *Global = dyn_cast<GlobalVariable>(&Base))
      return isInOneArray(Global->getValueType(), From, To, Layout);
    // What it is made of is not known: it must be the table.
    return From == 0 && uint64_t(To) == Known &&
           (!CanBeNull ||
            isKnownNonZero(&Base,
                           SimplifyQuery(Layout, &Walks.Tree, nullptr, &At)));
  }

  Function &F;
  const DataLayout &Layout;
  ame::PlannedBarriers &Planned;
  const ame::TransactionEnds &Ends;
  ame::LoweringRemarks &Remarks;
  SmallVectorImpl<ame::OwnedRange> &Ranges;
  ame::LoopEvolution Walks;
};

} // namespace

void ame::planBoundedRanges(Function &F, PlannedBarriers &Planned,
                            const TransactionEnds &Ends,
                            LoweringRemarks &Remarks,
                            SmallVectorImpl<OwnedRange> &Ranges) {
  if (!F.hasOptNone() && !Planned.empty())
    BoundedRanges(F, Planned, Ends, Remarks, Ranges).run();
}

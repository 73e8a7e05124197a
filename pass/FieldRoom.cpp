//===- FieldRoom.cpp - The bytes of a field around a pointer --------------===//
#include "FieldRoom.h"

#include "Marks.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Operator.h"

using namespace llvm;
using ame::FieldRoom;

static int64_t moved(int64_t Place, int64_t By) {
  return Place == INT64_MAX ? Place : Place - By;
}

FieldRoom FieldRoom::behind(int64_t Least, int64_t Most) const {
  return {From - Least, moved(To, Most), HasArray};
}

FieldRoom FieldRoom::operator&(const FieldRoom &Other) const {
  return {std::max(From, Other.From), std::min(To, Other.To),
          HasArray && Other.HasArray};
}

static bool hasArray(const Type *T) {
  return T->isArrayTy() || T->isVectorTy() ||
         (T->isStructTy() && any_of(T->subtypes(), hasArray));
}

static FieldRoom roomOf(Type *Field, bool IsLast, const DataLayout &Layout) {
  // Flexible, or made longer than it is declared.
  if (!Field->isSized() || (IsLast && Field->isArrayTy()))
    return {};
  const TypeSize Size = Layout.getTypeAllocSize(Field);
  if (Size.isScalable())
    return {};
  return {0, int64_t(Size.getFixedValue()), hasArray(Field)};
}

/// Steps into members of globals are offsets without types: the member is not
/// less than what is no structure there.
static FieldRoom roomInGlobal(const GlobalVariable &G, uint64_t Offset,
                              const DataLayout &Layout) {
  Type *T = G.getValueType();
  bool IsLast = false;
  while (T->isSized()) {
    if (auto *Array = dyn_cast<ArrayType>(T);
        Array && Array->getElementType()->isStructTy()) {
      T = Array->getElementType();
      Offset %= std::max<uint64_t>(Layout.getTypeAllocSize(T).getFixedValue(), 1);
    }
    auto *Struct = dyn_cast<StructType>(T);
    if (!Struct || Struct->getNumElements() == 0)
      break;
    const StructLayout *Elements = Layout.getStructLayout(Struct);
    const unsigned Index = Elements->getElementContainingOffset(Offset);
    Offset -= Elements->getElementOffset(Index);
    T = Struct->getElementType(Index);
    IsLast = Index + 1 == Struct->getNumElements();
  }
  return Offset == 0 ? roomOf(T, IsLast, Layout) : FieldRoom();
}

FieldRoom ame::roomOfField(const Value &Address, const DataLayout &Layout) {
  if (isa<Constant>(Address)) {
    APInt Offset(Layout.getIndexTypeSizeInBits(Address.getType()), 0);
    auto *G = dyn_cast<GlobalVariable>(Address.stripAndAccumulateConstantOffsets(
        Layout, Offset, /*AllowNonInbounds=*/true));
    const bool IsInside =
        G && G->getValueType()->isSized() &&
        Offset.ult(Layout.getTypeAllocSize(G->getValueType()).getFixedValue());
    return IsInside ? roomInGlobal(*G, Offset.getZExtValue(), Layout) : FieldRoom();
  }
  auto *Step = dyn_cast<GEPOperator>(&Address);
  if (!Step || Step->getNumIndices() < 2)
    return {};
  SmallVector<Value *, 4> Outer(Step->idx_begin(), std::prev(Step->idx_end()));
  auto *Struct = dyn_cast_or_null<StructType>(
      GetElementPtrInst::getIndexedType(Step->getSourceElementType(), Outer));
  auto *Index = dyn_cast<ConstantInt>(Step->getOperand(Step->getNumOperands() - 1));
  if (!Struct || !Index)
    return {};
  return roomOf(Step->getResultElementType(),
                Index->getZExtValue() + 1 == Struct->getNumElements(), Layout);
}

void ame::attachRoom(CallBase &Call, const FieldRoom &Room) {
  Call.addFnAttr(Attribute::get(
      Call.getContext(), RoomAttr,
      (Twine(Room.From) + "," + Twine(Room.To) + "," + Twine(unsigned(Room.HasArray)))
          .str()));
}

FieldRoom ame::attachedRoom(const CallBase &Call) {
  SmallVector<StringRef, 3> Parts;
  Call.getFnAttr(RoomAttr).getValueAsString().split(Parts, ',');
  FieldRoom Room;
  if (Parts.size() != 3 || Parts[0].getAsInteger(10, Room.From) ||
      Parts[1].getAsInteger(10, Room.To))
    return {0, 0, false};
  Room.HasArray = Parts[2] == "1";
  return Room;
}

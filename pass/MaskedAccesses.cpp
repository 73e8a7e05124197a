//===- MaskedAccesses.cpp - Vector accesses that touch some lanes ---------===//
//
// Only the lanes that the mask names exist: the others may lie in memory that
// must not even be read. So each lane becomes a load or store of its own, behind
// a test of its mask bit where that is not a constant.
//
//===----------------------------------------------------------------------===//
#include "MaskedAccesses.h"

#include "Marks.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace {

/// How one of the six intrinsics is written down. Later versions of LLVM leave
/// the alignment argument out; the mask and what follows it are the last ones.
struct Form {
  bool Writes;
  bool AddressPerLane; ///< gather, scatter
  bool Packed;         ///< expand, compress: memory holds the named lanes only
};

std::optional<Form> formOf(const IntrinsicInst &Call) {
  switch (Call.getIntrinsicID()) {
  case Intrinsic::masked_load:
    return Form{false, false, false};
  case Intrinsic::masked_store:
    return Form{true, false, false};
  case Intrinsic::masked_gather:
    return Form{false, true, false};
  case Intrinsic::masked_scatter:
    return Form{true, true, false};
  case Intrinsic::masked_expandload:
    return Form{false, false, true};
  case Intrinsic::masked_compressstore:
    return Form{true, false, true};
  default:
    return std::nullopt;
  }
}

class Expansion {
public:
  Expansion(IntrinsicInst &Call, Form Kind, FixedVectorType &Vector)
      : Call(Call), Kind(Kind), Lane(Vector.getElementType()),
        Lanes(Vector.getNumElements()), Builder(&Call) {
    const unsigned Last = Call.arg_size() - 1;
    const unsigned AddressIndex = Kind.Writes ? 1 : 0;
    Address = Call.getArgOperand(AddressIndex);
    Mask = Call.getArgOperand(Kind.Writes ? Last : Last - 1);
    Result = Kind.Writes ? nullptr : Call.getArgOperand(Last);
    LaneSize = Call.getModule()->getDataLayout().getTypeAllocSize(Lane);
    if (Call.arg_size() == 4)
      Alignment =
          cast<ConstantInt>(Call.getArgOperand(AddressIndex + 1))->getAlignValue();
    else
      Alignment = Call.getParamAlign(AddressIndex).valueOrOne();
  }

  void run() {
    Value *Place = Builder.getInt64(0); // of the next lane in packed memory
    for (unsigned Index = 0; Index != Lanes; ++Index) {
      Builder.SetInsertPoint(&Call);
      Value *Named = Builder.CreateExtractElement(Mask, Index);
      auto *Known = dyn_cast<ConstantInt>(Named);
      if (Known && Known->isZero())
        continue;
      Value *Before = Result;
      Value *PlaceBefore = Place;
      BasicBlock *Head = Call.getParent();
      if (!Known)
        Builder.SetInsertPoint(SplitBlockAndInsertIfThen(
            Named, Call.getIterator(), /*Unreachable=*/false));
      BasicBlock *Then = Builder.GetInsertBlock();
      access(Index, Kind.Packed ? Place : Builder.getInt64(Index));
      if (Kind.Packed)
        Place = Builder.CreateAdd(Place, Builder.getInt64(1));
      if (Known)
        continue;
      Builder.SetInsertPoint(&Call);
      Result = merge(Result, Then, Before, Head);
      Place = merge(Place, Then, PlaceBefore, Head);
    }
    if (Result)
      Call.replaceAllUsesWith(Result);
    Call.eraseFromParent();
  }

private:
  void access(unsigned Index, Value *Place) {
    Value *Pointer = Kind.AddressPerLane
                         ? Builder.CreateExtractElement(Address, Index)
                         : Builder.CreateGEP(Lane, Address, Place);
    const Align Where = Kind.AddressPerLane ? Alignment
                                            : commonAlignment(Alignment, LaneSize);
    Instruction *Access;
    if (Kind.Writes) {
      Value *Element = Builder.CreateExtractElement(Call.getArgOperand(0), Index);
      Access = Builder.CreateAlignedStore(Element, Pointer, Where);
    } else {
      LoadInst *Load = Builder.CreateAlignedLoad(Lane, Pointer, Where);
      Result = Builder.CreateInsertElement(Result, Load, Index);
      Access = Load;
    }
    Access->setMetadata(ame::FieldMetadata, Call.getMetadata(ame::FieldMetadata));
  }

  Value *merge(Value *Taken, BasicBlock *Then, Value *Skipped, BasicBlock *Head) {
    if (Taken == Skipped)
      return Taken;
    PHINode *Phi = PHINode::Create(Taken->getType(), 2, "",
                                   Call.getParent()->begin());
    Phi->addIncoming(Taken, Then);
    Phi->addIncoming(Skipped, Head);
    return Phi;
  }

  IntrinsicInst &Call;
  const Form Kind;
  Type *Lane;
  const unsigned Lanes;
  IRBuilder<> Builder;
  Value *Address, *Mask, *Result;
  uint64_t LaneSize;
  Align Alignment;
};

} // namespace

bool ame::expandMaskedAccess(IntrinsicInst &Call) {
  const std::optional<Form> Kind = formOf(Call);
  if (!Kind)
    return false;
  Type *Accessed =
      Kind->Writes ? Call.getArgOperand(0)->getType() : Call.getType();
  auto *Vector = dyn_cast<FixedVectorType>(Accessed);
  const DataLayout &Layout = Call.getModule()->getDataLayout();
  if (!Vector || Layout.getTypeAllocSizeInBits(Vector->getElementType()) !=
                     Layout.getTypeSizeInBits(Vector->getElementType()))
    return false;
  Expansion(Call, *Kind, *Vector).run();
  return true;
}

//===- CountedStructs.cpp - Which types have counts in them ---------------===//
#include "CountedStructs.h"

#include "BitCounts.h"
#include "Marks.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace llvm;
using ame::FieldFact;

static bool isCountAccess(const Instruction &I) {
  const std::optional<FieldFact> Fact = ame::fieldFact(I);
  return Fact == FieldFact::RefCount || Fact == FieldFact::Counter;
}

static const Value *pointerOf(const Instruction &I) {
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return RMW->getPointerOperand();
  if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    return Exchange->getPointerOperand();
  return getLoadStorePointerOperand(&I);
}

bool ame::CountedStructs::areIn(const Type &Outer) const {
  if (auto *Array = dyn_cast<ArrayType>(&Outer))
    return areIn(*Array->getElementType());
  auto *Struct = dyn_cast<StructType>(&Outer);
  return Struct &&
         (Structs.contains(Struct) ||
          any_of(Struct->elements(), [&](const Type *T) { return areIn(*T); }));
}

ame::CountedStructs::CountedStructs(const Module &M, const BitCounts &Bits)
    : Structs(Bits.structs()) {
  for (const Function &F : M)
    for (const Instruction &I : instructions(F)) {
      const Value *Pointer = isCountAccess(I) ? pointerOf(I) : nullptr;
      while (auto *GEP = dyn_cast_or_null<GEPOperator>(Pointer)) {
        if (auto *Type = dyn_cast<StructType>(GEP->getSourceElementType()))
          Structs.insert(Type);
        Pointer = GEP->getPointerOperand();
      }
    }
  if (Structs.empty())
    return;
  const DataLayout &Layout = M.getDataLayout();
  for (StructType *Type : M.getIdentifiedStructTypes())
    if (Type->isSized() && areIn(*Type))
      Sizes.insert(Layout.getTypeAllocSize(Type).getFixedValue());
}

//===- CountCopies.cpp - Assignment of structs that contain counts --------===//
//
// clang assigns structs by llvm.memcpy and clears them by llvm.memset; the
// optimiser may split these into loads and stores that no longer know that some
// bytes are a count. So they become calls first: those of a constant size that
// is a multiple of the size of a struct with a count in it, and those that are
// given the address of a count itself. Which structs have counts is learnt from
// the accesses of this module: the address of a count is a field address.
//
//===----------------------------------------------------------------------===//
#include "CountCopies.h"
#include "BitCounts.h"
#include "Marks.h"
#include "OwnLocals.h"
#include "RuntimeABI.h"
#include "TransactionalFunctions.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
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

using Structs = SmallPtrSet<const StructType *, 8>;

static Structs structsWithCounts(const Module &M, const ame::BitCounts &Bits) {
  Structs Result = Bits.structs();
  for (const Function &F : M)
    for (const Instruction &I : instructions(F)) {
      if (!isCountAccess(I))
        continue;
      const Value *Pointer = pointerOf(I);
      while (auto *GEP = dyn_cast_or_null<GEPOperator>(Pointer)) {
        if (auto *Type = dyn_cast<StructType>(GEP->getSourceElementType()))
          Result.insert(Type);
        Pointer = GEP->getPointerOperand();
      }
    }
  return Result;
}

static bool contains(const Type *Outer, const Structs &Inner) {
  if (auto *Array = dyn_cast<ArrayType>(Outer))
    return contains(Array->getElementType(), Inner);
  auto *Struct = dyn_cast<StructType>(Outer);
  return Struct && (Inner.contains(Struct) ||
                    any_of(Struct->elements(), [&](const Type *Element) {
                      return contains(Element, Inner);
                    }));
}

static SmallSet<uint64_t, 8> sizesOfStructs(const Module &M,
                                            const ame::BitCounts &Bits) {
  SmallSet<uint64_t, 8> Sizes;
  const Structs Inner = structsWithCounts(M, Bits);
  if (Inner.empty())
    return Sizes;
  const DataLayout &Layout = M.getDataLayout();
  for (const StructType *Type : M.getIdentifiedStructTypes())
    if (Type->isSized() && contains(Type, Inner))
      Sizes.insert(
          Layout.getTypeAllocSize(const_cast<StructType *>(Type)).getFixedValue());
  return Sizes;
}

/// Copy constructors copy units of bit-fields together with what follows.
static bool beginsAtUnit(const MemIntrinsic &Call, const ame::BitCounts &Bits) {
  auto *Transfer = dyn_cast<MemTransferInst>(&Call);
  return Bits.unitAt(*Call.getRawDest()) ||
         (Transfer && Bits.unitAt(*Transfer->getRawSource()));
}

static bool mayCoverCount(const MemIntrinsic &Call, const ame::BitCounts &Bits,
                          const SmallSet<uint64_t, 8> &Sizes) {
  if (isCountAccess(Call) || beginsAtUnit(Call, Bits))
    return true;
  // Of an unknown size: stays as it is, the runtime looks at each.
  auto *Length = dyn_cast<ConstantInt>(Call.getLength());
  return Length && !Length->isZero() && any_of(Sizes, [&](uint64_t Size) {
    return Length->getZExtValue() % Size == 0;
  });
}

static bool isPrivate(const MemIntrinsic &Call, ame::OwnLocals &Locals) {
  auto *Transfer = dyn_cast<MemTransferInst>(&Call);
  return Locals.isBehind(*Call.getRawDest()) &&
         (!Transfer || Locals.isBehind(*Transfer->getRawSource()));
}

static bool isConstantSource(const MemIntrinsic &Call, ame::OwnLocals &Locals) {
  auto *Transfer = dyn_cast<MemTransferInst>(&Call);
  auto *Source = Transfer
                     ? dyn_cast<GlobalVariable>(Transfer->getRawSource())
                     : nullptr;
  return Source && Source->isConstant() && Locals.isBehind(*Call.getRawDest());
}

static void lower(MemIntrinsic &Call, ame::RuntimeABI &Runtime) {
  IRBuilder<> Builder(&Call);
  Value *Size = Builder.CreateZExtOrTrunc(Call.getLength(), Builder.getInt64Ty());
  if (auto *Transfer = dyn_cast<MemTransferInst>(&Call))
    Builder.CreateCall(
        Runtime.__ame_count_copy,
        {Call.getRawDest(), Transfer->getRawSource(), Size});
  else
    Builder.CreateCall(Runtime.__ame_count_fill,
                       {Call.getRawDest(),
                        Builder.CreateZExt(cast<MemSetInst>(Call).getValue(),
                                           Builder.getInt32Ty()),
                        Size});
  Call.eraseFromParent();
}

void ame::lowerCountCopies(Module &M, const BitCounts &Bits, OwnLocals &Locals) {
  const SmallSet<uint64_t, 8> Sizes = sizesOfStructs(M, Bits);
  SmallVector<MemIntrinsic *, 16> Calls;
  forEachTransactionalInstruction(M, [&](Instruction &I) {
    auto *Call = dyn_cast<MemIntrinsic>(&I);
    if (Call && mayCoverCount(*Call, Bits, Sizes) && !isPrivate(*Call, Locals) &&
        !isConstantSource(*Call, Locals))
      Calls.push_back(Call);
  });
  if (Calls.empty())
    return;
  RuntimeABI Runtime(M);
  for (MemIntrinsic *Call : Calls)
    lower(*Call, Runtime);
  Runtime.removeUnused();
}

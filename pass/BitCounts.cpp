//===- BitCounts.cpp - Counts in bit-fields -------------------------------===//
#include "BitCounts.h"

#include "AnnotationCalls.h"

#include "ame/annotations.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;
using ame::CountBits;
using ame::CountDetails;
using ame::Error;

APInt ame::maskOf(const CountBits &Bits) {
  return APInt::getBitsSet(Bits.Unit, Bits.Shift, Bits.Shift + Bits.Width);
}

/// The structure and its element that the address is one of.
static std::pair<const StructType *, unsigned> elementAt(const Value &Pointer) {
  auto *Step = dyn_cast<GEPOperator>(&Pointer);
  auto *Index = Step ? dyn_cast<ConstantInt>(Step->getOperand(Step->getNumOperands() - 1))
                     : nullptr;
  if (!Index || Step->getNumIndices() < 2)
    return {nullptr, 0};
  SmallVector<Value *, 4> Outer(Step->idx_begin(), std::prev(Step->idx_end()));
  const Type *Around =
      GetElementPtrInst::getIndexedType(Step->getSourceElementType(), Outer);
  auto *Struct = dyn_cast_or_null<StructType>(Around);
  return {Struct, Struct ? unsigned(Index->getZExtValue()) : 0};
}

const ame::CountedUnit *ame::BitCounts::unitAt(const Value &Pointer) const {
  const auto Found = Units.find(elementAt(Pointer));
  return Found == Units.end() ? nullptr : &Found->second;
}

SmallPtrSet<const StructType *, 8> ame::BitCounts::structs() const {
  SmallPtrSet<const StructType *, 8> Result;
  for (const auto &Unit : Units)
    Result.insert(Unit.first.first);
  return Result;
}

SmallVector<Instruction *, 16> ame::BitCounts::addressesIn(Module &M) const {
  SmallVector<Instruction *, 16> Result;
  if (!empty())
    for (Function &F : M)
      for (Instruction &I : instructions(F))
        if (isa<GetElementPtrInst>(I) && unitAt(I))
          Result.push_back(&I);
  return Result;
}

//===-- Declarations ------------------------------------------------------===//

/// The store of the increment: the only one that is not to a local.
static StoreInst *incrementOf(Function &F) {
  for (Instruction &I : instructions(F))
    if (auto *Store = dyn_cast<StoreInst>(&I))
      if (!isa<AllocaInst>(Store->getPointerOperand()))
        return Store;
  return nullptr;
}

/// The field alone is kept by no mask: then it is the whole unit.
static APInt writtenBits(const StoreInst &Store) {
  const unsigned Unit = Store.getValueOperand()->getType()->getIntegerBitWidth();
  auto *Or = dyn_cast<BinaryOperator>(Store.getValueOperand());
  if (Or && Or->getOpcode() == Instruction::Or)
    for (const Value *Side : Or->operands())
      if (auto *And = dyn_cast<BinaryOperator>(Side))
        if (And->getOpcode() == Instruction::And && isa<LoadInst>(And->getOperand(0)))
          if (auto *Kept = dyn_cast<ConstantInt>(And->getOperand(1)))
            return ~Kept->getValue();
  return APInt::getAllOnes(Unit);
}

/// Whether what is loaded is sign-extended.
static bool isLoadedSigned(const Value &Unit) {
  for (const Instruction &I : instructions(cast<StoreInst>(Unit).getFunction())) {
    auto *Load = dyn_cast<LoadInst>(&I);
    if (!Load ||
        Load->getPointerOperand() != cast<StoreInst>(Unit).getPointerOperand())
      continue;
    for (const User *U : Load->users()) {
      if (U->hasOneUse() && cast<Instruction>(U)->getOpcode() == Instruction::Shl)
        U = U->user_back();
      const unsigned Opcode = cast<Instruction>(U)->getOpcode();
      if (Opcode == Instruction::AShr || Opcode == Instruction::SExt)
        return true;
    }
  }
  return false;
}

static unsigned offsetOf(const Module &M, const StructType *Struct, unsigned Index) {
  return unsigned(M.getDataLayout()
                      .getStructLayout(const_cast<StructType *>(Struct))
                      ->getElementOffset(Index));
}

static std::string refusal(const CountDetails &Count, Align Alignment) {
  const CountBits &Bits = Count.Bits;
  if (Bits.Unit != 8 && Bits.Unit != 16 && Bits.Unit != 32 && Bits.Unit != 64)
    return "clang keeps it in a unit of " + std::to_string(Bits.Unit) +
           " bits, which is none of 8, 16, 32 or 64: fill the unit with an unnamed "
           "bit-field";
  if (Alignment.value() * 8 < Bits.Unit)
    return "its unit of " + std::to_string(Bits.Unit) +
           " bits is not aligned to its size: move it to the structure's beginning";
  if (Bits.Width > 32)
    return "it has more than 32 bits: declare a member of its own, AME_REFCOUNT";
  if (Bits.Width == 1 && Bits.Signed)
    return "one signed bit counts nothing";
  if (Bits.Object > UINT16_MAX)
    return "it is more than 64 kB behind the structure's beginning";
  if (Count.Immortal == AME_COUNT_IMMORTAL_FROM &&
      Count.Limit > APInt::getLowBitsSet(64, Bits.Width - Bits.Signed).getZExtValue())
    return "it never gets to the limit of AME_REFCOUNT_IMMORTAL_FROM";
  return "";
}

void ame::BitCounts::add(Function &F, const Declaration &Declared, Place Where,
                         const CountDetails &Count) {
  CountedUnit &Unit = Units[Where];
  Unit.Size = Count.Bits.Unit;
  for (const CountDetails &Other : Unit.Counts)
    if (Other.Bits.Object == Count.Bits.Object) {
      if (Other.Bits.Shift != Count.Bits.Shift)
        reportError(Error::CountSize, F, Declared.Place,
                    "AME_REFCOUNT_BITS: the field begins in the same byte as "
                    "another count: put an unnamed bit-field between them");
      return;
    }
  Unit.Counts.push_back(Count);
}

void ame::BitCounts::read(Function &F, const Declaration &Declared) {
  const StoreInst *Store = incrementOf(F);
  const auto Where = Store ? elementAt(*Store->getPointerOperand())
                           : std::pair<const StructType *, unsigned>();
  if (!Store || !Store->getValueOperand()->getType()->isIntegerTy())
    return reportError(Error::CountSize, F, Declared.Place,
                       "AME_REFCOUNT_BITS: the field is no bit-field of an "
                       "integer type");
  if (!Where.first)
    return reportError(Error::CountSize, F, Declared.Place,
                       "AME_REFCOUNT_BITS: the field is among the structure's first "
                       "bits: put AME_BITS_FIRST; before them");
  CountDetails Count = Declared.Details;
  const APInt Written = writtenBits(*Store);
  CountBits &Bits = Count.Bits;
  Bits.Unit = Written.getBitWidth();
  Bits.Shift = Written.countr_zero();
  Bits.Width = Written.popcount();
  Bits.Signed = isLoadedSigned(*Store);
  Bits.Object = offsetOf(*F.getParent(), Where.first, Where.second) + Bits.Shift / 8;
  const std::string Reason = refusal(Count, Store->getAlign());
  if (!Reason.empty())
    return reportError(Error::CountSize, F, Declared.Place,
                       "AME_REFCOUNT_BITS: " + Reason);
  add(F, Declared, Where, Count);
}

/// What the annotations of F's parameter say, if it is such a function.
std::optional<ame::BitCounts::Declaration>
ame::BitCounts::declarationIn(const Function &F) {
  Declaration Declared;
  bool Declares = false;
  for (const Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<IntrinsicInst>(&I);
    if (!Call || Call->getIntrinsicID() != Intrinsic::var_annotation)
      continue;
    if (annotationText(*Call) == AME_ANNOTATION_REFCOUNT_BITS) {
      Declares = true;
      Declared.Place = annotationPlace(*Call);
    }
    if (Declares)
      readCountProperty(*Call, Declared.Details);
  }
  return Declares ? std::optional(Declared) : std::nullopt;
}

ame::BitCounts::BitCounts(Module &M) {
  SmallSetVector<Function *, 4> Found;
  for (Function &F : M)
    if (const auto Declared = declarationIn(F)) {
      read(F, *Declared);
      Found.insert(&F);
    }
  if (Found.empty())
    return;
  removeFromUsedLists(M, [&](Constant *Used) {
    auto *F = dyn_cast<Function>(Used->stripPointerCasts());
    return F && Found.contains(F);
  });
  for (Function *F : Found) {
    F->removeDeadConstantUsers();
    F->eraseFromParent();
  }
}

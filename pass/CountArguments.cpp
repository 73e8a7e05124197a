//===- CountArguments.cpp - Structs with counts that are passed by value --===//
//
// A struct that is passed by value is read by its caller, and a count in it
// contains what the transaction has changed of it. clang passes
//
//   a large one   the address, marked byval: the call itself copies
//   a small one   one or two numbers that are loaded from it, whatever its
//   fields are
//
// Nothing says of such a load what it is: it has no mark, and no tbaa either.
// It is known by where it reads: a whole struct, or what clang takes for one,
// {i64, i64}. `f(*p)` of a number that is as large as a struct with counts
// looks the same without tbaa (-O0). Then it is copied for nothing.
//
//===----------------------------------------------------------------------===//
#include "CountArguments.h"
#include "CountedStructs.h"
#include "Marks.h"
#include "OwnLocals.h"
#include "RuntimeABI.h"
#include "TransactionalFunctions.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Operator.h"

using namespace llvm;
using ame::CountedStructs;

namespace {

class ArgumentLowering {
public:
  ArgumentLowering(Module &M, const CountedStructs &Structs)
      : Layout(M.getDataLayout()), Structs(Structs), Runtime(M) {}
  bool readsStruct(const LoadInst &Load) const;
  void lowerLoad(LoadInst &Load);
  void lowerByValue(CallBase &Call, unsigned Index);
  void finish() { Runtime.removeUnused(); }

private:
  bool isStruct(const GlobalVariable &Global) const;
  bool isStruct(const GEPOperator &Step, uint64_t Size) const;
  AllocaInst *copyOf(Value *Source, Type *Type, Align Alignment,
                     Instruction &Before);

  const DataLayout &Layout;
  const CountedStructs &Structs;
  ame::RuntimeABI Runtime;
};

} // namespace

/// An initializer may have another type than the variable.
bool ArgumentLowering::isStruct(const GlobalVariable &Global) const {
  return Structs.areIn(*Global.getValueType()) ||
         Structs.sizes().contains(
             Layout.getTypeAllocSize(Global.getValueType()));
}

bool ArgumentLowering::isStruct(const GEPOperator &Step, uint64_t Size) const {
  Type *Around = Step.getSourceElementType();
  if (auto *Global = dyn_cast<GlobalVariable>(Step.stripInBoundsOffsets()))
    if (!isa<StructType>(Around) || cast<StructType>(Around)->isLiteral())
      return isStruct(*Global);
  auto *Struct = dyn_cast<StructType>(Around);
  if (Struct && Struct->isLiteral())
    return Structs.sizes().contains(Layout.getTypeAllocSize(Struct));
  // Of a struct with one element clang loads that.
  return Structs.areIn(*Step.getResultElementType()) ||
         (Structs.areIn(*Around) && Layout.getTypeAllocSize(Around) == Size);
}

/// A load for an argument's sake only, which may be a struct or a part of one.
bool ArgumentLowering::readsStruct(const LoadInst &Load) const {
  const bool IsArgument =
      Load.hasOneUse() && isa<CallBase>(Load.user_back()) &&
      cast<CallBase>(Load.user_back())->isArgOperand(&*Load.use_begin());
  if (!IsArgument || Load.hasMetadata(LLVMContext::MD_tbaa) ||
      ame::fieldFact(Load))
    return false;
  const uint64_t Size = Layout.getTypeStoreSize(Load.getType());
  const Value *Pointer = Load.getPointerOperand();
  if (auto *Global = dyn_cast<GlobalVariable>(Pointer))
    return isStruct(*Global);
  if (auto *Step = dyn_cast<GEPOperator>(Pointer))
    return isStruct(*Step, Size);
  return Structs.sizes().contains(Size);
}

AllocaInst *ArgumentLowering::copyOf(Value *Source, Type *Type, Align Alignment,
                                     Instruction &Before) {
  IRBuilder<> Entry(
      &*Before.getFunction()->getEntryBlock().getFirstInsertionPt());
  AllocaInst *Copy = Entry.CreateAlloca(Type);
  Copy->setAlignment(std::max(Copy->getAlign(), Alignment));
  IRBuilder<> Builder(&Before);
  Builder.CreateCall(
      Runtime.__ame_count_copy,
      {Copy, Source, Builder.getInt64(Layout.getTypeStoreSize(Type))});
  return Copy;
}

void ArgumentLowering::lowerLoad(LoadInst &Load) {
  Load.setOperand(0, copyOf(Load.getPointerOperand(), Load.getType(),
                            Load.getAlign(), Load));
}

void ArgumentLowering::lowerByValue(CallBase &Call, unsigned Index) {
  Call.setArgOperand(
      Index, copyOf(Call.getArgOperand(Index), Call.getParamByValType(Index),
                    Call.getParamAlign(Index).valueOrOne(), Call));
}

void ame::lowerCountArguments(Module &M, const CountedStructs &Structs,
                              OwnLocals &Locals) {
  if (Structs.empty())
    return;
  ArgumentLowering Lowering(M, Structs);
  SmallVector<LoadInst *, 16> Loads;
  SmallVector<std::pair<CallBase *, unsigned>, 16> ByValue;
  forEachTransactionalInstruction(M, [&](Instruction &I) {
    if (auto *Load = dyn_cast<LoadInst>(&I)) {
      if (Lowering.readsStruct(*Load) &&
          !Locals.isBehind(*Load->getPointerOperand()))
        Loads.push_back(Load);
    } else if (auto *Call = dyn_cast<CallBase>(&I)) {
      for (unsigned Index = 0; Index != Call->arg_size(); ++Index)
        if (Call->isByValArgument(Index) && !Call->isMustTailCall() &&
            Structs.areIn(*Call->getParamByValType(Index)) &&
            !Locals.isBehind(*Call->getArgOperand(Index)))
          ByValue.push_back({Call, Index});
    }
  });
  for (LoadInst *Load : Loads)
    Lowering.lowerLoad(*Load);
  for (auto [Call, Index] : ByValue)
    Lowering.lowerByValue(*Call, Index);
  Lowering.finish();
}

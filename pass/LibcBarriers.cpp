//===- LibcBarriers.cpp - Memory behind the arguments of libc calls -------===//
//
// Reads are copies: the library would run over the end of a string that
// another transaction changes in place. A result that points into a copy is
// translated back. Memory that is constant at compile time needs nothing.
//
//===----------------------------------------------------------------------===//
#include "LibcBarriers.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace ame {
namespace {

class CallBarriers {
public:
  CallBarriers(CallBase &Call, RuntimeABI &ABI,
               function_ref<Constant *()> Site, LoweringRemarks &Remarks)
      : Call(Call), ABI(ABI), Site(Site), Remarks(Remarks), B(&Call),
        SizeTy(B.getIntNTy(8 * sizeof(size_t))) {}

  void before(const LibcEffect &Effect) {
    // A form without prototype may have been called with less.
    for (unsigned Index = Effect.Argument; Index < Call.arg_size(); ++Index) {
      if (Call.getArgOperand(Index)->getType()->isPointerTy())
        argument(Effect, Index);
      if (Effect.Kind != LibcEffect::TextsFrom)
        return;
    }
  }

  void after() {
    if (!Mark)
      return;
    auto *Invoke = dyn_cast<InvokeInst>(&Call);
    if (Invoke)
      B.SetInsertPoint(
          &*SplitEdge(Invoke->getParent(), Invoke->getNormalDest())
                ->getFirstInsertionPt());
    else
      B.SetInsertPoint(Call.getNextNode());
    for (const StoredEnd &End : Ends)
      B.CreateCall(ABI.__ame_call_store_end,
                   {End.Where, End.Cell, End.Copy, End.Origin});
    B.CreateCall(ABI.__ame_call_end, {Mark});
    if (ResultCopy)
      translateResult();
  }

private:
  void argument(const LibcEffect &Effect, unsigned Index) {
    Value *Given = Call.getArgOperand(Index);
    switch (Effect.Kind) {
    case LibcEffect::Writes:
    case LibcEffect::Updates:
      if (!isa<ConstantPointerNull>(Given))
        B.CreateCall(ABI.__ame_call_writes, {Given, size(Effect.Size)});
      return;
    case LibcEffect::Calls:
      if (!isa<ConstantPointerNull>(Given))
        Call.setArgOperand(Index,
                           B.CreateCall(ABI.__ame_resolve, {Given, Site()}));
      return;
    case LibcEffect::Into:
      ResultOrigin = Origins.lookup(Index);
      ResultCopy = ResultOrigin ? Call.getArgOperand(Index) : nullptr;
      return;
    case LibcEffect::Reads:
      copy(Index, ABI.__ame_call_reads, {Given, size(Effect.Size)});
      return;
    case LibcEffect::Text:
    case LibcEffect::TextsFrom:
      copy(Index, ABI.__ame_call_text, {Given, limit(Effect.Size)});
      return;
    case LibcEffect::WideText:
      copy(Index, ABI.__ame_call_wide_text, {Given, limit(Effect.Size)});
      return;
    case LibcEffect::UpdatesText:
      B.CreateCall(ABI.__ame_call_updates_text, {Given});
      return;
    case LibcEffect::Number:
      copy(Index, ABI.__ame_call_number, {Given});
      return;
    case LibcEffect::WideNumber:
      copy(Index, ABI.__ame_call_wide_number, {Given});
      return;
    case LibcEffect::Nothing:
    case LibcEffect::MayBeInevitable: // of wrappers only
      return;
    case LibcEffect::End:
      end(Index, Effect.Size.First);
      return;
    case LibcEffect::Texts:
      copy(Index, ABI.__ame_call_texts, {Given});
      return;
    case LibcEffect::VectorReads:
    case LibcEffect::VectorWrites:
      copy(Index,
           Effect.Kind == LibcEffect::VectorReads ? ABI.__ame_call_vector_reads
                                                  : ABI.__ame_call_vector_writes,
           {Given, size(Effect.Size)});
      return;
    }
    llvm_unreachable("covered switch");
  }

  void copy(unsigned Index, FunctionCallee Copier, ArrayRef<Value *> Arguments) {
    Value *Given = Call.getArgOperand(Index);
    if (isa<ConstantPointerNull>(Given))
      return;
    if (isConstantGlobal(Given)) {
      Remarks.omitted(Call, NoBarrier::ConstantGlobal);
      return;
    }
    if (!Mark) {
      // First of all, so that all copies lie behind it.
      IRBuilder<>::InsertPointGuard Guard(B);
      Mark = B.CreateCall(ABI.__ame_call_begin, {});
    }
    Call.setArgOperand(Index, B.CreateCall(Copier, Arguments));
    Origins[Index] = Given;
  }

  /// The function stores into a cell, because the pointer that the program
  /// wants is another one. Of constant text the pointer is right as it is.
  void end(unsigned Index, unsigned Text) {
    Value *Where = Call.getArgOperand(Index);
    if (isa<ConstantPointerNull>(Where))
      return;
    Value *Origin = Origins.lookup(Text);
    if (!Origin) {
      B.CreateCall(ABI.__ame_call_writes,
                   {Where, ConstantInt::get(SizeTy, sizeof(char *))});
      return;
    }
    Value *Cell = B.CreateCall(ABI.__ame_call_cell, {Where});
    Call.setArgOperand(Index, Cell);
    Ends.push_back({Where, Cell, Call.getArgOperand(Text), Origin});
  }

  Value *limit(const LibcSize &Size) {
    return Size.Kind == LibcSize::Constant ? ConstantInt::getAllOnesValue(SizeTy)
                                           : size(Size);
  }

  static bool isConstantGlobal(const Value *Pointer) {
    auto *Global = dyn_cast<GlobalVariable>(getUnderlyingObject(Pointer));
    return Global && Global->isConstant();
  }

  Value *number(unsigned Index) {
    return B.CreateIntCast(Call.getArgOperand(Index), SizeTy,
                           /*isSigned=*/true);
  }

  Value *size(const LibcSize &Size) {
    switch (Size.Kind) {
    case LibcSize::Constant:
      return ConstantInt::get(SizeTy, Size.Bytes);
    case LibcSize::Argument:
      return B.CreateMul(number(Size.First),
                         ConstantInt::get(SizeTy, Size.Bytes));
    case LibcSize::Product:
      return B.CreateMul(number(Size.First), number(Size.Second));
    case LibcSize::TypeOf: {
      Type *Of = Call.getArgOperand(Size.First)->getType();
      return ConstantInt::get(
          SizeTy, Call.getModule()->getDataLayout().getTypeAllocSize(Of));
    }
    case LibcSize::PointedTo:
      return B.CreateCall(ABI.__ame_call_length,
                          {Call.getArgOperand(Size.First)});
    }
    llvm_unreachable("covered switch");
  }

  /// The same distance from the original as the result has from the copy.
  void translateResult() {
    SmallVector<Use *, 8> Uses;
    for (Use &U : Call.uses())
      Uses.push_back(&U);
    Value *Distance = B.CreateSub(B.CreatePtrToInt(&Call, SizeTy),
                                  B.CreatePtrToInt(ResultCopy, SizeTy));
    Value *Inside = B.CreatePtrAdd(ResultOrigin, Distance);
    Value *Translated = B.CreateSelect(B.CreateIsNull(&Call), &Call, Inside);
    for (Use *U : Uses)
      U->set(Translated);
  }

  struct StoredEnd {
    Value *Where, *Cell, *Copy, *Origin;
  };

  CallBase &Call;
  RuntimeABI &ABI;
  function_ref<Constant *()> Site;
  LoweringRemarks &Remarks;
  IRBuilder<> B;
  Type *SizeTy;
  Value *Mark = nullptr;
  DenseMap<unsigned, Value *> Origins; ///< of the arguments that are copies
  SmallVector<StoredEnd, 1> Ends;
  Value *ResultOrigin = nullptr, *ResultCopy = nullptr;
};

} // namespace

void insertLibcBarriers(CallBase &Call, const LibcCall &Row, RuntimeABI &ABI,
                        function_ref<Constant *()> Site,
                        LoweringRemarks &Remarks) {
  if (Row.Effects.empty())
    return;
  // What follows the call makes a guaranteed tail call impossible.
  if (auto *Direct = dyn_cast<CallInst>(&Call))
    Direct->setTailCallKind(CallInst::TCK_None);
  CallBarriers Barriers(Call, ABI, Site, Remarks);
  for (const LibcEffect &Effect : Row.Effects)
    Barriers.before(Effect);
  Barriers.after();
}

} // namespace ame

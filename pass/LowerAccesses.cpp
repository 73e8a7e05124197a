//===- LowerAccesses.cpp - Barriers for loads and stores ------------------===//
//
// The inlined read:
//
//     captured? ------------------------------> plain load ----------+
//     push the stripe onto the read log; when the log is full: in a   |
//     loop mark it, if visible, else __ame_read_push                  |
//   retry:                                                            |
//     load the data (acquire), load the orec                          |
//     orec < limit, or orec == owner ---------------------------------+-> go on
//     __ame_read_wait, retry
//
// A stripe that one of KnownStripes's variables shows starts at `retry`. Where
// nothing is captured (CapturedMemory) the first test is left out.
//
// The data comes before its orec: the data load is an acquire, so the orec is
// as least as new as the data. The stripe is in the log before the data is
// read, so that a transaction that turns visible misses nothing. The data load
// is atomic so that no later optimiser may repeat it after the check.
//
// The inlined write:
//
//     captured? -----------------------------------------------> store
//     load the orec; == owner, and the undo log has room:
//       push {address, size, old bytes} ------------------------> store
//     __ame_write ---------------------------------------------> store
//
// A known stripe starts at the push. One that is this transaction's stays so until its end: no order between
// the orec and the old bytes is needed.
//
// Slow paths preserve all registers (abi.def), so that the code around a
// barrier does not pay for them.
//
//===----------------------------------------------------------------------===//
#include "LowerAccesses.h"
#include "Options.h"

#include "LLVMCompat.h"
#include "Marks.h"

#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

static constexpr uint64_t LargestInlined = 8;

static MDNode *unlikely(LLVMContext &Context) {
  return MDBuilder(Context).createUnlikelyBranchWeights();
}

static MDNode *likely(LLVMContext &Context) {
  return MDBuilder(Context).createLikelyBranchWeights();
}

static BasicBlock *blockBefore(BasicBlock *Next, const Twine &Name) {
  return BasicBlock::Create(Next->getContext(), Name, Next->getParent(), Next);
}

namespace ame {

/// A size that the inlined barriers know, and never across two stripes.
static bool isAlignedWord(uint64_t Size, Align Alignment) {
  return isPowerOf2_64(Size) && Size <= LargestInlined &&
         Alignment.value() >= Size;
}

static bool hasInlinedRead(const LoadInst &Load) {
  Type *T = Load.getType();
  if (!T->isIntegerTy() && !T->isPointerTy() && !T->isFloatTy() &&
      !T->isDoubleTy())
    return false;
  const DataLayout &Layout = Load.getModule()->getDataLayout();
  const uint64_t Bits = Layout.getTypeSizeInBits(T).getFixedValue();
  return Bits % 8 == 0 && isAlignedWord(Bits / 8, Load.getAlign());
}

bool hasInlinedBarrier(const Instruction &Access) {
  if (auto *Load = dyn_cast<LoadInst>(&Access))
    return hasInlinedRead(*Load);
  const DataLayout &Layout = Access.getModule()->getDataLayout();
  Type *T = cast<StoreInst>(Access).getValueOperand()->getType();
  return isAlignedWord(Layout.getTypeStoreSize(T).getFixedValue(),
                       cast<StoreInst>(Access).getAlign());
}

uint64_t LowerAccesses::storeSize(Type *Type) const {
  return F.getParent()->getDataLayout().getTypeStoreSize(Type).getFixedValue();
}

Value *LowerAccesses::threadField(IRBuilder<> &B, size_t Offset) {
  if (!ThreadBlock) {
    IRBuilder<> Entry(&*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
    Entry.SetCurrentDebugLocation(DebugLoc());
    ThreadBlock = Entry.CreateThreadLocalAddress(ABI.ThreadBlock);
    ThreadBlock->setName("ame.thread");
  }
  return Offset ? B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), ThreadBlock,
                                               Offset)
                : static_cast<Value *>(ThreadBlock);
}

Value *LowerAccesses::isCaptured(IRBuilder<> &B, Value *Address) {
  Type *Word = B.getInt64Ty();
  Value *Base = B.CreateLoad(
      Word, threadField(B, offsetof(struct ame_thread, captured_base)));
  Value *Size = B.CreateLoad(
      Word, threadField(B, offsetof(struct ame_thread, captured_size)));
  return B.CreateICmpULT(B.CreateSub(Address, Base), Size, "ame.captured");
}

CallInst *LowerAccesses::createBarrierCall(IRBuilder<> &B,
                                           FunctionCallee Callee,
                                           ArrayRef<Value *> Arguments) {
  CallInst *Call = B.CreateCall(Callee, Arguments);
  Call->setCallingConv(CallingConv::PreserveAll);
  return Call;
}

Value *LowerAccesses::stripeOf(IRBuilder<> &B, Value *Address) {
  // A shift of the low half masks, too.
  static_assert(AME_STRIPE_SHIFT + AME_STRIPE_BITS == 32);
  return B.CreateZExt(
      B.CreateLShr(B.CreateTrunc(Address, B.getInt32Ty()), ame::stripeShift()),
      B.getInt64Ty(), "ame.stripe");
}

Value *LowerAccesses::orecAddress(IRBuilder<> &B, Value *Stripe) {
  // As an integer: the base of a GEP would be kept in a register.
  return B.CreateIntToPtr(
      B.CreateAdd(B.CreateMul(Stripe, B.getInt64(sizeof(uint32_t))),
                  B.getInt64(AME_OREC_BASE)),
      B.getPtrTy());
}

/// Ends B's block: in a visible transaction marks Stripe and goes to Next.
void LowerAccesses::markStripe(IRBuilder<> &B, Value *Stripe,
                               BasicBlock *Next) {
  BasicBlock *Mark = blockBefore(Next, "ame.mark");
  BasicBlock *Slow = blockBefore(Next, "ame.log.slow");
  Value *Marks = B.CreateLoad(
      B.getPtrTy(), threadField(B, offsetof(struct ame_thread, marks)));
  B.CreateCondBr(B.CreateIsNull(Marks), Slow, Mark, unlikely(F.getContext()));
  B.SetInsertPoint(Mark);
  Value *Byte = B.CreateLoad(
      B.getInt8Ty(), threadField(B, offsetof(struct ame_thread, mark)));
  Value *Slot = B.CreateGEP(B.getInt8Ty(), Marks, Stripe);
  StoreInst *Store = B.CreateAlignedStore(Byte, Slot, Align(1));
  Store->setAtomic(AtomicOrdering::Monotonic);
  B.CreateBr(Next);
  B.SetInsertPoint(Slow);
}

/// Ends B's block: pushes Stripe onto the read log and goes to Next.
void LowerAccesses::logStripe(IRBuilder<> &B, Value *Stripe, BasicBlock *Next,
                              BarrierForm Form) {
  Value *LogField = threadField(B, offsetof(struct ame_thread, log));
  Value *Log = B.CreateLoad(B.getPtrTy(), LogField);
  Value *End = B.CreateLoad(
      B.getPtrTy(), threadField(B, offsetof(struct ame_thread, log_limit)));
  BasicBlock *Fast = blockBefore(Next, "ame.log");
  BasicBlock *Full = blockBefore(Next, "ame.log.full");
  B.CreateCondBr(B.CreateICmpEQ(Log, End), Full, Fast,
                 unlikely(F.getContext()));
  B.SetInsertPoint(Fast);
  B.CreateStore(B.CreateTrunc(Stripe, B.getInt32Ty()), Log);
  B.CreateStore(B.CreateConstInBoundsGEP1_64(B.getInt32Ty(), Log, 1), LogField);
  B.CreateBr(Next);
  B.SetInsertPoint(Full);
  if (Form == BarrierForm::InlinedInLoop)
    markStripe(B, Stripe, Next);
  createBarrierCall(B, ABI.__ame_read_push,
                    {B.CreateTrunc(Stripe, B.getInt32Ty())});
  B.CreateBr(Next);
}

void LowerAccesses::read(LoadInst *Load, const BarrierShape &Shape) {
  if (!hasInlinedRead(*Load))
    copiedRead(Load);
  else if (!Shape.isInlinedRead())
    calledRead(Load);
  else
    inlinedRead(Load, Shape);
}

FunctionCallee LowerAccesses::wordRead(uint64_t Size) {
  switch (Size) {
  case 1:
    return ABI.__ame_read1;
  case 2:
    return ABI.__ame_read2;
  case 4:
    return ABI.__ame_read4;
  default:
    return ABI.__ame_read8;
  }
}

FunctionCallee LowerAccesses::wordWrite(uint64_t Size) {
  switch (Size) {
  case 1:
    return ABI.__ame_write1;
  case 2:
    return ABI.__ame_write2;
  case 4:
    return ABI.__ame_write4;
  default:
    return ABI.__ame_write8;
  }
}

void LowerAccesses::calledRead(LoadInst *Load) {
  IRBuilder<> B(Load);
  const uint64_t Size = storeSize(Load->getType());
  Value *Word =
      createBarrierCall(B, wordRead(Size), {Load->getPointerOperand()});
  Value *Bits = B.CreateTrunc(Word, B.getIntNTy(static_cast<unsigned>(Size * 8)));
  Value *Result = B.CreateBitOrPointerCast(Bits, Load->getType());
  Result->takeName(Load);
  Load->replaceAllUsesWith(Result);
  Load->eraseFromParent();
}

Value *LowerAccesses::isStripeIn(IRBuilder<> &B, Value *Stripe,
                                 AllocaInst *Variable) {
  return B.CreateICmpEQ(Stripe, B.CreateLoad(B.getInt64Ty(), Variable),
                        "ame.same.stripe");
}

/// Volatile, like the limit, and for the same reason.
Value *LowerAccesses::owner(IRBuilder<> &B) {
  return B.CreateAlignedLoad(
      B.getInt32Ty(), threadField(B, offsetof(struct ame_thread, owner)),
      Align(4), /*isVolatile=*/true);
}

/// Ends B's block; what follows happens in the blocks of the result and in Done.
LowerAccesses::CheckedLoad
LowerAccesses::loadAndCheck(IRBuilder<> &B, LoadInst *Load, Value *Stripe,
                            bool Pushed, BasicBlock *Done) {
  BasicBlock *Retry = blockBefore(Done, "ame.read");
  BasicBlock *Foreign = blockBefore(Done, "ame.read.owned");
  BasicBlock *Wait = blockBefore(Done, "ame.read.wait");
  Value *Pointer = Load->getPointerOperand();
  B.CreateBr(Retry);

  B.SetInsertPoint(Retry);
  // Who reads the log, or looks for the mark, runs a membarrier first: for the
  // processor the load comes after the push then. The compiler needs to be told.
  if (Pushed)
    B.CreateFence(AtomicOrdering::SequentiallyConsistent, SyncScope::SingleThread);
  LoadInst *Data = B.CreateAlignedLoad(Load->getType(), Pointer,
                                       Load->getAlign());
  Data->setAtomic(AtomicOrdering::Acquire);
  LoadInst *Orec = B.CreateAlignedLoad(B.getInt32Ty(), orecAddress(B, Stripe),
                                       Align(4));
  // What the program does with the data comes after the judgement.
  Orec->setAtomic(AtomicOrdering::Acquire);
  // Volatile: another thread sets it to 0 to send this one the slow way. (An
  // atomic load would take an instruction of its own.)
  LoadInst *Limit = B.CreateAlignedLoad(
      B.getInt32Ty(), threadField(B, offsetof(struct ame_thread, limit)),
      Align(4), /*isVolatile=*/true);
  B.CreateCondBr(B.CreateICmpUGE(Orec, Limit), Foreign, Done,
                 unlikely(F.getContext()));

  B.SetInsertPoint(Foreign);
  B.CreateCondBr(B.CreateICmpEQ(Orec, owner(B)), Done, Wait);

  B.SetInsertPoint(Wait);
  // Only a read that has pushed may leave its newest log entry out of validation.
  createBarrierCall(B, Pushed ? ABI.__ame_read_wait : ABI.__ame_read_again,
                    {Pointer});
  B.CreateBr(Retry);
  return {Data, Retry, Foreign};
}

void LowerAccesses::inlinedRead(LoadInst *Load, const BarrierShape &Shape) {
  const StripeUse &Neighbours = Shape.Neighbours;
  Value *Pointer = Load->getPointerOperand();
  BasicBlock *Head = Load->getParent();
  BasicBlock *Done = SplitBlock(Head, Load->getIterator());
  Done->setName("ame.read.done");
  PHINode *Result = PHINode::Create(Load->getType(), 5, "", Done->begin());
  auto take = [&](const CheckedLoad &Checked) {
    Result->addIncoming(Checked.Data, Checked.Accepted);
    Result->addIncoming(Checked.Data, Checked.Owned);
  };

  IRBuilder<> B(Head->getTerminator());
  Head->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Head);
  B.SetCurrentDebugLocation(Load->getDebugLoc());
  Value *Address = B.CreatePtrToInt(Pointer, B.getInt64Ty());
  Value *Stripe = stripeOf(B, Address);
  // The check alone is no more than what a known stripe needs.
  const bool ChecksOnly = Shape.AlreadyLogged && !Shape.MayBeCaptured;
  if (Neighbours.MayBeKnown && !ChecksOnly) {
    BasicBlock *Known = blockBefore(Done, "ame.read.known");
    BasicBlock *Full = blockBefore(Done, "ame.read.full");
    B.CreateCondBr(isStripeIn(B, Stripe, Neighbours.Group->Logged), Known,
                   Full);
    B.SetInsertPoint(Known);
    take(loadAndCheck(B, Load, Stripe, false, Done));
    B.SetInsertPoint(Full);
  }

  if (Shape.MayBeCaptured) {
    BasicBlock *Plain = blockBefore(Done, "ame.read.captured");
    BasicBlock *Check = blockBefore(Done, "ame.read.check");
    B.CreateCondBr(isCaptured(B, Address), Plain, Check,
                   unlikely(F.getContext()));
    B.SetInsertPoint(Plain);
    Result->addIncoming(B.Insert(Load->clone()), Plain);
    B.CreateBr(Done);
    B.SetInsertPoint(Check);
  }
  if (!Shape.AlreadyLogged) {
    BasicBlock *Logged = blockBefore(Done, "ame.read.logged");
    logStripe(B, Stripe, Logged, Shape.Form);
    B.SetInsertPoint(Logged);
    if (Neighbours.Group)
      B.CreateStore(Stripe, Neighbours.Group->Logged);
  }
  take(loadAndCheck(B, Load, Stripe, !Shape.AlreadyLogged, Done));

  Result->takeName(Load);
  Load->replaceAllUsesWith(Result);
  Load->eraseFromParent();
}

AllocaInst *LowerAccesses::entryAlloca(Type *Type, Align Alignment) {
  BasicBlock &Entry = F.getEntryBlock();
  IRBuilder<> B(&Entry, Entry.begin());
  AllocaInst *Local = B.CreateAlloca(Type, nullptr, "ame.copy");
  Local->setAlignment(
      std::max(Alignment, F.getParent()->getDataLayout().getPrefTypeAlign(Type)));
  return Local;
}

AllocaInst *LowerAccesses::copyBefore(Instruction *Before, Value *Source,
                                      Type *Type) {
  AllocaInst *Copy = entryAlloca(Type, Align(1));
  IRBuilder<> B(Before);
  B.CreateCall(ABI.__ame_read_copy,
               {Copy, Source, B.getInt64(storeSize(Type))});
  return Copy;
}

void LowerAccesses::copiedRead(LoadInst *Load) {
  AllocaInst *Copy =
      copyBefore(Load, Load->getPointerOperand(), Load->getType());
  Load->setOperand(LoadInst::getPointerOperandIndex(), Copy);
  Load->setAlignment(Copy->getAlign());
  // What was known about the original memory says nothing about the copy.
  Load->dropUnknownNonDebugMetadata();
}

void LowerAccesses::write(Instruction *Access, const BarrierShape &Shape) {
  const uint64_t Size = storeSize(getLoadStoreType(Access));
  Value *Pointer = getLoadStorePointerOperand(Access);
  IRBuilder<> B(Access);
  if (!isAlignedWord(Size, getLoadStoreAlignment(Access)))
    createBarrierCall(B, ABI.__ame_write, {Pointer, B.getInt64(Size)});
  else if (!isInlined(Shape.Form))
    createBarrierCall(B, wordWrite(Size), {Pointer});
  else
    inlinedWrite(Access, Size, Shape);
}

/// Fills Entry of the undo log, which becomes the newest one.
void LowerAccesses::logOldBytes(IRBuilder<> &B, Value *Pointer, uint64_t Size,
                                Value *Entry) {
  constexpr uint64_t SizeByte = 7; // address | size << 56, little-endian
  Value *Old = B.CreateAlignedLoad(B.getIntNTy(static_cast<unsigned>(Size * 8)),
                                   Pointer, Align(Size));
  B.CreateStore(B.CreateZExt(Old, B.getInt64Ty()),
                B.CreateConstInBoundsGEP1_64(
                    B.getInt8Ty(), Entry, offsetof(struct ame_undo_entry, old)));
  B.CreateStore(B.CreatePtrToInt(Pointer, B.getInt64Ty()), Entry);
  B.CreateStore(B.getInt8(static_cast<uint8_t>(Size)),
                B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Entry, SizeByte));
  B.CreateStore(B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Entry,
                                             sizeof(struct ame_undo_entry)),
                threadField(B, offsetof(struct ame_thread, undo)));
}

Value *LowerAccesses::isOwned(IRBuilder<> &B, Value *Stripe) {
  LoadInst *Orec = B.CreateAlignedLoad(B.getInt32Ty(), orecAddress(B, Stripe),
                                       Align(4));
  Orec->setAtomic(AtomicOrdering::Monotonic);
  return B.CreateICmpEQ(Orec, owner(B), "ame.owned");
}

void LowerAccesses::rememberOwned(IRBuilder<> &B, Value *Stripe,
                                  const StripeUse &Neighbours) {
  if (!Neighbours.Group)
    return;
  B.CreateStore(Stripe, Neighbours.Group->Logged);
  B.CreateStore(Stripe, Neighbours.Group->Owned);
}

void LowerAccesses::inlinedWrite(Instruction *Access, uint64_t Size,
                                 const BarrierShape &Shape) {
  const StripeUse &Neighbours = Shape.Neighbours;
  LLVMContext &Context = F.getContext();
  Value *Pointer = getLoadStorePointerOperand(Access);
  BasicBlock *Head = Access->getParent();
  BasicBlock *Done = SplitBlock(Head, Access->getIterator());
  Done->setName("ame.write.done");
  BasicBlock *Check = blockBefore(Done, "ame.write");
  BasicBlock *Owned = blockBefore(Done, "ame.write.owned");
  BasicBlock *Room = blockBefore(Done, "ame.undo.room");
  BasicBlock *Log = blockBefore(Done, "ame.undo");
  BasicBlock *Slow = blockBefore(Done, "ame.write.slow");

  IRBuilder<> B(Head->getTerminator());
  Head->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Head);
  B.SetCurrentDebugLocation(Access->getDebugLoc());
  Value *Address = B.CreatePtrToInt(Pointer, B.getInt64Ty());
  Value *Stripe = stripeOf(B, Address);
  if (Neighbours.MayBeKnown) {
    BasicBlock *Full = blockBefore(Check, "ame.write.full");
    B.CreateCondBr(isStripeIn(B, Stripe, Neighbours.Group->Owned), Room, Full);
    B.SetInsertPoint(Full);
  }
  if (Shape.MayBeCaptured)
    B.CreateCondBr(isCaptured(B, Address), Done, Check);
  else
    B.CreateBr(Check);

  B.SetInsertPoint(Check);
  B.CreateCondBr(isOwned(B, Stripe), Owned, Slow, likely(Context));

  B.SetInsertPoint(Owned);
  rememberOwned(B, Stripe, Neighbours);
  B.CreateBr(Room);

  B.SetInsertPoint(Room);
  Value *Entry = B.CreateLoad(
      B.getPtrTy(), threadField(B, offsetof(struct ame_thread, undo)));
  Value *Limit = B.CreateLoad(
      B.getPtrTy(), threadField(B, offsetof(struct ame_thread, undo_limit)));
  B.CreateCondBr(B.CreateICmpEQ(Entry, Limit), Slow, Log, unlikely(Context));

  B.SetInsertPoint(Log);
  logOldBytes(B, Pointer, Size, Entry);
  B.CreateBr(Done);

  B.SetInsertPoint(Slow);
  createBarrierCall(B, ABI.__ame_write, {Pointer, B.getInt64(Size)});
  if (Neighbours.Group) {
    // Captured memory that the inlined test does not show has no owner now.
    BasicBlock *Now = blockBefore(Done, "ame.write.now.owned");
    B.CreateCondBr(isOwned(B, Stripe), Now, Done);
    B.SetInsertPoint(Now);
    rememberOwned(B, Stripe, Neighbours);
  }
  B.CreateBr(Done);
}

void LowerAccesses::undo(Instruction *Access, Value *Pointer, uint64_t Size) {
  IRBuilder<> B(Access);
  B.CreateCall(ABI.__ame_undo, {Pointer, B.getInt64(Size)});
}

void LowerAccesses::readRange(Instruction *Before, Value *Pointer,
                              uint64_t Size) {
  IRBuilder<> B(Before);
  B.CreateCall(ABI.__ame_read_range, {Pointer, B.getInt64(Size)});
}

void LowerAccesses::writeRange(Instruction *Before, Value *Pointer,
                               uint64_t Size) {
  writeRange(Before, Pointer, IRBuilder<>(Before).getInt64(Size));
}

void LowerAccesses::writeRange(Instruction *Before, Value *Pointer,
                               Value *Size) {
  IRBuilder<>(Before).CreateCall(ABI.__ame_write_range, {Pointer, Size});
}

void LowerAccesses::memIntrinsic(MemIntrinsic *Call, Side Destination,
                                 Side Source) {
  if (Destination != Side::Shared && Source != Side::Shared &&
      Destination != Side::Undone)
    return;
  IRBuilder<> B(Call);
  Value *Size = B.CreateZExtOrTrunc(Call->getLength(), B.getInt64Ty());
  if (Destination == Side::Undone)
    B.CreateCall(ABI.__ame_undo, {Call->getRawDest(), Size});
  auto *Transfer = dyn_cast<MemTransferInst>(Call);
  // A private destination never overlaps a shared source, but a pointer may be
  // one or the other at run time: memmove keeps its own barrier.
  const bool MayOverlap = Source == Side::Shared && isa<MemMoveInst>(Call);
  if (Destination == Side::Shared || MayOverlap) {
    if (Transfer)
      B.CreateCall(isa<MemMoveInst>(Call) ? ABI.__ame_memmove
                                          : ABI.__ame_memcpy,
                   {Call->getRawDest(), Transfer->getRawSource(), Size});
    else
      B.CreateCall(ABI.__ame_memset,
                   {Call->getRawDest(),
                    B.CreateZExt(cast<MemSetInst>(Call)->getValue(),
                                 B.getInt32Ty()),
                    Size});
  } else if (Source == Side::Shared) {
    B.CreateCall(ABI.__ame_read_copy,
                 {Call->getRawDest(), Transfer->getRawSource(), Size});
  } else {
    return;
  }
  Call->eraseFromParent();
}

} // namespace ame

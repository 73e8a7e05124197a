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
// Neighbours (NeighbourGroup) have one of these: all loads before the one check,
// all old bytes after the one comparison. Writes that may lie in two stripes ask for
// both; reads that do, which is asked behind `captured?`, have a call each.
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
  // The low byte of the address is what belongs there.
  Value *Byte = B.CreatePtrToInt(Marks, B.getInt8Ty());
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
  // A visible transaction takes this way at each turn: it must not be where the
  // register allocator puts its reloads.
  MDNode *Weights = Form == BarrierForm::InlinedInLoop
                        ? MDBuilder(F.getContext()).createBranchWeights(1, 8)
                        : unlikely(F.getContext());
  B.CreateCondBr(B.CreateICmpEQ(Log, End), Full, Fast, Weights);
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
    inlinedRead(Load, 0, {0, int64_t(storeSize(Load->getType())), true}, Shape);
}

void LowerAccesses::readTogether(const NeighbourGroup &Group,
                                 const BarrierShape &Shape) {
  SmallVector<LoadInst *, 4> Loads;
  SmallVector<int64_t, 4> Offsets;
  for (const NeighbourGroup::Member &M : Group.Members) {
    Loads.push_back(cast<LoadInst>(M.I));
    Offsets.push_back(M.Offset);
  }
  inlinedRead(Loads, Offsets,
              {Group.From, Group.To, Group.InOneStripe}, Shape);
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

Value *LowerAccesses::readByCall(IRBuilder<> &B, LoadInst *Load, Value *Pointer) {
  const uint64_t Size = storeSize(Load->getType());
  Value *Word = createBarrierCall(B, wordRead(Size), {Pointer});
  Value *Bits = B.CreateTrunc(Word, B.getIntNTy(static_cast<unsigned>(Size * 8)));
  return B.CreateBitOrPointerCast(Bits, Load->getType());
}

void LowerAccesses::calledRead(LoadInst *Load) {
  IRBuilder<> B(Load);
  Value *Result = readByCall(B, Load, Load->getPointerOperand());
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

Value *LowerAccesses::isInOneStripe(IRBuilder<> &B, Value *Address,
                                    const Extent &Bytes) {
  const int64_t Stripe = int64_t(1) << ame::stripeShift();
  Value *First =
      Bytes.From ? B.CreateAdd(Address, B.getInt64(Bytes.From)) : Address;
  return B.CreateICmpULE(B.CreateAnd(First, B.getInt64(Stripe - 1)),
                         B.getInt64(Stripe - (Bytes.To - Bytes.From)),
                         "ame.one.stripe");
}

/// Ends B's block; goes on in Done with the checked data.
void LowerAccesses::loadAndCheck(IRBuilder<> &B, ArrayRef<PartRead> Parts,
                                 Value *Stripe, bool Pushed, BasicBlock *Done) {
  BasicBlock *Retry = blockBefore(Done, "ame.read");
  BasicBlock *Foreign = blockBefore(Done, "ame.read.owned");
  BasicBlock *Wait = blockBefore(Done, "ame.read.wait");
  B.CreateBr(Retry);

  B.SetInsertPoint(Retry);
  // Who reads the log, or looks for the mark, runs a membarrier first: for the
  // processor the load comes after the push then. The compiler needs to be told.
  if (Pushed)
    B.CreateFence(AtomicOrdering::SequentiallyConsistent, SyncScope::SingleThread);
  for (const PartRead &Part : Parts) {
    LoadInst *Data = B.CreateAlignedLoad(Part.Load->getType(), Part.Pointer,
                                         Part.Load->getAlign());
    Data->setAtomic(AtomicOrdering::Acquire);
    Data->setDebugLoc(Part.Load->getDebugLoc());
    Part.Result->addIncoming(Data, Retry);
    Part.Result->addIncoming(Data, Foreign);
  }
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
                    {Parts.front().Pointer});
  B.CreateBr(Retry);
}

void LowerAccesses::inlinedRead(ArrayRef<LoadInst *> Loads,
                                ArrayRef<int64_t> Offsets, const Extent &Bytes,
                                const BarrierShape &Shape) {
  const StripeUse &Neighbours = Shape.Neighbours;
  LoadInst *First = Loads.front();
  Value *Pointer = First->getPointerOperand();
  BasicBlock *Head = First->getParent();
  BasicBlock *Done = SplitBlock(Head, First->getIterator());
  Done->setName("ame.read.done");

  IRBuilder<> B(Head->getTerminator());
  Head->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Head);
  B.SetCurrentDebugLocation(First->getDebugLoc());
  SmallVector<PartRead, 4> Parts;
  for (auto [Load, Offset] : zip(Loads, Offsets)) {
    Value *At = Offset ? B.CreatePtrAdd(Pointer, B.getInt64(Offset)) : Pointer;
    Parts.push_back({Load, At,
                     PHINode::Create(Load->getType(), 5, "", Done->begin())});
  }
  Value *Address = B.CreatePtrToInt(Pointer, B.getInt64Ty());
  Value *Stripe = stripeOf(B, Address);
  // The check alone is no more than what a known stripe needs.
  const bool ChecksOnly = Shape.AlreadyLogged && !Shape.MayBeCaptured;
  if (Neighbours.MayBeKnown && !ChecksOnly) {
    BasicBlock *Known = blockBefore(Done, "ame.read.known");
    BasicBlock *Full = blockBefore(Done, "ame.read.full");
    Value *IsKnown = isStripeIn(B, Stripe, Neighbours.Group->Logged);
    if (!Bytes.InOneStripe)
      IsKnown = B.CreateAnd(IsKnown, isInOneStripe(B, Address, Bytes));
    B.CreateCondBr(IsKnown, Known, Full);
    B.SetInsertPoint(Known);
    loadAndCheck(B, Parts, Stripe, false, Done);
    B.SetInsertPoint(Full);
  }

  if (Shape.MayBeCaptured) {
    BasicBlock *Plain = blockBefore(Done, "ame.read.captured");
    BasicBlock *Check = blockBefore(Done, "ame.read.check");
    B.CreateCondBr(isCaptured(B, Address), Plain, Check,
                   unlikely(F.getContext()));
    B.SetInsertPoint(Plain);
    for (const PartRead &Part : Parts) {
      Instruction *Load = B.Insert(Part.Load->clone());
      Load->setOperand(LoadInst::getPointerOperandIndex(), Part.Pointer);
      Load->setDebugLoc(Part.Load->getDebugLoc());
      Part.Result->addIncoming(Load, Plain);
    }
    B.CreateBr(Done);
    B.SetInsertPoint(Check);
  }
  if (!Bytes.InOneStripe) {
    BasicBlock *Together = blockBefore(Done, "ame.read.together");
    BasicBlock *Apart = blockBefore(Done, "ame.read.apart");
    B.CreateCondBr(isInOneStripe(B, Address, Bytes), Together, Apart,
                   likely(F.getContext()));
    B.SetInsertPoint(Apart);
    for (const PartRead &Part : Parts)
      Part.Result->addIncoming(readByCall(B, Part.Load, Part.Pointer), Apart);
    B.CreateBr(Done);
    B.SetInsertPoint(Together);
  }
  if (!Shape.AlreadyLogged) {
    BasicBlock *Logged = blockBefore(Done, "ame.read.logged");
    logStripe(B, Stripe, Logged, Shape.Form);
    B.SetInsertPoint(Logged);
    if (Neighbours.Group)
      B.CreateStore(Stripe, Neighbours.Group->Logged);
  }
  loadAndCheck(B, Parts, Stripe, !Shape.AlreadyLogged, Done);

  for (const PartRead &Part : Parts) {
    Part.Result->takeName(Part.Load);
    Part.Load->replaceAllUsesWith(Part.Result);
    Part.Load->eraseFromParent();
  }
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
    inlinedWrite(Access, {0, int64_t(Size), true}, Shape);
}

void LowerAccesses::writeTogether(const NeighbourGroup &Group,
                                  const BarrierShape &Shape) {
  Instruction *First = Group.Members.front().I;
  if (isInlined(Shape.Form) && !Group.isRange())
    return inlinedWrite(First, {Group.From, Group.To, Group.InOneStripe}, Shape);
  IRBuilder<> B(First);
  createBarrierCall(B, ABI.__ame_write,
                    {B.CreatePtrAdd(getLoadStorePointerOperand(First),
                                    B.getInt64(Group.From)),
                     B.getInt64(Group.To - Group.From)});
}

/// In pieces of 8, wherever fields begin.
SmallVector<LowerAccesses::PartWritten, 4>
LowerAccesses::partsOf(IRBuilder<> &B, Instruction &First, const Extent &Bytes) {
  Value *Pointer = getLoadStorePointerOperand(&First);
  const Align Known = getLoadStoreAlignment(&First);
  SmallVector<PartWritten, 4> Parts;
  for (int64_t Offset = Bytes.From; Offset != Bytes.To;) {
    const uint64_t Size = std::min<uint64_t>(
        bit_floor(uint64_t(Bytes.To - Offset)), LargestInlined);
    Value *At = Offset ? B.CreatePtrAdd(Pointer, B.getInt64(Offset)) : Pointer;
    Parts.push_back({At, Size, commonAlignment(Known, Offset)});
    Offset += Size;
  }
  return Parts;
}

/// Fills entries of the undo log, which become the newest ones.
void LowerAccesses::logOldBytes(IRBuilder<> &B, ArrayRef<PartWritten> Parts,
                                Value *FirstEntry) {
  constexpr uint64_t SizeByte = 7; // address | size << 56, little-endian
  uint64_t Entry = 0;
  auto inEntry = [&](uint64_t Offset) {
    return Entry + Offset ? B.CreateConstInBoundsGEP1_64(
                                B.getInt8Ty(), FirstEntry, Entry + Offset)
                          : FirstEntry;
  };
  for (const PartWritten &Part : Parts) {
    Value *Old =
        B.CreateAlignedLoad(B.getIntNTy(static_cast<unsigned>(Part.Size * 8)),
                            Part.Pointer, Part.Alignment);
    B.CreateStore(B.CreateZExt(Old, B.getInt64Ty()),
                  inEntry(offsetof(struct ame_undo_entry, old)));
    B.CreateStore(B.CreatePtrToInt(Part.Pointer, B.getInt64Ty()), inEntry(0));
    B.CreateStore(B.getInt8(static_cast<uint8_t>(Part.Size)), inEntry(SizeByte));
    Entry += sizeof(struct ame_undo_entry);
  }
  B.CreateStore(inEntry(0), threadField(B, offsetof(struct ame_thread, undo)));
}

/// Whether the undo log is full, for so many entries.
static Value *hasNoRoom(IRBuilder<> &B, Value *Entry, Value *Limit,
                        size_t Entries) {
  if (Entries == 1)
    return B.CreateICmpEQ(Entry, Limit);
  Value *Left = B.CreateSub(B.CreatePtrToInt(Limit, B.getInt64Ty()),
                            B.CreatePtrToInt(Entry, B.getInt64Ty()));
  return B.CreateICmpULT(Left,
                         B.getInt64(Entries * sizeof(struct ame_undo_entry)));
}

/// The access's own, or both in which the bytes may lie.
SmallVector<Value *, 2> LowerAccesses::stripesOf(IRBuilder<> &B, Value *Address,
                                                 Value *Stripe,
                                                 const Extent &Bytes) {
  if (Bytes.InOneStripe)
    return {Stripe};
  auto at = [&](int64_t Offset) {
    return Offset ? stripeOf(B, B.CreateAdd(Address, B.getInt64(Offset))) : Stripe;
  };
  return {at(Bytes.From), at(Bytes.To - 1)};
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

void LowerAccesses::inlinedWrite(Instruction *Access, const Extent &Bytes,
                                 const BarrierShape &Shape) {
  const StripeUse &Neighbours = Shape.Neighbours;
  LLVMContext &Context = F.getContext();
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
  const SmallVector<PartWritten, 4> Parts = partsOf(B, *Access, Bytes);
  Value *Address =
      B.CreatePtrToInt(getLoadStorePointerOperand(Access), B.getInt64Ty());
  Value *Stripe = stripeOf(B, Address);
  if (Neighbours.MayBeKnown && Bytes.InOneStripe) {
    BasicBlock *Full = blockBefore(Check, "ame.write.full");
    B.CreateCondBr(isStripeIn(B, Stripe, Neighbours.Group->Owned), Room, Full);
    B.SetInsertPoint(Full);
  }
  if (Shape.MayBeCaptured)
    B.CreateCondBr(isCaptured(B, Address), Done, Check);
  else
    B.CreateBr(Check);

  B.SetInsertPoint(Check);
  const SmallVector<Value *, 2> Stripes = stripesOf(B, Address, Stripe, Bytes);
  for (Value *Each : drop_begin(Stripes)) {
    BasicBlock *Next = blockBefore(Owned, "ame.write.first.owned");
    B.CreateCondBr(isOwned(B, Each), Next, Slow, likely(Context));
    B.SetInsertPoint(Next);
  }
  B.CreateCondBr(isOwned(B, Stripes.front()), Owned, Slow, likely(Context));

  B.SetInsertPoint(Owned);
  rememberOwned(B, Stripe, Neighbours);
  B.CreateBr(Room);

  B.SetInsertPoint(Room);
  Value *Entry = B.CreateLoad(
      B.getPtrTy(), threadField(B, offsetof(struct ame_thread, undo)));
  Value *Limit = B.CreateLoad(
      B.getPtrTy(), threadField(B, offsetof(struct ame_thread, undo_limit)));
  B.CreateCondBr(hasNoRoom(B, Entry, Limit, Parts.size()), Slow, Log,
                 unlikely(Context));

  B.SetInsertPoint(Log);
  logOldBytes(B, Parts, Entry);
  B.CreateBr(Done);

  B.SetInsertPoint(Slow);
  createBarrierCall(B, ABI.__ame_write, {Parts.front().Pointer,
                                         B.getInt64(Bytes.To - Bytes.From)});
  if (Neighbours.Group) {
    // Captured memory that the inlined test does not show has no owner now.
    BasicBlock *Now = blockBefore(Done, "ame.write.now.owned");
    B.CreateCondBr(isOwned(B, Stripe), Now, Done);
    B.SetInsertPoint(Now);
    rememberOwned(B, Stripe, Neighbours);
  }
  B.CreateBr(Done);
}

} // namespace ame

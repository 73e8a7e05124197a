//===- LowerRanges.cpp - Barriers for ranges of memory --------------------===//
//
// Calls of the runtime's barriers for what is no single word: copies, memory
// intrinsics, memory that something is about to read or write as a whole.
//
//===----------------------------------------------------------------------===//
#include "LowerAccesses.h"

using namespace llvm;

namespace ame {

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

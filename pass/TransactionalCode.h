//===- TransactionalCode.h - The accesses and calls of one function -------===//
//
// Walks the transactional instructions of a function once and sorts what must
// be rewritten into lists; the rewriting happens afterwards. An instruction
// that may touch memory and that nobody thought of is an error.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_TRANSACTIONALCODE_H
#define AME_PASS_TRANSACTIONALCODE_H

#include "BarrierNeed.h"
#include "LoweringRemarks.h"
#include "RedundantBarriers.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstVisitor.h"

namespace ame {

/// Bytes that an instruction touches which is not rewritten itself: made
/// readable or writable before it.
struct TouchedRange {
  llvm::Instruction *I;
  llvm::Value *Pointer;
  uint64_t Size;
  bool Writes;
};

/// Something that only an inevitable transaction may do.
struct InevitablePlace {
  llvm::Instruction *I;
  llvm::StringRef Remark; ///< its name
  llvm::StringRef What;
};

/// An argument passed by value: the call itself reads the memory.
struct ByValueArgument {
  llvm::CallBase *Call;
  unsigned Index;
};

class TransactionalCode : public llvm::InstVisitor<TransactionalCode> {
public:
  TransactionalCode(BarrierNeed &Need, LoweringRemarks &Remarks)
      : Need(Need), Remarks(Remarks) {}

  PlannedBarriers Accesses;
  llvm::SmallVector<llvm::MemIntrinsic *, 8> MemIntrinsics;
  llvm::SmallVector<llvm::CallBase *, 16> Calls;
  llvm::SmallVector<InevitablePlace, 4> InevitablePlaces;
  llvm::SmallVector<TouchedRange, 4> Ranges;
  llvm::SmallVector<ByValueArgument, 4> ByValueArguments;

  void visitLoadInst(llvm::LoadInst &Load);
  void visitStoreInst(llvm::StoreInst &Store);
  void visitAtomicRMWInst(llvm::AtomicRMWInst &I);
  void visitAtomicCmpXchgInst(llvm::AtomicCmpXchgInst &I);
  void visitFenceInst(llvm::FenceInst &) {}
  void visitMemIntrinsic(llvm::MemIntrinsic &Call);
  void visitIntrinsicInst(llvm::IntrinsicInst &Call);
  void visitCallBase(llvm::CallBase &Call);
  void visitInstruction(llvm::Instruction &I);

private:
  void inevitable(llvm::Instruction &I, llvm::StringRef Remark,
                  llvm::StringRef What);
  bool touch(llvm::Instruction &I, llvm::Value *Pointer, uint64_t Size, bool Writes);
  void range(llvm::Instruction &I, llvm::Value *Pointer, llvm::Type *Type,
             bool Writes);
  void visitAssembler(llvm::CallBase &Call);
  void visitReadWrite(llvm::Instruction &I, llvm::Value *Pointer,
                      llvm::Type *Type);
  bool checkAddressSpace(llvm::Instruction &I, const llvm::Value *Pointer);

  BarrierNeed &Need;
  LoweringRemarks &Remarks;
};

} // namespace ame

#endif

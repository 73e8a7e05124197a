//===- LowerAccesses.h - Barriers for loads and stores --------------------===//
//
// Emits the code of abi.h's barriers at accesses that need one. What an access
// needs has been decided before (BarrierNeed, RedundantBarriers); nothing is
// decided here except the form: inlined for naturally aligned scalars of 1, 2,
// 4 and 8 bytes, a call for everything else and where it hardly ever runs.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LOWERACCESSES_H
#define AME_PASS_LOWERACCESSES_H

#include "AccessFrequency.h"
#include "KnownStripes.h"
#include "NeighbourGroups.h"
#include "RuntimeABI.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

namespace ame {

/// Whether a load or store of this type at this alignment has an inlined barrier.
bool hasInlinedBarrier(const llvm::Instruction &Access);

/// How one access gets its barrier.
struct BarrierShape {
  BarrierForm Form = BarrierForm::Call;
  StripeUse Neighbours;
  bool AlreadyLogged = false; ///< a read that needs the check only
  bool MayBeCaptured = true;  ///< test for captured memory first

  /// The check alone is small enough to be inlined unless the place is rare.
  bool isInlinedRead() const {
    return isInlined(Form) || (AlreadyLogged && Form != BarrierForm::RareCall);
  }
};

/// Rewrites the accesses of one function.
class LowerAccesses {
public:
  LowerAccesses(llvm::Function &F, RuntimeABI &ABI) : F(F), ABI(ABI) {}

  /// A read that may conflict. Replaces and erases the load.
  void read(llvm::LoadInst *Load, const BarrierShape &Shape);
  /// A write that may conflict; the store itself stays. Or a load of bytes that
  /// are going to be written: they are owned at once.
  void write(llvm::Instruction *Access, const BarrierShape &Shape);
  /// The same for all of a group, at its first access.
  void readTogether(const NeighbourGroup &Group, const BarrierShape &Shape);
  void writeTogether(const NeighbourGroup &Group, const BarrierShape &Shape);
  /// A write to memory of this thread: undone, never a conflict.
  void undo(llvm::Instruction *Access, llvm::Value *Pointer, uint64_t Size);

  /// Makes [Pointer, +Size) readable or writable for the instruction that
  /// follows and is not rewritten.
  void readRange(llvm::Instruction *Before, llvm::Value *Pointer,
                 uint64_t Size);
  void writeRange(llvm::Instruction *Before, llvm::Value *Pointer,
                  uint64_t Size);
  void writeRange(llvm::Instruction *Before, llvm::Value *Pointer,
                  llvm::Value *Size);

  /// A private copy of the Type at Source, made before the instruction.
  llvm::AllocaInst *copyBefore(llvm::Instruction *Before, llvm::Value *Source,
                               llvm::Type *Type);

  /// How the two sides of a mem intrinsic are treated.
  enum class Side { Plain, Undone, Shared };
  void memIntrinsic(llvm::MemIntrinsic *Call, Side Destination, Side Source);

private:
  /// A load of the program, its address at the barrier, and the value it gets.
  struct PartRead {
    llvm::LoadInst *Load;
    llvm::Value *Pointer;
    llvm::PHINode *Result;
  };
  /// Bytes that an undo entry holds, at an address that the barrier knows.
  struct PartWritten {
    llvm::Value *Pointer;
    uint64_t Size;
    llvm::Align Alignment;
  };
  /// The bytes of a barrier, from its access's address; whether they lie in one
  /// stripe is asked at run time unless it is known.
  struct Extent {
    int64_t From, To;
    bool InOneStripe;
  };
  void inlinedRead(llvm::ArrayRef<llvm::LoadInst *> Loads,
                   llvm::ArrayRef<int64_t> Offsets, const Extent &Bytes,
                   const BarrierShape &Shape);
  void loadAndCheck(llvm::IRBuilder<> &B, llvm::ArrayRef<PartRead> Parts,
                    llvm::Value *Stripe, bool Pushed, llvm::BasicBlock *Done);
  llvm::Value *readByCall(llvm::IRBuilder<> &B, llvm::LoadInst *Load,
                          llvm::Value *Pointer);
  void calledRead(llvm::LoadInst *Load);
  llvm::Value *isInOneStripe(llvm::IRBuilder<> &B, llvm::Value *Address,
                             const Extent &Bytes);
  llvm::FunctionCallee wordRead(uint64_t Size);
  llvm::FunctionCallee wordWrite(uint64_t Size);
  void copiedRead(llvm::LoadInst *Load);
  void inlinedWrite(llvm::Instruction *Access, const Extent &Bytes,
                    const BarrierShape &Shape);
  llvm::SmallVector<PartWritten, 4>
  partsOf(llvm::IRBuilder<> &B, llvm::Instruction &First, const Extent &Bytes);
  llvm::Value *isStripeIn(llvm::IRBuilder<> &B, llvm::Value *Stripe,
                          llvm::AllocaInst *Variable);
  llvm::SmallVector<llvm::Value *, 2> stripesOf(llvm::IRBuilder<> &B,
                                                llvm::Value *Address,
                                                llvm::Value *Stripe,
                                                const Extent &Bytes);
  llvm::Value *isOwned(llvm::IRBuilder<> &B, llvm::Value *Stripe);
  llvm::Value *owner(llvm::IRBuilder<> &B);
  void rememberOwned(llvm::IRBuilder<> &B, llvm::Value *Stripe,
                     const StripeUse &Neighbours);
  llvm::Value *stripeOf(llvm::IRBuilder<> &B, llvm::Value *Address);
  llvm::Value *orecAddress(llvm::IRBuilder<> &B, llvm::Value *Stripe);
  llvm::CallInst *createBarrierCall(llvm::IRBuilder<> &B,
                                    llvm::FunctionCallee Callee,
                                    llvm::ArrayRef<llvm::Value *> Arguments);
  llvm::Value *threadField(llvm::IRBuilder<> &B, size_t Offset);
  llvm::Value *isCaptured(llvm::IRBuilder<> &B, llvm::Value *Address);
  llvm::AllocaInst *entryAlloca(llvm::Type *Type, llvm::Align Alignment);
  void logStripe(llvm::IRBuilder<> &B, llvm::Value *Stripe,
                 llvm::BasicBlock *Next, BarrierForm Form);
  void markStripe(llvm::IRBuilder<> &B, llvm::Value *Stripe,
                  llvm::BasicBlock *Next);
  void logOldBytes(llvm::IRBuilder<> &B, llvm::ArrayRef<PartWritten> Parts,
                   llvm::Value *FirstEntry);
  uint64_t storeSize(llvm::Type *Type) const;

  llvm::Function &F;
  RuntimeABI &ABI;
  /// The address of this thread's block, computed once in the entry block.
  llvm::Instruction *ThreadBlock = nullptr;
};

} // namespace ame

#endif

//===- BarrierNeed.h - Which accesses need a barrier ----------------------===//
//
// Decides for one memory access of transactional code whether the runtime has
// to know of it. Every "no" has a name: it is counted and shows as a remark.
// The decision is made on the final IR, before anything is rewritten.
//
// Locals. In a function that only runs inside transactions every alloca is in
// a frame younger than the transaction's begin (or in the snapshot of an open
// one): an abort discards it. In a function with regions of its own, begin
// snapshots the frame; only locals whose address escapes are left out of the
// snapshot, because another thread may have changed them legally, and take
// barriers instead.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_BARRIERNEED_H
#define AME_PASS_BARRIERNEED_H

#include "FreshMemory.h"
#include "OwnArguments.h"
#include "TransactionEnds.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include <optional>

namespace ame {

/// X(name, text): the reasons for which an access gets no barrier. The name is
/// the remark's, the text completes "no barrier: ".
#define AME_NO_BARRIER_REASONS(X)                                              \
  X(LocalVariable, "a local variable that no other thread reaches")           \
  X(ConstantGlobal, "a constant global")                                       \
  X(Immutable, "an immutable field")                                           \
  X(NoTrack, "memory that is not tracked")                                     \
  X(ThreadLocal, "memory of this thread only")                                 \
  X(FreshAllocation, "memory allocated just before by this transaction")       \
  X(OwnArgument, "memory that every caller owns")                              \
  X(AlreadyOwned, "memory written just before by this transaction")            \
  X(OwnedRange, "memory that one barrier before the loop owns")                \
  X(OwnedTable, "a table that one barrier before the loop owns")               \
  X(WithNeighbour, "memory that the barrier of a neighbouring access covers")

enum class NoBarrier {
#define X(name, text) name,
  AME_NO_BARRIER_REASONS(X)
#undef X
};
constexpr unsigned NoBarrierCount = 0
#define X(name, text) +1
    AME_NO_BARRIER_REASONS(X)
#undef X
    ;

llvm::StringRef reasonName(NoBarrier Reason);
llvm::StringRef reasonText(NoBarrier Reason);

/// Decisions for the accesses of one function.
class BarrierNeed {
public:
  /// HasRegions: the function contains region markers, so that its frame may
  /// be older than the transaction.
  BarrierNeed(llvm::Function &F, bool HasRegions, const TransactionEnds &Ends,
              const FreshMemory &Fresh, const OwnArguments &Arguments)
      : F(F), HasRegions(HasRegions), Fresh(Fresh), Arguments(Arguments),
        Same(Ends), Tree(F) {}

  /// Why a read by I of the memory at Pointer needs no barrier, or nothing
  /// when it needs one.
  std::optional<NoBarrier> forRead(const llvm::Instruction &I,
                                   const llvm::Value *Pointer);
  /// The same for a write. ThreadLocal means: undo only.
  std::optional<NoBarrier> forWrite(const llvm::Instruction &I,
                                    const llvm::Value *Pointer);

  /// What Call tells its callee about the argument Pointer.
  ArgumentFact ofArgument(const llvm::CallBase &Call,
                          const llvm::Value *Pointer);

  /// Whether the address of a local may be known outside the function.
  bool escapes(const llvm::AllocaInst &Local);

  /// The locals that begin must leave out of its snapshot.
  llvm::SmallVector<llvm::AllocaInst *, 8> sharedLocals();

private:
  std::optional<NoBarrier> forObject(const llvm::Instruction &I,
                                     const ObjectBehind &Behind);
  std::optional<NoBarrier> forArgument(const llvm::Instruction &I,
                                       const llvm::Argument &A);
  std::optional<NoBarrier> forGlobal(const llvm::GlobalVariable &G);

  llvm::Function &F;
  const bool HasRegions;
  const FreshMemory &Fresh;
  const OwnArguments &Arguments;
  SameTransaction Same;
  llvm::DominatorTree Tree;
  llvm::DenseMap<const llvm::AllocaInst *, bool> Escapes;
};

} // namespace ame

#endif

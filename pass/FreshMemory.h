//===- FreshMemory.h - Memory that the transaction has allocated itself ---===//
//
// Nobody else sees such memory before the commit, and an abort frees it: it
// needs neither read nor write barriers, published or not, for as long as the
// transaction that allocated it runs.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_FRESHMEMORY_H
#define AME_PASS_FRESHMEMORY_H

#include "TransactionEnds.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Dominators.h"

namespace ame {

/// What a pointer may point into.
struct ObjectBehind {
  const llvm::Value *Object;
  /// The pointer came through a phi of a loop around Object: it may be what an
  /// earlier turn of the loop has made.
  bool MayBeEarlier;
};
/// All objects that Pointer may point into, through selects and phis.
llvm::SmallVector<ObjectBehind, 4>
objectsBehind(const llvm::Value *Pointer, const llvm::DominatorTree &Tree);

/// The functions of a module whose result is fresh memory, or null: the
/// allocating ones of the C library, and what returns their result on every
/// path without ending the transaction.
class FreshMemory {
public:
  FreshMemory(llvm::Module &M, const TransactionEnds &Ends);

  /// Whether V is a call whose result is fresh when it returns.
  bool isAllocation(const llvm::Value &V) const;

private:
  bool returnsFresh(const llvm::Function &F) const;
  llvm::DenseSet<const llvm::Function *> Returning;
};

/// Whether a transaction may end on the way from one place of a function to
/// another one.
class SameTransaction {
public:
  explicit SameTransaction(const TransactionEnds &Ends) : Ends(Ends) {}

  /// Whether no path from Allocation to I, without coming by Allocation again,
  /// meets an end.
  bool holds(const llvm::Instruction &Allocation, const llvm::Instruction &I);
  /// The same from the function's entry.
  bool holdsFromEntry(const llvm::Instruction &I);

private:
  using Places = llvm::SmallVector<const llvm::Instruction *, 2>;
  using Blocks = llvm::DenseSet<const llvm::BasicBlock *>;
  const Places &endsIn(const llvm::BasicBlock &BB);
  bool endsBetween(const llvm::Instruction *From, const llvm::Instruction &To);
  /// Blocks that may be entered after an end that came after From in Home.
  const Blocks &enteredAfterEnd(const llvm::BasicBlock &Home,
                                const llvm::Instruction *From);

  const TransactionEnds &Ends;
  llvm::DenseMap<const llvm::BasicBlock *, Places> EndsIn;
  llvm::DenseMap<const llvm::Value *, Blocks> After;
};

} // namespace ame

#endif

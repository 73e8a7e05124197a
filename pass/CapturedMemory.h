//===- CapturedMemory.h - Where a transaction may have allocated ----------===//
//
// The test for captured memory, four instructions of every inlined barrier, pays
// where the transaction may have allocated memory before. Where it cannot have
// (a look-up, the search in front of an insertion) the barrier does without.
//
// Nothing depends on the answer but speed, so that an atomic block may be taken
// for the outermost one: memory that was captured after all, by a block around it,
// is logged like any other, and the slow way of a write knows it.
//
// In a program that is instrumented as a whole the test stays: outside of
// transactions it is what ends a barrier at its first comparison.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_CAPTUREDMEMORY_H
#define AME_PASS_CAPTUREDMEMORY_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

namespace ame {

class CapturedMemory {
public:
  using Accesses = llvm::DenseSet<const llvm::Instruction *>;

  explicit CapturedMemory(llvm::Module &M);

  /// The loads and stores of F that come before any allocation of their
  /// transaction.
  Accesses accessesBeforeAny(const llvm::Function &F) const;

private:
  bool allocates(const llvm::Instruction &I) const;
  void findAllocating(const llvm::Module &M);
  void findCalledAfter(const llvm::Module &M);
  bool after(const llvm::Instruction &I, bool Before) const;
  void visit(const llvm::Function &F,
             llvm::function_ref<void(const llvm::Instruction &, bool)> Each) const;

  const bool WholeProgram;
  /// Functions of which it is not known that they allocate nothing.
  llvm::DenseSet<const llvm::Function *> Allocating;
  /// Functions that may be called when something has been allocated.
  llvm::DenseSet<const llvm::Function *> CalledAfter;
};

} // namespace ame

#endif

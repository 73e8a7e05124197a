//===- TransactionalFunctions.h - Which code is transactional -------------===//
//
// Classifies functions by what is declared about them, and instructions by the
// regions around them. Changes nothing.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_TRANSACTIONALFUNCTIONS_H
#define AME_PASS_TRANSACTIONALFUNCTIONS_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace llvm {
class CallBase;
class Function;
class Instruction;
class Module;
} // namespace llvm

namespace ame {

/// How transactional code enters a function of this module.
enum class EntryKind {
  None,    ///< It has no entry: the transaction becomes inevitable.
  Body,    ///< Its body is instrumented: a clone, or itself in place.
  Itself,  ///< AME_PURE, or without shared memory: as it is.
  Stub,    ///< DEFER, UNSAFE, INEVITABLE: a small function does what is asked.
  Wrapper, ///< Another function replaces it.
};
EntryKind entryKindOf(const llvm::Function &F,
                      const llvm::DenseSet<const llvm::Function *> &RunsEarly);

/// Constructors, destructors and ifunc resolvers: they run before or
/// around everything else, never in a transaction.
llvm::DenseSet<const llvm::Function *>
functionsOutsideTransactions(const llvm::Module &M);

/// The runtime's own functions and LLVM's intrinsics are not the program's.
bool belongsToRuntime(const llvm::Function &F);

/// The function that a call reaches for certain, through casts and aliases.
llvm::Function *directCallee(const llvm::CallBase &Call);

/// Whether all of F's code is transactional and nobody but the direct calls in
/// this module's code can reach it.
bool hasOnlyKnownCalls(const llvm::Function &F);

/// Calls Visit for every instruction of transactional code in M. Visit may not
/// change the code.
void forEachTransactionalInstruction(
    llvm::Module &M, llvm::function_ref<void(llvm::Instruction &)> Visit);

} // namespace ame

#endif

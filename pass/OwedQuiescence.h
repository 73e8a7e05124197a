//===- OwedQuiescence.h - Commits that wait later -------------------------===//
//
// A commit waits for older transactions of other threads, because plain code
// may follow that uses what this commit has made private. Where the next
// transaction begins before any such code runs, the wait is owed instead
// (runtime/quiescence.c), and plain code on other paths settles it first.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_OWEDQUIESCENCE_H
#define AME_PASS_OWEDQUIESCENCE_H

#include "RuntimeABI.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Instructions.h"

namespace ame {

/// Turns commits of F into owing ones where that spares a wait, and settles
/// what they owe. After the boundaries have been lowered. Unshared: accesses to
/// memory that no transaction of another thread writes.
void oweQuiescence(llvm::Function &F, RuntimeABI &ABI,
                   const llvm::SmallPtrSetImpl<const llvm::Instruction *> &Unshared);

} // namespace ame

#endif

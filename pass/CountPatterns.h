//===- CountPatterns.h - How C code changes and looks at counts -----------===//
//
// Looks at what clang emits before the optimiser runs, and changes nothing.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_COUNTPATTERNS_H
#define AME_PASS_COUNTPATTERNS_H

#include "CountKinds.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

namespace ame {

/// How much of a count's value the program looks at.
enum class Look { Nothing, Sign, Value };

/// A change of a count: `store(load OP Operand)` or an atomic one.
struct CountChange {
  llvm::Instruction *Old;  ///< The load, or the atomic instruction.
  llvm::Instruction *New;  ///< Null for an atomic one whose result nobody computes.
  llvm::StoreInst *Store;  ///< Null for an atomic instruction.
  llvm::Value *Pointer;
  llvm::Value *Operand;
  ame_count_operation Operation;
  bool Subtracts; ///< The operand is taken away.
};

/// The change that the store or atomic instruction completes.
std::optional<CountChange> changeAt(llvm::Instruction &I);

/// Users of the old and new value that are part of the change itself.
llvm::SmallVector<const llvm::Value *, 4> ownUses(const CountChange &Change);

/// What is looked at of the new value and of the old one together. A sign is one
/// of the new value.
Look lookAt(const CountChange &Change);

/// What is looked at of a value. Shift: what it lacks to the count's (zero for
/// the count itself).
Look lookAt(const llvm::Value &V, const llvm::APInt &Shift,
            llvm::ArrayRef<const llvm::Value *> Except);
inline Look lookAt(const llvm::Value &V) {
  return lookAt(V, llvm::APInt(V.getType()->getIntegerBitWidth(), 0), {});
}

} // namespace ame

#endif

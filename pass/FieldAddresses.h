//===- FieldAddresses.h - Which pointers point into annotated fields ------===//
//
// A pointer is an address of an annotated field when it is computed from the
// annotation by casts and address arithmetic, is the same fact on all arms of a
// phi or select, is kept in a local that holds nothing else, or is returned by a
// function that returns nothing else.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_FIELDADDRESSES_H
#define AME_PASS_FIELDADDRESSES_H

#include "Marks.h"
#include "llvm/ADT/DenseMap.h"

namespace ame {

class FieldAddresses {
public:
  /// The value is the address of an annotated field or global. Mark: the
  /// !ame.field of accesses through it.
  void addAddress(const llvm::Value &Address, llvm::MDNode *Mark);
  /// The load or store touches one, whatever its address looks like.
  void addAccess(const llvm::Instruction &Access, llvm::MDNode *Mark);

  /// The results and arguments that are declared to be such addresses (PointsAttr).
  void addDeclared(const llvm::Module &M);
  /// Finds the functions that return addresses of fields.
  void followReturns(const llvm::Module &M);

  /// Puts !ame.field on every access through such an address.
  void markAccesses(llvm::Module &M) const;

  /// Null: not the address of an annotated field.
  llvm::MDNode *markOf(const llvm::Value *Pointer) const;
  /// Null: the instruction accesses no annotated field, as far as is known.
  llvm::MDNode *markOfAccess(const llvm::Instruction &I) const;

private:
  llvm::MDNode *declaredMark(const llvm::Value *Pointer) const;
  llvm::MDNode *computeMarkOf(const llvm::Value *Pointer) const;
  llvm::MDNode *markOfReturns(const llvm::Function &F) const;

  llvm::DenseMap<const llvm::Value *, llvm::MDNode *> Sources;
  llvm::DenseMap<const llvm::Instruction *, llvm::MDNode *> Accesses;
  llvm::DenseMap<const llvm::Function *, llvm::MDNode *> Returned;
  mutable llvm::DenseMap<const llvm::Value *, llvm::MDNode *> Answers;
};

} // namespace ame

#endif

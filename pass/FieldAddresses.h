//===- FieldAddresses.h - Which pointers point into annotated fields ------===//
//
// A pointer is an address of an annotated field when it is computed from the
// annotation by casts and address arithmetic, is the same fact on all arms of a
// phi or select, is kept in a local that is stored once, or is returned by a
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
  void addAnnotation(const llvm::CallBase &Annotation, FieldFact Fact);
  void addGlobal(const llvm::GlobalVariable &G, FieldFact Fact);

  /// Finds the functions that return addresses of fields.
  void followReturns(const llvm::Module &M);

  /// Puts !ame.field on every access through such an address.
  void markAccesses(llvm::Module &M) const;

  std::optional<FieldFact> factOf(const llvm::Value *Pointer) const;

private:
  std::optional<FieldFact> factOf(const llvm::Value *Pointer,
                                  unsigned Depth) const;
  std::optional<FieldFact> computeFactOf(const llvm::Value *Pointer,
                                         unsigned Depth) const;
  std::optional<FieldFact> factOfAccess(const llvm::Instruction &I) const;
  std::optional<FieldFact> factOfReturns(const llvm::Function &F) const;

  llvm::DenseMap<const llvm::Value *, FieldFact> Sources;
  llvm::DenseMap<const llvm::Function *, FieldFact> Returned;
  mutable llvm::DenseMap<const llvm::Value *, std::optional<FieldFact>> Answers;
};

} // namespace ame

#endif

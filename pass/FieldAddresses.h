//===- FieldAddresses.h - Which pointers point into annotated fields ------===//
//
// A pointer is an address of an annotated field when it is computed from the
// annotation by casts and address arithmetic, is the same fact on all arms of a
// phi or select, is kept in a local that holds nothing else, or is returned by a
// function that returns nothing else. An access counts as one to the field when
// its bytes are the field's (FieldRoom.h).
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_FIELDADDRESSES_H
#define AME_PASS_FIELDADDRESSES_H

#include "FieldRoom.h"
#include "Marks.h"
#include "llvm/ADT/DenseMap.h"

namespace ame {

/// What a pointer points to.
struct FieldPlace {
  llvm::MDNode *Mark = nullptr; ///< Null: no annotated field.
  FieldRoom Room;
};

class FieldAddresses {
public:
  /// The value is the address of an annotated field or global. Mark: the
  /// !ame.field of accesses through it.
  void addAddress(const llvm::Value &Address, llvm::MDNode *Mark,
                  const FieldRoom &Room = {});
  /// The load or store touches one, whatever its address looks like.
  void addAccess(const llvm::Instruction &Access, llvm::MDNode *Mark);

  /// The results and arguments that are declared to be such addresses (PointsAttr).
  void addDeclared(const llvm::Module &M);
  /// Finds the functions that return addresses of fields.
  void followReturns(const llvm::Module &M);

  /// Puts !ame.field on every access through such an address, and !ame.passed on
  /// calls that are given a count's.
  void markAccesses(llvm::Module &M) const;

  FieldPlace placeOf(const llvm::Value *Pointer) const;
  /// Null: the instruction accesses no annotated field, as far as is known.
  llvm::MDNode *markOfAccess(const llvm::Instruction &I) const;

private:
  FieldPlace declaredPlace(const llvm::Value *Pointer) const;
  FieldPlace computePlaceOf(const llvm::Value *Pointer) const;
  FieldPlace placeOfReturns(const llvm::Function &F) const;
  llvm::MDNode *countsPassedTo(const llvm::CallBase &Call) const;
  llvm::MDNode *markOfBytes(const llvm::Value *Pointer,
                            std::optional<uint64_t> Size) const;

  llvm::DenseMap<const llvm::Value *, FieldPlace> Sources;
  llvm::DenseMap<const llvm::Instruction *, llvm::MDNode *> Accesses;
  llvm::DenseMap<const llvm::Function *, FieldPlace> Returned;
  mutable llvm::DenseMap<const llvm::Value *, FieldPlace> Answers;
};

} // namespace ame

#endif

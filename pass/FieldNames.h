//===- FieldNames.h - Which member an address is of -----------------------===//
//
// clang computes the address of a member from the structure's LLVM type; the
// names of members are in the debug information only.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_FIELDNAMES_H
#define AME_PASS_FIELDNAMES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

namespace llvm {
class DICompositeType;
class GEPOperator;
class GlobalVariable;
class Module;
class StructType;
} // namespace llvm

namespace ame {

/// A member of a structure. Member is empty without debug information, and where
/// several bit-fields share the bytes.
struct FieldName {
  llvm::SmallVector<llvm::StringRef, 2> Structs; ///< its tag and typedefs
  llvm::StringRef Member;
};

class FieldNames {
public:
  explicit FieldNames(const llvm::Module &M);

  /// The members that the address arithmetic steps into, outermost first.
  void forEachStep(const llvm::GEPOperator &GEP,
                   llvm::function_ref<void(const FieldName &)> Visit) const;
  /// The members of G around a byte of it, outermost first.
  void forEachMemberAt(const llvm::GlobalVariable &G, uint64_t Offset,
                       llvm::function_ref<void(const FieldName &)> Visit) const;

private:
  FieldName nameOf(const llvm::StructType &Struct, unsigned Index) const;

  struct Description {
    const llvm::DICompositeType *Type = nullptr;
    llvm::SmallVector<llvm::StringRef, 1> Typedefs;
  };
  const llvm::Module &M;
  llvm::StringMap<Description> Described; ///< by the name in LLVM's type
};

} // namespace ame

#endif

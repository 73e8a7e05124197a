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
class DIDerivedType;
class GEPOperator;
class GlobalVariable;
class Module;
class StructType;
} // namespace llvm

namespace ame {

/// A member of a structure, or several that share their bytes: those of a union
/// without a name. Members is empty without debug information, and where several
/// bit-fields share the bytes. The members of a structure without a name are
/// members of the one around it, as in the source.
struct FieldName {
  llvm::SmallVector<llvm::StringRef, 2> Structs; ///< its tag and typedefs
  llvm::SmallVector<llvm::StringRef, 1> Members;
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
  /// All members of unions that have a name. Their addresses are those of the
  /// union: nothing says which member is meant.
  void forEachUnionMember(
      llvm::function_ref<void(const FieldName &)> Visit) const;

private:
  /// Where a step has led to: into a structure without a name, or not.
  struct Inside {
    const llvm::DICompositeType *Nameless = nullptr;
    llvm::SmallVector<llvm::StringRef, 2> Around; ///< names of the one around it
  };
  using Visitor = llvm::function_ref<void(const FieldName &)>;
  Inside step(const llvm::StructType &Struct, unsigned Index,
              const Inside &Before, Visitor Visit) const;
  Inside follow(const llvm::GEPOperator &GEP, Visitor Visit) const;

  struct Description {
    const llvm::DICompositeType *Type = nullptr;
    llvm::SmallVector<llvm::StringRef, 1> Typedefs;
  };
  const llvm::Module &M;
  llvm::StringMap<Description> Described; ///< by the name in LLVM's type
  llvm::SmallVector<FieldName, 0> OfUnions;
};

} // namespace ame

#endif

//===- CountedStructs.h - Which types have counts in them -----------------===//
//
// Learnt from the accesses of the module: the address of a count is a field
// address. Other files' structs are not known: who copies one without looking at its
// count has to include a header with an inline function that does.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_COUNTEDSTRUCTS_H
#define AME_PASS_COUNTEDSTRUCTS_H

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/IR/DerivedTypes.h"

namespace ame {

class BitCounts;

class CountedStructs {
public:
  CountedStructs(const llvm::Module &M, const BitCounts &Bits);
  bool empty() const { return Sizes.empty(); }
  /// Whether there is a count in a value of the type.
  bool areIn(const llvm::Type &Type) const;
  /// Of all types of structs that have counts.
  const llvm::SmallSet<uint64_t, 8> &sizes() const { return Sizes; }

private:
  llvm::SmallPtrSet<const llvm::StructType *, 8> Structs;
  llvm::SmallSet<uint64_t, 8> Sizes;
};

} // namespace ame

#endif

//===- BitCounts.h - Counts in bit-fields ---------------------------------===//
//
// clang drops annotations on bit-fields, and nothing of an access says which
// field it means: it loads and stores a unit of several fields, and shifts and
// masks. So AME_REFCOUNT_BITS defines a function that increments the field. It is
// looked at, for the structure's type, the element that is the unit, and the
// field's bits, and deleted. All accesses to that element of that type are found
// by their address: a step into the structure, which clang leaves out for the
// first element only. AME_BITS_FIRST makes the unit another one than the first.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_BITCOUNTS_H
#define AME_PASS_BITCOUNTS_H

#include "CountKinds.h"
#include "Diagnostics.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"

namespace ame {

/// The counts in one unit.
struct CountedUnit {
  unsigned Size = 0; ///< Bits.
  llvm::SmallVector<CountDetails, 1> Counts;
};

class BitCounts {
public:
  /// Looks at the functions that AME_REFCOUNT_BITS has defined, and removes them.
  explicit BitCounts(llvm::Module &M);

  bool empty() const { return Units.empty(); }
  /// The unit that the pointer is the address of; null: none with a count.
  const CountedUnit *unitAt(const llvm::Value &Pointer) const;
  /// The instructions that compute such addresses.
  llvm::SmallVector<llvm::Instruction *, 16> addressesIn(llvm::Module &M) const;
  /// The structures that have such units.
  llvm::SmallPtrSet<const llvm::StructType *, 8> structs() const;

private:
  using Place = std::pair<const llvm::StructType *, unsigned>;
  struct Declaration {
    CountDetails Details;
    SourcePlace Place;
  };
  static std::optional<Declaration> declarationIn(const llvm::Function &F);
  void read(llvm::Function &F, const Declaration &Declared);
  void add(llvm::Function &F, const Declaration &Declared, Place Where,
           const CountDetails &Count);

  llvm::DenseMap<Place, CountedUnit> Units;
};

/// Ones where the count's bits are in its unit.
llvm::APInt maskOf(const CountBits &Bits);

} // namespace ame

#endif

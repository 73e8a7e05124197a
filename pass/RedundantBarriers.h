//===- RedundantBarriers.h - Barriers implied by earlier ones -------------===//
//
// On every path to an access, within one transaction:
//
//   after a write barrier, the same bytes belong to the transaction, and their
//   old value is in the undo log: a further write or read needs no barrier;
//   after a read barrier, the stripe is in the read log:
//       a further read of the same bytes needs the check only.
//
// Both stay so until the transaction ends, whatever is called in between.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_REDUNDANTBARRIERS_H
#define AME_PASS_REDUNDANTBARRIERS_H

#include "TransactionEnds.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Instructions.h"

namespace ame {

/// The barrier that an access is about to get. A load may get that of a write,
/// when the same bytes are going to be written.
enum class BarrierKind { Read, Write, Undo };
using PlannedBarriers = llvm::MapVector<llvm::Instruction *, BarrierKind>;

enum class Redundancy {
  None,
  AlreadyLogged, ///< a read: check, but do not push again
  AlreadyOwned,  ///< no barrier at all
};

/// Bytes at a constant distance from an SSA value.
struct AccessedBytes {
  const llvm::Value *Base;
  int64_t Offset;
  uint64_t Size;

  bool contains(const AccessedBytes &Other) const {
    return Base == Other.Base && Offset <= Other.Offset &&
           Offset + int64_t(Size) >= Other.Offset + int64_t(Other.Size);
  }
};

/// The bytes that a load or store accesses.
AccessedBytes accessedBytes(const llvm::Instruction &I);

/// What earlier barriers already did for each planned one. Accesses that are
/// not in the result need their barrier in full.
llvm::DenseMap<llvm::Instruction *, Redundancy>
findRedundantBarriers(llvm::Function &F, const PlannedBarriers &Planned,
                      const TransactionEnds &Ends);

} // namespace ame

#endif

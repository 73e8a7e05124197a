//===- RedundantBarriers.h - Barriers implied by earlier ones -------------===//
//
// Along straight control flow (a block, and blocks entered from exactly one
// place) within one transaction:
//
//   after a write barrier, the same bytes belong to the transaction:
//       a further write or read of them needs no barrier;
//   after a read barrier, the stripe is in the read log:
//       a further read of the same bytes needs the check only.
//
// Every call that might end the transaction forgets everything.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_REDUNDANTBARRIERS_H
#define AME_PASS_REDUNDANTBARRIERS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Instructions.h"

namespace ame {

/// The barrier that an access is about to get.
enum class BarrierKind { Read, Write, Undo };
using PlannedBarriers = llvm::MapVector<llvm::Instruction *, BarrierKind>;

enum class Redundancy {
  None,
  AlreadyLogged, ///< a read: check, but do not push again
  AlreadyOwned,  ///< no barrier at all
};

/// What earlier barriers already did for each planned one. Accesses that are
/// not in the result need their barrier in full.
llvm::DenseMap<llvm::Instruction *, Redundancy>
findRedundantBarriers(llvm::Function &F, const PlannedBarriers &Planned);

} // namespace ame

#endif

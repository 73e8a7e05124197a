//===- NeighbourGroups.h - One barrier for neighbouring accesses ----------===//
//
// Fields of one object that are read, or written, one right after another
// (`p->x + p->y`, a structure that is filled, elements of an unrolled loop): the
// first access's barrier covers the others, which have none.
//
// All of them happen once the first one does, in the same transaction, and
// nothing between them runs other code. So nothing is accessed and nothing owned
// that would not have been. Reads happen all at the first one's place, each before
// the check; nothing is written in between.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_NEIGHBOURGROUPS_H
#define AME_PASS_NEIGHBOURGROUPS_H

#include "RedundantBarriers.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace ame {

struct NeighbourGroup {
  struct Member {
    llvm::Instruction *I;
    int64_t Offset; ///< from the first one's address
    uint64_t Size;
  };
  BarrierKind Kind;
  llvm::SmallVector<Member, 4> Members; ///< in the order in which they happen
  int64_t From, To;                     ///< the bytes, from the first one's address
  bool HasGaps;                         ///< that no member accesses
  bool InOneStripe;                     ///< for certain

  /// Owned as a range: longer than a stripe, and without gaps.
  bool isRange() const;
  /// One call instead of a call for each member.
  bool paysAsCall() const;
};

class NeighbourGroups {
public:
  /// Of the planned accesses that need their barrier in full and for which
  /// `isEligible`.
  NeighbourGroups(llvm::Function &F, const PlannedBarriers &Planned,
                  const TransactionEnds &Ends,
                  llvm::function_ref<bool(llvm::Instruction &)> isEligible);

  /// The group whose barrier comes at I; null: none does.
  const NeighbourGroup *startingAt(const llvm::Instruction *I) const;
  /// Whether the barrier of an access before covers I, which may have gone.
  bool isCovered(const llvm::Instruction *I) const {
    return Covered.lookup(I) != nullptr;
  }
  /// Gives each member of the group its own barrier again.
  void dissolve(const llvm::Instruction *First);

private:
  llvm::SmallVector<NeighbourGroup, 8> Groups;
  llvm::DenseMap<const llvm::Instruction *, unsigned> OfFirst; ///< index + 1
  llvm::DenseMap<const llvm::Instruction *, const llvm::Instruction *> Covered;
};

} // namespace ame

#endif

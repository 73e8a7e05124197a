//===- KnownStripes.h - Stripes that neighbouring accesses share ----------===//
//
// Fields of one object, and neighbours in an array that a loop walks along, lie
// in one stripe most of the time. What the transaction knows about a stripe (it
// is in the read log; it is owned) then need not be established again. Whether
// it is the same stripe is only known at run time, so that accesses which belong
// together share two variables:
//
//   logged   a stripe that the running transaction has in its read log or owns
//   owned    a stripe that it owns
//
// or NoStripe. A barrier in full sets them; a later one compares first, and
// leaves out the test for captured memory and the log (read) or the owning
// (write) when its own stripe is the one. Equal stripes are all that counts:
// neither the objects behind the addresses nor the path matter.
//
// Every call that might end the transaction forgets them. In registers they cost
// a comparison; accesses that nothing before them can help do without.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_KNOWNSTRIPES_H
#define AME_PASS_KNOWNSTRIPES_H

#include "RedundantBarriers.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace ame {

/// No stripe has this number.
constexpr uint64_t NoStripe = UINT64_MAX;

/// What the accesses of one group share.
struct StripeVariables {
  llvm::AllocaInst *Logged, *Owned;
};

/// What one access has to do with them.
struct StripeUse {
  const StripeVariables *Group = nullptr; ///< null: nothing
  bool MayBeKnown = false; ///< compare first
};

class KnownStripes {
public:
  /// Groups the planned accesses for which `isInlined`, and inserts the variables
  /// and what forgets them.
  KnownStripes(llvm::Function &F, const PlannedBarriers &Planned,
               const TransactionEnds &Ends,
               llvm::function_ref<bool(llvm::Instruction &)> isInlined);

  StripeUse use(llvm::Instruction *I) const { return Uses.lookup(I); }

  /// After the barriers are there: turns the variables into SSA values.
  void promote();

private:
  struct Access {
    llvm::Instruction *I;
    unsigned Group;
    int64_t Offset; ///< from the group's base
    bool EveryIteration; ///< of a loop that walks along with small steps
    BarrierKind Kind;
  };
  /// What may be known at a place: two bits a group.
  using Knowledge = llvm::BitVector;

  void group(const PlannedBarriers &Planned,
             llvm::function_ref<bool(llvm::Instruction &)> isInlined);
  void dropLonely();
  void createVariables();
  void findKnowledge();
  void transfer(llvm::BasicBlock &BB, Knowledge &Known, bool Apply);
  void forget(llvm::Instruction &Call, const Knowledge &Known);

  llvm::Function &F;
  const TransactionEnds &Ends;
  llvm::SmallVector<Access, 32> Accesses;
  unsigned GroupCount = 0;
  llvm::SmallVector<StripeVariables, 0> Groups;
  llvm::DenseMap<const llvm::Instruction *, const Access *> AccessOf;
  /// Where another object begins under the same name: groups whose base this is.
  llvm::DenseMap<const llvm::Value *, llvm::SmallVector<unsigned, 2>> GroupsOfBase;
  llvm::DenseMap<llvm::Instruction *, StripeUse> Uses;
};

} // namespace ame

#endif

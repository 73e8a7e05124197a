//===- SurvivingFacts.h - Facts that outlive merges of accesses -----------===//
//
// When the optimiser makes one access of two, it drops metadata that it does not
// know, even if both had the same. It does know access groups: what is merged is
// in the groups that both were in, and an access that stays where it was keeps
// its own. So each fact gets a group of its own, beside !ame.field, and the late
// pass reads off the groups what is missing. Nothing else looks at them: no loop
// claims to be parallel with regard to such a group.
//
//   !ame.groups = !{!{!group, !{!"immutable"}}, ...}
//
// An access to an untracked field and one to a tracked field it makes one of as
// well, at an address that is the one or the other (in both arms of a branch there
// is a load): what is left is tracked. So accesses to untracked fields are unordered
// atomic between the two passes, which is what they are for the program, too: others
// may access the field at the same time. LLVM optimises those as it does others, but
// does not merge them with others.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_SURVIVINGFACTS_H
#define AME_PASS_SURVIVINGFACTS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace ame {

/// The early pass: gives accesses the group of their mark.
class FactGroups {
public:
  explicit FactGroups(llvm::Module &M) : M(M) {}

  void add(llvm::Instruction &Access, llvm::MDNode &Mark);

private:
  llvm::Module &M;
  llvm::DenseMap<const llvm::MDNode *, llvm::MDNode *> OfMark;
};

/// For copies of functions: the groups stay the same. (With debug info, cloning
/// copies distinct nodes.)
void shareFactGroups(const llvm::Module &M, llvm::ValueToValueMapTy &Map);

/// The end of the early pass.
void makeUntrackedUnordered(llvm::Module &M);

/// The late pass, before all else: in functions without transactions, too.
void makeUnorderedPlain(llvm::Module &M);

/// The late pass: restores !ame.field where only the group is left, and takes the
/// groups off.
void restoreFacts(llvm::Module &M);

} // namespace ame

#endif

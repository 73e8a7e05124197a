//===- TransactionEnds.cpp - Which calls may end a transaction ------------===//
//
// Not an end: an abort. It goes back to the begin, whose call has made the
// function forget everything that it knew; what follows is done again.
//
// A function with regions counts as one that ends, although regions nest:
// nothing is gained where a transaction begins anyway.
//
// Of uninstrumented code only what the table of libc lists, and what the
// program declares to be AME_PURE, is known not to end a transaction: the one
// because libc knows nothing of ame (unless it calls the program back, as
// operator new and delete do where the program replaces them), the other because
// an end makes everybody see what was written.
//
//===----------------------------------------------------------------------===//
#include "TransactionEnds.h"

#include "LibcCalls.h"
#include "Marks.h"
#include "TransactionalFunctions.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace {

/// What a call runs, as far as this module can say.
struct Target {
  enum { Keeps, MayEnd, Depends } Answer;
  const Function *On = nullptr; ///< the body that decides
};

/// Of the runtime's functions, those that are called before the late pass inserts
/// the others, and around loops.
bool isBarrier(StringRef Name) {
  return Name.starts_with("__ame_read_loop_") ||
         Name.starts_with("__ame_refcount_") ||
         Name.starts_with("__ame_counter_") ||
         Name.starts_with("__ame_count_") || Name == "__ame_verify";
}

bool callsBack(const Function &F, const ame::LibcCall &Row) {
  const StringRef Name = F.getName();
  if (Name.starts_with("_Zn") || Name.starts_with("_Zd"))
    return true;
  return any_of(Row.Effects, [](const ame::LibcEffect &Effect) {
    return Effect.Kind == ame::LibcEffect::Calls;
  });
}

/// Whether the body that a call of F runs is the one in this module.
bool hasKnownBody(const Function &F) {
  return !F.isDeclaration() && !F.isInterposable() &&
         ame::isTransactional(F) && !ame::hasRegions(F);
}

Target targetOf(const CallBase &Call) {
  if (isa<IntrinsicInst>(Call) || Call.isInlineAsm())
    return {Target::Keeps};
  const Function *Callee = ame::directCallee(Call);
  // The second return of a setjmp may be in another transaction.
  if (!Callee || Call.hasFnAttr(Attribute::ReturnsTwice))
    return {Target::MayEnd};
  if (isBarrier(Callee->getName()) ||
      Callee->hasFnAttribute(ame::PureAttr) ||
      Callee->hasFnAttribute(ame::UnsharedAttr))
    return {Target::Keeps};
  for (StringRef Declared : {ame::InevitableAttr, ame::UnsafeAttr})
    if (Callee->hasFnAttribute(Declared))
      return {Target::MayEnd};
  if (const Function *Entry = ame::entryOf(Call))
    Callee = Entry;
  if (hasKnownBody(*Callee))
    return {Target::Depends, Callee};
  const ame::LibcCall *Row = ame::libcCall(*Callee);
  return {Row && !callsBack(*Callee, *Row) ? Target::Keeps : Target::MayEnd};
}

} // namespace

namespace ame {

TransactionEnds::TransactionEnds(Module &M) {
  // All are taken for keeping at first; who is not, takes its callers along.
  MapVector<const Function *, SmallVector<const Function *, 4>> Callers;
  SmallVector<const Function *, 32> Ending;
  for (const Function &F : M) {
    if (!hasKnownBody(F))
      continue;
    Keeping.insert(&F);
    for (const Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call)
        continue;
      const Target Runs = targetOf(*Call);
      if (Runs.Answer == Target::Depends)
        Callers[Runs.On].push_back(&F);
      else if (Runs.Answer == Target::MayEnd)
        Ending.push_back(&F);
    }
  }
  while (!Ending.empty()) {
    const Function *F = Ending.pop_back_val();
    if (!Keeping.erase(F))
      continue;
    auto Known = Callers.find(F);
    if (Known != Callers.end())
      append_range(Ending, Known->second);
  }
}

bool TransactionEnds::mayEndAt(const Instruction &I) const {
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return false;
  const Target Runs = targetOf(*Call);
  return Runs.Answer == Target::MayEnd ||
         (Runs.Answer == Target::Depends && !Keeping.contains(Runs.On));
}

} // namespace ame

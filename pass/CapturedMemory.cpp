//===- CapturedMemory.cpp - Where a transaction may have allocated --------===//
//
// Forward over each function, from its entry or from the begins of its regions;
// which functions allocate is found bottom-up, in what state they are entered
// top-down, over all calls that the module has.
//
//===----------------------------------------------------------------------===//
#include "CapturedMemory.h"

#include "LibcCalls.h"
#include "Marks.h"
#include "Options.h"
#include "TransactionalFunctions.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

/// The body that the call runs, also where it is redirected only later.
static const Function *bodyOf(const CallBase &Call) {
  if (const Function *Entry = ame::entryOf(Call))
    return Entry;
  return ame::directCallee(Call);
}

static bool hasKnownBody(const Function &F) {
  return !F.isDeclaration() && !F.isInterposable() &&
         ame::isTransactional(F) && !ame::hasRegions(F);
}

/// Functions of libc that are called as they are.
static bool isPureInLibc(const Function &F) {
  const ame::LibcCall *Row = ame::libcCall(F);
  return Row && Row->Policy == ame::LibcPolicy::Pure;
}

namespace ame {

CapturedMemory::CapturedMemory(Module &M)
    : WholeProgram(readOptions().TransactionMode == Mode::Always) {
  if (WholeProgram)
    return;
  findAllocating(M);
  findCalledAfter(M);
}

bool CapturedMemory::allocates(const Instruction &I) const {
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || isa<IntrinsicInst>(Call) || Call->isInlineAsm() ||
      isRegionEnter(I) || isRegionExit(I))
    return false;
  const Function *Body = bodyOf(*Call);
  if (!Body)
    return true;
  if (Body->hasFnAttribute(PureAttr) || Body->hasFnAttribute(UnsharedAttr) ||
      belongsToRuntime(*Body))
    return false;
  return hasKnownBody(*Body) ? Allocating.contains(Body) : !isPureInLibc(*Body);
}

void CapturedMemory::findAllocating(const Module &M) {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const Function &F : M)
      if (hasKnownBody(F) && !Allocating.contains(&F) &&
          any_of(instructions(F),
                 [&](const Instruction &I) { return allocates(I); }))
        Changed = Allocating.insert(&F).second;
  }
}

void CapturedMemory::findCalledAfter(const Module &M) {
  for (const Function &F : M)
    if (isTransactional(F) && !hasOnlyKnownCalls(F))
      CalledAfter.insert(&F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const Function &F : M)
      if (!F.isDeclaration() && (isTransactional(F) || hasRegions(F)))
        visit(F, [&](const Instruction &I, bool After) {
          auto *Call = dyn_cast<CallBase>(&I);
          const Function *Body = Call && After ? bodyOf(*Call) : nullptr;
          if (Body && CalledAfter.insert(Body).second)
            Changed = true;
        });
  }
}

bool CapturedMemory::after(const Instruction &I, bool Before) const {
  return !isRegionEnter(I) && (Before || allocates(I));
}

/// Calls Each with each instruction and whether something may have been
/// allocated before it.
void CapturedMemory::visit(
    const Function &F,
    function_ref<void(const Instruction &, bool)> Each) const {
  DenseSet<const BasicBlock *> AfterAtStart;
  if (CalledAfter.contains(&F))
    AfterAtStart.insert(&F.getEntryBlock());
  const ReversePostOrderTraversal<const Function *> Order(&F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const BasicBlock *BB : Order) {
      bool Here = AfterAtStart.contains(BB);
      for (const Instruction &I : *BB)
        Here = after(I, Here);
      if (Here)
        for (const BasicBlock *Next : successors(BB))
          Changed |= AfterAtStart.insert(Next).second;
    }
  }
  for (const BasicBlock *BB : Order) {
    bool Here = AfterAtStart.contains(BB);
    for (const Instruction &I : *BB) {
      Each(I, Here);
      Here = after(I, Here);
    }
  }
}

CapturedMemory::Accesses
CapturedMemory::accessesBeforeAny(const Function &F) const {
  Accesses Found;
  if (!WholeProgram)
    visit(F, [&](const Instruction &I, bool After) {
      if (!After && isa<LoadInst, StoreInst>(I))
        Found.insert(&I);
    });
  return Found;
}

} // namespace ame

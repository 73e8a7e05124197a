//===- FreshMemory.cpp - Memory that the transaction has allocated itself -===//
#include "FreshMemory.h"

#include "Marks.h"
#include "TransactionalFunctions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

/// Steps from an address to its object, and objects of one address.
static constexpr unsigned MaxObjectLookup = 16, MaxObjects = 32;

/// Functions of the C library. realloc is not among them: it may return an old
/// block; nor C++'s operator new, which a program may replace by one that does.
static bool allocates(const Function &F) {
  static constexpr StringRef Names[] = {"malloc", "calloc",  "aligned_alloc",
                                        "memalign", "valloc", "pvalloc",
                                        "strdup", "strndup"};
  return F.isDeclaration() && is_contained(Names, F.getName());
}

namespace ame {

SmallVector<ObjectBehind, 4> objectsBehind(const Value *Pointer,
                                           const DominatorTree &Tree) {
  SmallVector<ObjectBehind, 4> Found;
  SmallVector<const PHINode *, 4> Phis;
  SmallPtrSet<const Value *, 16> Seen;
  SmallVector<const Value *, 8> Work = {Pointer};
  while (!Work.empty()) {
    const Value *V = getUnderlyingObject(Work.pop_back_val(), MaxObjectLookup);
    if (!Seen.insert(V).second)
      continue;
    if (Seen.size() > MaxObjects)
      return {{Pointer, true}};
    if (auto *Select = dyn_cast<SelectInst>(V)) {
      Work.push_back(Select->getTrueValue());
      Work.push_back(Select->getFalseValue());
    } else if (auto *Phi = dyn_cast<PHINode>(V)) {
      Phis.push_back(Phi);
      append_range(Work, Phi->incoming_values());
    } else {
      Found.push_back({V, false});
    }
  }
  // A phi that dominates what flows into it is a loop's.
  for (ObjectBehind &Behind : Found)
    if (auto *Made = dyn_cast<Instruction>(Behind.Object))
      Behind.MayBeEarlier = any_of(Phis, [&](const PHINode *Phi) {
        return Tree.dominates(Phi->getParent(), Made->getParent());
      });
  return Found;
}

FreshMemory::FreshMemory(Module &M, const TransactionEnds &Ends) {
  SmallVector<const Function *, 16> Candidates;
  for (const Function &F : M)
    if (F.getReturnType()->isPointerTy() && Ends.keepsTransaction(F))
      Candidates.push_back(&F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const Function *F : Candidates)
      if (!Returning.contains(F) && returnsFresh(*F))
        Changed = Returning.insert(F).second;
  }
}

bool FreshMemory::isAllocation(const Value &V) const {
  auto *Call = dyn_cast<CallBase>(&V);
  const Function *Callee = Call ? directCallee(*Call) : nullptr;
  if (!Callee)
    return false;
  if (const Function *Entry = entryOf(*Call))
    Callee = Entry;
  return allocates(*Callee) || Returning.contains(Callee);
}

/// An earlier turn's object is as fresh: no transaction ends inside F.
bool FreshMemory::returnsFresh(const Function &F) const {
  const DominatorTree Tree(const_cast<Function &>(F));
  bool Returns = false;
  for (const BasicBlock &BB : F) {
    auto *Return = dyn_cast<ReturnInst>(BB.getTerminator());
    if (!Return)
      continue;
    for (const ObjectBehind &Behind :
         objectsBehind(Return->getReturnValue(), Tree)) {
      if (isa<ConstantPointerNull>(Behind.Object))
        continue;
      if (!isAllocation(*Behind.Object))
        return false;
      Returns = true;
    }
  }
  return Returns;
}

const SameTransaction::Places &SameTransaction::endsIn(const BasicBlock &BB) {
  auto [Entry, New] = EndsIn.try_emplace(&BB);
  if (New)
    for (const Instruction &I : BB)
      if (Ends.mayEndAt(I))
        Entry->second.push_back(&I);
  return Entry->second;
}

/// In To's block, after From if that is given.
bool SameTransaction::endsBetween(const Instruction *From,
                                  const Instruction &To) {
  return any_of(endsIn(*To.getParent()), [&](const Instruction *End) {
    return End->comesBefore(&To) && (!From || From->comesBefore(End));
  });
}

const SameTransaction::Blocks &
SameTransaction::enteredAfterEnd(const BasicBlock &Home,
                                 const Instruction *From) {
  const Value *Key = From ? static_cast<const Value *>(From) : &Home;
  auto [Entry, New] = After.try_emplace(Key);
  if (!New)
    return Entry->second;
  Blocks Reached;
  SmallVector<const BasicBlock *, 16> Work;
  for (const BasicBlock &BB : *Home.getParent()) {
    const Places &Here = endsIn(BB);
    if (Here.empty() || (&BB == &Home && From && !From->comesBefore(Here.back())))
      continue;
    append_range(Work, successors(&BB));
  }
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    // Through Home one comes by From again: another allocation.
    if ((From && BB == &Home) || !Reached.insert(BB).second)
      continue;
    append_range(Work, successors(BB));
  }
  return After[Key] = std::move(Reached);
}

bool SameTransaction::holds(const Instruction &Allocation,
                            const Instruction &I) {
  const BasicBlock *Home = Allocation.getParent();
  if (Home == I.getParent() && Allocation.comesBefore(&I))
    return !endsBetween(&Allocation, I);
  // Before it in its own block: around a loop.
  if (Home == I.getParent())
    return false;
  return !endsBetween(nullptr, I) &&
         !enteredAfterEnd(*Home, &Allocation).contains(I.getParent());
}

bool SameTransaction::holdsFromEntry(const Instruction &I) {
  const BasicBlock &Home = I.getFunction()->getEntryBlock();
  return !endsBetween(nullptr, I) &&
         !enteredAfterEnd(Home, nullptr).contains(I.getParent());
}

} // namespace ame

//===- FieldAddresses.cpp - Which pointers point into annotated fields ----===//
#include "FieldAddresses.h"

#include "SurvivingFacts.h"
#include "TransactionalFunctions.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

/// Chains of casts, phis and locals longer than this are not followed.
static constexpr unsigned MaxChain = 100;

void ame::FieldAddresses::addAddress(const Value &Address, MDNode *Mark) {
  Sources.try_emplace(&Address, Mark);
}

void ame::FieldAddresses::addAccess(const Instruction &Access, MDNode *Mark) {
  Accesses.try_emplace(&Access, Mark);
}

/// container_of leaves the field: a constant step backwards does.
static bool stepsBackwards(const GEPOperator &GEP, const DataLayout &Layout) {
  APInt Offset(Layout.getIndexTypeSizeInBits(GEP.getType()), 0);
  return GEP.accumulateConstantOffset(Layout, Offset) && Offset.isNegative();
}

/// The only value ever stored to a local that does nothing but be loaded from
/// and stored to.
static const Value *onlyStoredValue(const AllocaInst &Local) {
  const Value *Stored = nullptr;
  for (const User *U : Local.users()) {
    if (auto *Load = dyn_cast<LoadInst>(U)) {
      if (Load->getType() != Local.getAllocatedType())
        return nullptr;
    } else if (auto *Store = dyn_cast<StoreInst>(U)) {
      if (Store->getValueOperand() == &Local || Stored)
        return nullptr;
      Stored = Store->getValueOperand();
    } else if (auto *Call = dyn_cast<IntrinsicInst>(U)) {
      if (!Call->isLifetimeStartOrEnd())
        return nullptr;
    } else {
      return nullptr;
    }
  }
  return Stored;
}

MDNode *ame::FieldAddresses::markOf(const Value *Pointer) const {
  return markOf(Pointer, 0);
}

MDNode *ame::FieldAddresses::markOf(const Value *Pointer, unsigned Depth) const {
  // The annotation nearest to the access wins: an inner field's own.
  if (auto Source = Sources.find(Pointer); Source != Sources.end())
    return Source->second;
  if (Depth == MaxChain || !Pointer->getType()->isPointerTy())
    return nullptr;
  // Each value once, or phis of phis take forever. A value that depends on
  // itself finds that nothing is known yet, which is safe.
  auto [Known, Inserted] = Answers.try_emplace(Pointer, nullptr);
  if (!Inserted)
    return Known->second;
  MDNode *const Mark = computeMarkOf(Pointer, Depth);
  Answers[Pointer] = Mark;
  return Mark;
}

MDNode *ame::FieldAddresses::computeMarkOf(const Value *Pointer,
                                           unsigned Depth) const {
  auto Next = [&](const Value *V) { return markOf(V, Depth + 1); };
  if (auto *GEP = dyn_cast<GEPOperator>(Pointer)) {
    if (auto *I = dyn_cast<Instruction>(Pointer))
      if (stepsBackwards(*GEP, I->getModule()->getDataLayout()))
        return nullptr;
    return Next(GEP->getPointerOperand());
  }
  if (isa<BitCastOperator>(Pointer) || isa<FreezeInst>(Pointer))
    return Next(cast<User>(Pointer)->getOperand(0));
  if (auto *Select = dyn_cast<SelectInst>(Pointer)) {
    MDNode *Mark = Next(Select->getTrueValue());
    return Mark == Next(Select->getFalseValue()) ? Mark : nullptr;
  }
  if (auto *Phi = dyn_cast<PHINode>(Pointer)) {
    MDNode *Mark = Next(Phi->getIncomingValue(0));
    for (const Value *Incoming : Phi->incoming_values())
      if (Mark != Next(Incoming))
        return nullptr;
    return Mark;
  }
  if (auto *Load = dyn_cast<LoadInst>(Pointer)) {
    auto *Local = dyn_cast<AllocaInst>(Load->getPointerOperand());
    const Value *Stored = Local ? onlyStoredValue(*Local) : nullptr;
    return Stored ? Next(Stored) : nullptr;
  }
  if (auto *Call = dyn_cast<CallBase>(Pointer))
    if (const Function *Callee = directCallee(*Call))
      if (auto Known = Returned.find(Callee); Known != Returned.end())
        return Known->second;
  return nullptr;
}

MDNode *ame::FieldAddresses::markOfReturns(const Function &F) const {
  MDNode *Mark = nullptr;
  for (const BasicBlock &BB : F) {
    auto *Return = dyn_cast<ReturnInst>(BB.getTerminator());
    if (!Return)
      continue;
    MDNode *This = markOf(Return->getReturnValue());
    if (!This || (Mark && Mark != This))
      return nullptr;
    Mark = This;
  }
  return Mark;
}

void ame::FieldAddresses::followReturns(const Module &M) {
  // Accessors that call accessors: until nothing new is found.
  for (bool Changed = !Sources.empty(); Changed;) {
    Changed = false;
    for (const Function &F : M) {
      if (F.isDeclaration() || !F.getReturnType()->isPointerTy() ||
          F.isInterposable() || Returned.contains(&F))
        continue;
      if (MDNode *Mark = markOfReturns(F)) {
        Returned.try_emplace(&F, Mark);
        Answers.clear(); // Some depend on what functions return.
        Changed = true;
      }
    }
  }
}

MDNode *ame::FieldAddresses::markOfAccess(const Instruction &I) const {
  if (MDNode *Known = Accesses.lookup(&I))
    return Known;
  if (const Value *Pointer = getLoadStorePointerOperand(&I))
    return markOf(Pointer);
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return markOf(RMW->getPointerOperand());
  if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    return markOf(Exchange->getPointerOperand());
  if (auto *Set = dyn_cast<MemSetInst>(&I))
    return markOf(Set->getRawDest());
  if (auto *Copy = dyn_cast<MemTransferInst>(&I)) {
    // One mark for both sides: only where it is true of both.
    MDNode *Mark = markOf(Copy->getRawDest());
    return Mark == markOf(Copy->getRawSource()) ? Mark : nullptr;
  }
  return nullptr;
}

void ame::FieldAddresses::markAccesses(Module &M) const {
  if (Sources.empty() && Accesses.empty())
    return;
  FactGroups Groups(M);
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (MDNode *Mark = markOfAccess(I)) {
        I.setMetadata(FieldMetadata, Mark);
        Groups.add(I, *Mark);
      }
}

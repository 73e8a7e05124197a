//===- FieldAddresses.cpp - Which pointers point into annotated fields ----===//
#include "FieldAddresses.h"
#include "TransactionalFunctions.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;
using ame::FieldFact;

/// Chains of casts, phis and locals longer than this are not followed.
static constexpr unsigned MaxChain = 100;

void ame::FieldAddresses::addAnnotation(const CallBase &Annotation,
                                        FieldFact Fact) {
  Sources.try_emplace(&Annotation, Fact);
}

void ame::FieldAddresses::addGlobal(const GlobalVariable &G, FieldFact Fact) {
  Sources.try_emplace(&G, Fact);
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

std::optional<FieldFact>
ame::FieldAddresses::factOf(const Value *Pointer) const {
  return factOf(Pointer, 0);
}

std::optional<FieldFact> ame::FieldAddresses::factOf(const Value *Pointer,
                                                     unsigned Depth) const {
  // The annotation nearest to the access wins: an inner field's own.
  if (auto Source = Sources.find(Pointer); Source != Sources.end())
    return Source->second;
  if (Depth == MaxChain || !Pointer->getType()->isPointerTy())
    return std::nullopt;
  // Each value once, or phis of phis take forever. A value that depends on
  // itself finds that nothing is known yet, which is safe.
  auto [Known, Inserted] = Answers.try_emplace(Pointer, std::nullopt);
  if (!Inserted)
    return Known->second;
  const std::optional<FieldFact> Fact = computeFactOf(Pointer, Depth);
  Answers[Pointer] = Fact;
  return Fact;
}

std::optional<FieldFact>
ame::FieldAddresses::computeFactOf(const Value *Pointer, unsigned Depth) const {
  auto Next = [&](const Value *V) { return factOf(V, Depth + 1); };
  if (auto *GEP = dyn_cast<GEPOperator>(Pointer)) {
    if (auto *I = dyn_cast<Instruction>(Pointer))
      if (stepsBackwards(*GEP, I->getModule()->getDataLayout()))
        return std::nullopt;
    return Next(GEP->getPointerOperand());
  }
  if (isa<BitCastOperator>(Pointer) || isa<FreezeInst>(Pointer))
    return Next(cast<User>(Pointer)->getOperand(0));
  if (auto *Select = dyn_cast<SelectInst>(Pointer)) {
    std::optional<FieldFact> Fact = Next(Select->getTrueValue());
    return Fact == Next(Select->getFalseValue()) ? Fact : std::nullopt;
  }
  if (auto *Phi = dyn_cast<PHINode>(Pointer)) {
    std::optional<FieldFact> Fact = Next(Phi->getIncomingValue(0));
    for (const Value *Incoming : Phi->incoming_values())
      if (Fact != Next(Incoming))
        return std::nullopt;
    return Fact;
  }
  if (auto *Load = dyn_cast<LoadInst>(Pointer)) {
    auto *Local = dyn_cast<AllocaInst>(Load->getPointerOperand());
    const Value *Stored = Local ? onlyStoredValue(*Local) : nullptr;
    return Stored ? Next(Stored) : std::nullopt;
  }
  if (auto *Call = dyn_cast<CallBase>(Pointer))
    if (const Function *Callee = directCallee(*Call))
      if (auto Known = Returned.find(Callee); Known != Returned.end())
        return Known->second;
  return std::nullopt;
}

std::optional<FieldFact>
ame::FieldAddresses::factOfReturns(const Function &F) const {
  std::optional<FieldFact> Fact;
  for (const BasicBlock &BB : F) {
    auto *Return = dyn_cast<ReturnInst>(BB.getTerminator());
    if (!Return)
      continue;
    std::optional<FieldFact> This = factOf(Return->getReturnValue());
    if (!This || (Fact && Fact != This))
      return std::nullopt;
    Fact = This;
  }
  return Fact;
}

void ame::FieldAddresses::followReturns(const Module &M) {
  // Accessors that call accessors: until nothing new is found.
  for (bool Changed = !Sources.empty(); Changed;) {
    Changed = false;
    for (const Function &F : M) {
      if (F.isDeclaration() || !F.getReturnType()->isPointerTy() ||
          F.isInterposable() || Returned.contains(&F))
        continue;
      if (std::optional<FieldFact> Fact = factOfReturns(F)) {
        Returned.try_emplace(&F, *Fact);
        Answers.clear(); // Some depend on what functions return.
        Changed = true;
      }
    }
  }
}

std::optional<FieldFact>
ame::FieldAddresses::factOfAccess(const Instruction &I) const {
  if (const Value *Pointer = getLoadStorePointerOperand(&I))
    return factOf(Pointer);
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return factOf(RMW->getPointerOperand());
  if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    return factOf(Exchange->getPointerOperand());
  if (auto *Set = dyn_cast<MemSetInst>(&I))
    return factOf(Set->getRawDest());
  if (auto *Copy = dyn_cast<MemTransferInst>(&I)) {
    // One mark for both sides: only where it is true of both.
    std::optional<FieldFact> Fact = factOf(Copy->getRawDest());
    return Fact == factOf(Copy->getRawSource()) ? Fact : std::nullopt;
  }
  return std::nullopt;
}

void ame::FieldAddresses::markAccesses(Module &M) const {
  if (Sources.empty())
    return;
  LLVMContext &Context = M.getContext();
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (std::optional<FieldFact> Fact = factOfAccess(I))
        I.setMetadata(
            FieldMetadata,
            MDNode::get(Context, MDString::get(Context, factName(*Fact))));
}

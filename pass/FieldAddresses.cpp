//===- FieldAddresses.cpp - Which pointers point into annotated fields ----===//
#include "FieldAddresses.h"

#include "CountKinds.h"
#include "SurvivingFacts.h"
#include "TransactionalFunctions.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

/// Pointers that are computed from more than so many others are not followed.
static constexpr unsigned MaxSeen = 100;

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

/// All values ever stored to a local that does nothing but be loaded from and
/// stored to. False: it does more.
static bool storedValues(const AllocaInst &Local,
                         SmallVectorImpl<const Value *> &Values) {
  for (const User *U : Local.users()) {
    if (auto *Load = dyn_cast<LoadInst>(U)) {
      if (Load->getType() != Local.getAllocatedType())
        return false;
    } else if (auto *Store = dyn_cast<StoreInst>(U)) {
      if (Store->getValueOperand() == &Local)
        return false;
      Values.push_back(Store->getValueOperand());
    } else if (auto *Call = dyn_cast<IntrinsicInst>(U)) {
      if (!Call->isLifetimeStartOrEnd())
        return false;
    } else {
      return false;
    }
  }
  return !Values.empty();
}

/// The pointers that this one is computed from. False: it is computed from none.
static bool origins(const Value *Pointer, SmallVectorImpl<const Value *> &Into) {
  if (auto *GEP = dyn_cast<GEPOperator>(Pointer)) {
    if (auto *I = dyn_cast<Instruction>(Pointer))
      if (stepsBackwards(*GEP, I->getModule()->getDataLayout()))
        return false;
    Into.push_back(GEP->getPointerOperand());
  } else if (isa<BitCastOperator>(Pointer) || isa<FreezeInst>(Pointer)) {
    Into.push_back(cast<User>(Pointer)->getOperand(0));
  } else if (auto *Select = dyn_cast<SelectInst>(Pointer)) {
    Into.append({Select->getTrueValue(), Select->getFalseValue()});
  } else if (auto *Phi = dyn_cast<PHINode>(Pointer)) {
    Into.append(Phi->value_op_begin(), Phi->value_op_end());
  } else if (auto *Load = dyn_cast<LoadInst>(Pointer)) {
    auto *Local = dyn_cast<AllocaInst>(Load->getPointerOperand());
    return Local && storedValues(*Local, Into);
  } else {
    return false;
  }
  return true;
}

MDNode *ame::FieldAddresses::declaredMark(const Value *Pointer) const {
  if (MDNode *Mark = Sources.lookup(Pointer))
    return Mark;
  if (auto *Call = dyn_cast<CallBase>(Pointer))
    if (const Function *Callee = directCallee(*Call))
      return Returned.lookup(Callee);
  return nullptr;
}

MDNode *ame::FieldAddresses::markOf(const Value *Pointer) const {
  if (!Pointer->getType()->isPointerTy())
    return declaredMark(Pointer);
  auto [Known, Inserted] = Answers.try_emplace(Pointer, nullptr);
  if (Inserted)
    Known->second = computeMarkOf(Pointer);
  return Known->second;
}

/// All that the pointer is computed from must be one fact. In a loop it may be
/// computed from itself, which adds nothing. The annotation nearest to the access
/// wins: an inner field's own.
MDNode *ame::FieldAddresses::computeMarkOf(const Value *Pointer) const {
  SmallVector<const Value *, 8> Work = {Pointer};
  SmallPtrSet<const Value *, 8> Seen;
  MDNode *Common = nullptr;
  while (!Work.empty()) {
    const Value *V = Work.pop_back_val();
    // Through a null pointer there is no access.
    if (isa<ConstantPointerNull>(V) || isa<UndefValue>(V) || !Seen.insert(V).second)
      continue;
    if (MDNode *Mark = declaredMark(V)) {
      if (Common && Common != Mark)
        return nullptr;
      Common = Mark;
    } else if (Seen.size() > MaxSeen || !origins(V, Work)) {
      return nullptr;
    }
  }
  return Common;
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

void ame::FieldAddresses::addDeclared(const Module &M) {
  auto mark = [&](const Function &F, unsigned Index) -> MDNode * {
    const Attribute Fact = F.getAttributeAtIndex(Index, PointsAttr);
    return Fact.isValid() ? markOfFact(M.getContext(),
                                       *factFromName(Fact.getValueAsString()))
                          : nullptr;
  };
  for (const Function &F : M) {
    if (MDNode *Mark = mark(F, AttributeList::ReturnIndex))
      Returned[&F] = Mark;
    for (const Argument &A : F.args())
      if (MDNode *Mark = mark(F, AttributeList::FirstArgIndex + A.getArgNo()))
        addAddress(A, Mark);
  }
}

void ame::FieldAddresses::followReturns(const Module &M) {
  // Accessors that call accessors: until nothing new is found.
  for (bool Changed = !Sources.empty() || !Returned.empty(); Changed;) {
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
  if (Sources.empty() && Accesses.empty() && Returned.empty())
    return;
  FactGroups Groups(M);
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (MDNode *Mark = markOfAccess(I)) {
        I.setMetadata(FieldMetadata, Mark);
        Groups.add(I, *Mark);
      }
}

//===- TransactionalClones.cpp - Transactional entries of functions -------===//
//
// In regions mode a function f that transactional code may reach gets a second
// body, f.ame, which the late pass instruments; f itself stays as it is. Calls
// inside regions and clones go straight to clones, so the optimiser inlines and
// specialises them. Calls through pointers and from other objects find the
// clone in 8 bytes before f's code: a magic word and the distance to the clone.
// Those 8 bytes start at a multiple of 16, so an entry is at 8 modulo 16, and
// they lie in the same page as the entry: looking for them never faults.
//
// The optimiser looks at functions that others call or that a variable points to,
// and does not count those 8 bytes: until the late pass, the clones that only these
// lead to are in llvm.compiler.used.
//
// In whole-program mode there is one body, instrumented in place: distance 0.
//
//===----------------------------------------------------------------------===//
#include "TransactionalClones.h"
#include "Diagnostics.h"
#include "EntryStubs.h"
#include "Marks.h"
#include "RuntimeABI.h"
#include "SurvivingFacts.h"
#include "TransactionalFunctions.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;
using ame::EntryKind;

/// Whether code that this module does not see can come to call F.
static bool isReachableFromOutside(const Function &F) {
  return !F.hasLocalLinkage() || F.hasAddressTaken();
}

//===-- Prefix data -------------------------------------------------------===//

/// Whether anybody can look for F's entry at run time.
static bool needsPrefix(const Function &F) {
  return !F.isDeclaration() && !F.hasAvailableExternallyLinkage() &&
         isReachableFromOutside(F);
}

static void setPrefix(Function &F, Constant *Distance) {
  Type *Int32 = Type::getInt32Ty(F.getContext());
  F.setPrefixData(ConstantStruct::getAnon(
      {ConstantInt::get(Int32, AME_PREFIX_MAGIC), Distance}));
  F.setAlignment(std::max(F.getAlign().valueOrOne(), Align(16)));
  // -fsanitize=function keeps a word of its own directly before the code; calls
  // through pointers do without the check where it is missing.
  F.setMetadata(LLVMContext::MD_func_sanitize, nullptr);
}

static void setEntryInPlace(Function &F) {
  if (needsPrefix(F))
    setPrefix(F, ConstantInt::get(Type::getInt32Ty(F.getContext()), 0));
}

/// Entry must be defined in this module: the distance is a link-time constant.
static void setEntry(Function &F, Function &Entry) {
  if (Entry.isDeclaration() || !needsPrefix(F))
    return;
  Type *Int64 = Type::getInt64Ty(F.getContext());
  Constant *Distance =
      ConstantExpr::getSub(ConstantExpr::getPtrToInt(&Entry, Int64),
                           ConstantExpr::getPtrToInt(&F, Int64));
  setPrefix(F,
            ConstantExpr::getTrunc(Distance, Type::getInt32Ty(F.getContext())));
}

static void setClone(Function &F, Function &Clone) {
  F.setMetadata(ame::CloneMetadata,
                MDNode::get(F.getContext(), ValueAsMetadata::get(&Clone)));
}

//===-- What must not cross a boundary ------------------------------------===//

/// Another transaction may change memory at a boundary, and barriers change it
/// behind the optimiser's back: facts that say otherwise go.
static void dropAliasFacts(Function &F) {
  for (Argument &Arg : F.args())
    Arg.removeAttr(Attribute::NoAlias);
  SmallVector<Instruction *, 8> Declarations;
  for (Instruction &I : instructions(F)) {
    for (unsigned Kind :
         {LLVMContext::MD_noalias, LLVMContext::MD_alias_scope,
          LLVMContext::MD_invariant_load, LLVMContext::MD_invariant_group})
      I.setMetadata(Kind, nullptr);
    if (isa<NoAliasScopeDeclInst>(I))
      Declarations.push_back(&I);
  }
  for (Instruction *I : Declarations)
    I->eraseFromParent();
}

static void makeTransactional(Function &F) {
  F.addFnAttr(ame::TransactionalAttr);
  dropAliasFacts(F);
}

//===-- Cloning -----------------------------------------------------------===//

/// Tables of label addresses (computed goto) that belong to F alone: its clone
/// needs its own. None when a label's address goes elsewhere.
static bool collectLabelTables(Function &F,
                               SmallSetVector<GlobalVariable *, 2> &Tables) {
  SmallVector<User *, 16> Work;
  for (BasicBlock &BB : F)
    if (BB.hasAddressTaken())
      append_range(Work, BlockAddress::get(&F, &BB)->users());
  while (!Work.empty()) {
    User *U = Work.pop_back_val();
    if (auto *I = dyn_cast<Instruction>(U)) {
      if (I->getFunction() != &F)
        return false;
      continue;
    }
    if (auto *Table = dyn_cast<GlobalVariable>(U)) {
      if (!Table->hasLocalLinkage())
        return false;
      if (!Tables.insert(Table))
        continue;
    }
    append_range(Work, U->users());
  }
  return true;
}

static void cloneLabelTables(ArrayRef<GlobalVariable *> Tables,
                             ValueToValueMapTy &Map, Function &Clone) {
  for (GlobalVariable *Table : Tables) {
    auto *Copy = new GlobalVariable(*Clone.getParent(), Table->getValueType(),
                                    Table->isConstant(), Table->getLinkage(),
                                    nullptr, Table->getName() + ".ame");
    Copy->copyAttributesFrom(Table);
    Map[Table] = Copy;
  }
  for (GlobalVariable *Table : Tables) {
    auto *Copy = cast<GlobalVariable>(Map[Table]);
    Copy->setInitializer(MapValue(Table->getInitializer(), Map));
  }
  for (Instruction &I : instructions(Clone))
    RemapInstruction(&I, Map, RF_NoModuleLevelChanges | RF_IgnoreMissingLocals);
}

static Function *cloneFunction(Function &F) {
  SmallSetVector<GlobalVariable *, 2> Tables;
  if (!collectLabelTables(F, Tables))
    return nullptr;
  ValueToValueMapTy Map;
  ame::shareFactGroups(*F.getParent(), Map);
  Function *Clone = CloneFunction(&F, Map);
  Clone->setName(F.getName() + ".ame");
  Clone->setComdat(nullptr);
  Clone->setLinkage(GlobalValue::InternalLinkage);
  Clone->setVisibility(GlobalValue::DefaultVisibility);
  Clone->setDLLStorageClass(GlobalValue::DefaultStorageClass);
  Clone->setDSOLocal(true);
  if (Clone->hasPrefixData())
    Clone->setPrefixData(nullptr);
  if (!Tables.empty())
    cloneLabelTables(Tables.getArrayRef(), Map, *Clone);
  makeTransactional(*Clone);
  return Clone;
}

/// Functions with a body that transactional code may reach: from outside, or by
/// direct calls from regions and from each other.
static SmallSetVector<Function *, 32>
functionsToClone(Module &M, const DenseSet<const Function *> &RunsEarly) {
  SmallSetVector<Function *, 32> Needed;
  auto Need = [&](Function *F) {
    if (F && ame::entryKindOf(*F, RunsEarly) == EntryKind::Wrapper)
      F = M.getFunction(F->getFnAttribute(ame::WrapAttr).getValueAsString());
    if (F && ame::entryKindOf(*F, RunsEarly) == EntryKind::Body &&
        F->getName() != "main")
      Needed.insert(F);
  };
  for (Function &F : M) {
    if (isReachableFromOutside(F) || F.hasFnAttribute(ame::WrapAttr))
      Need(&F);
    if (!ame::hasRegions(F))
      continue;
    DenseSet<const Instruction *> Inside = ame::instructionsInRegions(F);
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I); Call && Inside.contains(&I))
        Need(ame::directCallee(*Call));
  }
  for (unsigned Next = 0; Next < Needed.size(); ++Next)
    for (Instruction &I : instructions(*Needed[Next]))
      if (auto *Call = dyn_cast<CallBase>(&I))
        Need(ame::directCallee(*Call));
  return Needed;
}

/// Entries of functions whose marks say something else than "instrument it".
static void createSpecialEntries(Module &M,
                                 const DenseSet<const Function *> &RunsEarly) {
  SmallVector<Function *, 16> Originals;
  for (Function &F : M)
    if (!F.hasFnAttribute(ame::StubAttr))
      Originals.push_back(&F);
  for (Function *F : Originals) {
    switch (ame::entryKindOf(*F, RunsEarly)) {
    case EntryKind::None:
    case EntryKind::Body:
      break;
    case EntryKind::Itself:
      setEntryInPlace(*F);
      break;
    case EntryKind::Stub:
      if (Function *Stub = ame::createEntryStub(*F)) {
        setEntry(*F, *Stub);
        // Direct calls of the others are lowered late, with their place.
        if (F->hasFnAttribute(ame::DeferAttr))
          setClone(*F, *Stub);
      }
      break;
    case EntryKind::Wrapper: {
      Function *Wrapper =
          M.getFunction(F->getFnAttribute(ame::WrapAttr).getValueAsString());
      if (!Wrapper)
        break;
      Function *Clone = ame::cloneOf(*Wrapper);
      Function &Entry = Clone ? *Clone : *Wrapper;
      setClone(*F, Entry);
      setEntry(*F, Entry);
      break;
    }
    }
  }
}

void ame::createClones(Module &M) {
  const DenseSet<const Function *> RunsEarly = functionsOutsideTransactions(M);
  SmallVector<GlobalValue *, 32> Kept;
  for (Function *F : functionsToClone(M, RunsEarly)) {
    Function *Clone = cloneFunction(*F);
    if (!Clone) {
      remarkMissed(F->getEntryBlock().front(), "LabelAddressEscapes",
                   "no transactional clone of '" + F->getName() +
                       "': the addresses of its labels are kept outside of "
                       "it; a call makes the transaction inevitable");
      continue;
    }
    setClone(*F, *Clone);
    setEntry(*F, *Clone);
    if (!needsPrefix(*F))
      continue;
    Clone->addFnAttr(KeptAttr);
    Kept.push_back(Clone);
  }
  appendToCompilerUsed(M, Kept);
  for (Function &F : M)
    if (!isTransactional(F) && hasRegions(F))
      dropAliasFacts(F);
  createSpecialEntries(M, RunsEarly);
}

void ame::forgetKeptClones(Module &M) {
  SmallVector<Function *, 32> Kept;
  for (Function &F : M)
    if (F.hasFnAttribute(KeptAttr))
      Kept.push_back(&F);
  removeFromUsedLists(M, [](Constant *C) {
    auto *F = dyn_cast<Function>(C->stripPointerCasts());
    return F && F->hasFnAttribute(KeptAttr);
  });
  for (Function *F : Kept) {
    F->removeFnAttr(KeptAttr);
    F->removeDeadConstantUsers();
    if (F->use_empty() && F->hasLocalLinkage())
      F->eraseFromParent();
  }
}

void ame::markAllFunctions(Module &M) {
  const DenseSet<const Function *> RunsEarly = functionsOutsideTransactions(M);
  for (Function &F : M) {
    if (F.isDeclaration() || F.hasFnAttribute(PureAttr) ||
        F.hasFnAttribute(Attribute::Naked) || RunsEarly.contains(&F))
      continue;
    makeTransactional(F);
    if (entryKindOf(F, RunsEarly) == EntryKind::Body)
      setEntryInPlace(F);
  }
  createSpecialEntries(M, RunsEarly);
}

//===-- Calls -------------------------------------------------------------===//

/// Whether Caller is the wrapper of Callee: there the call means the original.
static bool isWrapperOf(const Function &Caller, const Function &Callee) {
  if (!Callee.hasFnAttribute(ame::WrapAttr))
    return false;
  const StringRef Wrapper =
      Callee.getFnAttribute(ame::WrapAttr).getValueAsString();
  return Caller.getName() == Wrapper ||
         Caller.getName() == (Wrapper + ".ame").str();
}

static bool isMarkedForLatePass(const Function &F) {
  return F.hasFnAttribute(ame::InevitableAttr) ||
         F.hasFnAttribute(ame::UnsafeAttr) || F.hasFnAttribute(ame::PureAttr);
}

static void redirect(CallBase &Call) {
  if (Call.isInlineAsm())
    return;
  Function *Callee = ame::directCallee(Call);
  if (Callee && (ame::belongsToRuntime(*Callee) ||
                 Callee->hasFnAttribute(ame::UnsharedAttr)))
    return;
  if (Callee && isWrapperOf(*Call.getFunction(), *Callee))
    Call.addFnAttr(Attribute::get(Call.getContext(), ame::CallsOriginalAttr));
  else if (Callee && !isMarkedForLatePass(*Callee)) {
    if (Function *Entry = ame::cloneOf(*Callee))
      return Call.setCalledFunction(Entry);
    if (ame::isTransactional(*Callee))
      return;
  }
  // What is not transactional must not be inlined into code that is: its counts
  // are plain, and its marks would be lost. The same for a pointer whose target
  // the optimiser finds out.
  if (!Callee || !Callee->isDeclaration())
    Call.setIsNoInline();
}

void ame::redirectCalls(Module &M) {
  SmallVector<CallBase *, 64> Calls;
  forEachTransactionalInstruction(M, [&](Instruction &I) {
    if (auto *Call = dyn_cast<CallBase>(&I))
      Calls.push_back(Call);
  });
  for (CallBase *Call : Calls)
    redirect(*Call);
}

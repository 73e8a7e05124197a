//===- TransactionalFunctions.cpp - Which code is transactional -----------===//
//
// A region is the code that may run after a call of __ame_region_enter and
// before as many calls of __ame_region_exit: found by propagating the greatest
// possible depth forward over the control-flow graph. This is a may-analysis:
// what it includes needlessly gets barriers, which do nothing but the access
// outside a transaction.
//
//===----------------------------------------------------------------------===//
#include "TransactionalFunctions.h"
#include "Marks.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include <algorithm>

using namespace llvm;

/// Deeper nesting than this, or a loop that enters more than it exits, counts
/// as this deep: it lets the propagation end.
static constexpr unsigned MaxDepth = 64;

static unsigned depthAfter(const Instruction &I, unsigned Depth) {
  if (ame::isRegionEnter(I))
    return std::min(Depth + 1, MaxDepth);
  if (ame::isRegionExit(I))
    return Depth == 0 ? 0 : Depth - 1;
  return Depth;
}

static unsigned depthAfter(const BasicBlock &BB, unsigned Depth) {
  for (const Instruction &I : BB)
    Depth = depthAfter(I, Depth);
  return Depth;
}

static DenseMap<const BasicBlock *, unsigned> depthAtEntry(const Function &F) {
  DenseMap<const BasicBlock *, unsigned> Depth;
  SmallVector<const BasicBlock *, 32> Work;
  for (const BasicBlock &BB : F)
    Work.push_back(&BB);
  std::reverse(Work.begin(), Work.end());
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    const unsigned After = depthAfter(*BB, Depth.lookup(BB));
    for (const BasicBlock *Successor : successors(BB)) {
      unsigned &Known = Depth[Successor];
      if (Known >= After)
        continue;
      Known = After;
      Work.push_back(Successor);
    }
  }
  return Depth;
}

bool ame::hasRegions(const Function &F) {
  return std::any_of(inst_begin(F), inst_end(F),
                     [](const Instruction &I) { return isRegionEnter(I); });
}

DenseSet<const Instruction *> ame::instructionsInRegions(const Function &F) {
  DenseSet<const Instruction *> Inside;
  if (!hasRegions(F))
    return Inside;
  DenseMap<const BasicBlock *, unsigned> AtEntry = depthAtEntry(F);
  for (const BasicBlock &BB : F) {
    unsigned Depth = AtEntry.lookup(&BB);
    for (const Instruction &I : BB) {
      if (Depth > 0)
        Inside.insert(&I);
      Depth = depthAfter(I, Depth);
    }
  }
  return Inside;
}

std::optional<ame::FieldFact> ame::declaredFact(const GlobalVariable &G) {
  if (const NamedMDNode *Rows =
          G.getParent()->getNamedMetadata(GlobalsMetadata))
    for (const MDNode *Row : Rows->operands())
      if (mdconst::dyn_extract_or_null<GlobalVariable>(Row->getOperand(0)) ==
          &G)
        return factFromName(cast<MDString>(Row->getOperand(1))->getString());
  return std::nullopt;
}

std::optional<ame::FieldFact> ame::globalFact(const GlobalVariable &G) {
  if (std::optional<FieldFact> Declared = declaredFact(G))
    return Declared;
  const StringRef Name = G.getName();
  for (StringRef Prefix : {"__ame_", "__llvm_", "__profc_", "__profd_",
                           "__profvp_", "__profbm_", "__sancov", "__gcov"})
    if (Name.starts_with(Prefix))
      return FieldFact::NoTrack;
  if (G.isThreadLocal())
    return FieldFact::ThreadLocal;
  return std::nullopt;
}

bool ame::belongsToRuntime(const Function &F) {
  const StringRef Name = F.getName();
  return F.isIntrinsic() || Name.starts_with("__ame_") ||
         (F.isDeclaration() && Name.starts_with("ame_"));
}

Function *ame::directCallee(const CallBase &Call) {
  auto *Callee =
      dyn_cast<Function>(Call.getCalledOperand()->stripPointerCasts());
  if (!Callee)
    if (auto *Alias = dyn_cast<GlobalAlias>(Call.getCalledOperand()))
      if (!Alias->isInterposable())
        Callee = dyn_cast_or_null<Function>(Alias->getAliaseeObject());
  if (!Callee || Callee->getFunctionType() != Call.getFunctionType())
    return nullptr;
  return Callee;
}

static void addStructors(const Module &M, StringRef ListName,
                         DenseSet<const Function *> &Result) {
  const GlobalVariable *List = M.getNamedGlobal(ListName);
  if (!List || !List->hasInitializer())
    return;
  auto *Rows = dyn_cast<ConstantArray>(List->getInitializer());
  if (!Rows)
    return;
  for (const Use &Row : Rows->operands())
    if (auto *Fields = dyn_cast<ConstantStruct>(Row))
      if (auto *F =
              dyn_cast<Function>(Fields->getOperand(1)->stripPointerCasts()))
        Result.insert(F);
}

DenseSet<const Function *> ame::functionsOutsideTransactions(const Module &M) {
  DenseSet<const Function *> Result;
  addStructors(M, "llvm.global_ctors", Result);
  addStructors(M, "llvm.global_dtors", Result);
  for (const GlobalIFunc &IFunc : M.ifuncs())
    if (const Function *Resolver = IFunc.getResolverFunction())
      Result.insert(Resolver);
  return Result;
}

ame::EntryKind ame::entryKindOf(const Function &F,
                                const DenseSet<const Function *> &RunsEarly) {
  if (belongsToRuntime(F))
    return EntryKind::None;
  if (F.hasFnAttribute(PureAttr) || F.hasFnAttribute(UnsharedAttr))
    return EntryKind::Itself;
  if (F.hasFnAttribute(WrapAttr))
    return EntryKind::Wrapper;
  for (StringRef Attr : {DeferAttr, UnsafeAttr, InevitableAttr})
    if (F.hasFnAttribute(Attr))
      return EntryKind::Stub;
  if (F.isDeclaration() || F.hasFnAttribute(Attribute::Naked) ||
      RunsEarly.contains(&F))
    return EntryKind::None;
  return EntryKind::Body;
}

bool ame::hasOnlyKnownCalls(const Function &F) {
  return !F.isDeclaration() && F.hasLocalLinkage() && isTransactional(F) &&
         !hasRegions(F) && !F.isVarArg() && all_of(F.uses(), [](const Use &U) {
           auto *Call = dyn_cast<CallBase>(U.getUser());
           return Call && Call->isCallee(&U) &&
                  Call->getFunctionType() ==
                      cast<Function>(U.get())->getFunctionType();
         });
}

void ame::forEachTransactionalInstruction(
    Module &M, function_ref<void(Instruction &)> Visit) {
  for (Function &F : M) {
    if (isTransactional(F)) {
      for (Instruction &I : instructions(F))
        Visit(I);
    } else if (!F.hasFnAttribute(StubAttr) && hasRegions(F)) {
      DenseSet<const Instruction *> Inside = instructionsInRegions(F);
      for (Instruction &I : instructions(F))
        if (Inside.contains(&I))
          Visit(I);
    }
  }
}

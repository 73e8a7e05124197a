//===- FinishModule.cpp - The last look at an instrumented module ---------===//
//
// References the ABI version's symbol, so that objects and a runtime that do
// not fit together do not link; reports region markers that nothing lowered;
// drops declarations without use.
//
//===----------------------------------------------------------------------===//
#include "Diagnostics.h"
#include "Marks.h"
#include "Passes.h"
#include "RuntimeABI.h"

#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

static bool usesRuntime(const Module &M) {
  for (const Function &F : M)
    if (F.isDeclaration() && !F.use_empty() &&
        F.getName().starts_with("__ame_"))
      return true;
  return false;
}

static void referenceVersion(Module &M) {
  Type *Pointer = PointerType::getUnqual(M.getContext());
  Constant *Version = M.getOrInsertGlobal(
      ame::abiVersionSymbol(), Type::getInt8Ty(M.getContext()));
  auto *Reference = new GlobalVariable(
      M, Pointer, /*isConstant=*/true, GlobalValue::PrivateLinkage, Version,
      "ame.abi");
  appendToUsed(M, {Reference});
}

static void checkMarkers(Module &M) {
  for (StringRef Name : {ame::RegionEnterName, ame::RegionExitName}) {
    Function *Marker = M.getFunction(Name);
    if (!Marker)
      continue;
    for (const User *U : Marker->users())
      if (auto *I = dyn_cast<Instruction>(U))
        ame::reportError(ame::Error::Boundary, *I, "the boundary of this atomic block cannot be "
                             "compiled: use AME_ATOMIC or AME_BEGIN/AME_END");
    if (Marker->use_empty())
      Marker->eraseFromParent();
  }
}

PreservedAnalyses ame::FinishModulePass::run(Module &M,
                                             ModuleAnalysisManager &) {
  if (!isMarked(M) || M.getModuleFlag(InstrumentedFlag))
    return PreservedAnalyses::all();
  M.addModuleFlag(Module::Override, InstrumentedFlag, 1);
  checkMarkers(M);
  RuntimeABI(M).removeUnused();
  if (usesRuntime(M))
    referenceVersion(M);
  return PreservedAnalyses::none();
}

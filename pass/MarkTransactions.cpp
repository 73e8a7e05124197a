//===- MarkTransactions.cpp - The early pass ------------------------------===//
//
// Runs on clang's output, before the optimiser. It turns what the programmer
// declared into facts that the optimiser keeps or cannot lose, gives every
// function that transactions may reach its transactional entry, and leaves
// loads and stores as they are: barriers come late, when the optimiser has
// removed what it can.
//
//===----------------------------------------------------------------------===//
#include "Annotations.h"
#include "BitCounts.h"
#include "BitFields.h"
#include "Diagnostics.h"
#include "Marks.h"
#include "Options.h"
#include "Passes.h"
#include "ReferenceCounts.h"
#include "SafetyCheck.h"
#include "SpecialCases.h"
#include "SurvivingFacts.h"
#include "TransactionalClones.h"
#include "UnsharedFunctions.h"
#include "VerifyClaims.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

/// The header without -D__AME__ means one big lock. With the plugin this is a
/// mistake in the build: half of the program would lock, half run in parallel.
static void checkHeaderMode(const Module &M) {
  for (const Function &F : M)
    if (!F.isDeclaration() && F.getName().starts_with("ame_fallback_"))
      return ame::reportError(
          ame::Error::Fallback, F, {},
          "ame.h was included without __AME__ although the plugin is "
          "loaded: compile with ame-cc, or add -D__AME__");
}

/// The markers must stay opaque calls until the late pass lowers them.
static void prepareRegionMarkers(Module &M) {
  for (StringRef Name : {ame::RegionEnterName, ame::RegionExitName}) {
    Function *Marker = M.getFunction(Name);
    if (!Marker)
      continue;
    Marker->setAttributes(AttributeList());
    Marker->addFnAttr(Attribute::NoUnwind);
    SmallVector<User *, 8> Users(Marker->users());
    for (User *U : Users) {
      if (auto *Call = dyn_cast<CallBase>(U))
        Call->setAttributes(AttributeList());
      // With -fexceptions: they never throw, and the passes look for calls.
      if (auto *Invoke = dyn_cast<InvokeInst>(U))
        changeToCall(Invoke);
    }
  }
}

/// Vector accesses cover fields with different facts, and keep none of them.
static void keepScalar(Module &M) {
  for (Function &F : M)
    if (!F.isDeclaration() && !F.hasFnAttribute(Attribute::NoImplicitFloat) &&
        (ame::isTransactional(F) || ame::hasRegions(F))) {
      F.addFnAttr(Attribute::NoImplicitFloat);
      F.addFnAttr(ame::ScalarAttr);
    }
}

PreservedAnalyses ame::MarkTransactionsPass::run(Module &M,
                                                 ModuleAnalysisManager &AM) {
  const Options Chosen = readOptions();
  if (Chosen.Off || isMarked(M) || M.getModuleFlag(InstrumentedFlag))
    return PreservedAnalyses::all();
  auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  checkHeaderMode(M);
  prepareRegionMarkers(M);
  readGlobalAnnotations(M);
  const BitCounts Bits(M);
  SpecialCases Cases(M, Chosen.ListFiles);
  Cases.markFunctions();
  Cases.markGlobals();
  markAnnotatedAccesses(M, FAM, Cases, Bits);
  if (Chosen.ReportLists)
    Cases.reportUnused();
  checkSafety(M);
  checkCountSizes(M);
  warnOfBitFields(M);
  if (Chosen.TransactionMode == Mode::Always) {
    markAllFunctions(M);
  } else {
    markUnsharedFunctions(M);
    createClones(M);
  }
  redirectCalls(M);
  lowerReferenceCounts(M, Bits);
  if (Chosen.Verify)
    insertClaimChecks(M);
  M.addModuleFlag(Module::Max, MarkedFlag, 1);
  keepScalar(M);
  makeUntrackedUnordered(M);
  return PreservedAnalyses::none();
}

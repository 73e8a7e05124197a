//===- SafetyCheck.cpp - AME_SAFE and AME_UNSAFE --------------------------===//
//
// From each AME_SAFE function a walk follows direct calls through bodies of
// this module, breadth first, so the reported chain is a shortest one. Callees
// without a body must be declared AME_SAFE or AME_PURE themselves, be deferred
// or wrapped, or have a row in libc_calls.def that says they are harmless.
//
//===----------------------------------------------------------------------===//
#include "SafetyCheck.h"
#include "Diagnostics.h"
#include "LibcCalls.h"
#include "Marks.h"
#include "TransactionalFunctions.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace {
/// A step of the walk: a function, and the call that led to it.
struct Step {
  const Function *Reached;
  const CallBase *Call;
  int From; ///< Index of the step before, -1 for the start.
};
} // namespace

/// Whether libc_calls.def has a row for F that keeps the transaction able to
/// abort, whatever the arguments are.
static bool isHarmlessInLibc(const ame::LibcCall &Row) {
  return !ame::mayBeInevitable(Row);
}

/// The runtime's functions that are made to be called in transactions.
static bool isHarmlessInRuntime(StringRef Name) {
  return Name != "ame_become_inevitable" && Name != "__ame_inevitable" &&
         Name != "__ame_outside_enter" && Name != "__ame_outside_exit";
}

/// Why the call makes a transaction inevitable by itself; empty when it does
/// not, or when that depends on the callee's body.
static std::string whyCallIsInevitable(const CallBase &Call) {
  if (auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand()))
    return Call.mayReadOrWriteMemory() && Asm->hasSideEffects()
               ? "inline assembly that may touch memory"
               : "";
  const Function *Callee = ame::directCallee(Call);
  if (!Callee)
    return "a call through a pointer, whose target is not known";
  const std::string Name = ("'" + Callee->getName() + "'").str();
  if (Callee->hasFnAttribute(ame::InevitableAttr))
    return "a call to " + Name + ", which is AME_INEVITABLE";
  if (Callee->hasFnAttribute(ame::UnsafeAttr))
    return "a call to " + Name + ", which is AME_UNSAFE";
  if (ame::belongsToRuntime(*Callee))
    return isHarmlessInRuntime(Callee->getName()) ? "" : "a call to " + Name;
  for (StringRef Attr :
       {ame::PureAttr, ame::SafeAttr, ame::DeferAttr, ame::WrapAttr})
    if (Callee->hasFnAttribute(Attr))
      return "";
  if (!Callee->isDeclaration())
    return "";
  if (const ame::LibcCall *Row = ame::libcCall(*Callee))
    return isHarmlessInLibc(*Row)
               ? ""
               : "a call to " + Name + ", which cannot always be undone";
  return "a call to " + Name + ", of which nothing is known";
}

static std::string whyInevitable(const Instruction &I) {
  if (auto *Call = dyn_cast<CallBase>(&I))
    return whyCallIsInevitable(*Call);
  if (I.isVolatile())
    return "a volatile access";
  if (ame::fieldFact(I))
    return "";
  if (isa<AtomicRMWInst>(I) || isa<AtomicCmpXchgInst>(I) || I.isAtomic())
    return "an atomic access";
  return "";
}

/// "; called by g at file.c:3, by f at file.c:9": from the culprit's function
/// back to the AME_SAFE one.
static std::string describeChain(ArrayRef<Step> Steps, int Last) {
  std::string Chain;
  for (int At = Last; Steps[At].From >= 0; At = Steps[At].From)
    Chain += (Chain.empty() ? "; '" + Steps[At].Reached->getName().str() +
                                  "' is called by '"
                            : std::string(", by '")) +
             Steps[At].Call->getFunction()->getName().str() + "' at " +
             ame::describePlace(*Steps[At].Call);
  return Chain;
}

/// The body to go on with, when the call stays in this module.
static const Function *bodyBehind(const CallBase &Call) {
  const Function *Callee = ame::directCallee(Call);
  if (!Callee || Callee->isDeclaration())
    return nullptr;
  // AME_SAFE callees are checked by themselves, the others are not entered.
  for (StringRef Attr : {ame::PureAttr, ame::SafeAttr, ame::DeferAttr,
                         ame::WrapAttr, ame::InevitableAttr, ame::UnsafeAttr})
    if (Callee->hasFnAttribute(Attr))
      return nullptr;
  return Callee;
}

static void checkSafe(const Function &Safe) {
  SmallVector<Step, 16> Steps{{&Safe, nullptr, -1}};
  DenseSet<const Function *> Seen{&Safe};
  for (unsigned Next = 0; Next < Steps.size(); ++Next) {
    for (const Instruction &I : instructions(*Steps[Next].Reached)) {
      const std::string Why = whyInevitable(I);
      if (!Why.empty())
        ame::reportError(ame::Error::NotSafe, I, "AME_SAFE function '" + Safe.getName() +
                                "' reaches " + Why +
                                ": it would make the transaction inevitable" +
                                describeChain(Steps, int(Next)));
      auto *Call = dyn_cast<CallBase>(&I);
      const Function *Body = Call ? bodyBehind(*Call) : nullptr;
      if (Body && Seen.insert(Body).second)
        Steps.push_back({Body, Call, int(Next)});
    }
  }
}

/// In a region the call is certain to run in a transaction. Elsewhere in
/// transactional code it is an error at run time.
static void checkUnsafeCalls(const Function &F) {
  const DenseSet<const Instruction *> Inside = ame::instructionsInRegions(F);
  for (const Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    const Function *Callee =
        Call && Inside.contains(&I) ? ame::directCallee(*Call) : nullptr;
    if (Callee && Callee->hasFnAttribute(ame::UnsafeAttr))
      ame::reportError(ame::Error::Unsafe, I, "AME_UNSAFE function '" + Callee->getName() +
                              "' is called in an atomic block: move the call "
                              "out of the block");
  }
}

void ame::checkSafety(Module &M) {
  for (const Function &F : M) {
    if (F.isDeclaration())
      continue;
    if (F.hasFnAttribute(SafeAttr))
      checkSafe(F);
    if (hasRegions(F))
      checkUnsafeCalls(F);
  }
}

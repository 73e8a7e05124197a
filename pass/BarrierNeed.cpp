//===- BarrierNeed.cpp - Which accesses need a barrier --------------------===//
//
// Looks at all objects behind a pointer. When they disagree the access gets a
// barrier.
//
//===----------------------------------------------------------------------===//
#include "BarrierNeed.h"

#include "LLVMCompat.h"
#include "Marks.h"
#include "RuntimeABI.h"
#include "SanitizerChecks.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

static const Value *globalBehind(const Value *Object) {
  if (auto *Call = dyn_cast<IntrinsicInst>(Object))
    if (Call->getIntrinsicID() == Intrinsic::threadlocal_address)
      return Call->getArgOperand(0);
  return Object;
}

/// An access there does not happen.
static bool isNowhere(const Value &Object) {
  return isa<ConstantPointerNull>(Object) || isa<UndefValue>(Object);
}

static bool isErrnoAddress(const Value *Object) {
  auto *Call = dyn_cast<CallInst>(Object);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->getName() == "__errno_location";
}

namespace {

/// Whether an address gets out of the function. LLVM counts a volatile access
/// as an escape of its address; for a local it is an access like any other.
class EscapeTracker : public ame::UseTracker {
public:
  bool Escaped = false;

private:
  void tooManyUses() override { Escaped = true; }

  bool letsOut(const Use &U) override {
    const User *Access = U.getUser();
    if (isa<LoadInst>(Access))
      return false;
    if (isa<StoreInst>(Access) &&
        U.getOperandNo() == StoreInst::getPointerOperandIndex())
      return false;
    if (ame::isOnlyChecked(U))
      return false;
    Escaped = true;
    return true;
  }
};

} // namespace

namespace ame {

StringRef reasonName(NoBarrier Reason) {
  switch (Reason) {
#define X(name, text)                                                          \
  case NoBarrier::name:                                                        \
    return #name;
    AME_NO_BARRIER_REASONS(X)
#undef X
  }
  return {};
}

StringRef reasonText(NoBarrier Reason) {
  switch (Reason) {
#define X(name, text)                                                          \
  case NoBarrier::name:                                                        \
    return text;
    AME_NO_BARRIER_REASONS(X)
#undef X
  }
  return {};
}

std::optional<NoBarrier> BarrierNeed::forRead(const Instruction &I,
                                              const Value *Pointer) {
  if (std::optional<FieldFact> Fact = fieldFact(I)) {
    if (*Fact == FieldFact::Immutable)
      return NoBarrier::Immutable;
    if (*Fact == FieldFact::NoTrack)
      return NoBarrier::NoTrack;
    if (*Fact == FieldFact::ThreadLocal)
      return NoBarrier::ThreadLocal;
  }
  std::optional<NoBarrier> Found;
  for (const ObjectBehind &Behind : objectsBehind(Pointer, Tree)) {
    if (isNowhere(*Behind.Object))
      continue;
    Found = forObject(I, Behind);
    if (!Found)
      return std::nullopt;
  }
  return Found;
}

std::optional<NoBarrier> BarrierNeed::forWrite(const Instruction &I,
                                               const Value *Pointer) {
  if (std::optional<FieldFact> Fact = fieldFact(I)) {
    if (*Fact == FieldFact::NoTrack)
      return NoBarrier::NoTrack;
    if (*Fact == FieldFact::ThreadLocal)
      return NoBarrier::ThreadLocal;
  }
  std::optional<NoBarrier> Common;
  for (const ObjectBehind &Behind : objectsBehind(Pointer, Tree)) {
    if (isNowhere(*Behind.Object))
      continue;
    std::optional<NoBarrier> Found = forObject(I, Behind);
    const bool Undone = Found && *Found != NoBarrier::Immutable &&
                        *Found != NoBarrier::ConstantGlobal;
    // A different treatment per object would need a test at run time.
    if (!Undone || (Common && (*Common == NoBarrier::ThreadLocal) !=
                                  (*Found == NoBarrier::ThreadLocal)))
      return std::nullopt;
    Common = Found;
  }
  return Common;
}

ArgumentFact BarrierNeed::ofArgument(const CallBase &Call,
                                     const Value *Pointer) {
  ArgumentFact Worst = ArgumentFact::Unknown;
  for (const ObjectBehind &Behind : objectsBehind(Pointer, Tree)) {
    const Value *Object = Behind.Object;
    if (isNowhere(*Object))
      continue;
    ArgumentFact Here = ArgumentFact::Shared;
    if (auto *A = dyn_cast<Argument>(Object); A && !HasRegions) {
      Here = A->hasByValAttr() ? ArgumentFact::Local : Arguments.of(*A);
      if (Here == ArgumentFact::Fresh && !Same.holdsFromEntry(Call))
        Here = ArgumentFact::Shared;
    } else if (auto Reason = forObject(Call, Behind)) {
      if (*Reason == NoBarrier::LocalVariable)
        Here = ArgumentFact::Local;
      else if (*Reason == NoBarrier::FreshAllocation)
        Here = ArgumentFact::Fresh;
    }
    Worst = std::max(Worst, Here);
  }
  return Worst;
}

std::optional<NoBarrier> BarrierNeed::forObject(const Instruction &I,
                                                const ObjectBehind &Behind) {
  const Value *Object = globalBehind(Behind.Object);
  if (auto *Local = dyn_cast<AllocaInst>(Object)) {
    if (HasRegions && escapes(*Local))
      return std::nullopt;
    return NoBarrier::LocalVariable;
  }
  if (auto *A = dyn_cast<Argument>(Object))
    return forArgument(I, *A);
  if (auto *G = dyn_cast<GlobalVariable>(Object))
    return forGlobal(*G);
  if (isErrnoAddress(Object))
    return NoBarrier::ThreadLocal;
  if (!Behind.MayBeEarlier && Fresh.isAllocation(*Object) &&
      Same.holds(*cast<Instruction>(Object), I))
    return NoBarrier::FreshAllocation;
  return std::nullopt;
}

std::optional<NoBarrier> BarrierNeed::forArgument(const Instruction &I,
                                                  const Argument &A) {
  if (HasRegions)
    return std::nullopt;
  // Passed by value: a copy that the caller has made for this call.
  if (A.hasByValAttr())
    return NoBarrier::LocalVariable;
  switch (Arguments.of(A)) {
  case ArgumentFact::Local:
    return NoBarrier::OwnArgument;
  case ArgumentFact::Fresh:
    if (Same.holdsFromEntry(I))
      return NoBarrier::OwnArgument;
    return std::nullopt;
  case ArgumentFact::Unknown: // never called, or with null only
  case ArgumentFact::Shared:
    return std::nullopt;
  }
  llvm_unreachable("covered switch");
}

std::optional<NoBarrier> BarrierNeed::forGlobal(const GlobalVariable &G) {
  if (std::optional<FieldFact> Fact = globalFact(G)) {
    if (*Fact == FieldFact::Immutable)
      return NoBarrier::Immutable;
    if (*Fact == FieldFact::NoTrack)
      return NoBarrier::NoTrack;
    if (*Fact == FieldFact::ThreadLocal)
      return NoBarrier::ThreadLocal;
  }
  if (G.getName().starts_with("__ame_"))
    return NoBarrier::NoTrack;
  if (G.isThreadLocal())
    return NoBarrier::ThreadLocal;
  if (G.isConstant())
    return NoBarrier::ConstantGlobal;
  return std::nullopt;
}

bool BarrierNeed::escapes(const AllocaInst &Local) {
  auto [Entry, New] = Escapes.try_emplace(&Local, true);
  if (New) {
    EscapeTracker Tracker;
    PointerMayBeCaptured(&Local, &Tracker);
    Entry->second = Tracker.Escaped;
  }
  return Entry->second;
}

SmallVector<AllocaInst *, 8> BarrierNeed::sharedLocals() {
  SmallVector<AllocaInst *, 8> Result;
  if (HasRegions)
    for (Instruction &I : instructions(F))
      if (auto *Local = dyn_cast<AllocaInst>(&I))
        if (escapes(*Local))
          Result.push_back(Local);
  return Result;
}

} // namespace ame

//===- BarrierNeed.cpp - Which accesses need a barrier --------------------===//
//
// Asks LLVM for the object behind a pointer (all of them, through phis and
// selects) and looks at what that object is. When the objects disagree the
// access gets a barrier.
//
//===----------------------------------------------------------------------===//
#include "BarrierNeed.h"

#include "LLVMCompat.h"
#include "LibcCalls.h"
#include "Marks.h"
#include "RuntimeABI.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

/// Blocks looked at between an allocation and an access to it.
static constexpr unsigned MaxBlocksToAllocation = 32;
/// Steps from an address to its object.
static constexpr unsigned MaxObjectLookup = 16;

static const Value *globalBehind(const Value *Object) {
  if (auto *Call = dyn_cast<IntrinsicInst>(Object))
    if (Call->getIntrinsicID() == Intrinsic::threadlocal_address)
      return Call->getArgOperand(0);
  return Object;
}

/// Calls of functions that return fresh memory. realloc is not among them: it
/// may return an old block.
static bool isFreshAllocation(const Value *Object) {
  auto *Call = dyn_cast<CallInst>(Object);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (!Callee || !Callee->isDeclaration())
    return false;
  for (StringRef Name : {"malloc", "calloc", "aligned_alloc", "memalign",
                         "strdup", "strndup"})
    if (Callee->getName() == Name)
      return true;
  return false;
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

bool mayEndTransaction(const Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || isa<IntrinsicInst>(Call) || Call->isInlineAsm())
    return false;
  const Function *Callee = Call->getCalledFunction();
  // The second return of a setjmp may be in another transaction.
  if (!Callee || Call->hasFnAttr(Attribute::ReturnsTwice))
    return true;
  const StringRef Name = Callee->getName();
  if (Name.starts_with("__ame_refcount_") ||
      Name.starts_with("__ame_counter_") || Name.starts_with("__ame_count_"))
    return false;
  // libc itself never commits; what calls back (qsort) might.
  const LibcCall *Known = libcCall(*Callee);
  return !((Known && Known->Policy == LibcPolicy::Pure) || isFreshAllocation(Call));
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
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects, nullptr, MaxObjectLookup);
  std::optional<NoBarrier> Found;
  for (const Value *Object : Objects) {
    Found = forObject(I, Object);
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
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects, nullptr, MaxObjectLookup);
  std::optional<NoBarrier> Common;
  for (const Value *Object : Objects) {
    std::optional<NoBarrier> Found = forObject(I, Object);
    const bool Undone = Found && *Found != NoBarrier::Immutable &&
                        *Found != NoBarrier::ConstantGlobal;
    // A different treatment per object would need a test at run time.
    if (!Undone || (Common && *Common != *Found))
      return std::nullopt;
    Common = Found;
  }
  return Common;
}

std::optional<NoBarrier> BarrierNeed::forObject(const Instruction &I,
                                                const Value *Object) {
  Object = globalBehind(Object);
  if (auto *Local = dyn_cast<AllocaInst>(Object)) {
    if (HasRegions && escapes(*Local))
      return std::nullopt;
    return NoBarrier::LocalVariable;
  }
  // Passed by value: a copy that the caller has made for this call.
  if (auto *Copied = dyn_cast<Argument>(Object))
    if (!HasRegions && Copied->hasByValAttr())
      return NoBarrier::LocalVariable;
  if (auto *G = dyn_cast<GlobalVariable>(Object))
    return forGlobal(*G);
  if (isErrnoAddress(Object))
    return NoBarrier::ThreadLocal;
  if (isFreshAllocation(Object) &&
      inSameTransaction(*cast<Instruction>(Object), I))
    return NoBarrier::FreshAllocation;
  return std::nullopt;
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

bool BarrierNeed::mayEndTransaction(const BasicBlock &BB) {
  auto [Entry, New] = EndsTransaction.try_emplace(&BB, false);
  if (New)
    Entry->second = any_of(
        BB, [](const Instruction &I) { return ame::mayEndTransaction(I); });
  return Entry->second;
}

bool BarrierNeed::inSameTransaction(const Instruction &Allocation,
                                    const Instruction &I) {
  const BasicBlock *Home = Allocation.getParent();
  const BasicBlock *Use = I.getParent();
  auto clear = [](BasicBlock::const_iterator From,
                  BasicBlock::const_iterator To) {
    return std::none_of(From, To, [](const Instruction &Between) {
      return ame::mayEndTransaction(Between);
    });
  };
  const auto AfterAllocation = std::next(Allocation.getIterator());
  if (Home == Use && Allocation.comesBefore(&I))
    return clear(AfterAllocation, I.getIterator());
  if (!clear(AfterAllocation, Home->end()) ||
      !clear(Use->begin(), I.getIterator()))
    return false;
  // The allocation dominates its use: every path backwards meets it.
  SmallPtrSet<const BasicBlock *, 16> Seen;
  SmallVector<const BasicBlock *, 16> Work(predecessors(Use));
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (BB == Home || !Seen.insert(BB).second)
      continue;
    if (Seen.size() > MaxBlocksToAllocation || mayEndTransaction(*BB))
      return false;
    append_range(Work, predecessors(BB));
  }
  return true;
}

} // namespace ame

//===- UnsharedFunctions.cpp - Functions without shared memory ------------===//
//
// Looks at clang's own output, where locals are still in memory: an access is
// harmless when it is to an alloca of the function, which is discarded with its
// frame, or reads a constant. Memory behind an argument is not, whoever owns it.
// The definition that counts must be this one.
//
//===----------------------------------------------------------------------===//
#include "UnsharedFunctions.h"

#include "Diagnostics.h"
#include "LibcCalls.h"
#include "Marks.h"
#include "TransactionalFunctions.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

static bool isCandidate(const Function &F) {
  if (F.isDeclaration() || F.isInterposable() ||
      F.hasFnAttribute(Attribute::Naked) || F.getName() == "main")
    return false;
  return none_of(ArrayRef<StringRef>({ame::PureAttr, ame::InevitableAttr,
                                      ame::UnsafeAttr, ame::DeferAttr,
                                      ame::WrapAttr, ame::StubAttr}),
                 [&](StringRef Attr) { return F.hasFnAttribute(Attr); });
}

static bool isOwnFrame(const Value *Pointer) {
  return isa<AllocaInst>(getUnderlyingObject(Pointer));
}

static bool isReadable(const Value *Pointer) {
  auto *G = dyn_cast<GlobalVariable>(getUnderlyingObject(Pointer));
  return isOwnFrame(Pointer) || (G && G->isConstant());
}

static bool isHarmlessIntrinsic(const IntrinsicInst &Call) {
  if (auto *Memory = dyn_cast<MemIntrinsic>(&Call)) {
    auto *Transfer = dyn_cast<MemTransferInst>(Memory);
    return !Memory->isVolatile() && isOwnFrame(Memory->getRawDest()) &&
           (!Transfer || isReadable(Transfer->getRawSource()));
  }
  return Call.isAssumeLikeIntrinsic() || !Call.mayReadOrWriteMemory() ||
         Call.getIntrinsicID() == Intrinsic::stacksave ||
         Call.getIntrinsicID() == Intrinsic::stackrestore;
}

bool ame::touchesNothingInLibc(const Function &F) {
  const ame::LibcCall *Row = ame::libcCall(F);
  return Row && Row->Policy == ame::LibcPolicy::Pure &&
         all_of(Row->Effects, [](const ame::LibcEffect &Effect) {
           return Effect.Kind == ame::LibcEffect::Nothing;
         });
}

/// Whether I touches nothing shared; *DependsOn: if that function does not.
static bool isHarmless(const Instruction &I, const Function *&DependsOn) {
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return Load->isSimple() && isReadable(Load->getPointerOperand());
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return Store->isSimple() && isOwnFrame(Store->getPointerOperand());
  if (auto *Call = dyn_cast<IntrinsicInst>(&I))
    return isHarmlessIntrinsic(*Call);
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return !I.mayReadOrWriteMemory();
  const Function *Callee = ame::directCallee(*Call);
  if (!Callee || Call->hasFnAttr(Attribute::ReturnsTwice))
    return false;
  if (Callee->hasFnAttribute(ame::PureAttr) || ame::touchesNothingInLibc(*Callee))
    return true;
  DependsOn = Callee;
  return isCandidate(*Callee);
}

void ame::markUnsharedFunctions(Module &M) {
  SetVector<Function *> Unshared;
  DenseMap<const Function *, SmallVector<Function *, 4>> Callers;
  SmallVector<Function *, 32> Touching;
  for (Function &F : M) {
    if (!isCandidate(F))
      continue;
    Unshared.insert(&F);
    for (const Instruction &I : instructions(F)) {
      const Function *DependsOn = nullptr;
      if (!isHarmless(I, DependsOn))
        Touching.push_back(&F);
      else if (DependsOn)
        Callers[DependsOn].push_back(&F);
    }
  }
  while (!Touching.empty()) {
    Function *F = Touching.pop_back_val();
    if (!Unshared.remove(F))
      continue;
    append_range(Touching, Callers.lookup(F));
  }
  for (Function *F : Unshared) {
    F->addFnAttr(UnsharedAttr);
    remark(F->getEntryBlock().front(), "Unshared",
           "'" + F->getName() + "' touches no shared memory: called as it is");
  }
}

//===- OwnLocals.cpp - Locals that nobody else can know -------------------===//
#include "OwnLocals.h"

#include "SanitizerChecks.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

static bool isAccess(const Use &U) {
  const User *Access = U.getUser();
  if (isa<LoadInst>(Access) || isa<MemIntrinsic>(Access))
    return true;
  if (isa<StoreInst>(Access))
    return U.getOperandNo() == StoreInst::getPointerOperandIndex();
  if (isa<AtomicRMWInst>(Access))
    return U.getOperandNo() == AtomicRMWInst::getPointerOperandIndex();
  auto *Call = dyn_cast<IntrinsicInst>(Access);
  return Call && (Call->isLifetimeStartOrEnd() || isa<DbgInfoIntrinsic>(Call));
}

static bool escapes(const AllocaInst &Local) {
  SmallVector<const Value *, 8> Addresses = {&Local};
  while (!Addresses.empty())
    for (const Use &U : Addresses.pop_back_val()->uses()) {
      if (isAccess(U) || ame::isOnlyChecked(U))
        continue;
      if (!isa<GetElementPtrInst>(U.getUser()) && !isa<BitCastInst>(U.getUser()))
        return true;
      Addresses.push_back(U.getUser());
    }
  return false;
}

bool ame::OwnLocals::isBehind(const Value &Pointer) {
  auto *Local = dyn_cast<AllocaInst>(getUnderlyingObject(&Pointer));
  if (!Local)
    return false;
  auto [Entry, New] = Known.try_emplace(Local, false);
  if (New)
    Entry->second = !escapes(*Local);
  return Entry->second;
}

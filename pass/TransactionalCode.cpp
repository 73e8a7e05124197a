//===- TransactionalCode.cpp - The accesses and calls of one function -----===//
//
// One visit function per kind of instruction that can touch memory; the last,
// visitInstruction, is the safety net.
//
//===----------------------------------------------------------------------===//
#include "TransactionalCode.h"

#include "Diagnostics.h"
#include "Marks.h"
#include "TransactionalCalls.h"

#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

/// Intrinsics that LLVM models as touching memory although they touch none of
/// the program's.
static bool touchesNoProgramMemory(const IntrinsicInst &Call) {
  switch (Call.getIntrinsicID()) {
  case Intrinsic::prefetch:
  case Intrinsic::vaend:
  case Intrinsic::stacksave:
  case Intrinsic::stackrestore:
  case Intrinsic::trap:
  case Intrinsic::debugtrap:
  case Intrinsic::ubsantrap:
  case Intrinsic::readcyclecounter:
  case Intrinsic::instrprof_increment:
  case Intrinsic::instrprof_increment_step:
  case Intrinsic::instrprof_value_profile:
  case Intrinsic::instrprof_cover:
  case Intrinsic::eh_typeid_for:
  case Intrinsic::invariant_start:
  case Intrinsic::invariant_end:
    return true;
  default:
    return Call.isAssumeLikeIntrinsic() || !Call.mayReadOrWriteMemory() ||
           Call.onlyAccessesInaccessibleMemory();
  }
}

namespace ame {

bool TransactionalCode::checkAddressSpace(Instruction &I,
                                          const Value *Pointer) {
  if (Pointer->getType()->getPointerAddressSpace() == 0)
    return true;
  reportError(I, "transactional code accesses another address space, which "
                 "ame cannot track: move the access out of the transaction");
  return false;
}

void TransactionalCode::inevitable(Instruction &I, StringRef Remark,
                                   StringRef What, Value *Pointer, Type *Type,
                                   bool Writes) {
  const DataLayout &Layout = I.getModule()->getDataLayout();
  const uint64_t Size =
      Pointer ? Layout.getTypeStoreSize(Type).getFixedValue() : 0;
  InevitablePlaces.push_back({&I, Remark, What, Pointer, Size, Writes});
}

void TransactionalCode::visitLoadInst(LoadInst &Load) {
  Value *Pointer = Load.getPointerOperand();
  if (!checkAddressSpace(Load, Pointer))
    return;
  if (std::optional<NoBarrier> Reason = Need.forRead(Load, Pointer)) {
    Remarks.omitted(Load, *Reason);
    return;
  }
  if (Load.isVolatile())
    inevitable(Load, "VolatileAccess", "volatile access", Pointer,
               Load.getType(), false);
  else if (Load.isAtomic())
    inevitable(Load, "AtomicAccess", "atomic access", Pointer, Load.getType(),
               false);
  else
    Accesses[&Load] = BarrierKind::Read;
}

void TransactionalCode::visitStoreInst(StoreInst &Store) {
  Value *Pointer = Store.getPointerOperand();
  if (!checkAddressSpace(Store, Pointer))
    return;
  std::optional<NoBarrier> Reason = Need.forWrite(Store, Pointer);
  if (Reason) {
    Remarks.omitted(Store, *Reason);
    if (*Reason == NoBarrier::ThreadLocal)
      Accesses[&Store] = BarrierKind::Undo;
    return;
  }
  Type *Type = Store.getValueOperand()->getType();
  if (Store.isVolatile())
    inevitable(Store, "VolatileAccess", "volatile access", Pointer, Type, true);
  else if (Store.isAtomic())
    inevitable(Store, "AtomicAccess", "atomic access", Pointer, Type, true);
  else
    Accesses[&Store] = BarrierKind::Write;
}

void TransactionalCode::visitReadWrite(Instruction &I, Value *Pointer,
                                       Type *Type) {
  if (!checkAddressSpace(I, Pointer))
    return;
  std::optional<NoBarrier> Reason = Need.forWrite(I, Pointer);
  if (Reason && *Reason != NoBarrier::ThreadLocal)
    Remarks.omitted(I, *Reason);
  else
    inevitable(I, "AtomicAccess", "atomic read-modify-write", Pointer, Type,
               true);
}

void TransactionalCode::visitAtomicRMWInst(AtomicRMWInst &I) {
  visitReadWrite(I, I.getPointerOperand(), I.getType());
}

void TransactionalCode::visitAtomicCmpXchgInst(AtomicCmpXchgInst &I) {
  visitReadWrite(I, I.getPointerOperand(), I.getNewValOperand()->getType());
}

void TransactionalCode::visitMemIntrinsic(MemIntrinsic &Call) {
  if (!checkAddressSpace(Call, Call.getRawDest()))
    return;
  MemIntrinsics.push_back(&Call);
}

void TransactionalCode::visitIntrinsicInst(IntrinsicInst &Call) {
  const Intrinsic::ID ID = Call.getIntrinsicID();
  if (ID == Intrinsic::vastart || ID == Intrinsic::vacopy) {
    const std::optional<NoBarrier> Reason =
        Need.forWrite(Call, Call.getArgOperand(0));
    if (Reason)
      Remarks.omitted(Call, *Reason);
    else
      VarArgWrites.push_back(&Call);
  } else if (!touchesNoProgramMemory(Call)) {
    inevitable(Call, "MemoryIntrinsic", "an operation on memory that has no "
               "barrier", nullptr, nullptr, true);
  }
}

void TransactionalCode::visitCallBase(CallBase &Call) {
  if (Call.isInlineAsm()) {
    if (TransactionalCalls::asmTouchesMemory(Call))
      inevitable(Call, "InlineAssembler", "inline assembler that touches memory",
                 nullptr, nullptr, true);
    return;
  }
  if (isRegionEnter(Call) || isRegionExit(Call))
    return;
  for (unsigned Index = 0; Index != Call.arg_size(); ++Index)
    if (Call.isByValArgument(Index) &&
        !Need.forRead(Call, Call.getArgOperand(Index)))
      ByValueArguments.push_back({&Call, Index});
  Calls.push_back(&Call);
}

void TransactionalCode::visitInstruction(Instruction &I) {
  if (I.mayReadOrWriteMemory())
    reportError(I, Twine("transactional code contains an instruction that ame "
                         "does not know (") +
                       I.getOpcodeName() +
                       "): move it into a function marked AME_PURE or "
                       "AME_INEVITABLE");
}

} // namespace ame

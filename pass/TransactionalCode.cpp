//===- TransactionalCode.cpp - The accesses and calls of one function -----===//
//
// One visit function per kind of instruction that can touch memory; the last,
// visitInstruction, is the safety net.
//
//===----------------------------------------------------------------------===//
#include "TransactionalCode.h"

#include "Diagnostics.h"
#include "Marks.h"

#include "llvm/IR/InlineAsm.h"
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
  reportError(Error::AddressSpace, I,
              "transactional code accesses another address space, which "
                 "ame cannot track: move the access out of the transaction");
  return false;
}

void TransactionalCode::inevitable(Instruction &I, StringRef Remark,
                                   StringRef What) {
  InevitablePlaces.push_back({&I, Remark, What});
}

static uint64_t sizeOf(const Instruction &I, Type *T) {
  return I.getModule()->getDataLayout().getTypeStoreSize(T).getFixedValue();
}

void TransactionalCode::range(Instruction &I, Value *Pointer, Type *Type,
                              bool Writes) {
  Ranges.push_back({&I, Pointer, sizeOf(I, Type), Writes});
}

void TransactionalCode::visitLoadInst(LoadInst &Load) {
  Value *Pointer = Load.getPointerOperand();
  if (!checkAddressSpace(Load, Pointer))
    return;
  if (std::optional<NoBarrier> Reason = Need.forRead(Load, Pointer)) {
    Remarks.omitted(Load, *Reason);
    return;
  }
  if (!Load.isVolatile() && !Load.isAtomic()) {
    Accesses[&Load] = BarrierKind::Read;
    return;
  }
  inevitable(Load, Load.isVolatile() ? "VolatileAccess" : "AtomicAccess",
             Load.isVolatile() ? "volatile access" : "atomic access");
  range(Load, Pointer, Load.getType(), false);
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
  if (!Store.isVolatile() && !Store.isAtomic()) {
    Accesses[&Store] = BarrierKind::Write;
    return;
  }
  inevitable(Store, Store.isVolatile() ? "VolatileAccess" : "AtomicAccess",
             Store.isVolatile() ? "volatile access" : "atomic access");
  range(Store, Pointer, Store.getValueOperand()->getType(), true);
}

void TransactionalCode::visitReadWrite(Instruction &I, Value *Pointer,
                                       Type *Type) {
  if (!checkAddressSpace(I, Pointer))
    return;
  std::optional<NoBarrier> Reason = Need.forWrite(I, Pointer);
  if (Reason && *Reason != NoBarrier::ThreadLocal) {
    Remarks.omitted(I, *Reason);
    return;
  }
  inevitable(I, "AtomicAccess", "atomic read-modify-write");
  range(I, Pointer, Type, true);
}

void TransactionalCode::visitAtomicRMWInst(AtomicRMWInst &I) {
  visitReadWrite(I, I.getPointerOperand(), I.getType());
}

void TransactionalCode::visitAtomicCmpXchgInst(AtomicCmpXchgInst &I) {
  visitReadWrite(I, I.getPointerOperand(), I.getNewValOperand()->getType());
}

void TransactionalCode::visitMemIntrinsic(MemIntrinsic &Call) {
  auto *Transfer = dyn_cast<MemTransferInst>(&Call);
  if (!checkAddressSpace(Call, Call.getRawDest()) ||
      (Transfer && !checkAddressSpace(Call, Transfer->getRawSource())))
    return;
  MemIntrinsics.push_back(&Call);
}

/// What an instruction that is not rewritten touches. Memory of this thread is
/// owned, too, when it is written: so its old bytes are logged. Returns whether
/// others may see it.
bool TransactionalCode::touch(Instruction &I, Value *Pointer, uint64_t Size,
                              bool Writes) {
  const auto Reason =
      Writes ? Need.forWrite(I, Pointer) : Need.forRead(I, Pointer);
  if (Reason && !(Writes && *Reason == NoBarrier::ThreadLocal)) {
    Remarks.omitted(I, *Reason);
    return false;
  }
  Ranges.push_back({&I, Pointer, Size, Writes});
  return !Reason;
}

void TransactionalCode::visitIntrinsicInst(IntrinsicInst &Call) {
  const Intrinsic::ID ID = Call.getIntrinsicID();
  if (ID == Intrinsic::vastart || ID == Intrinsic::vacopy) {
    constexpr uint64_t VaListSize = 24;
    touch(Call, Call.getArgOperand(0), VaListSize, true);
    if (ID == Intrinsic::vacopy)
      touch(Call, Call.getArgOperand(1), VaListSize, false);
  } else if (!touchesNoProgramMemory(Call)) {
    inevitable(Call, "MemoryIntrinsic",
               "an operation on memory that has no barrier");
  }
}

/// Memory operands are known, and can be undone; a clobber of memory may be
/// anything, and so may what "volatile" asks to keep.
void TransactionalCode::visitAssembler(CallBase &Call) {
  auto *Asm = cast<InlineAsm>(Call.getCalledOperand());
  // An empty one is a compiler barrier.
  if (StringRef(Asm->getAsmString()).trim().empty())
    return;
  bool Clobbers = false, Touches = false;
  unsigned Index = 0;
  for (const InlineAsm::ConstraintInfo &Info : Asm->ParseConstraints()) {
    if (Info.Type == InlineAsm::isClobber) {
      Clobbers |= is_contained(Info.Codes, "{memory}");
      continue;
    }
    const bool Writes = Info.Type == InlineAsm::isOutput;
    if (Info.Type == InlineAsm::isLabel || (Writes && !Info.isIndirect))
      continue;
    const unsigned Argument = Index++;
    if (!Info.isIndirect)
      continue;
    Value *Pointer = Call.getArgOperand(Argument);
    if (!checkAddressSpace(Call, Pointer))
      return;
    Touches |= touch(Call, Pointer,
                     sizeOf(Call, Call.getParamElementType(Argument)), Writes);
  }
  if ((Clobbers && Call.mayReadOrWriteMemory()) ||
      (Touches && Asm->hasSideEffects()))
    inevitable(Call, "InlineAssembler", "inline assembler that touches memory");
}

void TransactionalCode::visitCallBase(CallBase &Call) {
  if (Call.isInlineAsm()) {
    visitAssembler(Call);
    return;
  }
  if (isRegionEnter(Call) || isRegionExit(Call))
    return;
  for (unsigned Index = 0; Index != Call.arg_size(); ++Index) {
    if (!Call.isByValArgument(Index) || Call.isMustTailCall())
      continue;
    if (auto Reason = Need.forRead(Call, Call.getArgOperand(Index)))
      Remarks.omitted(Call, *Reason);
    else
      ByValueArguments.push_back({&Call, Index});
  }
  Calls.push_back(&Call);
}

void TransactionalCode::visitInstruction(Instruction &I) {
  if (I.mayReadOrWriteMemory())
    reportError(Error::UnknownInstruction, I,
                Twine("transactional code contains an instruction that ame "
                         "does not know (") +
                       I.getOpcodeName() +
                       "): move it into a function marked AME_PURE or "
                       "AME_INEVITABLE");
}

} // namespace ame

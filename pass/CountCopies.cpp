//===- CountCopies.cpp - Assignment of structs that contain counts --------===//
//
// clang assigns structs by llvm.memcpy and clears them by llvm.memset; the
// optimiser may split these into loads and stores that no longer know that some
// bytes are a count. So they become calls first: those of a constant size that
// is a multiple of the size of a struct with a count in it, and those that are
// given the address of a count itself.
//
//===----------------------------------------------------------------------===//
#include "CountCopies.h"
#include "BitCounts.h"
#include "CountedStructs.h"
#include "Marks.h"
#include "OwnLocals.h"
#include "RuntimeABI.h"
#include "TransactionalFunctions.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using ame::CountedStructs;
using ame::FieldFact;

static bool isCountAccess(const Instruction &I) {
  const std::optional<FieldFact> Fact = ame::fieldFact(I);
  return Fact == FieldFact::RefCount || Fact == FieldFact::Counter;
}

/// Copy constructors copy units of bit-fields together with what follows.
static bool beginsAtUnit(const MemIntrinsic &Call, const ame::BitCounts &Bits) {
  auto *Transfer = dyn_cast<MemTransferInst>(&Call);
  return Bits.unitAt(*Call.getRawDest()) ||
         (Transfer && Bits.unitAt(*Transfer->getRawSource()));
}

static bool mayCoverCount(const MemIntrinsic &Call, const ame::BitCounts &Bits,
                          const CountedStructs &Structs) {
  if (isCountAccess(Call) || beginsAtUnit(Call, Bits))
    return true;
  // Of an unknown size: stays as it is, the runtime looks at each.
  auto *Length = dyn_cast<ConstantInt>(Call.getLength());
  return Length && !Length->isZero() &&
         any_of(Structs.sizes(), [&](uint64_t Size) {
           return Length->getZExtValue() % Size == 0;
         });
}

static bool isPrivate(const MemIntrinsic &Call, ame::OwnLocals &Locals) {
  auto *Transfer = dyn_cast<MemTransferInst>(&Call);
  return Locals.isBehind(*Call.getRawDest()) &&
         (!Transfer || Locals.isBehind(*Transfer->getRawSource()));
}

static bool isConstantSource(const MemIntrinsic &Call, ame::OwnLocals &Locals) {
  auto *Transfer = dyn_cast<MemTransferInst>(&Call);
  auto *Source =
      Transfer ? dyn_cast<GlobalVariable>(Transfer->getRawSource()) : nullptr;
  return Source && Source->isConstant() && Locals.isBehind(*Call.getRawDest());
}

static void lower(MemIntrinsic &Call, ame::RuntimeABI &Runtime) {
  IRBuilder<> Builder(&Call);
  Value *Size =
      Builder.CreateZExtOrTrunc(Call.getLength(), Builder.getInt64Ty());
  if (auto *Transfer = dyn_cast<MemTransferInst>(&Call))
    Builder.CreateCall(Runtime.__ame_count_copy,
                       {Call.getRawDest(), Transfer->getRawSource(), Size});
  else
    Builder.CreateCall(Runtime.__ame_count_fill,
                       {Call.getRawDest(),
                        Builder.CreateZExt(cast<MemSetInst>(Call).getValue(),
                                           Builder.getInt32Ty()),
                        Size});
  Call.eraseFromParent();
}

void ame::lowerCountCopies(Module &M, const BitCounts &Bits,
                           const CountedStructs &Structs, OwnLocals &Locals) {
  SmallVector<MemIntrinsic *, 16> Calls;
  forEachTransactionalInstruction(M, [&](Instruction &I) {
    auto *Call = dyn_cast<MemIntrinsic>(&I);
    if (Call && mayCoverCount(*Call, Bits, Structs) &&
        !isPrivate(*Call, Locals) && !isConstantSource(*Call, Locals))
      Calls.push_back(Call);
  });
  if (Calls.empty())
    return;
  RuntimeABI Runtime(M);
  for (MemIntrinsic *Call : Calls)
    lower(*Call, Runtime);
  Runtime.removeUnused();
}

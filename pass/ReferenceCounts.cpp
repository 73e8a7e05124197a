//===- ReferenceCounts.cpp - Counts become calls of the runtime -----------===//
//
// Runs on what clang emits, before the optimiser: `rc += k` is then a load, an
// addition and a store of one address in one block. What is looked at of the
// result decides the call:
//
//   nothing                          __ame_refcount_add
//   its sign (== 0, > 0, old == k)   __ame_refcount_add_test
//   its value                        __ame_refcount_add_get
//
// A load by itself becomes load_test or load, a store by itself store. Whatever
// else is done to a count (a compare-and-swap, an access of another width) stays
// an ordinary tracked access, behind a call that makes the count this
// transaction's alone: slower, with a remark, never wrong.
//
// This must not depend on marks that the optimiser may lose: a count of which
// half the accesses are calls would be wrong, not slow. So it happens first, and
// in transactional code only: plain code keeps its plain accesses.
//
//===----------------------------------------------------------------------===//
#include "ReferenceCounts.h"
#include "BitAccesses.h"
#include "BitCounts.h"
#include "CountArguments.h"
#include "CountCopies.h"
#include "CountPatterns.h"
#include "CountedStructs.h"
#include "Diagnostics.h"
#include "Marks.h"
#include "OwnLocals.h"
#include "RuntimeABI.h"
#include "TransactionalFunctions.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/ValueHandle.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/LowerAtomic.h"

using namespace llvm;
using ame::CountChange;
using ame::FieldFact;
using ame::Look;

namespace {

class CountLowering {
public:
  explicit CountLowering(Module &M) : Runtime(M), Kinds(M) {}
  void lower(ArrayRef<Instruction *> Accesses);
  /// Accesses to units of bit-fields with a count among them.
  void lowerUnits(ArrayRef<Instruction *> Accesses, const ame::BitCounts &Bits);
  /// A call that is given addresses of counts.
  void lowerPassed(CallBase &Call);
  void finish() { Runtime.removeUnused(); }

private:
  void lowerChange(const CountChange &Change);
  void lowerRefcountChange(const CountChange &Change, IRBuilder<> &Builder);
  void lowerCounterChange(const CountChange &Change, IRBuilder<> &Builder);
  void lowerLoad(LoadInst &Load);
  void lowerStore(StoreInst &Store);
  void lowerUnknown(Instruction &I);

  Value *kindOf(const Instruction &Access,
                ame_count_operation Operation = AME_COUNT_ADD);

  ame::RuntimeABI Runtime;
  ame::CountKinds Kinds;
  SmallPtrSet<Instruction *, 16> Done;
};

} // namespace

static Type *accessType(const Instruction &I) {
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return Store->getValueOperand()->getType();
  if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    return Exchange->getCompareOperand()->getType();
  return I.getType(); // A load's result, an atomic instruction's old value.
}

static Value *pointerOf(Instruction &I) {
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return RMW->getPointerOperand();
  if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    return Exchange->getPointerOperand();
  return getLoadStorePointerOperand(&I);
}

static bool isAccess(const Instruction &I) {
  return isa<LoadInst>(I) || isa<StoreInst>(I) || isa<AtomicRMWInst>(I) ||
         isa<AtomicCmpXchgInst>(I);
}

/// An access with the type that the field was declared with.
static bool hasCountType(const Instruction &Access) {
  const ame::CountDetails Details = *ame::countDetails(Access);
  const Type *Count = accessType(Access);
  if (Details.Bits.Width)
    return Count->isIntegerTy(Details.Bits.Width);
  return ame::isCountType(Count, Details.Fact) &&
         (Details.DeclaredSize == 0 ||
          Details.DeclaredSize * 8 == Count->getPrimitiveSizeInBits());
}

static bool isCounter(const Instruction &Access) {
  return ame::fieldFact(Access) == FieldFact::Counter;
}

Value *CountLowering::kindOf(const Instruction &Access,
                             ame_count_operation Operation) {
  return Kinds.get(*ame::countDetails(Access), accessType(Access), Operation);
}

//===-- Values travel as 64 bits ------------------------------------------===//

static Value *toBits(Value *V, IRBuilder<> &Builder) {
  Type *Type = V->getType();
  if (Type->isFloatingPointTy())
    V = Builder.CreateBitCast(
        V, Builder.getIntNTy(unsigned(Type->getPrimitiveSizeInBits())));
  return Builder.CreateSExt(V, Builder.getInt64Ty());
}

static Value *fromBits(Value *Bits, Type *Type, IRBuilder<> &Builder) {
  Value *V = Builder.CreateTrunc(
      Bits, Builder.getIntNTy(unsigned(Type->getPrimitiveSizeInBits())));
  return Type->isFloatingPointTy() ? Builder.CreateBitCast(V, Type) : V;
}

/// The operand as the 64-bit change of a count of the given type: reduced to the
/// count's width first, so that an unsigned -1 is -1.
static Value *changeOf(const CountChange &Change, Type *Count,
                       IRBuilder<> &Builder) {
  Value *Operand = Change.Operand;
  if (Count->isFloatingPointTy()) {
    if (Operand->getType() != Count)
      Operand = Builder.CreateFPTrunc(Operand, Count);
    return toBits(Change.Subtracts ? Builder.CreateFNeg(Operand) : Operand,
                  Builder);
  }
  Operand = Builder.CreateTrunc(Operand, Count);
  return toBits(Change.Subtracts ? Builder.CreateNeg(Operand) : Operand, Builder);
}

//===-- Changes -----------------------------------------------------------===//

/// Replaces comparisons of the old value by comparisons of the new one.
static void compareNewInstead(Instruction &Old, Value *New, const APInt &Shift,
                              ArrayRef<const Value *> Except) {
  SmallVector<User *, 2> Users;
  for (User *U : Old.users())
    if (!is_contained(Except, U))
      Users.push_back(U);
  for (User *U : Users) {
    if (auto *Compare = dyn_cast<ICmpInst>(U))
      if (auto *Bound = dyn_cast<ConstantInt>(Compare->getOperand(1)))
        Compare->setOperand(
            1, ConstantInt::get(New->getType(), Bound->getValue() + Shift));
    U->replaceUsesOfWith(&Old, New);
  }
}

static Instruction *stillThere(WeakTrackingVH &Handle) {
  return dyn_cast_or_null<Instruction>(static_cast<Value *>(Handle));
}

/// Removes what computed the new value, where nobody else uses it: at -O0 a
/// load left behind would be a read of the count that conflicts.
static void eraseChange(const CountChange &Change) {
  WeakTrackingVH New = Change.New;
  WeakTrackingVH Old = Change.Old;
  if (Change.Store) {
    Value *Stored = Change.Store->getValueOperand();
    Change.Store->eraseFromParent();
    RecursivelyDeleteTriviallyDeadInstructions(Stored);
  }
  if (Instruction *I = stillThere(New))
    RecursivelyDeleteTriviallyDeadInstructions(I);
  // Volatile and atomic ones never count as dead.
  if (Instruction *I = stillThere(Old))
    if (I->use_empty())
      I->eraseFromParent();
}

/// The new value in the type of the program's own computation, which may be
/// wider than the count's.
static Value *widened(const CountChange &Change, Value *New,
                      IRBuilder<> &Builder) {
  Type *Wide = Change.New->getType();
  if (Wide == New->getType())
    return New;
  const bool Signed = any_of(Change.New->operands(), [&](const Use &U) {
    auto *Extension = dyn_cast<SExtInst>(U.get());
    return Extension && Extension->getOperand(0) == Change.Old;
  });
  return Signed ? Builder.CreateSExt(New, Wide) : Builder.CreateZExt(New, Wide);
}

/// Comparisons of what the call has told, cut to the count's width, become ones of
/// all 64 bits, which have the same sign: the late pass inlines those.
static void compareWhole(Value &Told, Value &New, const ame::CountDetails &Details) {
  if (&Told == &New)
    return;
  const bool IsUnsigned = Details.Bits.Width && !Details.Bits.Signed;
  for (User *U : make_early_inc_range(New.users())) {
    auto *Compare = dyn_cast<ICmpInst>(U);
    auto *Bound =
        Compare ? dyn_cast<ConstantInt>(Compare->getOperand(1)) : nullptr;
    if (!Bound || Compare->getOperand(0) != &New || (IsUnsigned && Compare->isSigned()))
      continue;
    const APInt &Value = Bound->getValue();
    Compare->setOperand(0, &Told);
    Compare->setOperand(1, ConstantInt::get(Told.getType(), IsUnsigned ? Value.zext(64)
                                                                       : Value.sext(64)));
  }
}

void CountLowering::lowerRefcountChange(const CountChange &Change,
                                        IRBuilder<> &Builder) {
  Type *Count = Change.Old->getType();
  Value *Delta = changeOf(Change, Count, Builder);
  Value *Kind = kindOf(*Change.Old);
  const Look Needed = ame::lookAt(Change);
  if (Needed == Look::Nothing) {
    Builder.CreateCall(Runtime.__ame_refcount_add, {Change.Pointer, Delta, Kind});
    return;
  }
  const FunctionCallee Callee = Needed == Look::Sign
                                    ? Runtime.__ame_refcount_add_test
                                    : Runtime.__ame_refcount_add_get;
  Value *Told = Builder.CreateCall(Callee, {Change.Pointer, Delta, Kind});
  Value *New = Builder.CreateTrunc(Told, Count);
  const SmallVector<const Value *, 4> Own = ame::ownUses(Change);
  if (Needed == Look::Sign) {
    if (auto *Constant =
            dyn_cast<ConstantInt>(Builder.CreateTrunc(Delta, Count)))
      compareNewInstead(*Change.Old, New, Constant->getValue(), Own);
  } else {
    Value *Old = Builder.CreateSub(New, Builder.CreateTrunc(Delta, Count));
    Change.Old->replaceUsesWithIf(
        Old, [&](Use &U) { return !is_contained(Own, U.getUser()); });
  }
  if (Change.New) {
    Value *Wide = widened(Change, New, Builder);
    Change.New->replaceUsesWithIf(
        Wide, [&](Use &U) { return !is_contained(Own, U.getUser()); });
  }
  if (Needed == Look::Sign)
    compareWhole(*Told, *New, *ame::countDetails(*Change.Old));
}

void CountLowering::lowerCounterChange(const CountChange &Change,
                                       IRBuilder<> &Builder) {
  Type *Count = Change.Old->getType();
  Value *By = changeOf(Change, Count, Builder);
  Value *Kind = kindOf(*Change.Old, Change.Operation);
  if (ame::lookAt(Change) != Look::Nothing) {
    Value *Bits =
        Builder.CreateCall(Runtime.__ame_counter_load, {Change.Pointer, Kind});
    // The operation itself computes the new value from the old one.
    Change.Old->replaceAllUsesWith(fromBits(Bits, Count, Builder));
  }
  const FunctionCallee Callee = Change.Operation == AME_COUNT_ADD
                                    ? Runtime.__ame_counter_add
                                    : Runtime.__ame_counter_combine;
  Builder.CreateCall(Callee, {Change.Pointer, By, Kind});
}

void CountLowering::lowerChange(const CountChange &Change) {
  // At the load: users of the old value come after it, and nothing is written
  // in between. The operand and the address may be computed later, though.
  Instruction *Where =
      Change.Store ? static_cast<Instruction *>(Change.Store) : Change.Old;
  if (Change.Store && ame::lookAt(Change) != Look::Nothing)
    Where = Change.New;
  IRBuilder<> Builder(Where);
  CountChange Moved = Change;
  if (Change.Store) {
    // Of two equal addresses the load's is the one computed earlier.
    Moved.Pointer = cast<LoadInst>(Change.Old)->getPointerOperand();
    Done.insert(Change.Store);
  }
  Done.insert(Change.Old);
  if (isCounter(*Change.Old))
    lowerCounterChange(Moved, Builder);
  else
    lowerRefcountChange(Moved, Builder);
  eraseChange(Change);
}

//===-- Other accesses ----------------------------------------------------===//

void CountLowering::lowerLoad(LoadInst &Load) {
  IRBuilder<> Builder(&Load);
  FunctionCallee Callee = Runtime.__ame_refcount_load;
  if (isCounter(Load))
    Callee = Runtime.__ame_counter_load;
  else if (ame::lookAt(Load) != Look::Value)
    Callee = Runtime.__ame_refcount_load_test;
  Value *Result =
      Builder.CreateCall(Callee, {Load.getPointerOperand(), kindOf(Load)});
  Load.replaceAllUsesWith(fromBits(Result, Load.getType(), Builder));
  Load.eraseFromParent();
}

void CountLowering::lowerStore(StoreInst &Store) {
  // Setting a counter does not commute with anything.
  if (isCounter(Store))
    return lowerUnknown(Store);
  IRBuilder<> Builder(&Store);
  Builder.CreateCall(Runtime.__ame_refcount_store,
                     {Store.getPointerOperand(),
                      toBits(Store.getValueOperand(), Builder), kindOf(Store)});
  Store.eraseFromParent();
}

static StringRef describe(const Instruction &I) {
  if (!ame::countDetails(I))
    return "an access to bit-fields together";
  if (isa<AtomicCmpXchgInst>(I))
    return "a compare-and-swap";
  if (isa<AtomicRMWInst>(I))
    return "an atomic operation other than adding";
  if (isa<StoreInst>(I) && isCounter(I) && hasCountType(I))
    return "setting a counter";
  return "an access of another type than the field's";
}

/// Becomes ordinary memory for the rest of the transaction. Atomic instructions
/// become plain ones: the transaction itself makes them atomic.
void CountLowering::lowerUnknown(Instruction &I) {
  ame::remarkMissed(I, isCounter(I) ? "CounterTaken" : "RefcountTaken",
                    describe(I) +
                        " on a field whose changes are merged: other "
                        "transactions that change it wait for this one's end");
  const DataLayout &Layout = I.getModule()->getDataLayout();
  IRBuilder<> Builder(&I);
  Builder.CreateCall(
      Runtime.__ame_count_take,
      {pointerOf(I), Builder.getInt64(
                         Layout.getTypeStoreSize(accessType(I)).getFixedValue())});
  I.setMetadata(ame::FieldMetadata, nullptr);
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    lowerAtomicRMWInst(RMW);
  else if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    lowerAtomicCmpXchgInst(Exchange);
}

void CountLowering::lowerPassed(CallBase &Call) {
  const MDNode &Passed = *Call.getMetadata(ame::PassedMetadata);
  IRBuilder<> Builder(&Call);
  for (unsigned I = 0; I != Passed.getNumOperands(); I += 2) {
    const auto Index = mdconst::extract<ConstantInt>(Passed.getOperand(I))->getZExtValue();
    const ame::CountDetails Details =
        ame::detailsOfMark(*cast<MDNode>(Passed.getOperand(I + 1)));
    ame::remarkMissed(
        Call,
        Details.Fact == FieldFact::Counter ? "CounterTaken" : "RefcountTaken",
        "the address of a field whose changes are merged is passed on: other "
        "transactions that change it wait for this one's end");
    Builder.CreateCall(
        Runtime.__ame_count_take,
        {Call.getArgOperand(unsigned(Index)),
         Builder.getInt64(Details.DeclaredSize ? Details.DeclaredSize : 8)});
  }
  Call.setMetadata(ame::PassedMetadata, nullptr);
}

void CountLowering::lower(ArrayRef<Instruction *> Accesses) {
  Done.clear(); // of erased instructions, whose places new ones may have taken
  for (Instruction *I : Accesses) {
    if (!hasCountType(*I))
      continue;
    const std::optional<CountChange> Change = ame::changeAt(*I);
    // A change that another store has used already is not shared.
    if (Change && hasCountType(*Change->Old) && !Done.contains(Change->Old)) {
      Done.insert(I);
      lowerChange(*Change);
    }
  }
  for (Instruction *I : Accesses) {
    if (Done.contains(I))
      continue;
    auto *Load = dyn_cast<LoadInst>(I);
    auto *Store = dyn_cast<StoreInst>(I);
    if (Load && hasCountType(*I))
      lowerLoad(*Load);
    else if (Store && hasCountType(*I))
      lowerStore(*Store);
    else
      lowerUnknown(*I);
  }
}

void CountLowering::lowerUnits(ArrayRef<Instruction *> Accesses,
                               const ame::BitCounts &Bits) {
  const ame::BitAccesses Separate = ame::separateBits(Accesses, Bits, Runtime);
  lower(Separate.Counts);
  for (Instruction *I : Separate.Unknown)
    lowerUnknown(*I);
}

void ame::checkCountSizes(const Module &M) {
  auto IsBad = [](const Instruction &I) {
    const std::optional<CountDetails> Details = countDetails(I);
    if (!Details || !isAccess(I))
      return false;
    return Details->DeclaredSize
               ? Details->DeclaredSize != 4 && Details->DeclaredSize != 8
               : !isCountType(accessType(I), Details->Fact);
  };
  for (const Function &F : M) {
    const auto Bad = find_if(instructions(F), IsBad);
    if (Bad != inst_end(F))
      reportError(Error::CountSize, *Bad,
                  isCounter(*Bad)
                      ? "AME_COUNTER: the field must be an integer of 4 or 8 "
                        "bytes, a float or a double"
                      : "AME_REFCOUNT: the field must be an integer of 4 or 8 "
                        "bytes");
  }
}

void ame::lowerReferenceCounts(Module &M, const BitCounts &Bits) {
  SmallVector<Instruction *, 32> Accesses, Units;
  SmallVector<CallBase *, 8> Passing;
  OwnLocals Locals;
  forEachTransactionalInstruction(M, [&](Instruction &I) {
    if (countDetails(I) && isAccess(I) && !Locals.isBehind(*pointerOf(I)))
      Accesses.push_back(&I);
    else if (!Bits.empty() && (isa<LoadInst>(I) || isa<StoreInst>(I)) &&
             Bits.unitAt(*pointerOf(I)) && !Locals.isBehind(*pointerOf(I)))
      Units.push_back(&I);
    else if (auto *Call = dyn_cast<CallBase>(&I); Call && I.hasMetadata(PassedMetadata))
      Passing.push_back(Call);
  });
  const CountedStructs Structs(M, Bits);
  lowerCountCopies(M, Bits, Structs, Locals);
  lowerCountArguments(M, Structs, Locals);
  if (Accesses.empty() && Units.empty() && Passing.empty())
    return;
  CountLowering Lowering(M);
  for (CallBase *Call : Passing)
    Lowering.lowerPassed(*Call);
  Lowering.lower(Accesses);
  Lowering.lowerUnits(Units, Bits);
  Lowering.finish();
}

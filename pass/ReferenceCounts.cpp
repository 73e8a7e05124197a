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
// A load by itself becomes load_test or load, a store by itself store. This
// must not depend on marks that the optimiser may lose: a count of which half
// the accesses are calls would be wrong, not slow. So it happens first, and in
// transactional code only: plain code keeps its plain accesses.
//
//===----------------------------------------------------------------------===//
#include "ReferenceCounts.h"
#include "Diagnostics.h"
#include "Marks.h"
#include "RuntimeABI.h"
#include "TransactionalFunctions.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/ValueHandle.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using ame::FieldFact;

namespace {

/// How much of a count's value the program looks at.
enum class Look { Nothing, Sign, Value };

/// An addition to a count: `store(load + Delta)` or an atomic one.
struct Addition {
  Instruction *Old; ///< The load, or the atomic instruction.
  Instruction *Sum; ///< Null for an atomic one whose sum nobody computes.
  StoreInst *Store; ///< Null for an atomic instruction.
  Value *Pointer;
  Value *Operand; ///< Added or, if Subtracts, taken away.
  bool Subtracts;
};

class CountLowering {
public:
  explicit CountLowering(Module &M) : Runtime(M) {}
  void lower(ArrayRef<Instruction *> Accesses);
  void finish() { Runtime.removeUnused(); }

private:
  void lowerAddition(const Addition &Add);
  void lowerRefcountAddition(const Addition &Add, IRBuilder<> &Builder);
  void lowerCounterAddition(const Addition &Add, IRBuilder<> &Builder);
  void lowerLoad(LoadInst &Load);
  void lowerStore(StoreInst &Store);

  ame::RuntimeABI Runtime;
  SmallPtrSet<Instruction *, 16> Done;
};

} // namespace

static Type *accessType(const Instruction &I) {
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return Store->getValueOperand()->getType();
  return I.getType(); // A load's result, an atomic instruction's old value.
}

static bool hasUsableSize(const Instruction &Access) {
  const Type *Count = accessType(Access);
  return Count->isIntegerTy(32) || Count->isIntegerTy(64);
}

/// A count in a local that no other thread can know, such as the temporary of a
/// struct assignment, changes in place: a delta would stay behind when the local
/// is copied to where it belongs.
static bool isInOwnLocal(const Instruction &I) {
  const Value *Pointer = isa<AtomicRMWInst>(I)
                             ? cast<AtomicRMWInst>(I).getPointerOperand()
                             : getLoadStorePointerOperand(&I);
  auto *Local = dyn_cast<AllocaInst>(getUnderlyingObject(Pointer));
  return Local && !PointerMayBeCaptured(Local, /*ReturnCaptures=*/true,
                                        /*StoreCaptures=*/false);
}

static bool isCount(const Instruction &I) {
  const std::optional<FieldFact> Fact = ame::fieldFact(I);
  return (Fact == FieldFact::RefCount || Fact == FieldFact::Counter) &&
         (isa<LoadInst>(I) || isa<StoreInst>(I) || isa<AtomicRMWInst>(I)) &&
         !isInOwnLocal(I);
}

static bool isCounter(const Instruction &Access) {
  return ame::fieldFact(Access) == FieldFact::Counter;
}

static Value *sizeOf(IRBuilder<> &Builder, Type *Count) {
  return Builder.getInt32(Count->getIntegerBitWidth() / 8);
}

/// The operand as the 64-bit delta of a count of the given type: reduced to the
/// count's width first, so that an unsigned -1 is -1.
static Value *deltaOf(const Addition &Add, Type *Count, IRBuilder<> &Builder) {
  Value *Delta = Builder.CreateTrunc(Add.Operand, Count);
  if (Add.Subtracts)
    Delta = Builder.CreateNeg(Delta);
  return Builder.CreateSExt(Delta, Builder.getInt64Ty());
}

//===-- Recognition -------------------------------------------------------===//

static bool samePointer(const Value *A, const Value *B) {
  if (A == B)
    return true;
  auto *First = dyn_cast<GetElementPtrInst>(A);
  auto *Second = dyn_cast<GetElementPtrInst>(B);
  return First && Second && First->isIdenticalTo(Second);
}

static Value *withoutExtension(Value *V) {
  return isa<SExtInst>(V) || isa<ZExtInst>(V) ? cast<CastInst>(V)->getOperand(0)
                                              : V;
}

/// Nothing between the two may change the count.
static bool nothingWrittenBetween(const LoadInst &Load,
                                  const StoreInst &Store) {
  for (const Instruction *I = Load.getNextNode(); I; I = I->getNextNode()) {
    if (I == &Store)
      return true;
    if (I->mayWriteToMemory())
      return false;
  }
  return false; // In another block, or the store comes first.
}

static std::optional<Addition> additionStoredBy(StoreInst &Store) {
  Value *Stored = Store.getValueOperand();
  if (auto *Narrowed = dyn_cast<TruncInst>(Stored))
    Stored = Narrowed->getOperand(0);
  auto *Sum = dyn_cast<BinaryOperator>(Stored);
  if (!Sum || (Sum->getOpcode() != Instruction::Add &&
               Sum->getOpcode() != Instruction::Sub))
    return std::nullopt;
  const bool Subtracts = Sum->getOpcode() == Instruction::Sub;
  for (unsigned Side = 0; Side < (Subtracts ? 1u : 2u); ++Side) {
    auto *Load = dyn_cast<LoadInst>(withoutExtension(Sum->getOperand(Side)));
    if (!Load || ame::fieldFact(*Load) != ame::fieldFact(Store) ||
        Load->getType() != Store.getValueOperand()->getType() ||
        !samePointer(Load->getPointerOperand(), Store.getPointerOperand()) ||
        !nothingWrittenBetween(*Load, Store))
      continue;
    return Addition{Load,
                    Sum,
                    &Store,
                    Store.getPointerOperand(),
                    Sum->getOperand(1 - Side),
                    Subtracts};
  }
  return std::nullopt;
}

/// __atomic_sub_fetch and the like compute the sum again from the old value.
static Instruction *sumOfAtomic(AtomicRMWInst &RMW, unsigned Opcode) {
  for (User *U : RMW.users())
    if (auto *Sum = dyn_cast<BinaryOperator>(U))
      if (Sum->getOpcode() == Opcode && Sum->getOperand(0) == &RMW &&
          Sum->getOperand(1) == RMW.getValOperand())
        return Sum;
  return nullptr;
}

static std::optional<Addition> atomicAddition(AtomicRMWInst &RMW) {
  const auto Operation = RMW.getOperation();
  if (Operation != AtomicRMWInst::Add && Operation != AtomicRMWInst::Sub)
    return std::nullopt;
  const bool Subtracts = Operation == AtomicRMWInst::Sub;
  return Addition{
      &RMW,
      sumOfAtomic(RMW, Subtracts ? Instruction::Sub : Instruction::Add),
      nullptr,
      RMW.getPointerOperand(),
      RMW.getValOperand(),
      Subtracts};
}

/// Whether `V Predicate Bound` depends on V's sign only.
static bool isSignTest(ICmpInst::Predicate Predicate, const APInt &Bound) {
  switch (Predicate) {
  case ICmpInst::ICMP_EQ:
  case ICmpInst::ICMP_NE:
  case ICmpInst::ICMP_UGT:
  case ICmpInst::ICMP_ULE:
    return Bound.isZero();
  case ICmpInst::ICMP_UGE:
  case ICmpInst::ICMP_ULT:
    return Bound.isOne();
  case ICmpInst::ICMP_SGT:
  case ICmpInst::ICMP_SLE:
    return Bound.isZero() || Bound.isAllOnes();
  case ICmpInst::ICMP_SGE:
  case ICmpInst::ICMP_SLT:
    return Bound.isZero() || Bound.isOne();
  default:
    return false;
  }
}

/// The sum that the user compares with, when it is `V Predicate constant`.
/// Shift: what V lacks to the sum (zero for the sum itself).
static std::optional<APInt> comparedSum(const User &U, const Value &V,
                                        const APInt &Shift) {
  auto *Compare = dyn_cast<ICmpInst>(&U);
  if (!Compare || Compare->getOperand(0) != &V)
    return std::nullopt;
  auto *Bound = dyn_cast<ConstantInt>(Compare->getOperand(1));
  if (!Bound)
    return std::nullopt;
  // An order of unsigned numbers does not survive the shift.
  if (!Shift.isZero() && Compare->isUnsigned())
    return std::nullopt;
  APInt Sum = Bound->getValue() + Shift;
  if (!isSignTest(Compare->getPredicate(), Sum))
    return std::nullopt;
  return Sum;
}

static Look lookAt(const Value &V, const APInt &Shift,
                   ArrayRef<const Value *> Except) {
  Look Result = Look::Nothing;
  for (const User *U : V.users()) {
    if (is_contained(Except, U))
      continue;
    if (!comparedSum(*U, V, Shift))
      return Look::Value;
    Result = Look::Sign;
  }
  return Result;
}

static APInt noShift(const Value &V) {
  return APInt(V.getType()->getIntegerBitWidth(), 0);
}

/// Between load and addition, and addition and store, a cast may stand.
static SmallVector<const Value *, 4> ownUses(const Addition &Add) {
  SmallVector<const Value *, 4> Own;
  if (!Add.Sum)
    return Own;
  Own.push_back(Add.Sum);
  if (!Add.Store)
    return Own;
  Own.push_back(Add.Store);
  for (const Value *Operand : Add.Sum->operands())
    if (isa<CastInst>(Operand) &&
        withoutExtension(const_cast<Value *>(Operand)) == Add.Old &&
        Operand->hasOneUse())
      Own.push_back(Operand);
  if (auto *Narrowed = dyn_cast<TruncInst>(Add.Store->getValueOperand()))
    if (Narrowed->hasOneUse())
      Own.push_back(Narrowed);
  return Own;
}

/// What is looked at of the sum and of the old value together.
static Look lookAt(const Addition &Add) {
  const SmallVector<const Value *, 4> Own = ownUses(Add);
  Look Result = Look::Nothing;
  if (Add.Sum)
    Result = lookAt(*Add.Sum, noShift(*Add.Sum), Own);
  auto *Delta = dyn_cast<ConstantInt>(Add.Operand);
  const unsigned Width = Add.Old->getType()->getIntegerBitWidth();
  APInt Shift(Width, 0);
  if (Delta)
    Shift = Delta->getValue().sextOrTrunc(Width);
  if (Add.Subtracts)
    Shift.negate();
  Look AtOld = lookAt(*Add.Old, Shift, Own);
  if (AtOld == Look::Sign && !Delta)
    AtOld = Look::Value;
  return std::max(Result, AtOld);
}

//===-- Rewriting ---------------------------------------------------------===//

/// Replaces comparisons of the old value by comparisons of the sum.
static void compareSumInstead(Instruction &Old, Value *Sum, const APInt &Shift,
                              ArrayRef<const Value *> Except) {
  SmallVector<ICmpInst *, 2> Compares;
  for (User *U : Old.users())
    if (!is_contained(Except, U))
      Compares.push_back(cast<ICmpInst>(U));
  for (ICmpInst *Compare : Compares) {
    const APInt &Bound = cast<ConstantInt>(Compare->getOperand(1))->getValue();
    Compare->setOperand(0, Sum);
    Compare->setOperand(1, ConstantInt::get(Sum->getType(), Bound + Shift));
  }
}

static Instruction *stillThere(WeakTrackingVH &Handle) {
  return dyn_cast_or_null<Instruction>(static_cast<Value *>(Handle));
}

/// Removes what computed the new value, where nobody else uses it: at -O0 a
/// load left behind would be a read of the count that conflicts.
static void eraseAddition(const Addition &Add) {
  WeakTrackingVH Sum = Add.Sum;
  WeakTrackingVH Old = Add.Old;
  if (Add.Store) {
    Value *Stored = Add.Store->getValueOperand();
    Add.Store->eraseFromParent();
    RecursivelyDeleteTriviallyDeadInstructions(Stored);
  }
  if (Instruction *I = stillThere(Sum))
    RecursivelyDeleteTriviallyDeadInstructions(I);
  // Volatile and atomic ones never count as dead.
  if (Instruction *I = stillThere(Old))
    if (I->use_empty())
      I->eraseFromParent();
}

void CountLowering::lowerRefcountAddition(const Addition &Add,
                                          IRBuilder<> &Builder) {
  Type *Count = Add.Old->getType();
  Value *Delta = deltaOf(Add, Count, Builder);
  Value *Size = sizeOf(Builder, Count);
  const Look Needed = lookAt(Add);
  if (Needed == Look::Nothing) {
    Builder.CreateCall(Runtime.__ame_refcount_add, {Add.Pointer, Delta, Size});
    return;
  }
  const FunctionCallee Callee = Needed == Look::Sign
                                    ? Runtime.__ame_refcount_add_test
                                    : Runtime.__ame_refcount_add_get;
  Value *Sum = Builder.CreateTrunc(
      Builder.CreateCall(Callee, {Add.Pointer, Delta, Size}), Count);
  const SmallVector<const Value *, 4> Own = ownUses(Add);
  if (Needed == Look::Sign) {
    if (auto *Constant =
            dyn_cast<ConstantInt>(Builder.CreateTrunc(Delta, Count)))
      compareSumInstead(*Add.Old, Sum, Constant->getValue(), Own);
  } else {
    Value *Old = Builder.CreateSub(Sum, Builder.CreateTrunc(Delta, Count));
    Add.Old->replaceUsesWithIf(
        Old, [&](Use &U) { return !is_contained(Own, U.getUser()); });
  }
  if (!Add.Sum)
    return;
  // The sum may have been computed in a wider type than the count's.
  Value *Wide = Sum;
  if (Add.Sum->getType() != Count) {
    const bool Signed = any_of(Add.Sum->operands(), [&](const Use &U) {
      auto *Extension = dyn_cast<SExtInst>(U.get());
      return Extension && Extension->getOperand(0) == Add.Old;
    });
    Wide = Signed ? Builder.CreateSExt(Sum, Add.Sum->getType())
                  : Builder.CreateZExt(Sum, Add.Sum->getType());
  }
  Add.Sum->replaceUsesWithIf(
      Wide, [&](Use &U) { return !is_contained(Own, U.getUser()); });
}

void CountLowering::lowerCounterAddition(const Addition &Add,
                                         IRBuilder<> &Builder) {
  Type *Count = Add.Old->getType();
  Value *Delta = deltaOf(Add, Count, Builder);
  Value *Size = sizeOf(Builder, Count);
  if (lookAt(Add) != Look::Nothing) {
    Value *Old = Builder.CreateTrunc(
        Builder.CreateCall(Runtime.__ame_counter_load, {Add.Pointer, Size}),
        Count);
    // The addition itself computes the new value from the old one.
    Add.Old->replaceAllUsesWith(Old);
  }
  Builder.CreateCall(Runtime.__ame_counter_add, {Add.Pointer, Delta, Size});
}

void CountLowering::lowerAddition(const Addition &Add) {
  // At the load: users of the old value come after it, and nothing is written
  // in between. The operand and the address may be computed later, though.
  Instruction *Where =
      Add.Store ? static_cast<Instruction *>(Add.Store) : Add.Old;
  if (Add.Store && lookAt(Add) != Look::Nothing)
    Where = Add.Sum;
  IRBuilder<> Builder(Where);
  Addition Moved = Add;
  if (Add.Store) {
    // Of two equal addresses the load's is the one computed earlier.
    Moved.Pointer = cast<LoadInst>(Add.Old)->getPointerOperand();
    Done.insert(Add.Store);
  }
  Done.insert(Add.Old);
  if (isCounter(*Add.Old))
    lowerCounterAddition(Moved, Builder);
  else
    lowerRefcountAddition(Moved, Builder);
  eraseAddition(Add);
}

void CountLowering::lowerLoad(LoadInst &Load) {
  IRBuilder<> Builder(&Load);
  FunctionCallee Callee = Runtime.__ame_refcount_load;
  if (isCounter(Load))
    Callee = Runtime.__ame_counter_load;
  else if (lookAt(Load, noShift(Load), {}) != Look::Value)
    Callee = Runtime.__ame_refcount_load_test;
  Value *Result = Builder.CreateCall(
      Callee, {Load.getPointerOperand(), sizeOf(Builder, Load.getType())});
  Load.replaceAllUsesWith(Builder.CreateTrunc(Result, Load.getType()));
  Load.eraseFromParent();
}

void CountLowering::lowerStore(StoreInst &Store) {
  IRBuilder<> Builder(&Store);
  Value *Pointer = Store.getPointerOperand();
  Type *Count = Store.getValueOperand()->getType();
  Value *Size = sizeOf(Builder, Count);
  Value *New =
      Builder.CreateSExt(Store.getValueOperand(), Builder.getInt64Ty());
  if (isCounter(Store)) {
    // Setting is adding the difference: own deltas that wait are in the load.
    Value *Old =
        Builder.CreateCall(Runtime.__ame_counter_load, {Pointer, Size});
    Builder.CreateCall(Runtime.__ame_counter_add,
                       {Pointer, Builder.CreateSub(New, Old), Size});
  } else {
    Builder.CreateCall(Runtime.__ame_refcount_store, {Pointer, New, Size});
  }
  Store.eraseFromParent();
}

void CountLowering::lower(ArrayRef<Instruction *> Accesses) {
  for (Instruction *I : Accesses) {
    std::optional<Addition> Add;
    if (auto *Store = dyn_cast<StoreInst>(I))
      Add = additionStoredBy(*Store);
    else if (auto *RMW = dyn_cast<AtomicRMWInst>(I))
      Add = atomicAddition(*RMW);
    // An addition that another store has used already is not shared.
    if (Add && !Done.contains(Add->Old)) {
      Done.insert(I);
      lowerAddition(*Add);
    }
  }
  for (Instruction *I : Accesses) {
    if (Done.contains(I))
      continue;
    if (auto *Load = dyn_cast<LoadInst>(I))
      lowerLoad(*Load);
    else if (auto *Store = dyn_cast<StoreInst>(I))
      lowerStore(*Store);
  }
}

void ame::checkCountSizes(const Module &M) {
  for (const Function &F : M) {
    const auto Bad = find_if(instructions(F), [](const Instruction &I) {
      return isCount(I) && !hasUsableSize(I);
    });
    if (Bad != inst_end(F))
      reportError(*Bad, (isCounter(*Bad) ? "AME_COUNTER" : "AME_REFCOUNT") +
                            Twine(": the field must be an integer of 4 or 8 "
                                  "bytes"));
  }
}

void ame::lowerReferenceCounts(Module &M) {
  SmallVector<Instruction *, 32> Accesses;
  forEachTransactionalInstruction(M, [&](Instruction &I) {
    if (isCount(I) && hasUsableSize(I))
      Accesses.push_back(&I);
  });
  if (Accesses.empty())
    return;
  CountLowering Lowering(M);
  Lowering.lower(Accesses);
  Lowering.finish();
}

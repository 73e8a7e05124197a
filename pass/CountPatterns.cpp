//===- CountPatterns.cpp - How C code changes and looks at counts ---------===//
#include "CountPatterns.h"

using namespace llvm;
using ame::CountChange;
using ame::Look;

//===-- Changes -----------------------------------------------------------===//

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

namespace {
struct Step {
  ame_count_operation Operation;
  bool Subtracts;
  bool Commutes;
};
} // namespace

static std::optional<Step> operatorOf(unsigned Opcode) {
  switch (Opcode) {
  case Instruction::Add:
    return Step{AME_COUNT_ADD, false, true};
  case Instruction::Sub:
    return Step{AME_COUNT_ADD, true, false};
  case Instruction::FAdd:
    return Step{AME_COUNT_FADD, false, true};
  case Instruction::FSub:
    return Step{AME_COUNT_FADD, true, false};
  case Instruction::Or:
    return Step{AME_COUNT_OR, false, true};
  case Instruction::And:
    return Step{AME_COUNT_AND, false, true};
  default:
    return std::nullopt;
  }
}

static std::optional<CountChange> changeStoredBy(StoreInst &Store) {
  Value *Stored = Store.getValueOperand();
  if (auto *Narrowed = dyn_cast<TruncInst>(Stored))
    Stored = Narrowed->getOperand(0);
  auto *New = dyn_cast<BinaryOperator>(Stored);
  const auto Found = New ? operatorOf(New->getOpcode()) : std::nullopt;
  if (!Found)
    return std::nullopt;
  for (unsigned Side = 0; Side < (Found->Commutes ? 2u : 1u); ++Side) {
    auto *Load = dyn_cast<LoadInst>(withoutExtension(New->getOperand(Side)));
    if (!Load || ame::fieldFact(*Load) != ame::fieldFact(Store) ||
        Load->getType() != Store.getValueOperand()->getType() ||
        !samePointer(Load->getPointerOperand(), Store.getPointerOperand()) ||
        !nothingWrittenBetween(*Load, Store))
      continue;
    return CountChange{Load,
                       New,
                       &Store,
                       Store.getPointerOperand(),
                       New->getOperand(1 - Side),
                       Found->Operation,
                       Found->Subtracts};
  }
  return std::nullopt;
}

/// __atomic_sub_fetch and the like compute the result again from the old value.
static Instruction *resultOfAtomic(AtomicRMWInst &RMW, unsigned Opcode) {
  for (User *U : RMW.users())
    if (auto *Result = dyn_cast<BinaryOperator>(U))
      if (Result->getOpcode() == Opcode && Result->getOperand(0) == &RMW &&
          Result->getOperand(1) == RMW.getValOperand())
        return Result;
  return nullptr;
}

static std::optional<CountChange> atomicChange(AtomicRMWInst &RMW) {
  auto Change = [&](ame_count_operation Operation, unsigned Opcode = 0,
                    bool Subtracts = false) {
    return CountChange{&RMW,
                       Opcode ? resultOfAtomic(RMW, Opcode) : nullptr,
                       nullptr,
                       RMW.getPointerOperand(),
                       RMW.getValOperand(),
                       Operation,
                       Subtracts};
  };
  switch (RMW.getOperation()) {
  case AtomicRMWInst::Add:
    return Change(AME_COUNT_ADD, Instruction::Add);
  case AtomicRMWInst::Sub:
    return Change(AME_COUNT_ADD, Instruction::Sub, true);
  case AtomicRMWInst::FAdd:
    return Change(AME_COUNT_FADD, Instruction::FAdd);
  case AtomicRMWInst::FSub:
    return Change(AME_COUNT_FADD, Instruction::FSub, true);
  case AtomicRMWInst::Or:
    return Change(AME_COUNT_OR, Instruction::Or);
  case AtomicRMWInst::And:
    return Change(AME_COUNT_AND, Instruction::And);
  case AtomicRMWInst::Max:
    return Change(AME_COUNT_MAX);
  case AtomicRMWInst::Min:
    return Change(AME_COUNT_MIN);
  case AtomicRMWInst::UMax:
    return Change(AME_COUNT_UMAX);
  case AtomicRMWInst::UMin:
    return Change(AME_COUNT_UMIN);
  case AtomicRMWInst::FMax:
    return Change(AME_COUNT_FMAX);
  case AtomicRMWInst::FMin:
    return Change(AME_COUNT_FMIN);
  default:
    return std::nullopt;
  }
}

/// Reference counts are sums; what else happens to them is a load and a store.
static bool fitsTo(const CountChange &Change, ame::FieldFact Fact) {
  return Fact == ame::FieldFact::Counter || Change.Operation == AME_COUNT_ADD;
}

std::optional<CountChange> ame::changeAt(Instruction &I) {
  std::optional<CountChange> Change;
  if (auto *Store = dyn_cast<StoreInst>(&I))
    Change = changeStoredBy(*Store);
  else if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    Change = atomicChange(*RMW);
  if (Change && !fitsTo(*Change, *fieldFact(I)))
    return std::nullopt;
  return Change;
}

/// Between load and operation, and operation and store, a cast may stand.
SmallVector<const Value *, 4> ame::ownUses(const CountChange &Change) {
  SmallVector<const Value *, 4> Own;
  if (!Change.New)
    return Own;
  Own.push_back(Change.New);
  if (!Change.Store)
    return Own;
  Own.push_back(Change.Store);
  for (const Value *Operand : Change.New->operands())
    if (isa<CastInst>(Operand) &&
        withoutExtension(const_cast<Value *>(Operand)) == Change.Old &&
        Operand->hasOneUse())
      Own.push_back(Operand);
  if (auto *Narrowed = dyn_cast<TruncInst>(Change.Store->getValueOperand()))
    if (Narrowed->hasOneUse())
      Own.push_back(Narrowed);
  return Own;
}

//===-- Tests -------------------------------------------------------------===//

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

static bool isSignCompare(const User &U, const Value &V, const APInt &Shift) {
  auto *Compare = dyn_cast<ICmpInst>(&U);
  if (!Compare || Compare->getOperand(0) != &V)
    return false;
  auto *Bound = dyn_cast<ConstantInt>(Compare->getOperand(1));
  // An order of unsigned numbers does not survive the shift.
  if (!Bound || (!Shift.isZero() && Compare->isUnsigned()))
    return false;
  return isSignTest(Compare->getPredicate(), Bound->getValue() + Shift);
}

/// A switch that tells only zero from the rest.
static bool isZeroSwitch(const User &U) {
  auto *Switch = dyn_cast<SwitchInst>(&U);
  return Switch && all_of(Switch->cases(), [](const auto &Case) {
           return Case.getCaseValue()->isZero();
         });
}

/// A sign survives being extended, as far as the tests above can tell.
static bool isSignOfExtension(const User &U) {
  return (isa<SExtInst>(U) || isa<ZExtInst>(U)) &&
         ame::lookAt(U) != Look::Value;
}

Look ame::lookAt(const Value &V, const APInt &Shift,
                 ArrayRef<const Value *> Except) {
  Look Result = Look::Nothing;
  for (const User *U : V.users()) {
    if (is_contained(Except, U))
      continue;
    const bool Sign = isSignCompare(*U, V, Shift) ||
                      (Shift.isZero() &&
                       (isZeroSwitch(*U) || isSignOfExtension(*U)));
    if (!Sign)
      return Look::Value;
    Result = Look::Sign;
  }
  return Result;
}

Look ame::lookAt(const CountChange &Change) {
  const SmallVector<const Value *, 4> Own = ownUses(Change);
  auto IsForeign = [&](const User *U) { return !is_contained(Own, U); };
  if (Change.Operation != AME_COUNT_ADD) {
    const bool Looked = any_of(Change.Old->users(), IsForeign) ||
                        (Change.New && any_of(Change.New->users(), IsForeign));
    return Looked ? Look::Value : Look::Nothing;
  }
  Look Result = Look::Nothing;
  if (Change.New)
    Result = lookAt(*Change.New, APInt(Change.New->getType()->getIntegerBitWidth(), 0),
                    Own);
  auto *Delta = dyn_cast<ConstantInt>(Change.Operand);
  APInt Shift(Change.Old->getType()->getIntegerBitWidth(), 0);
  if (Delta)
    Shift = Delta->getValue().sextOrTrunc(Shift.getBitWidth());
  if (Change.Subtracts)
    Shift.negate();
  Look AtOld = lookAt(*Change.Old, Shift, Own);
  if (AtOld == Look::Sign && !Delta)
    AtOld = Look::Value;
  return std::max(Result, AtOld);
}

//===- FieldAddresses.cpp - Which pointers point into annotated fields ----===//
#include "FieldAddresses.h"

#include "CountKinds.h"
#include "RuntimeABI.h"
#include "SurvivingFacts.h"
#include "TransactionalFunctions.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

/// Pointers that are computed from more than so many others are not followed.
static constexpr unsigned MaxSeen = 100;

/// Steps of a walk are not followed further than so many.
static constexpr unsigned MaxTurns = 4;

void ame::FieldAddresses::addAddress(const Value &Address, MDNode *Mark,
                                     const FieldRoom &Room) {
  Sources.try_emplace(&Address, FieldPlace{Mark, Room});
}

void ame::FieldAddresses::addAccess(const Instruction &Access, MDNode *Mark) {
  Accesses.try_emplace(&Access, Mark);
}

namespace {

/// How far an access lies behind a pointer that its address is computed from.
struct Distance {
  int64_t Least = 0, Most = 0;
  bool Varies = false; ///< By more, which is not known.

  Distance plus(const APInt &Step) const {
    const int64_t By = Step.getSExtValue();
    return {Least + By, Most + By, Varies};
  }
  bool includes(const Distance &Other) const {
    return Least <= Other.Least && Other.Most <= Most &&
           (Varies || !Other.Varies);
  }
  void include(const Distance &Other) {
    Least = std::min(Least, Other.Least);
    Most = std::max(Most, Other.Most);
    Varies |= Other.Varies;
  }
};

/// The distances at which pointers have been met on the way back from an access.
class WayBack {
public:
  /// Whether the pointer has to be looked at (again). Met time and again it is a
  /// loop's, which walks on by the same steps.
  std::optional<Distance> meet(const Value *Pointer, const Distance &Here) {
    Met &Before = Pointers[Pointer];
    if (Before.Times != 0 && Before.Where.includes(Here))
      return std::nullopt;
    if (Before.Times++ == 0)
      Before.Where = Here;
    else if (Before.Times <= MaxTurns)
      Before.Where.include(Here);
    else if (Before.Where.Varies)
      return std::nullopt;
    else
      Before.Where.Varies = true;
    return Before.Where;
  }
  unsigned size() const { return Pointers.size(); }

private:
  struct Met {
    Distance Where;
    unsigned Times = 0;
  };
  DenseMap<const Value *, Met> Pointers;
};

} // namespace

/// The distance from what the step starts at.
static Distance beforeStep(const GEPOperator &Step, const DataLayout &Layout,
                           Distance Behind) {
  APInt Bytes(Layout.getIndexTypeSizeInBits(Step.getType()), 0);
  const auto vary = [&](Value &, APInt &Index) {
    Behind.Varies = true;
    Index = 0;
    return true;
  };
  if (!Step.accumulateConstantOffset(Layout, Bytes, vary))
    Behind.Varies = true;
  return Behind.plus(Bytes);
}

/// All values ever stored to a local that does nothing but be loaded from and
/// stored to. False: it does more.
static bool storedValues(const AllocaInst &Local,
                         SmallVectorImpl<const Value *> &Values) {
  for (const User *U : Local.users()) {
    if (auto *Load = dyn_cast<LoadInst>(U)) {
      if (Load->getType() != Local.getAllocatedType())
        return false;
    } else if (auto *Store = dyn_cast<StoreInst>(U)) {
      if (Store->getValueOperand() == &Local)
        return false;
      Values.push_back(Store->getValueOperand());
    } else if (auto *Call = dyn_cast<IntrinsicInst>(U)) {
      if (!Call->isLifetimeStartOrEnd())
        return false;
    } else {
      return false;
    }
  }
  return !Values.empty();
}

/// The pointers that this one, no step, is computed from. False: it is computed
/// from none.
static bool origins(const Value *Pointer, SmallVectorImpl<const Value *> &Into) {
  if (isa<BitCastOperator>(Pointer) || isa<FreezeInst>(Pointer)) {
    Into.push_back(cast<User>(Pointer)->getOperand(0));
  } else if (auto *Select = dyn_cast<SelectInst>(Pointer)) {
    Into.append({Select->getTrueValue(), Select->getFalseValue()});
  } else if (auto *Phi = dyn_cast<PHINode>(Pointer)) {
    Into.append(Phi->value_op_begin(), Phi->value_op_end());
  } else if (auto *Load = dyn_cast<LoadInst>(Pointer)) {
    auto *Local = dyn_cast<AllocaInst>(Load->getPointerOperand());
    return Local && storedValues(*Local, Into);
  } else {
    return false;
  }
  return true;
}

ame::FieldPlace
ame::FieldAddresses::declaredPlace(const Value *Pointer) const {
  if (auto Found = Sources.find(Pointer); Found != Sources.end())
    return Found->second;
  if (auto *Call = dyn_cast<CallBase>(Pointer))
    if (const Function *Callee = directCallee(*Call))
      return Returned.lookup(Callee);
  return {};
}

ame::FieldPlace ame::FieldAddresses::placeOf(const Value *Pointer) const {
  if (!Pointer->getType()->isPointerTy())
    return declaredPlace(Pointer);
  if (auto Known = Answers.find(Pointer); Known != Answers.end())
    return Known->second;
  return Answers[Pointer] = computePlaceOf(Pointer);
}

/// The room around a pointer that lies so far behind the field's address.
static ame::FieldPlace placeBehind(const ame::FieldPlace &Field, const Distance &By) {
  if (By.Varies && !Field.Room.HasArray)
    return {};
  return {Field.Mark, Field.Room.behind(By.Least, By.Most)};
}

/// All that the pointer is computed from must be one fact. In a loop it may be
/// computed from itself, which adds nothing but steps. The annotation nearest to
/// the access wins: an inner field's own.
ame::FieldPlace
ame::FieldAddresses::computePlaceOf(const Value *Pointer) const {
  SmallVector<std::pair<const Value *, Distance>, 8> Work = {{Pointer, {}}};
  WayBack Seen;
  FieldPlace Common;
  while (!Work.empty()) {
    auto [V, Behind] = Work.pop_back_val();
    // Through a null pointer there is no access.
    if (isa<ConstantPointerNull>(V) || isa<UndefValue>(V))
      continue;
    const auto By = Seen.meet(V, Behind);
    if (!By)
      continue;
    if (const FieldPlace Declared = declaredPlace(V); Declared.Mark) {
      const FieldPlace Field = placeBehind(Declared, *By);
      if (!Field.Mark || (Common.Mark && Common.Mark != Field.Mark))
        return {};
      Common = {Field.Mark,
                Common.Mark ? Common.Room & Field.Room : Field.Room};
      continue;
    }
    if (Seen.size() > MaxSeen)
      return {};
    if (auto *Step = dyn_cast<GEPOperator>(V)) {
      // Of a constant there is no layout at hand.
      auto *I = dyn_cast<Instruction>(V);
      Work.push_back({Step->getPointerOperand(),
                      I ? beforeStep(*Step, I->getModule()->getDataLayout(), *By)
                        : *By});
      continue;
    }
    SmallVector<const Value *, 8> From;
    if (!origins(V, From))
      return {};
    for (const Value *Origin : From)
      Work.push_back({Origin, *By});
  }
  return Common;
}

ame::FieldPlace
ame::FieldAddresses::placeOfReturns(const Function &F) const {
  FieldPlace Common;
  for (const BasicBlock &BB : F) {
    auto *Return = dyn_cast<ReturnInst>(BB.getTerminator());
    if (!Return)
      continue;
    const FieldPlace This = placeOf(Return->getReturnValue());
    if (!This.Mark || (Common.Mark && Common.Mark != This.Mark))
      return {};
    Common = {This.Mark, Common.Mark ? Common.Room & This.Room : This.Room};
  }
  return Common;
}

void ame::FieldAddresses::addDeclared(const Module &M) {
  auto mark = [&](const Function &F, unsigned Index) -> MDNode * {
    const Attribute Fact = F.getAttributeAtIndex(Index, PointsAttr);
    return Fact.isValid() ? markOfFact(M.getContext(),
                                       *factFromName(Fact.getValueAsString()))
                          : nullptr;
  };
  for (const Function &F : M) {
    if (MDNode *Mark = mark(F, AttributeList::ReturnIndex))
      Returned[&F] = {Mark, {}};
    for (const Argument &A : F.args())
      if (MDNode *Mark = mark(F, AttributeList::FirstArgIndex + A.getArgNo()))
        addAddress(A, Mark);
  }
}

void ame::FieldAddresses::followReturns(const Module &M) {
  // Accessors that call accessors: until nothing new is found.
  for (bool Changed = !Sources.empty() || !Returned.empty(); Changed;) {
    Changed = false;
    for (const Function &F : M) {
      if (F.isDeclaration() || !F.getReturnType()->isPointerTy() ||
          F.isInterposable() || Returned.contains(&F))
        continue;
      if (const FieldPlace Place = placeOfReturns(F); Place.Mark) {
        Returned.try_emplace(&F, Place);
        Answers.clear(); // Some depend on what functions return.
        Changed = true;
      }
    }
  }
}

/// A count stays one where only some of its bytes are accessed, or more than it.
MDNode *ame::FieldAddresses::markOfBytes(const Value *Pointer,
                                         std::optional<uint64_t> Size) const {
  const FieldPlace Place = placeOf(Pointer);
  if (!Place.Mark)
    return nullptr;
  if (!Size)
    return Place.Room.HasArray ? Place.Mark : nullptr;
  const auto Fact = factOfMark(*Place.Mark);
  const bool IsThere = Fact && !isFactOfAccess(*Fact)
                           ? Place.Room.overlaps(0, int64_t(*Size))
                           : Place.Room.contains(0, int64_t(*Size));
  return IsThere ? Place.Mark : nullptr;
}

static std::optional<uint64_t> lengthOf(const MemIntrinsic &Call) {
  auto *Length = dyn_cast<ConstantInt>(Call.getLength());
  return Length ? std::optional(Length->getZExtValue()) : std::nullopt;
}

MDNode *ame::FieldAddresses::markOfAccess(const Instruction &I) const {
  if (MDNode *Known = Accesses.lookup(&I))
    return Known;
  const auto sizeOf = [&](Type *T) -> std::optional<uint64_t> {
    return I.getModule()->getDataLayout().getTypeStoreSize(T).getKnownMinValue();
  };
  if (const Value *Pointer = getLoadStorePointerOperand(&I))
    return markOfBytes(Pointer, sizeOf(getLoadStoreType(const_cast<Instruction *>(&I))));
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return markOfBytes(RMW->getPointerOperand(), sizeOf(RMW->getType()));
  if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    return markOfBytes(Exchange->getPointerOperand(),
                       sizeOf(Exchange->getNewValOperand()->getType()));
  if (auto *Set = dyn_cast<MemSetInst>(&I))
    return markOfBytes(Set->getRawDest(), lengthOf(*Set));
  if (auto *Copy = dyn_cast<MemTransferInst>(&I)) {
    // One mark for both sides: only where it is true of both.
    MDNode *Mark = markOfBytes(Copy->getRawDest(), lengthOf(*Copy));
    return Mark == markOfBytes(Copy->getRawSource(), lengthOf(*Copy)) ? Mark : nullptr;
  }
  return nullptr;
}

/// What the callee does with the address has no mark, unless its parameter is declared
/// to be one. For each such argument its number and the mark; null: there is none.
MDNode *ame::FieldAddresses::countsPassedTo(const CallBase &Call) const {
  const Function *Callee = Call.getCalledFunction();
  if (isa<IntrinsicInst>(Call) || (Callee && isRuntimeName(Callee->getName())))
    return nullptr;
  SmallVector<Metadata *, 2> Passed;
  for (unsigned Index = 0; Index != Call.arg_size(); ++Index) {
    const Value *Argument = Call.getArgOperand(Index);
    if (!Argument->getType()->isPointerTy() || Call.isByValArgument(Index) ||
        Call.getAttributeAtIndex(AttributeList::FirstArgIndex + Index, PointsAttr).isValid() ||
        (Callee && Callee->getAttributeAtIndex(AttributeList::FirstArgIndex + Index, PointsAttr)
                       .isValid()))
      continue;
    MDNode *Mark = placeOf(Argument).Mark;
    const auto Fact = Mark ? factOfMark(*Mark) : std::nullopt;
    if (Fact != FieldFact::RefCount && Fact != FieldFact::Counter)
      continue;
    Passed.push_back(ConstantAsMetadata::get(
        ConstantInt::get(Type::getInt32Ty(Call.getContext()), Index)));
    Passed.push_back(Mark);
  }
  return Passed.empty() ? nullptr : MDNode::get(Call.getContext(), Passed);
}

void ame::FieldAddresses::markAccesses(Module &M) const {
  if (Sources.empty() && Accesses.empty() && Returned.empty())
    return;
  FactGroups Groups(M);
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (MDNode *Mark = markOfAccess(I)) {
        I.setMetadata(FieldMetadata, Mark);
        Groups.add(I, *Mark);
      } else if (auto *Call = dyn_cast<CallBase>(&I)) {
        if (MDNode *Passed = countsPassedTo(*Call))
          Call->setMetadata(PassedMetadata, Passed);
      }
}

//===- CarriedFacts.cpp - Facts that travel with a pointer ----------------===//
#include "CarriedFacts.h"

#include "CountKinds.h"
#include "TransactionalFunctions.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

/// Whether the optimiser may follow the pointer from its use here on.
static bool givesAway(const Use &Address) {
  if (isa<StoreInst>(Address.getUser()))
    return Address.getOperandNo() != StoreInst::getPointerOperandIndex();
  auto *Call = dyn_cast<CallBase>(Address.getUser());
  if (!Call || isa<IntrinsicInst>(Call) || !Call->isArgOperand(&Address) ||
      Call->isMustTailCall())
    return false;
  const Function *Callee = ame::directCallee(*Call);
  return Callee && !Callee->isDeclaration() && !Callee->isInterposable() &&
         !Callee->hasFnAttribute(Attribute::NoInline) &&
         !Call->isByValArgument(Call->getArgOperandNo(&Address));
}

/// What is given away here and is the address of a field; not of a local or a
/// global, which need no fact.
static ame::FieldPlace carriedPlace(const Use &Address,
                                    const ame::FieldAddresses &Addresses) {
  const Value &Pointer = *Address.get();
  if (!isa<Instruction>(Pointer) || !Pointer.getType()->isPointerTy() ||
      !givesAway(Address))
    return {};
  const ame::FieldPlace Place = Addresses.placeOf(&Pointer);
  const auto Fact = Place.Mark ? ame::factOfMark(*Place.Mark) : std::nullopt;
  const bool Carried = Fact && ame::isFactOfAccess(*Fact) && !Place.Room.isEmpty() &&
                       !isa<AllocaInst, GlobalVariable>(getUnderlyingObject(&Pointer));
  return Carried ? Place : ame::FieldPlace();
}

void ame::carryFacts(Module &M, const FieldAddresses &Addresses) {
  SmallVector<std::pair<Use *, FieldPlace>, 32> Uses;
  for (Function &F : M) {
    if (F.hasOptNone())
      continue;
    for (Instruction &I : instructions(F))
      for (Use &Operand : I.operands())
        if (const FieldPlace Place = carriedPlace(Operand, Addresses); Place.Mark)
          Uses.push_back({&Operand, Place});
  }
  for (const auto &[Address, Place] : Uses) {
    IRBuilder<> B(cast<Instruction>(Address->getUser()));
    auto *Carrier =
        cast<CallInst>(B.CreateStripInvariantGroup(Address->get()));
    Carrier->addFnAttr(Attribute::get(M.getContext(), PointsAttr,
                                      factName(*factOfMark(*Place.Mark))));
    attachRoom(*Carrier, Place.Room);
    Address->set(Carrier);
  }
}

static std::optional<ame::FieldFact> factCarriedBy(const Instruction &I) {
  auto *Call = dyn_cast<IntrinsicInst>(&I);
  if (!Call || Call->getIntrinsicID() != Intrinsic::strip_invariant_group)
    return std::nullopt;
  const Attribute Fact = Call->getFnAttr(ame::PointsAttr);
  return Fact.isValid() ? ame::factFromName(Fact.getValueAsString())
                        : std::nullopt;
}

void ame::followCarriedFacts(Module &M) {
  FieldAddresses Addresses;
  SmallVector<IntrinsicInst *, 32> Carriers;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (const auto Fact = factCarriedBy(I)) {
        Carriers.push_back(cast<IntrinsicInst>(&I));
        Addresses.addAddress(I, markOfFact(M.getContext(), *Fact),
                             attachedRoom(*Carriers.back()));
      }
  if (Carriers.empty())
    return;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (!I.getMetadata(FieldMetadata))
        if (MDNode *Mark = Addresses.markOfAccess(I))
          I.setMetadata(FieldMetadata, Mark);
  for (IntrinsicInst *Carrier : Carriers) {
    Carrier->replaceAllUsesWith(Carrier->getArgOperand(0));
    Carrier->eraseFromParent();
  }
}

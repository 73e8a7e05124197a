//===- ListedFields.cpp - Fields that special case lists speak about ------===//
//
// Before the optimiser runs, the address of a member is computed by a step into
// the structure's type. Members of globals are constants, whose steps clang
// folds away: there the global's type and the offset tell the member.
//
//===----------------------------------------------------------------------===//
#include "ListedFields.h"

#include "CountKinds.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

ame::ListedFields::ListedFields(Module &M, SpecialCases &Cases)
    : M(M), Cases(Cases) {
  if (Cases.hasFieldEntries())
    Names.emplace(M);
}

std::optional<ame::ListedFields::Listed>
ame::ListedFields::listed(const FieldName &Name) {
  const SpecialCase *Entry = nullptr;
  if (std::optional<FieldFact> Fact =
          Cases.factOfField(Name, &Entry))
    return Listed{*Fact, Entry};
  if (Name.Members.size() > 1)
    Unlisted.insert({{Name.Structs.front(), Name.Members.front()}, Name});
  return std::nullopt;
}

std::optional<ame::ListedFields::Listed>
ame::ListedFields::listedAddress(const Value &Address) {
  std::optional<Listed> Found;
  if (auto *GEP = dyn_cast<GEPOperator>(&Address))
    Names->forEachStep(*GEP, [&](const FieldName &Name) {
      if (std::optional<Listed> Inner = listed(Name))
        Found = Inner;
    });
  return Found;
}

std::optional<ame::ListedFields::Listed>
ame::ListedFields::listedInGlobal(const Value &Address) {
  std::optional<Listed> Found;
  APInt Offset(M.getDataLayout().getIndexTypeSizeInBits(Address.getType()), 0);
  auto *G = dyn_cast<GlobalVariable>(Address.stripAndAccumulateConstantOffsets(
      M.getDataLayout(), Offset, /*AllowNonInbounds=*/true));
  if (G && !Offset.isNegative())
    Names->forEachMemberAt(*G, Offset.getZExtValue(),
                           [&](const FieldName &Name) {
                             if (std::optional<Listed> Inner = listed(Name))
                               Found = Inner;
                           });
  return Found;
}

/// Of what the pointer that I loads from a member points to.
std::optional<ame::FieldFact>
ame::ListedFields::factBehind(const Instruction &I) {
  auto *Load = dyn_cast<LoadInst>(&I);
  auto *Member =
      Load ? dyn_cast<GEPOperator>(Load->getPointerOperand()) : nullptr;
  std::optional<FieldFact> Found;
  if (Member && I.getType()->isPointerTy())
    Names->forEachStep(*Member, [&](const FieldName &Name) {
      Found = Cases.factBehind(Name);
    });
  return Found;
}

SmallVector<Instruction *, 64> ame::ListedFields::addresses() {
  SmallVector<Instruction *, 64> Result;
  if (Names)
    for (Function &F : M)
      for (Instruction &I : instructions(F))
        if (isa<GetElementPtrInst>(I) ? listedAddress(I).has_value()
                                      : factBehind(I).has_value())
          Result.push_back(&I);
  return Result;
}

void ame::ListedFields::checkAgainst(const CallBase &Annotation,
                                     FieldFact Fact) {
  if (!Names)
    return;
  // Several annotations of one field are nested.
  const Value *Inner = Annotation.getArgOperand(0);
  while (auto *Call = dyn_cast<IntrinsicInst>(Inner))
    Inner = Call->getArgOperand(0);
  const Value &Address = *Inner;
  std::optional<Listed> Other = listedAddress(Address);
  if (!Other)
    Other = listedInGlobal(Address);
  if (Other && Other->Fact != Fact)
    reportError(Error::Contradiction, M, Other->Entry->place(),
                "'" + StringRef(Other->Entry->Text) +
                    "' contradicts the source, where the field is " +
                    factName(Fact) + ": keep one of them");
}

void ame::ListedFields::addTo(FieldAddresses &Addresses) {
  for (Instruction *Address : addresses()) {
    const bool IsStep = isa<GetElementPtrInst>(Address);
    Addresses.addAddress(
        *Address,
        markOfFact(M.getContext(),
                   IsStep ? listedAddress(*Address)->Fact : *factBehind(*Address)),
        IsStep ? roomOfField(*Address, M.getDataLayout()) : FieldRoom());
  }
  if (!Names)
    return;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (const Value *Pointer = getLoadStorePointerOperand(&I))
        if (isa<Constant>(Pointer))
          if (std::optional<Listed> Found = listedInGlobal(*Pointer))
            Addresses.addAccess(I, markOfFact(M.getContext(), Found->Fact));
  warnOfUnions();
}

/// When all entries that have an effect are known.
void ame::ListedFields::warnOfUnions() {
  for (const auto &[Key, Name] : Unlisted)
    Cases.warnWhereUseless(
        Name, "other members of the union share its bytes: give all of them the "
              "same annotation");
  Names->forEachUnionMember([&](const FieldName &Name) {
    Cases.warnWhereUseless(
        Name, "the address of a member of a union is the union's: list the "
              "member of the structure that the union is, or annotate the source");
  });
}

//===- FieldNames.cpp - Which member an address is of ---------------------===//
#include "FieldNames.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

static const DICompositeType *structBehind(const DIType *Type) {
  auto *Composite = dyn_cast_or_null<DICompositeType>(Type);
  return Composite && (Composite->getTag() == dwarf::DW_TAG_structure_type ||
                       Composite->getTag() == dwarf::DW_TAG_class_type)
             ? Composite
             : nullptr;
}

static bool isUnion(const DICompositeType &Type) {
  return Type.getTag() == dwarf::DW_TAG_union_type;
}

static const DIDerivedType *asMember(const DINode *Element) {
  auto *Member = dyn_cast<DIDerivedType>(Element);
  return Member && Member->getTag() == dwarf::DW_TAG_member &&
                 !Member->isStaticMember()
             ? Member
             : nullptr;
}

/// The structure or union that a member without a name is.
static const DICompositeType *namelessType(const DIDerivedType &Member) {
  return Member.getName().empty()
             ? dyn_cast_or_null<DICompositeType>(Member.getBaseType())
             : nullptr;
}

/// The members of Type and of what has no name in it.
static void collectMembers(const DICompositeType &Type,
                           SmallVectorImpl<StringRef> &Names) {
  for (const DINode *Element : Type.getElements())
    if (const DIDerivedType *Member = asMember(Element)) {
      if (const DICompositeType *Inner = namelessType(*Member))
        collectMembers(*Inner, Names);
      else
        Names.push_back(Member->getName());
    }
}

/// As clang spells it in LLVM's type: with the namespaces around it.
static std::string qualifiedName(const DIType &Type) {
  std::string Name = Type.getName().str();
  for (const DIScope *Scope = Type.getScope(); Scope; Scope = Scope->getScope())
    if (isa<DINamespace>(Scope) || isa<DICompositeType>(Scope))
      Name = (Scope->getName() + "::" + Name).str();
  return Name;
}

ame::FieldNames::FieldNames(const Module &M) : M(M) {
  DebugInfoFinder Finder;
  Finder.processModule(M);
  DenseMap<const DICompositeType *, std::string> NameOf;
  for (const DIType *Type : Finder.types()) {
    auto *Composite = dyn_cast<DICompositeType>(Type);
    if (Composite && isUnion(*Composite) && !Composite->getName().empty()) {
      OfUnions.push_back({{Composite->getName()}, {}});
      collectMembers(*Composite, OfUnions.back().Members);
    }
    if (const DICompositeType *Struct = structBehind(Type))
      if (!Struct->getName().empty() && !Struct->isForwardDecl())
        Described[NameOf[Struct] = qualifiedName(*Struct)].Type = Struct;
  }
  for (const DIType *Type : Finder.types()) {
    auto *Typedef = dyn_cast<DIDerivedType>(Type);
    if (!Typedef || Typedef->getTag() != dwarf::DW_TAG_typedef)
      continue;
    const DICompositeType *Struct = structBehind(Typedef->getBaseType());
    if (!Struct)
      continue;
    // A structure without a tag has the typedef's name.
    auto Known = NameOf.find(Struct);
    if (Known == NameOf.end())
      Described[qualifiedName(*Typedef)].Type = Struct;
    else if (Known->second != Typedef->getName())
      Described[Known->second].Typedefs.push_back(Typedef->getName());
  }
}

/// "struct.name", "class.name", and ".12" where two types have one name.
static StringRef sourceName(StringRef Name) {
  Name = Name.split('.').second;
  const StringRef Number = Name.rsplit('.').second;
  if (!Number.empty() && all_of(Number, isDigit))
    Name = Name.rsplit('.').first;
  return Name;
}

/// The member in [Begin, End) bits; none when there are several.
static const DIDerivedType *memberIn(const DICompositeType &Struct,
                                     uint64_t Begin, uint64_t End) {
  const DIDerivedType *Found = nullptr;
  for (const DINode *Element : Struct.getElements()) {
    const DIDerivedType *Member = asMember(Element);
    if (!Member || Member->getOffsetInBits() < Begin ||
        Member->getOffsetInBits() >= End)
      continue;
    if (Found)
      return nullptr;
    Found = Member;
  }
  return Found;
}

namespace ame {

FieldNames::Inside FieldNames::step(const StructType &Struct, unsigned Index,
                                    const Inside &Before, Visitor Visit) const {
  FieldName Result;
  const DICompositeType *Type = Before.Nameless;
  if (Type) {
    Result.Structs = Before.Around;
  } else {
    // clang calls what has no name "anon", with a number behind.
    const StringRef Name = Struct.hasName() ? sourceName(Struct.getName()) : "";
    if (Name.empty() || Name == "anon")
      return {};
    Result.Structs.push_back(Name);
    auto Known = Described.find(Name);
    if (Known != Described.end()) {
      append_range(Result.Structs, Known->second.Typedefs);
      Type = Known->second.Type;
    }
  }
  const StructLayout &Layout =
      *M.getDataLayout().getStructLayout(const_cast<StructType *>(&Struct));
  const uint64_t Begin = Layout.getElementOffsetInBits(Index);
  const uint64_t Size =
      M.getDataLayout().getTypeSizeInBits(Struct.getElementType(Index));
  const DIDerivedType *Member =
      Type ? memberIn(*Type, Begin, Begin + Size) : nullptr;
  const DICompositeType *Nameless = Member ? namelessType(*Member) : nullptr;
  // The members of a union share their bytes, and so whatever is said of them.
  if (Nameless && isUnion(*Nameless))
    collectMembers(*Nameless, Result.Members);
  else if (Member && !Nameless)
    Result.Members.push_back(Member->getName());
  Visit(Result);
  if (!Nameless || isUnion(*Nameless))
    return {};
  return {Nameless, Result.Structs};
}

FieldNames::Inside FieldNames::follow(const GEPOperator &GEP,
                                      Visitor Visit) const {
  Inside Place;
  if (auto *Before = dyn_cast<GEPOperator>(GEP.getPointerOperand()))
    Place = follow(*Before, [](const FieldName &) {});
  for (auto Step = gep_type_begin(GEP), End = gep_type_end(GEP); Step != End;
       ++Step)
    if (const StructType *Struct = Step.getStructTypeOrNull())
      Place = step(*Struct,
                   cast<ConstantInt>(Step.getOperand())->getZExtValue(), Place,
                   Visit);
  return Place;
}

void FieldNames::forEachStep(const GEPOperator &GEP, Visitor Visit) const {
  follow(GEP, Visit);
}

void FieldNames::forEachMemberAt(const GlobalVariable &G, uint64_t Offset,
                                 Visitor Visit) const {
  const DataLayout &Layout = M.getDataLayout();
  Type *Around = G.getValueType();
  Inside Place;
  for (;;) {
    if (auto *Array = dyn_cast<ArrayType>(Around)) {
      Around = Array->getElementType();
      const uint64_t Size = Layout.getTypeAllocSize(Around);
      Offset = Size ? Offset % Size : 0;
      continue;
    }
    auto *Struct = dyn_cast<StructType>(Around);
    if (!Struct || Offset >= Layout.getTypeAllocSize(Struct))
      return;
    const StructLayout &Fields = *Layout.getStructLayout(Struct);
    const unsigned Index = Fields.getElementContainingOffset(Offset);
    Place = step(*Struct, Index, Place, Visit);
    Offset -= Fields.getElementOffset(Index);
    Around = Struct->getElementType(Index);
  }
}

void FieldNames::forEachUnionMember(Visitor Visit) const {
  for (const FieldName &Members : OfUnions)
    for (StringRef Member : Members.Members)
      Visit({Members.Structs, {Member}});
}

} // namespace ame

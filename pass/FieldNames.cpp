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
  for (const DIType *Type : Finder.types())
    if (const DICompositeType *Struct = structBehind(Type))
      if (!Struct->getName().empty() && !Struct->isForwardDecl())
        Described[NameOf[Struct] = qualifiedName(*Struct)].Type = Struct;
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
static StringRef memberIn(const DICompositeType &Struct, uint64_t Begin,
                          uint64_t End) {
  StringRef Found;
  for (const DINode *Element : Struct.getElements()) {
    auto *Member = dyn_cast<DIDerivedType>(Element);
    if (!Member || Member->getTag() != dwarf::DW_TAG_member ||
        Member->isStaticMember())
      continue;
    const uint64_t Offset = Member->getOffsetInBits();
    if (Offset < Begin || Offset >= End)
      continue;
    if (!Found.empty())
      return {};
    Found = Member->getName();
  }
  return Found;
}

ame::FieldName ame::FieldNames::nameOf(const StructType &Struct,
                                       unsigned Index) const {
  FieldName Result;
  if (!Struct.hasName())
    return Result;
  const StringRef Name = sourceName(Struct.getName());
  Result.Structs.push_back(Name);
  auto Known = Described.find(Name);
  if (Known == Described.end())
    return Result;
  append_range(Result.Structs, Known->second.Typedefs);
  const StructLayout &Layout =
      *M.getDataLayout().getStructLayout(const_cast<StructType *>(&Struct));
  const uint64_t Begin = Layout.getElementOffsetInBits(Index);
  const uint64_t Size =
      M.getDataLayout().getTypeSizeInBits(Struct.getElementType(Index));
  if (Known->second.Type)
    Result.Member = memberIn(*Known->second.Type, Begin, Begin + Size);
  return Result;
}

void ame::FieldNames::forEachStep(
    const GEPOperator &GEP, function_ref<void(const FieldName &)> Visit) const {
  for (auto Step = gep_type_begin(GEP), End = gep_type_end(GEP); Step != End;
       ++Step)
    if (const StructType *Struct = Step.getStructTypeOrNull())
      Visit(nameOf(*Struct,
                   cast<ConstantInt>(Step.getOperand())->getZExtValue()));
}

void ame::FieldNames::forEachMemberAt(
    const GlobalVariable &G, uint64_t Offset,
    function_ref<void(const FieldName &)> Visit) const {
  const DataLayout &Layout = M.getDataLayout();
  Type *Around = G.getValueType();
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
    Visit(nameOf(*Struct, Index));
    Offset -= Fields.getElementOffset(Index);
    Around = Struct->getElementType(Index);
  }
}

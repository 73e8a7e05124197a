//===- Annotations.cpp - Facts from the source, onto the IR ---------------===//
//
// clang turns __attribute__((annotate)) on a field into a call of
// llvm.ptr.annotation at every member access, and on functions and globals into
// rows of llvm.global.annotations. Strings that begin with "ame." are ours; one
// that nobody knows is an error, because a misspelled fact would otherwise be
// ignored without a word. Annotations of others stay as they are.
//
// On bit-fields clang drops the annotation; BitCounts.h has what there is instead.
//
//===----------------------------------------------------------------------===//
#include "Annotations.h"
#include "AnnotationCalls.h"
#include "BitCounts.h"
#include "CarriedFacts.h"
#include "CountKinds.h"
#include "Diagnostics.h"
#include "FieldAddresses.h"
#include "ListedFields.h"
#include "Marks.h"
#include "ame/annotations.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Utils/Mem2Reg.h"

using namespace llvm;

/// The fact that an annotation string names on a field or global.
static std::optional<ame::FieldFact> factFromAnnotation(StringRef Text) {
  for (StringRef Known : {AME_ANNOTATION_IMMUTABLE, AME_ANNOTATION_REFCOUNT,
                          AME_ANNOTATION_COUNTER, AME_ANNOTATION_THREADLOCAL,
                          AME_ANNOTATION_NOTRACK})
    if (Text == Known)
      return ame::factFromName(
          Text.drop_front(StringRef(AME_ANNOTATION_PREFIX).size()));
  return std::nullopt;
}

//===-- Functions and globals ---------------------------------------------===//

static StringRef attributeFromAnnotation(StringRef Text) {
  if (Text == AME_ANNOTATION_SAFE)
    return ame::SafeAttr;
  if (Text == AME_ANNOTATION_PURE)
    return ame::PureAttr;
  if (Text == AME_ANNOTATION_INEVITABLE)
    return ame::InevitableAttr;
  if (Text == AME_ANNOTATION_UNSAFE)
    return ame::UnsafeAttr;
  if (Text == AME_ANNOTATION_DEFER)
    return ame::DeferAttr;
  return {};
}

static void markWrapped(Function &Wrapper, StringRef WrappedName,
                        const ame::SourcePlace &Place) {
  // Not called in this module: nothing to replace here.
  Function *Wrapped = Wrapper.getParent()->getFunction(WrappedName);
  if (!Wrapped)
    return;
  if (Wrapped->getFunctionType() != Wrapper.getFunctionType())
    return ame::reportError(ame::Error::WrapperType, Wrapper, Place,
                            "AME_WRAP: '" + Wrapper.getName() +
                                "' must have the type of '" + WrappedName +
                                "', which it replaces");
  Wrapped->addFnAttr(ame::WrapAttr, Wrapper.getName());
}

/// The marks that exclude each other: each says what a call does.
static bool contradict(StringRef One, StringRef Other) {
  auto Decides = [](StringRef Attr) {
    return Attr == ame::PureAttr || Attr == ame::InevitableAttr ||
           Attr == ame::UnsafeAttr || Attr == ame::DeferAttr;
  };
  auto Risky = [](StringRef Attr) {
    return Attr == ame::InevitableAttr || Attr == ame::UnsafeAttr;
  };
  if (One == Other)
    return false;
  return (Decides(One) && Decides(Other)) ||
         (One == ame::SafeAttr && Risky(Other)) ||
         (Other == ame::SafeAttr && Risky(One));
}

bool ame::isFunctionAnnotation(StringRef Text) {
  StringRef Wrapped = Text;
  if (Wrapped.consume_front(AME_ANNOTATION_WRAP_PREFIX))
    return !Wrapped.empty();
  return !attributeFromAnnotation(Text).empty();
}

void ame::annotateFunction(Function &F, StringRef Text,
                           const SourcePlace &Place) {
  StringRef Wrapped = Text;
  if (Wrapped.consume_front(AME_ANNOTATION_WRAP_PREFIX))
    return markWrapped(F, Wrapped, Place);
  const StringRef Attr = attributeFromAnnotation(Text);
  if (Attr.empty())
    return reportError(
        Error::UnknownAnnotation, F, Place,
        "annotation '" + Text + "' on function '" + F.getName() +
            "' is not one of ame's for functions: use the macros of ame/ame.h");
  if (Attr == DeferAttr && !F.getReturnType()->isVoidTy())
    return reportError(Error::DeferredResult, F, Place,
                       "AME_DEFER: '" + F.getName() +
                           "' must return void: it runs at commit, after "
                           "its caller has gone on");
  for (StringRef Other :
       {PureAttr, InevitableAttr, UnsafeAttr, DeferAttr, SafeAttr})
    if (F.hasFnAttribute(Other) && contradict(Attr, Other))
      return reportError(Error::Contradiction, F, Place,
                         "function '" + F.getName() + "' is declared " +
                             Attr.drop_front(StringRef("ame-").size()) +
                             " here and " +
                             Other.drop_front(StringRef("ame-").size()) +
                             " elsewhere: keep one of them");
  F.addFnAttr(Attr);
}

void ame::annotateGlobal(GlobalVariable &G, StringRef Text,
                         const SourcePlace &Place) {
  Module &M = *G.getParent();
  std::optional<FieldFact> Fact = factFromAnnotation(Text);
  if (!Fact)
    return reportError(
        Error::UnknownAnnotation, M, Place,
        "annotation '" + Text + "' on '" + G.getName() +
            "' is not one of ame's for variables: use the macros of ame/ame.h");
  std::optional<FieldFact> Known = declaredFact(G);
  if (Known && Known != Fact)
    return reportError(Error::Contradiction, M, Place,
                       "'" + G.getName() + "' is declared " + factName(*Fact) +
                           " here and " + factName(*Known) +
                           " elsewhere: keep one of them");
  LLVMContext &Context = M.getContext();
  M.getOrInsertNamedMetadata(GlobalsMetadata)
      ->addOperand(MDNode::get(Context, {ValueAsMetadata::get(&G),
                                         MDString::get(Context, factName(*Fact))}));
}

/// Whether the row was ame's, and has been dealt with.
static bool readRow(const ConstantStruct &Row) {
  const StringRef Text = ame::annotationString(Row.getOperand(1));
  if (!Text.starts_with(AME_ANNOTATION_PREFIX))
    return false;
  const ame::SourcePlace Place = ame::annotationPlace(Row.getOperand(2), Row.getOperand(3));
  Value *Target = Row.getOperand(0)->stripPointerCasts();
  if (auto *F = dyn_cast<Function>(Target))
    ame::annotateFunction(*F, Text, Place);
  else if (auto *G = dyn_cast<GlobalVariable>(Target))
    ame::annotateGlobal(*G, Text, Place);
  return true;
}

/// Puts a table of the kept rows in the place of the old one.
static void replaceTable(GlobalVariable &Table, ArrayRef<Constant *> Kept) {
  if (!Kept.empty()) {
    auto *Type = ArrayType::get(Kept.front()->getType(), Kept.size());
    auto *Rest = new GlobalVariable(*Table.getParent(), Type, false,
                                    GlobalValue::AppendingLinkage,
                                    ConstantArray::get(Type, Kept));
    Rest->setSection(Table.getSection());
    Rest->takeName(&Table);
  }
  Constant *Rows = Table.getInitializer();
  Table.eraseFromParent();
  Rows->destroyConstant();
}

void ame::readGlobalAnnotations(Module &M) {
  GlobalVariable *Table = M.getNamedGlobal("llvm.global.annotations");
  if (!Table || !Table->hasInitializer())
    return;
  auto *Rows = dyn_cast<ConstantArray>(Table->getInitializer());
  if (!Rows)
    return;
  SmallVector<Constant *, 16> Kept;
  for (const Use &Row : Rows->operands()) {
    auto *Fields = dyn_cast<ConstantStruct>(Row);
    if (!Fields || !readRow(*Fields))
      Kept.push_back(cast<Constant>(Row));
  }
  if (Kept.size() == Rows->getNumOperands())
    return;
  replaceTable(*Table, Kept);
  for (Function &F : M)
    F.removeDeadConstantUsers();
  for (GlobalVariable &G : M.globals())
    G.removeDeadConstantUsers();
}

//===-- Fields ------------------------------------------------------------===//

static bool isOurs(const Instruction &I) {
  auto *Call = dyn_cast<IntrinsicInst>(&I);
  return Call && Call->getIntrinsicID() == Intrinsic::ptr_annotation &&
         ame::annotationString(Call->getArgOperand(1)).starts_with(AME_ANNOTATION_PREFIX);
}

static SmallVector<CallBase *, 32> fieldAnnotations(Module &M) {
  SmallVector<CallBase *, 32> Result;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (isOurs(I))
        Result.push_back(cast<CallBase>(&I));
  return Result;
}

/// SROA would make loads and stores of what a struct assignment copies, which no
/// longer know that some of the bytes are a count (CountCopies.h).
static bool copiesMemory(const Function &F) {
  return any_of(instructions(F),
                [](const Instruction &I) { return isa<MemIntrinsic>(I); });
}

static bool pointsToFact(const Function &F, unsigned Index) {
  return F.getAttributeAtIndex(Index, ame::PointsAttr).isValid();
}

/// In functions whose arguments, or the results of whose calls, are declared to be
/// addresses with a fact.
static SmallVector<Instruction *, 8> usersOfDeclaredPointers(Module &M) {
  SmallVector<Instruction *, 8> Result;
  for (Function &F : M) {
    if (pointsToFact(F, AttributeList::ReturnIndex))
      for (User *U : F.users())
        if (isa<CallBase>(U))
          Result.push_back(cast<Instruction>(U));
    if (!F.isDeclaration() && any_of(F.args(), [&](const Argument &A) {
          return pointsToFact(F, AttributeList::FirstArgIndex + A.getArgNo());
        }))
      Result.push_back(&F.getEntryBlock().front());
  }
  return Result;
}

/// Lets facts reach accesses through pointers that are kept in locals. Not at
/// -O0, where FieldAddresses sees through simple cases by itself.
static void promoteLocals(ArrayRef<Instruction *> Sources,
                          FunctionAnalysisManager &FAM) {
  SmallPtrSet<Function *, 16> Done;
  for (Instruction *Source : Sources) {
    Function &F = *Source->getFunction();
    if (F.hasOptNone() || !Done.insert(&F).second)
      continue;
    FAM.invalidate(F, copiesMemory(F)
                          ? PromotePass().run(F, FAM)
                          : SROAPass(SROAOptions::PreserveCFG).run(F, FAM));
  }
}

/// Bytes of the field whose address the value is; 0: not known.
static unsigned declaredSize(const Value *Address) {
  auto *GEP = dyn_cast<GEPOperator>(Address);
  const Type *Field = GEP ? GEP->getResultElementType() : nullptr;
  return Field ? unsigned(Field->getPrimitiveSizeInBits().getFixedValue() / 8)
               : 0;
}

/// A field may have several annotations: clang nests the calls.
static MDNode *markOfCount(const CallBase &Annotation, ame::FieldFact Fact) {
  ame::CountDetails Details;
  Details.Fact = Fact;
  const Value *Address = &Annotation;
  while (auto *Call = dyn_cast<CallBase>(Address)) {
    if (!isOurs(*Call))
      break;
    ame::readCountProperty(*Call, Details);
    Address = Call->getArgOperand(0);
  }
  Details.DeclaredSize = declaredSize(Address);
  return ame::countMark(Annotation.getContext(), Details);
}

static const Value &annotatedAddress(const CallBase &Annotation) {
  const Value *Address = &Annotation;
  while (auto *Call = dyn_cast<CallBase>(Address)) {
    if (!isOurs(*Call))
      break;
    Address = Call->getArgOperand(0);
  }
  return *Address;
}

/// Null after an error.
static MDNode *readField(const CallBase &Annotation) {
  const StringRef Text = ame::annotationString(Annotation.getArgOperand(1));
  const ame::SourcePlace Place =
      ame::annotationPlace(Annotation.getArgOperand(2), Annotation.getArgOperand(3));
  const Function &F = *Annotation.getFunction();
  std::optional<ame::FieldFact> Fact =
      Text.starts_with(AME_ANNOTATION_REFCOUNT ".")
          ? ame::FieldFact::RefCount : factFromAnnotation(Text);
  if (!Fact) {
    ame::reportError(ame::Error::UnknownAnnotation, F, Place,
                     "annotation '" + Text +
                         "' is not one of ame's for fields: use the macros of "
                         "ame/ame.h");
    return nullptr;
  }
  if (Annotation.getType()->getPointerAddressSpace() != 0) {
    ame::reportError(ame::Error::AddressSpace, F, Place,
                     "annotated field in a named address space: ame handles "
                     "the default address space only");
    return nullptr;
  }
  if (*Fact == ame::FieldFact::RefCount || *Fact == ame::FieldFact::Counter)
    return markOfCount(Annotation, *Fact);
  return ame::markOfFact(F.getContext(), *Fact);
}

void ame::markAnnotatedAccesses(Module &M, FunctionAnalysisManager &FAM,
                                SpecialCases &Cases, const BitCounts &Bits) {
  ListedFields Listed(M, Cases);
  SmallVector<Instruction *, 64> Sources = Listed.addresses();
  append_range(Sources, fieldAnnotations(M));
  append_range(Sources, Bits.addressesIn(M));
  append_range(Sources, usersOfDeclaredPointers(M));
  promoteLocals(Sources, FAM);
  // Promotion may have removed calls without users: look again.
  SmallVector<CallBase *, 32> Annotations = fieldAnnotations(M);
  FieldAddresses Addresses;
  for (CallBase *Annotation : Annotations)
    if (MDNode *Mark = readField(*Annotation)) {
      Listed.checkAgainst(*Annotation, *factOfMark(*Mark));
      Addresses.addAddress(*Annotation, Mark,
                           roomOfField(annotatedAddress(*Annotation), M.getDataLayout()));
    }
  Listed.addTo(Addresses);
  if (const NamedMDNode *Rows = M.getNamedMetadata(GlobalsMetadata))
    for (const MDNode *Row : Rows->operands())
      if (auto *G =
              mdconst::dyn_extract_or_null<GlobalVariable>(Row->getOperand(0)))
        Addresses.addAddress(
            *G, markOfFact(M.getContext(),
                           *factFromName(
                               cast<MDString>(Row->getOperand(1))->getString())));
  Addresses.addDeclared(M);
  Addresses.followReturns(M);
  Addresses.markAccesses(M);
  carryFacts(M, Addresses);
  for (CallBase *Annotation : Annotations) {
    Annotation->replaceAllUsesWith(Annotation->getArgOperand(0));
    Annotation->eraseFromParent();
  }
}

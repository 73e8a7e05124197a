//===- FieldCounts.cpp - Which accesses to annotated fields keep the fact -===//
//
// A plugin of the tests, loaded before ame's. After the optimiser and right
// before ame's late pass it puts a call at every load, store, memory intrinsic
// and count operation, with the address and with what the late pass is going to
// see: a mark on the access, another reason for no barrier, or nothing.
// field_counts.c finds out at run time, by the address alone, whether that was
// an annotated field.
//
// -field-counts-list=FILE: the fields, as `field:STRUCT.MEMBER=CLASS` lines.
// Where they lie is read from the debug information, which ame's facts play no
// part in. The module also reports its globals, and what it allocates.
//
//===----------------------------------------------------------------------===//
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace {

/// Registered when -fplugin= loads the file, before options are read.
cl::opt<std::string> ListFile("field-counts-list",
                              cl::desc("The annotated fields."));

/// What the late pass will see; the numbers are field_counts.c's.
enum Treatment { Barrier, Marked, OtherReason };

struct Entry {
  GlobPattern Struct, Member;
  std::string Class;
};

std::unique_ptr<MemoryBuffer> openList() {
  auto File = MemoryBuffer::getFile(ListFile);
  if (!File)
    report_fatal_error("-field-counts-list: cannot read the file");
  return std::move(*File);
}

/// The patterns refer to List's text.
std::vector<Entry> readList(const MemoryBuffer &List) {
  std::vector<Entry> Result;
  for (line_iterator Line(List, true, '#'); !Line.is_at_end(); ++Line) {
    StringRef Text = *Line;
    if (!Text.consume_front("field:"))
      continue;
    auto [Name, Class] = Text.split('=');
    if (Class.contains(':'))
      continue; // about what a pointer points to
    auto [Struct, Member] = Name.split('.');
    Result.push_back({cantFail(GlobPattern::create(Struct)),
                      cantFail(GlobPattern::create(Member)), Class.trim().str()});
  }
  return Result;
}

/// A listed field in a structure, at any depth.
struct Interval {
  uint64_t Offset, Size;
  bool Open; ///< an array at the end of its structure
  std::string Name; ///< "struct.member=class"
  bool operator<(const Interval &Other) const { return Offset < Other.Offset; }
};

/// Finds listed fields by debug information.
class Layouts {
public:
  explicit Layouts(const Module &M)
      : List(openList()), Entries(readList(*List)) {
    Finder.processModule(M);
    for (const DIType *T : Finder.types())
      if (auto *Name = dyn_cast<DIDerivedType>(T))
        if (Name->getTag() == dwarf::DW_TAG_typedef)
          if (auto *Struct = dyn_cast_or_null<DICompositeType>(Name->getBaseType()))
            Typedefs[Struct].push_back(Name->getName());
  }

  SmallVector<StringRef, 2> namesOf(const DICompositeType &Struct) const {
    SmallVector<StringRef, 2> Names = Typedefs.lookup(&Struct);
    if (!Struct.getName().empty())
      Names.push_back(Struct.getName());
    return Names;
  }

  void collect(const DIType *T, uint64_t At, std::vector<Interval> &To) const {
    while (auto *Derived = dyn_cast_or_null<DIDerivedType>(T)) {
      if (Derived->getTag() == dwarf::DW_TAG_pointer_type)
        return;
      T = Derived->getBaseType();
    }
    auto *Type = dyn_cast_or_null<DICompositeType>(T);
    if (!Type)
      return;
    if (Type->getTag() == dwarf::DW_TAG_array_type)
      collectElements(*Type, At, To);
    else if (Type->getTag() == dwarf::DW_TAG_structure_type)
      collectMembers(*Type, At, To);
  }

  DebugInfoFinder Finder;

private:
  void collectElements(const DICompositeType &Array, uint64_t At,
                       std::vector<Interval> &To) const {
    std::vector<Interval> One;
    collect(Array.getBaseType(), 0, One);
    const DIType *Element = Array.getBaseType();
    while (Element && !Element->getSizeInBits())
      Element = isa<DIDerivedType>(Element)
                    ? cast<DIDerivedType>(Element)->getBaseType()
                    : nullptr;
    if (One.empty() || !Element)
      return;
    const uint64_t Step = Element->getSizeInBits() / 8;
    for (uint64_t I = 0; I < Array.getSizeInBits() / 8 / Step; ++I)
      for (const Interval &Field : One)
        To.push_back(
            {At + I * Step + Field.Offset, Field.Size, Field.Open, Field.Name});
  }

  void collectMembers(const DICompositeType &Struct, uint64_t At,
                      std::vector<Interval> &To) const {
    const auto Names = namesOf(Struct);
    for (const DINode *Node : Struct.getElements()) {
      auto *Member = dyn_cast<DIDerivedType>(Node);
      if (!Member || Member->getTag() != dwarf::DW_TAG_member ||
          Member->isBitField())
        continue;
      const uint64_t Offset = At + Member->getOffsetInBits() / 8;
      if (const Entry *Found = entryOf(Names, Member->getName()))
        To.push_back({Offset, Member->getSizeInBits() / 8, isOpen(*Member, Struct),
                      (Names.back() + "." + Member->getName() + "=" + Found->Class)
                          .str()});
      else
        collect(Member->getBaseType(), Offset, To);
    }
  }

  /// An array at the structure's end goes on to the block's.
  static bool isOpen(const DIDerivedType &Member, const DICompositeType &Struct) {
    auto *Array = dyn_cast_or_null<DICompositeType>(Member.getBaseType());
    const bool Last = Member.getOffsetInBits() + Member.getSizeInBits() + 64 >
                      Struct.getSizeInBits();
    return Last && Array && Array->getTag() == dwarf::DW_TAG_array_type;
  }

  const Entry *entryOf(ArrayRef<StringRef> Names, StringRef Member) const {
    for (const Entry &E : Entries)
      for (StringRef Name : Names)
        if (E.Struct.match(Name) && E.Member.match(Member))
          return &E;
    return nullptr;
  }

  const std::unique_ptr<MemoryBuffer> List;
  const std::vector<Entry> Entries;
  DenseMap<const DICompositeType *, SmallVector<StringRef, 2>> Typedefs;
};

class CountFieldsPass : public PassInfoMixin<CountFieldsPass> {
public:
  PreservedAnalyses run(Module &Of, ModuleAnalysisManager &) {
    M = &Of;
    LLVMContext &C = M->getContext();
    Pointer = PointerType::getUnqual(C);
    Word = Type::getInt64Ty(C);
    Small = Type::getInt32Ty(C);
    Layouts Known(*M);
    for (Function &F : *M)
      if (!F.isDeclaration())
        instrument(F);
    reportLayouts(Known);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }

private:
  FunctionCallee question(StringRef Name, ArrayRef<Type *> Arguments) {
    FunctionCallee Callee = M->getOrInsertFunction(
        Name, FunctionType::get(Type::getVoidTy(M->getContext()), Arguments, false));
    // ame calls it as it is.
    cast<Function>(Callee.getCallee())->addFnAttr("ame-pure");
    return Callee;
  }

  Treatment treatmentOf(const Instruction &I, const Value *Address) const {
    if (I.getMetadata("ame.field"))
      return Marked;
    const Value *Object = getUnderlyingObject(Address, 16);
    auto *G = dyn_cast<GlobalVariable>(Object);
    return isa<AllocaInst>(Object) || (G && G->isConstant()) ? OtherReason
                                                             : Barrier;
  }

  void ask(Instruction &I, Value *Address, Value *Size, bool Write,
           Treatment How) {
    if (Address->getType()->getPointerAddressSpace() != 0)
      return;
    IRBuilder<> B(&I);
    B.SetCurrentDebugLocation(I.getDebugLoc());
    B.CreateCall(
        question("field_counts_access", {Pointer, Word, Small, Small, Pointer}),
        {Address, Size, B.getInt32(Write), B.getInt32(How), text(placeOf(I))});
  }

  /// "function:line", that of the source where it was inlined from.
  static std::string placeOf(const Instruction &I) {
    const DebugLoc &At = I.getDebugLoc();
    std::string Place = I.getFunction()->getName().str();
    if (!At)
      return Place + ":?";
    auto *Scope = cast<DILocalScope>(At.getScope())->getSubprogram();
    const std::string Inner = Scope ? Scope->getName().str() : "?";
    if (Inner != Place)
      Place = Inner + "@" + Place;
    return Place + ":" + std::to_string(At.getLine());
  }

  void instrumentAccess(Instruction &I) {
    const DataLayout &Layout = M->getDataLayout();
    auto Size = [&](Type *T) {
      return ConstantInt::get(Word, Layout.getTypeStoreSize(T).getFixedValue());
    };
    if (auto *Load = dyn_cast<LoadInst>(&I)) {
      Value *At = Load->getPointerOperand();
      ask(I, At, Size(Load->getType()), false, treatmentOf(I, At));
    } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
      Value *At = Store->getPointerOperand();
      ask(I, At, Size(Store->getValueOperand()->getType()), true,
          treatmentOf(I, At));
    } else if (auto *Memory = dyn_cast<MemIntrinsic>(&I)) {
      IRBuilder<> B(&I);
      Value *Length = B.CreateZExtOrTrunc(Memory->getLength(), Word);
      ask(I, Memory->getRawDest(), Length, true,
          treatmentOf(I, Memory->getRawDest()));
      if (auto *Transfer = dyn_cast<MemTransferInst>(&I))
        ask(I, Transfer->getRawSource(), Length, false,
            treatmentOf(I, Transfer->getRawSource()));
    }
  }

  /// Functions of ame that treat an address as a count; all others that take
  /// one treat it as ordinary memory.
  void instrumentCall(CallInst &Call) {
    const Function *Callee = Call.getCalledFunction();
    const StringRef Name = Callee ? Callee->getName() : "";
    IRBuilder<> B(Call.getNextNode());
    if (Name.starts_with("__ame_refcount_") || Name.starts_with("__ame_counter_"))
      ask(Call, Call.getArgOperand(0), B.getInt64(1),
          !Name.contains("_load"), Marked);
    else if (Name == "__ame_count_copy" || Name == "__ame_count_fill")
      ask(Call, Call.getArgOperand(0), Call.getArgOperand(2), true, Marked);
    else if (Name == "__ame_count_take")
      ask(Call, Call.getArgOperand(0), Call.getArgOperand(1), true, Barrier);
    Value *Size = nullptr;
    if (Name == "malloc")
      Size = Call.getArgOperand(0);
    else if (Name == "realloc" || Name == "aligned_alloc")
      Size = Call.getArgOperand(1);
    else if (Name == "calloc")
      Size = B.CreateMul(Call.getArgOperand(0), Call.getArgOperand(1));
    if (!Size || !Callee->isDeclaration())
      return;
    if (Name == "realloc")
      B.CreateCall(question("field_counts_moved", {Pointer, Word, Pointer}),
                   {&Call, Size, Call.getArgOperand(0)});
    else
      B.CreateCall(question("field_counts_allocated", {Pointer, Word}),
                   {&Call, Size});
  }

  void instrument(Function &F) {
    SmallVector<Instruction *, 64> Accesses;
    for (Instruction &I : instructions(F))
      if (isa<LoadInst, StoreInst, MemIntrinsic>(I) ||
          (isa<CallInst>(I) && !isa<IntrinsicInst>(I) &&
           !cast<CallInst>(I).isMustTailCall()))
        Accesses.push_back(&I);
    for (Instruction *I : Accesses)
      if (auto *Call = dyn_cast<CallInst>(I); Call && !isa<MemIntrinsic>(I))
        instrumentCall(*Call);
      else
        instrumentAccess(*I);
  }

  // --- what lies where -------------------------------------------------------
  Constant *text(StringRef Text) {
    Constant *&Known = Texts[Text];
    if (!Known) {
      Constant *Bytes = ConstantDataArray::getString(M->getContext(), Text);
      Known = new GlobalVariable(*M, Bytes->getType(), true,
                                 GlobalValue::PrivateLinkage, Bytes);
    }
    return Known;
  }

  /// {offset, size, name} of each field; size 0: to the end of the block.
  Constant *table(const std::vector<Interval> &Fields) {
    auto *Row = StructType::get(Word, Word, Pointer);
    std::vector<Constant *> Rows;
    for (const Interval &Field : Fields) {
      const bool ToTheEnd = Field.Open && &Field == &Fields.back();
      Rows.push_back(ConstantStruct::get(
          Row, {ConstantInt::get(Word, Field.Offset),
                ConstantInt::get(Word, ToTheEnd ? 0 : Field.Size),
                text(Field.Name)}));
    }
    auto *All = ConstantArray::get(ArrayType::get(Row, Rows.size()), Rows);
    return new GlobalVariable(*M, All->getType(), true,
                              GlobalValue::PrivateLinkage, All);
  }

  /// A constructor registers the layouts by name and the globals by address.
  void reportLayouts(const Layouts &Known) {
    auto *Constructor = Function::Create(
        FunctionType::get(Type::getVoidTy(M->getContext()), false),
        GlobalValue::InternalLinkage, "field_counts_layouts", M);
    Constructor->addFnAttr("ame-pure");
    IRBuilder<> B(BasicBlock::Create(M->getContext(), "", Constructor));
    FunctionCallee Layout =
        question("field_counts_layout", {Pointer, Word, Pointer, Word});
    for (const DIType *T : Known.Finder.types()) {
      auto *Struct = dyn_cast<DICompositeType>(T);
      if (!Struct || Struct->getTag() != dwarf::DW_TAG_structure_type)
        continue;
      auto Fields = fieldsOf(Known, Struct);
      if (Fields.empty())
        continue;
      Constant *Table = table(Fields);
      for (StringRef Name : Known.namesOf(*Struct))
        B.CreateCall(Layout, {text(Name), B.getInt64(Struct->getSizeInBits() / 8),
                              Table, B.getInt64(Fields.size())});
    }
    FunctionCallee Global =
        question("field_counts_global", {Pointer, Word, Pointer, Word});
    for (GlobalVariable &G : M->globals()) {
      SmallVector<DIGlobalVariableExpression *, 1> Descriptions;
      G.getDebugInfo(Descriptions);
      if (G.isDeclaration() || G.isThreadLocal() || Descriptions.empty())
        continue;
      auto Fields = fieldsOf(Known, Descriptions[0]->getVariable()->getType());
      const uint64_t Size =
          M->getDataLayout().getTypeAllocSize(G.getValueType()).getFixedValue();
      B.CreateCall(Global, {&G, B.getInt64(Size),
                            Fields.empty() ? ConstantPointerNull::get(Pointer)
                                           : table(Fields),
                            B.getInt64(Fields.size())});
    }
    B.CreateRetVoid();
    appendToGlobalCtors(*M, Constructor, 101);
  }

  static std::vector<Interval> fieldsOf(const Layouts &Known, const DIType *T) {
    std::vector<Interval> Fields;
    Known.collect(T, 0, Fields);
    llvm::sort(Fields);
    return Fields;
  }

  Module *M = nullptr;
  PointerType *Pointer = nullptr;
  Type *Word = nullptr, *Small = nullptr;
  StringMap<Constant *> Texts;
};

} // namespace

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "field-counts", LLVM_VERSION_STRING,
          [](PassBuilder &PB) {
            PB.registerOptimizerLastEPCallback(
                [&PB](ModulePassManager &MPM, auto &&...) {
                  // The late pass's first step: what is a mark then, it will see.
                  cantFail(PB.parsePassPipeline(MPM, "ame-facts"));
                  MPM.addPass(CountFieldsPass());
                });
          }};
}

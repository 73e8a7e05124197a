//===- AccessOracle.cpp - Asks the runtime about every access -------------===//
//
// A plugin of the tests, loaded after ame's. On the final IR it puts a call at
// every load, store, atomic and memory intrinsic of every function, whatever
// ame thought of it; oracle_runtime.c judges at run time whether the bytes were
// covered. It uses nothing of ame's analyses, only what the programmer declared:
// the facts in !ame.field and !ame.globals, and the functions marked as called
// plainly (AME_PURE and the like), which it leaves alone.
//
// To see that it finds a hole in the pass: ORACLE_DROP=N in the environment takes
// the Nth barrier of each module away, as if the pass had forgotten it.
//
//===----------------------------------------------------------------------===//
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace {

/// The numbers are oracle_runtime.c's.
enum Fact { Shared, Immutable, ThreadLocal, NoTrack };

Fact factNamed(StringRef Name) {
  if (Name == "immutable")
    return Immutable;
  if (Name == "threadlocal")
    return ThreadLocal;
  // Counts are judged by the functions that change them.
  if (Name == "notrack" || Name == "refcount" || Name == "counter")
    return NoTrack;
  return Shared;
}

Fact factIn(const MDNode *Node, unsigned Operand) {
  if (!Node || Node->getNumOperands() <= Operand)
    return Shared;
  auto *Name = dyn_cast<MDString>(Node->getOperand(Operand));
  return Name ? factNamed(Name->getString()) : Shared;
}

class OraclePass : public PassInfoMixin<OraclePass> {
public:
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    unsigned Dropped = 0;
    const char *Wanted = getenv("ORACLE_DROP");
    if (Wanted && !StringRef(Wanted).getAsInteger(10, Dropped))
      dropBarrier(M, Dropped);
    collectGlobals(M);
    Type *Void = Type::getVoidTy(M.getContext());
    Type *Pointer = PointerType::getUnqual(M.getContext());
    Type *Word = Type::getInt64Ty(M.getContext());
    Type *Small = Type::getInt32Ty(M.getContext());
    Read = M.getOrInsertFunction("ame_oracle_read", Void, Pointer, Word, Small,
                                 Pointer);
    Write = M.getOrInsertFunction("ame_oracle_write", Void, Pointer, Word,
                                  Small, Pointer);
    for (Function &F : M)
      if (!F.isDeclaration() && isChecked(F))
        instrument(F);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }

private:
  /// Calls that only protect an access; what is inlined goes to its slow path
  /// with one of these.
  static bool isBarrier(const CallBase &Call) {
    const Function *Callee = Call.getCalledFunction();
    StringRef Name = Callee ? Callee->getName() : "";
    return Name.consume_front("__ame_") &&
           ((Name.starts_with("write") && Name != "write_bits") || Name == "read1" || Name == "read2" ||
            Name == "read4" || Name == "read8" || Name == "read_range");
  }

  static void drop(CallBase &Call) {
    IRBuilder<> B(&Call);
    const StringRef Name = Call.getCalledFunction()->getName();
    unsigned Bytes = 0;
    if (!Call.getType()->isVoidTy() && !Name.take_back(1).getAsInteger(10, Bytes))
      Call.replaceAllUsesWith(B.CreateZExt(
          B.CreateLoad(B.getIntNTy(Bytes * 8), Call.getArgOperand(0)),
          Call.getType()));
    Call.eraseFromParent();
  }

  static void dropBarrier(Module &M, unsigned Number) {
    for (Function &F : M)
      for (Instruction &I : instructions(F))
        if (auto *Call = dyn_cast<CallBase>(&I))
          if (isBarrier(*Call) && --Number == 0) {
            errs() << "oracle: without a barrier of " << F.getName() << ":" << I
                   << "\n";
            return drop(*Call);
          }
  }

  static bool isChecked(const Function &F) {
    for (StringRef Declared : {"ame-pure", "ame-inevitable", "ame-unsafe",
                               "ame-stub"})
      if (F.hasFnAttribute(Declared))
        return false;
    return !F.hasFnAttribute(Attribute::Naked) &&
           !F.getName().starts_with("ame_oracle_");
  }

  void collectGlobals(Module &M) {
    Globals.clear();
    if (NamedMDNode *All = M.getNamedMetadata("ame.globals"))
      for (const MDNode *Node : All->operands())
        if (Node->getNumOperands() == 2)
          if (auto *G = mdconst::dyn_extract_or_null<GlobalVariable>(
                  Node->getOperand(0)))
            Globals[G] = factIn(Node, 1);
  }

  Fact factOf(const Instruction &I, const Value *Address) {
    if (Fact Declared = factIn(I.getMetadata("ame.field"), 0))
      return Declared;
    auto *G = dyn_cast<GlobalVariable>(getUnderlyingObject(Address));
    return G ? Globals.lookup(G) : Shared;
  }

  Constant *site(Instruction &I) {
    std::string Text;
    raw_string_ostream Out(Text);
    Out << I.getFunction()->getName();
    if (const DebugLoc &Place = I.getDebugLoc())
      Out << " line " << Place.getLine();
    Out << ":" << I;
    Constant *&Site = Sites[Text];
    if (!Site) {
      Module &M = *I.getModule();
      Constant *Bytes = ConstantDataArray::getString(M.getContext(), Text);
      Site = new GlobalVariable(M, Bytes->getType(), true,
                                GlobalValue::PrivateLinkage, Bytes);
    }
    return Site;
  }

  void ask(IRBuilder<> &B, FunctionCallee Question, Instruction &I,
           Value *Address, Value *Size) {
    if (Address->getType()->getPointerAddressSpace() != 0)
      return;
    B.SetCurrentDebugLocation(I.getDebugLoc());
    B.CreateCall(Question, {Address, Size, B.getInt32(factOf(I, Address)),
                            site(I)});
  }

  Value *sizeOf(IRBuilder<> &B, Instruction &I, Type *T) {
    return B.getInt64(
        I.getModule()->getDataLayout().getTypeStoreSize(T).getFixedValue());
  }

  /// A load is judged after it: its barrier may come on either side.
  void instrument(Function &F) {
    SmallVector<Instruction *, 64> Accesses;
    for (Instruction &I : instructions(F))
      if (isa<LoadInst, StoreInst, AtomicRMWInst, AtomicCmpXchgInst,
              MemIntrinsic>(I))
        Accesses.push_back(&I);
    for (Instruction *I : Accesses) {
      IRBuilder<> Before(I);
      if (auto *Load = dyn_cast<LoadInst>(I)) {
        IRBuilder<> After(I->getNextNode());
        ask(After, Read, *I, Load->getPointerOperand(),
            sizeOf(After, *I, Load->getType()));
      } else if (auto *Store = dyn_cast<StoreInst>(I)) {
        ask(Before, Write, *I, Store->getPointerOperand(),
            sizeOf(Before, *I, Store->getValueOperand()->getType()));
      } else if (auto *Update = dyn_cast<AtomicRMWInst>(I)) {
        ask(Before, Write, *I, Update->getPointerOperand(),
            sizeOf(Before, *I, Update->getType()));
      } else if (auto *Swap = dyn_cast<AtomicCmpXchgInst>(I)) {
        ask(Before, Write, *I, Swap->getPointerOperand(),
            sizeOf(Before, *I, Swap->getNewValOperand()->getType()));
      } else if (auto *Memory = dyn_cast<MemIntrinsic>(I)) {
        Value *Size =
            Before.CreateZExtOrTrunc(Memory->getLength(), Before.getInt64Ty());
        ask(Before, Write, *I, Memory->getRawDest(), Size);
        if (auto *Transfer = dyn_cast<MemTransferInst>(I))
          ask(Before, Read, *I, Transfer->getRawSource(), Size);
      }
    }
  }

  DenseMap<const GlobalVariable *, Fact> Globals;
  StringMap<Constant *> Sites;
  FunctionCallee Read, Write;
};

} // namespace

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "ame-oracle", LLVM_VERSION_STRING,
          [](PassBuilder &PB) {
            PB.registerOptimizerLastEPCallback(
                [](ModulePassManager &MPM, auto &&...) {
                  MPM.addPass(OraclePass());
                });
            PB.registerPipelineParsingCallback(
                [](StringRef Name, ModulePassManager &MPM,
                   ArrayRef<PassBuilder::PipelineElement>) {
                  if (Name != "ame-oracle")
                    return false;
                  MPM.addPass(OraclePass());
                  return true;
                });
          }};
}

//===- TransactionBoundary.cpp - Where transactions begin and end ---------===//
//
// Shared locals keep their stack slots for the whole call: their lifetime
// markers go, because a slot used by two locals in turn could be half in the
// snapshot. The function is never inlined afterwards: in another frame the
// list would lack that frame's shared locals.
//
//===----------------------------------------------------------------------===//
#include "TransactionBoundary.h"

#include "Diagnostics.h"
#include "Marks.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

static SmallVector<CallInst *, 8> collect(Function &F,
                                          bool (*Wanted)(const Instruction &)) {
  SmallVector<CallInst *, 8> Found;
  for (Instruction &I : instructions(F))
    if (Wanted(I))
      Found.push_back(cast<CallInst>(&I));
  return Found;
}

static void removeLifetimes(ArrayRef<AllocaInst *> Locals) {
  SmallVector<Instruction *, 8> Markers;
  for (AllocaInst *Local : Locals)
    for (User *U : Local->users())
      if (auto *Call = dyn_cast<IntrinsicInst>(U))
        if (Call->isLifetimeStartOrEnd())
          Markers.push_back(Call);
  for (Instruction *Marker : Markers)
    Marker->eraseFromParent();
}

/// Removes a local that is only stored to: stores and slot would be part of each
/// snapshot of the frame.
static void removeUnread(AllocaInst &Local) {
  SmallVector<Instruction *, 8> Users;
  for (User *U : Local.users()) {
    auto *I = cast<Instruction>(U);
    auto *Store = dyn_cast<StoreInst>(I);
    if (!(Store && Store->getPointerOperand() == &Local && Store->isSimple() &&
          Store->getValueOperand() != &Local) &&
        !I->isLifetimeStartOrEnd())
      return;
    Users.push_back(I);
  }
  for (Instruction *I : Users)
    I->eraseFromParent();
  Local.eraseFromParent();
}

/// The size of a local in bytes, at run time for arrays of variable length.
static Value *sizeOf(IRBuilder<> &B, AllocaInst &Local) {
  const DataLayout &Layout = Local.getModule()->getDataLayout();
  const uint64_t Element =
      Layout.getTypeAllocSize(Local.getAllocatedType()).getFixedValue();
  Value *Count = B.CreateZExtOrTrunc(Local.getArraySize(), B.getInt64Ty());
  return B.CreateMul(Count, B.getInt64(Element));
}

/// Fills Table with the {address, size} pairs of the locals that exist at
/// Enter; returns how many.
static size_t fillTable(IRBuilder<> &B, AllocaInst &Table,
                        ArrayRef<AllocaInst *> Shared, const CallInst &Enter,
                        const DominatorTree &Tree) {
  size_t Count = 0;
  for (AllocaInst *Local : Shared) {
    // One that is made inside the region does not exist after an abort.
    if (!Tree.dominates(Local, &Enter))
      continue;
    Type *Pair = cast<ArrayType>(Table.getAllocatedType())->getElementType();
    Value *Entry = B.CreateConstInBoundsGEP1_64(Pair, &Table, Count++);
    B.CreateStore(Local, B.CreateStructGEP(Pair, Entry, 0));
    B.CreateStore(sizeOf(B, *Local), B.CreateStructGEP(Pair, Entry, 1));
  }
  return Count;
}

/// What errors and statistics call a region: the name that the program gave, or
/// else its function (and line, with -g).
static Value *regionName(const CallInst &Enter) {
  Value *Given = Enter.getArgOperand(0);
  if (!isa<ConstantPointerNull>(Given))
    return Given;
  std::string Name = Enter.getFunction()->getName().str();
  if (const DebugLoc &Loc = Enter.getDebugLoc()) {
    if (const DISubprogram *Written = Loc->getScope()->getSubprogram())
      Name = Written->getName().str(); // it may have been inlined into this one
    Name += " at " + ame::describePlace(Enter);
  }
  Module &M = *const_cast<Module *>(Enter.getModule());
  Constant *Bytes = ConstantDataArray::getString(M.getContext(), Name);
  auto *Text = new GlobalVariable(M, Bytes->getType(), /*isConstant=*/true,
                                  GlobalValue::PrivateLinkage, Bytes,
                                  "ame.region");
  Text->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return Text;
}

static void belongsToNoLine(IRBuilder<> &B, const Function &F) {
  if (DISubprogram *Written = F.getSubprogram())
    B.SetCurrentDebugLocation(DILocation::get(F.getContext(), 0, 0, Written));
}

/// Those that are not certain to come in registers. (x86-64: six words, eight floating
/// point numbers.)
static SmallVector<Argument *, 8> argumentsOnTheStack(Function &F) {
  SmallVector<Argument *, 8> Found;
  unsigned Words = 6, Floats = 8;
  for (Argument &Given : F.args()) {
    Type *T = Given.getType();
    const bool IsFloat = T->isFloatTy() || T->isDoubleTy();
    const bool IsWord = T->isPointerTy() || (T->isIntegerTy() &&
                                             T->getIntegerBitWidth() <= 64);
    unsigned &Left = IsFloat ? Floats : Words;
    if (!IsFloat && !IsWord) // may be any number of either
      Words = Floats = 0;
    if (Left == 0)
      Found.push_back(&Given);
    else
      Left--;
  }
  return Found;
}

/// Code generation lets a local whose first value is an argument on the stack live where
/// the caller has put that: above the frame, outside of the snapshot. Not one that
/// something else has used before.
static void keepArgumentsInFrame(Function &F) {
  SmallSetVector<AllocaInst *, 8> Locals;
  for (Argument *Given : argumentsOnTheStack(F))
    for (User *U : Given->users())
      if (auto *Store = dyn_cast<StoreInst>(U))
        if (auto *Local = dyn_cast<AllocaInst>(
                Store->getPointerOperand()->stripInBoundsOffsets()))
          if (Local->isStaticAlloca())
            Locals.insert(Local);
  for (AllocaInst *Local : Locals) {
    IRBuilder<> B(Local->getNextNode());
    belongsToNoLine(B, F);
    CallInst *Use = B.CreateCall(
        InlineAsm::get(FunctionType::get(B.getVoidTy(), {B.getPtrTy()}, false), "",
                       "*m", /*hasSideEffects=*/true),
        {Local});
    Use->addParamAttr(0, Attribute::get(F.getContext(), Attribute::ElementType,
                                        Local->getAllocatedType()));
  }
}

/// rbx may be the base pointer of a function whose frame's size varies.
static bool hasFrameOfVaryingSize(const Function &F) {
  return any_of(instructions(F), [](const Instruction &I) {
    const auto *Local = dyn_cast<AllocaInst>(&I);
    return Local && !Local->isStaticAlloca();
  });
}

/// Functions that x86-64's code generator gives an ordinary prologue: it pushes the
/// registers that are used and that a callee must preserve, directly below the return
/// address.
static bool savesRegistersAsUsual(const Function &F) {
  return (F.getCallingConv() == CallingConv::C ||
          F.getCallingConv() == CallingConv::Fast) &&
         !F.doesNotReturn() && !F.hasFnAttribute(Attribute::Naked) &&
         !F.hasFnAttribute("no_callee_saved_registers") && !hasFrameOfVaryingSize(F);
}

/// The registers that a function has pushed do not change in its frame, so the
/// snapshot of the frame need not contain them; but how many there are is known only
/// after code generation. At its entry F now seems to use five of them, which
/// costs no instruction but their pushes. (Not rbp, which may be pushed above them: as
/// frame pointer it cannot be clobbered.) Returns how many bytes they take.
static int64_t pushSavedRegisters(Function &F) {
  if (!savesRegistersAsUsual(F))
    return 0;
  BasicBlock &Entry = F.getEntryBlock();
  IRBuilder<> B(&Entry, Entry.getFirstNonPHIOrDbgOrAlloca());
  belongsToNoLine(B, F);
  B.CreateCall(InlineAsm::get(FunctionType::get(B.getVoidTy(), false), "",
                              "~{rbx},~{r12},~{r13},~{r14},~{r15}",
                              /*hasSideEffects=*/true));
  return 5 * 8;
}

namespace ame {

void forgetRegionFlags(Function &F) {
  for (CallInst *Exit : collect(F, isRegionExit)) {
    Value *Flag = Exit->getArgOperand(0);
    Exit->setArgOperand(0, ConstantPointerNull::get(PointerType::getUnqual(
                               F.getContext())));
    if (auto *Local = dyn_cast<AllocaInst>(Flag))
      removeUnread(*Local);
  }
}

void lowerBoundaries(Function &F, RuntimeABI &ABI,
                     ArrayRef<AllocaInst *> Shared) {
  removeLifetimes(Shared);
  F.removeFnAttr(Attribute::AlwaysInline);
  F.removeFnAttr(Attribute::InlineHint);
  F.addFnAttr(Attribute::NoInline);
  DominatorTree Tree(F);

  IRBuilder<> Entry(&F.getEntryBlock(), F.getEntryBlock().begin());
  AllocaInst *Table = nullptr;
  if (!Shared.empty()) {
    Type *Pair = StructType::get(Entry.getPtrTy(), Entry.getInt64Ty());
    Table = Entry.CreateAlloca(ArrayType::get(Pair, Shared.size()), nullptr,
                               "ame.shared");
  }
  keepArgumentsInFrame(F);
  const int64_t Saved = pushSavedRegisters(F);
  for (CallInst *Enter : collect(F, isRegionEnter)) {
    IRBuilder<> B(Enter);
    const size_t Count =
        Table ? fillTable(B, *Table, Shared, *Enter, Tree) : 0;
    Value *Shares = Count ? static_cast<Value *>(Table)
                          : ConstantPointerNull::get(B.getPtrTy());
    Value *FrameTop = B.CreateIntrinsic(Intrinsic::addressofreturnaddress,
                                        {B.getPtrTy()}, {});
    FrameTop = B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), FrameTop, -Saved);
    CallInst *Begin =
        B.CreateCall(ABI.__ame_begin, {regionName(*Enter), FrameTop,
                                       Shares, B.getInt64(Count)});
    Begin->takeName(Enter);
    Enter->replaceAllUsesWith(Begin);
    Enter->eraseFromParent();
  }
  for (CallInst *Exit : collect(F, isRegionExit)) {
    IRBuilder<>(Exit).CreateCall(ABI.__ame_commit);
    Exit->eraseFromParent();
  }
}

} // namespace ame

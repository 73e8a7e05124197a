//===- InlineCounts.cpp - The hit path of the cache of deltas -------------===//
//
//     line = thread->counts + (address & mask)
//     line->address == address ? line->entry->delta += k : the runtime
//
// and for a decrement whose sign is tested:
//
//     d = line->entry->delta + k
//     *address + d > 0 ? store d, lenient = min(lenient, d); it is above zero
//                      : the runtime
//
// Outside transactions no line holds any address. The delta is read and written
// by its own thread only.
//
//===----------------------------------------------------------------------===//
#include "LLVMCompat.h"
#include "RuntimeABI.h"
#include "SimplifyCounts.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace {

class CountInliner {
public:
  CountInliner(Function &F, ame::RuntimeABI &ABI) : F(F), ABI(ABI) {}
  void addition(CallInst &Call);
  void test(CallInst &Call);

private:
  /// Ends the block before the call: on a hit goes to the returned builder's
  /// block, which has no terminator yet. Entry: the delta's entry there.
  BasicBlock *lookUp(CallInst &Call, Value *&Entry);
  Value *threadBlock();
  void finish(CallInst &Call, BasicBlock *Hit, Value *Result);

  Function &F;
  ame::RuntimeABI &ABI;
  Value *Thread = nullptr;
  BasicBlock *Miss = nullptr, *Done = nullptr;
};

} // namespace

Value *CountInliner::threadBlock() {
  if (!Thread) {
    IRBuilder<> Entry(&*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
    Entry.SetCurrentDebugLocation(DebugLoc());
    Thread = Entry.CreateThreadLocalAddress(ABI.ThreadBlock);
  }
  return Thread;
}

static MDNode *likely(LLVMContext &Context) {
  return MDBuilder(Context).createLikelyBranchWeights();
}

BasicBlock *CountInliner::lookUp(CallInst &Call, Value *&Entry) {
  Value *ThreadPointer = threadBlock();
  BasicBlock *Head = Call.getParent();
  Miss = SplitBlock(Head, Call.getIterator());
  Miss->setName("ame.count.miss");
  Done = SplitBlock(Miss, std::next(Call.getIterator()));
  Done->setName("ame.count.done");
  BasicBlock *Hit =
      BasicBlock::Create(F.getContext(), "ame.count.hit", &F, Miss);

  IRBuilder<> B(Head->getTerminator());
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  Value *Pointer = Call.getArgOperand(0);
  Value *Address = B.CreatePtrToInt(Pointer, B.getInt64Ty());
  Value *Lines = B.CreateLoad(
      B.getPtrTy(), B.CreateConstInBoundsGEP1_64(
                        B.getInt8Ty(), ThreadPointer,
                        offsetof(struct ame_thread, counts)));
  Value *Line = B.CreateGEP(B.getInt8Ty(), Lines,
                            B.CreateAnd(Address, AME_COUNT_LINE_MASK));
  Value *Known = B.CreateLoad(B.getInt64Ty(), Line);
  B.CreateCondBr(B.CreateICmpEQ(Known, Address), Hit, Miss,
                 likely(F.getContext()));
  Head->getTerminator()->eraseFromParent();

  B.SetInsertPoint(Hit);
  Entry = B.CreateLoad(B.getPtrTy(),
                       B.CreateConstInBoundsGEP1_64(
                           B.getInt8Ty(), Line,
                           offsetof(struct ame_count_line, entry)));
  return Hit;
}

void CountInliner::addition(CallInst &Call) {
  Value *Entry;
  BasicBlock *Hit = lookUp(Call, Entry);
  IRBuilder<> B(Hit);
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  Value *Delta = B.CreateLoad(B.getInt64Ty(), Entry);
  B.CreateStore(B.CreateAdd(Delta, Call.getArgOperand(1)), Entry);
  B.CreateBr(Done);
}

/// Bytes of the count, from the constant that describes it.
static unsigned sizeOf(const CallInst &Call) {
  auto *Kind = cast<GlobalVariable>(Call.getArgOperand(2));
  auto *Size = cast<ConstantInt>(
      cast<ConstantStruct>(Kind->getInitializer())->getOperand(0));
  return unsigned(Size->getZExtValue());
}

void CountInliner::test(CallInst &Call) {
  Value *Entry;
  BasicBlock *Hit = lookUp(Call, Entry);
  BasicBlock *Above = BasicBlock::Create(F.getContext(), "ame.count.above", &F, Miss);
  IRBuilder<> B(Hit);
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  const unsigned Size = sizeOf(Call);
  Value *Delta =
      B.CreateAdd(B.CreateLoad(B.getInt64Ty(), Entry), Call.getArgOperand(1));
  // Atomic: other threads merge into it.
  LoadInst *Count = B.CreateAlignedLoad(B.getIntNTy(Size * 8),
                                        Call.getArgOperand(0), Align(Size));
  Count->setAtomic(AtomicOrdering::Monotonic);
  Value *Now = B.CreateAdd(B.CreateSExt(Count, B.getInt64Ty()), Delta);
  B.CreateCondBr(B.CreateICmpSGT(Now, B.getInt64(0)), Above, Miss,
                 likely(F.getContext()));

  B.SetInsertPoint(Above);
  B.CreateStore(Delta, Entry);
  Value *Lenient =
      B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Entry,
                                   offsetof(struct ame_count_delta, lenient));
  B.CreateStore(B.CreateBinaryIntrinsic(
                    Intrinsic::smin, B.CreateLoad(B.getInt64Ty(), Lenient), Delta),
                Lenient);
  B.CreateBr(Done);
  finish(Call, Above, Now);
}

void CountInliner::finish(CallInst &Call, BasicBlock *From, Value *Result) {
  if (Call.use_empty())
    return;
  IRBuilder<> B(&Done->front());
  PHINode *Answer = B.CreatePHI(Call.getType(), 2);
  Call.replaceAllUsesWith(Answer);
  Answer->addIncoming(Result, From);
  Answer->addIncoming(&Call, Miss);
}

static bool hasConstantKind(const CallInst &Call) {
  auto *Kind = dyn_cast<GlobalVariable>(Call.getArgOperand(2));
  return Kind && Kind->hasInitializer() &&
         isa<ConstantStruct>(Kind->getInitializer());
}

/// Its answer is lenient: see __ame_refcount_add_test.
static bool isDecrement(const CallInst &Call) {
  auto *Delta = dyn_cast<ConstantInt>(Call.getArgOperand(1));
  return Delta && !Delta->getValue().isStrictlyPositive();
}

void ame::inlineCounts(Function &F, RuntimeABI &ABI) {
  if (F.hasOptNone() || F.hasMinSize())
    return;
  SmallVector<CallInst *, 16> Additions, Tests;
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallInst>(&I);
    const Value *Callee = Call ? Call->getCalledOperand() : nullptr;
    if (!Callee)
      continue;
    if (Callee == ABI.__ame_refcount_add.getCallee() ||
        Callee == ABI.__ame_counter_add.getCallee())
      Additions.push_back(Call);
    else if (Callee == ABI.__ame_refcount_add_test.getCallee() &&
             isDecrement(*Call) && hasConstantKind(*Call))
      Tests.push_back(Call);
  }
  CountInliner Inliner(F, ABI);
  for (CallInst *Call : Additions)
    Inliner.addition(*Call);
  for (CallInst *Call : Tests)
    Inliner.test(*Call);
}

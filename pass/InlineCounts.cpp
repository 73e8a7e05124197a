//===- InlineCounts.cpp - The hit path of the cache of deltas -------------===//
//
//     line = thread->counts + (address & mask)
//     line->address == address ? line->entry->delta += k : the runtime
//
// and for a decrement whose sign is tested:
//
//     d = line->entry->delta + k
//     d >= limit ? store d; it is above zero
//     d > floor  ? lenient = limit = d, store d; it is above zero
//                : the runtime
//
// Where the answer only decides a branch, the hit goes straight to its target.
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
  bool branchPast(CallInst &Call, BasicBlock *Above);
  void answer(CallInst &Call, BasicBlock *Above);

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
      B.getPtrTy(),
      B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), ThreadPointer,
                                   offsetof(struct ame_thread, counts)));
  Value *Line = B.CreateGEP(B.getInt8Ty(), Lines,
                            B.CreateAnd(Address, AME_COUNT_LINE_MASK));
  Value *Known = B.CreateLoad(B.getInt64Ty(), Line);
  B.CreateCondBr(B.CreateICmpEQ(Known, Address), Hit, Miss,
                 likely(F.getContext()));
  Head->getTerminator()->eraseFromParent();

  B.SetInsertPoint(Hit);
  Entry = B.CreateLoad(
      B.getPtrTy(),
      B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Line,
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

void CountInliner::test(CallInst &Call) {
  Value *Entry;
  BasicBlock *Hit = lookUp(Call, Entry);
  auto Block = [&](const char *Name) {
    return BasicBlock::Create(F.getContext(), Name, &F, Miss);
  };
  BasicBlock *Above = Block("ame.count.above"), *Low = Block("ame.count.low"),
             *Lower = Block("ame.count.lower");
  IRBuilder<> B(Hit);
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  auto Field = [&](size_t Offset) {
    return B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Entry, Offset);
  };
  auto Load = [&](size_t Offset) {
    return B.CreateLoad(B.getInt64Ty(), Field(Offset));
  };
  Value *Delta = B.CreateAdd(Load(offsetof(struct ame_count_delta, delta)),
                             Call.getArgOperand(1));
  B.CreateCondBr(
      B.CreateICmpSGE(Delta, Load(offsetof(struct ame_count_delta, limit))),
      Above, Low, likely(F.getContext()));

  B.SetInsertPoint(Low);
  B.CreateCondBr(
      B.CreateICmpSGT(Delta, Load(offsetof(struct ame_count_delta, floor))),
      Lower, Miss, likely(F.getContext()));

  B.SetInsertPoint(Lower);
  B.CreateStore(Delta, Field(offsetof(struct ame_count_delta, lenient)));
  B.CreateStore(Delta, Field(offsetof(struct ame_count_delta, limit)));
  B.CreateBr(Above);

  B.SetInsertPoint(Above);
  B.CreateStore(Delta, Entry);
  if (branchPast(Call, Above))
    return;
  B.CreateBr(Done);
  answer(Call, Above);
}

/// The comparison, if all that follows the call is it and its branch.
static ICmpInst *onlyComparison(CallInst &Call, BasicBlock &Done) {
  auto *Comparison =
      Call.hasOneUse() ? dyn_cast<ICmpInst>(Call.user_back()) : nullptr;
  auto *Branch = dyn_cast<BranchInst>(Done.getTerminator());
  const bool IsAll = Comparison && Branch && Branch->isConditional() &&
                     Branch->getCondition() == Comparison &&
                     Comparison->hasOneUse() &&
                     Comparison->getOperand(0) == &Call &&
                     isa<ConstantInt>(Comparison->getOperand(1)) &&
                     &*Done.getFirstNonPHIOrDbg() == Comparison &&
                     &*std::next(Comparison->getIterator()) == Branch;
  return IsAll ? Comparison : nullptr;
}

/// From the hit straight to where the program goes when the count is above
/// zero.
bool CountInliner::branchPast(CallInst &Call, BasicBlock *Above) {
  ICmpInst *Comparison = onlyComparison(Call, *Done);
  if (!Comparison)
    return false;
  const APInt &Limit = cast<ConstantInt>(Comparison->getOperand(1))->getValue();
  const bool Holds =
      ICmpInst::compare(APInt(64, 1), Limit, Comparison->getPredicate());
  BasicBlock *Target = Done->getTerminator()->getSuccessor(Holds ? 0 : 1);
  if (Target == Done)
    return false;
  for (PHINode &Phi : Target->phis())
    Phi.addIncoming(Phi.getIncomingValueForBlock(Done), Above);
  BranchInst::Create(Target, Above)->setDebugLoc(Call.getDebugLoc());
  return true;
}

/// Each comparison of the answer becomes one of two: known on the hit, as it
/// was behind the call.
void CountInliner::answer(CallInst &Call, BasicBlock *Above) {
  IRBuilder<> Front(&Done->front()), Behind(Miss->getTerminator());
  for (User *U : make_early_inc_range(Call.users())) {
    auto *Comparison = cast<ICmpInst>(U);
    auto *Limit = cast<ConstantInt>(Comparison->getOperand(1));
    const auto Predicate = Comparison->getPredicate();
    PHINode *Answer = Front.CreatePHI(Comparison->getType(), 2);
    Answer->addIncoming(Front.getInt1(ICmpInst::compare(
                            APInt(64, 1), Limit->getValue(), Predicate)),
                        Above);
    Answer->addIncoming(Behind.CreateICmp(Predicate, &Call, Limit), Miss);
    Comparison->replaceAllUsesWith(Answer);
    Comparison->eraseFromParent();
  }
}

static bool isOnlyCompared(const CallInst &Call) {
  return all_of(Call.users(), [&](const User *U) {
    auto *Comparison = dyn_cast<ICmpInst>(U);
    return Comparison && Comparison->getOperand(0) == &Call &&
           isa<ConstantInt>(Comparison->getOperand(1));
  });
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
             isDecrement(*Call) && isOnlyCompared(*Call))
      Tests.push_back(Call);
  }
  CountInliner Inliner(F, ABI);
  for (CallInst *Call : Additions)
    Inliner.addition(*Call);
  for (CallInst *Call : Tests)
    Inliner.test(*Call);
}

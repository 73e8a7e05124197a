//===- InlineCounts.cpp - The hit path of the cache of deltas -------------===//
//
//     line = thread->counts + (address & mask)
//     line->address == address ? line->slack += k : the runtime
//
// and for a decrement whose sign is tested:
//
//     (line->slack += k) >= 0 ? it is above zero
//     d = slack + limit, d > floor ? limit = d, slack = 0; it is above zero
//                                  : slack -= k; the runtime
//
// A count in a bit-field overflows soon. Increments need not look: sums wrap around in
// the end as they do step by step. But a test asks whether slack <= top, too (unsigned,
// so that one comparison does for both).
//
// The change and its test are one instruction that sets the flags. Where the
// answer only decides a branch, the hit goes straight to its target. Outside
// transactions no line holds any address. A line is read and written by its own
// thread only.
//
// Where the cache lies does not change in a transaction: code that runs in one
// only asks for it once, before its loops.
//
//===----------------------------------------------------------------------===//
#include "CountKinds.h"
#include "LLVMCompat.h"
#include "Marks.h"
#include "Options.h"
#include "RuntimeABI.h"
#include "SimplifyCounts.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
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
  /// Before any of these calls is inlined.
  void findCacheFor(ArrayRef<CallInst *> Calls);
  void addition(CallInst &Call);
  void test(CallInst &Call);

  /// Where a count is in the cache, and the block that a hit goes to, which has no
  /// terminator yet. The block before the call ends there.
  struct Line {
    BasicBlock *Hit;
    Value *Cache, *Offset, *Slack;
  };

private:
  Line lookUp(CallInst &Call);
  Value *threadBlock();
  Value *loadCache(Instruction *Before, const DebugLoc &Where);
  bool branchPast(CallInst &Call, BasicBlock *Above);
  void answer(CallInst &Call, BasicBlock *Above);

  Function &F;
  ame::RuntimeABI &ABI;
  Value *Thread = nullptr;
  Value *Cache = nullptr; ///< the same for all calls
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

static MDNode *unlikely(LLVMContext &Context) {
  return MDBuilder(Context).createUnlikelyBranchWeights();
}

Value *CountInliner::loadCache(Instruction *Before, const DebugLoc &Where) {
  Value *ThreadPointer = threadBlock();
  IRBuilder<> B(Before);
  B.SetCurrentDebugLocation(Where);
  Value *Address = B.CreateConstInBoundsGEP1_64(
      B.getInt8Ty(), ThreadPointer, offsetof(struct ame_thread, counts),
      "ame.counts.address");
  return B.CreateLoad(B.getPtrTy(), Address, "ame.counts");
}

void CountInliner::findCacheFor(ArrayRef<CallInst *> Calls) {
  const bool InTransaction =
      ame::isTransactional(F) && !ame::hasRegions(F) &&
      ame::readOptions().TransactionMode != ame::Mode::Always;
  if (!InTransaction || Calls.empty())
    return;
  const DominatorTree Tree(F);
  const LoopInfo Loops(Tree);
  BasicBlock *Place = nullptr;
  for (CallInst *Call : Calls) {
    BasicBlock *Here = Call->getParent();
    if (!Tree.isReachableFromEntry(Here))
      return;
    Place = Place ? Tree.findNearestCommonDominator(Place, Here) : Here;
  }
  while (const Loop *Around = Loops.getLoopFor(Place))
    Place = Tree.getNode(Around->getHeader())->getIDom()->getBlock();
  Instruction *Before = Place->getTerminator();
  for (CallInst *Call : Calls)
    if (Call->getParent() == Place && Call->comesBefore(Before))
      Before = Call;
  Cache = loadCache(Before, DebugLoc()); // of no call in particular
}

CountInliner::Line CountInliner::lookUp(CallInst &Call) {
  Value *Lines = Cache ? Cache : loadCache(&Call, Call.getDebugLoc());
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
  Value *Offset = B.CreateAnd(Address, AME_COUNT_LINE_MASK);
  Value *Line = B.CreateGEP(B.getInt8Ty(), Lines, Offset);
  Value *Known = B.CreateLoad(B.getInt64Ty(), Line);
  B.CreateCondBr(B.CreateICmpEQ(Known, Address), Hit, Miss,
                 likely(F.getContext()));
  Head->getTerminator()->eraseFromParent();

  B.SetInsertPoint(Hit);
  return {Hit, Lines, Offset,
          B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Line,
                                       offsetof(struct ame_count_line, slack))};
}

void CountInliner::addition(CallInst &Call) {
  const Line Here = lookUp(Call);
  IRBuilder<> B(Here.Hit);
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  Value *Slack = B.CreateLoad(B.getInt64Ty(), Here.Slack);
  B.CreateStore(B.CreateAdd(Slack, Call.getArgOperand(1)), Here.Slack);
  B.CreateBr(Done);
}

static Value *sideField(IRBuilder<> &B, const CountInliner::Line &Line, size_t Offset) {
  static_assert(sizeof(struct ame_count_side) == sizeof(struct ame_count_line));
  Value *Side = B.CreateGEP(B.getInt8Ty(), Line.Cache, Line.Offset);
  return B.CreateConstInBoundsGEP1_64(
      B.getInt8Ty(), Side, offsetof(struct ame_count_cache, sides) + Offset);
}

void CountInliner::test(CallInst &Call) {
  const Line Here = lookUp(Call);
  auto Block = [&](const char *Name) {
    return BasicBlock::Create(F.getContext(), Name, &F, Miss);
  };
  BasicBlock *Above = Block("ame.count.above"), *Low = Block("ame.count.low"),
             *Lower = Block("ame.count.lower"), *Back = Block("ame.count.back");
  IRBuilder<> B(Here.Hit);
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  Value *Change = Call.getArgOperand(1);
  Value *Slack = B.CreateAdd(B.CreateLoad(B.getInt64Ty(), Here.Slack), Change);
  B.CreateStore(Slack, Here.Slack);
  const bool IsBits = ame::countsBits(Call);
  Value *Top = IsBits ? sideField(B, Here, offsetof(struct ame_count_side, top)) : nullptr;
  Value *IsUnknown = // a negative one is above any top, too
      IsBits ? B.CreateICmpUGT(Slack, B.CreateLoad(B.getInt64Ty(), Top))
             : B.CreateIsNeg(Slack);
  B.CreateCondBr(IsUnknown, Low, Above, unlikely(F.getContext()));

  // Loaded again, so that the hit needs no register for it.
  B.SetInsertPoint(Low);
  Value *Below = B.CreateLoad(B.getInt64Ty(), Here.Slack);
  Value *Limits = B.CreateLoad(
      B.getPtrTy(), sideField(B, Here, offsetof(struct ame_count_side, limits)));
  auto Field = [&](size_t Offset) {
    return B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Limits, Offset);
  };
  Value *Limit = Field(offsetof(struct ame_count_limits, limit));
  Value *Floor = Field(offsetof(struct ame_count_limits, floor));
  Value *Delta = B.CreateAdd(B.CreateLoad(B.getInt64Ty(), Limit), Below);
  Value *IsLower = B.CreateICmpSGT(Delta, B.CreateLoad(B.getInt64Ty(), Floor));
  if (IsBits)
    IsLower = B.CreateAnd(IsLower, B.CreateIsNeg(Below));
  B.CreateCondBr(IsLower, Lower, Back, likely(F.getContext()));

  B.SetInsertPoint(Lower);
  B.CreateStore(Delta, Limit);
  B.CreateStore(B.getInt64(0), Here.Slack);
  if (IsBits)
    B.CreateStore(B.CreateSub(B.CreateLoad(B.getInt64Ty(), Top), Below), Top);
  B.CreateBr(Above);

  B.SetInsertPoint(Back);
  B.CreateStore(B.CreateSub(Below, Change), Here.Slack);
  B.CreateBr(Miss);

  B.SetInsertPoint(Above);
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

/// The runtime keeps slacks from overflowing where larger steps are taken.
static bool isSmallStep(const CallInst &Call) {
  const DataLayout &Layout = Call.getModule()->getDataLayout();
  static_assert(AME_COUNT_LARGEST_STEP > INT32_MAX);
  return ComputeMaxSignificantBits(Call.getArgOperand(1), Layout) <= 32;
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
    if ((Callee == ABI.__ame_refcount_add.getCallee() && isSmallStep(*Call)) ||
        Callee == ABI.__ame_counter_add.getCallee())
      Additions.push_back(Call);
    else if (Callee == ABI.__ame_refcount_add_test.getCallee() &&
             isDecrement(*Call) && isSmallStep(*Call) && isOnlyCompared(*Call))
      Tests.push_back(Call);
  }
  CountInliner Inliner(F, ABI);
  SmallVector<CallInst *, 32> Both(Additions.begin(), Additions.end());
  Both.append(Tests.begin(), Tests.end());
  Inliner.findCacheFor(Both);
  for (CallInst *Call : Additions)
    Inliner.addition(*Call);
  for (CallInst *Call : Tests)
    Inliner.test(*Call);
}

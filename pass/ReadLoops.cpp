//===- ReadLoops.cpp - Loops that only read -------------------------------===//
#include "ReadLoops.h"

#include "AddressFamilies.h"
#include "Options.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;
using ame::AddressFamily;
using ame::BarrierKind;

/// Fewer, all turns together, are not worth two calls: barriers of neighbours cost as
/// little (KnownStripes). Measured with unrolled sums of words: 100 take as long either
/// way.
static constexpr uint64_t FewestReads = 128;
/// Of a piece: while it runs the thread hears nobody.
static constexpr uint64_t PieceBytes = 1 << 16;
/// Of one loop.
static constexpr unsigned MostRanges = 4;

namespace {

/// What one family reads: [First, +Size) in the first turn.
struct ReadRange {
  Value *First;
  int64_t Size, Step;
};

/// A loop in numbers that are computed at the end of its preheader.
struct ReadLoop {
  BasicBlock *Header;
  Value *Again; ///< its turns after the first one
  uint64_t FewestAgain; ///< for which the copy is worth it
  SmallVector<ReadRange, MostRanges> Ranges;

  uint64_t longestStep() const {
    uint64_t Longest = 0;
    for (const ReadRange &Range : Ranges)
      Longest = std::max<uint64_t>(Longest, std::abs(Range.Step));
    return Longest;
  }
};

class ReadLoops {
public:
  ReadLoops(Function &F, const ame::PlannedBarriers &Planned,
            const ame::TransactionEnds &Ends, ame::RuntimeABI &ABI,
            ame::LoweringRemarks &Remarks)
      : F(F), Planned(Planned), Ends(Ends), ABI(ABI), Remarks(Remarks), Walks(F) {}

  void run() {
    MapVector<Loop *, SmallVector<Instruction *, 4>> Candidates;
    for (auto &[I, Kind] : Planned)
      if (Kind == BarrierKind::Read)
        if (Loop *L = Walks.Loops.getLoopFor(I->getParent()); L && L->isInnermost())
          Candidates[L].push_back(I);
    // What is known of the loops holds while none has been copied.
    SmallVector<ReadLoop, 2> Found;
    for (auto &[L, Reads] : Candidates)
      if (onlyReads(*L))
        if (auto Plan = plan(*L, Reads))
          Found.push_back(std::move(*Plan));
    for (const ReadLoop &Plan : Found)
      copyWithoutBarriers(Plan);
  }

private:
  bool onlyReads(const Loop &L) {
    return L.getLoopLatch() && L.getExitingBlock() == L.getLoopLatch() &&
           all_of(L.blocks(), [&](const BasicBlock *BB) {
             return all_of(*BB, [&](const Instruction &I) { return mayBeRepeated(I, L); });
           });
  }

  /// May happen with data that are not consistent, and again afterwards.
  bool mayBeRepeated(const Instruction &I, const Loop &L) {
    if (isa<PHINode>(I) || isa<DbgInfoIntrinsic>(I) || isa<BranchInst>(I))
      return true;
    auto *Load = dyn_cast<LoadInst>(&I);
    if (!Load)
      return !I.isTerminator() && !Ends.mayEndAt(I) && !I.mayReadOrWriteMemory() &&
             isSafeToSpeculativelyExecute(&I);
    if (!Load->isSimple() || !comesInEachTurn(I, L, Walks))
      return false;
    auto *Pointer = const_cast<Value *>(Load->getPointerOperand());
    return L.isLoopInvariant(Pointer) || Walks.walkOf(I, Pointer);
  }

  std::optional<ReadLoop> plan(Loop &L, ArrayRef<Instruction *> Reads) {
    SmallVector<AddressFamily, MostRanges> Families;
    for (Instruction *I : Reads) {
      Value *Pointer = getLoadStorePointerOperand(I);
      const SCEVAddRecExpr *Walk = Walks.walkOf(*I, Pointer);
      addToFamilies(Families, *I, Walk ? *Walk : *Walks.evolution().getSCEV(Pointer),
                    Walk ? Walks.stepOf(*Walk) : 0, Walks);
    }
    const SCEV *Again = turnsAfterFirst(L, Walks);
    if (Families.size() > MostRanges || !Again)
      return std::nullopt;
    ReadLoop Plan = {L.getHeader(), nullptr, FewestReads / Reads.size(), {}};
    for (const AddressFamily &Of : Families) {
      auto Range = rangeOf(L, Of);
      if (!Range)
        return std::nullopt;
      Plan.Ranges.push_back(*Range);
    }
    ScalarEvolution &Evolution = Walks.evolution();
    if (!Plan.longestStep() ||
        Evolution.getUnsignedRangeMax(Again).ult(Plan.FewestAgain))
      return std::nullopt;
    Type *Word = Type::getInt64Ty(F.getContext());
    Plan.Again = computeBefore(
        L, Evolution.getNoopOrZeroExtend(Evolution.getBackedgeTakenCount(&L), Word), Word);
    if (!Plan.Again)
      return std::nullopt;
    for (Instruction *I : Reads)
      Remarks.cheaper(*I, ame::CheaperBarrier::WithLoop);
    return Plan;
  }

  /// Nothing: there would be stripes in between.
  std::optional<ReadRange> rangeOf(Loop &L, const AddressFamily &Of) {
    SmallVector<std::pair<int64_t, int64_t>, 4> Pieces;
    for (const AddressFamily::Member &M : Of.Members)
      Pieces.push_back({M.Offset, M.Offset + M.Size});
    sort(Pieces);
    const int64_t From = Pieces.front().first, Stripe = int64_t(1) << ame::stripeShift();
    int64_t To = From;
    for (auto [Begin, End] : Pieces) {
      if (Begin - To >= Stripe)
        return std::nullopt;
      To = std::max(To, End);
    }
    if (std::abs(Of.Step) - (To - From) >= Stripe)
      return std::nullopt;
    ScalarEvolution &Evolution = Walks.evolution();
    Type *Word = Type::getInt64Ty(F.getContext());
    Value *First = computeBefore(
        L, Evolution.getAddExpr(Of.First, Evolution.getConstant(Word, From, true)),
        PointerType::getUnqual(F.getContext()));
    return First ? std::optional(ReadRange{First, To - From, Of.Step}) : std::nullopt;
  }

  /// An instruction of its own: the copying of another loop changes the operands that
  /// are defined there.
  Value *computeBefore(Loop &L, const SCEV *S, Type *T) {
    Value *Result = valueBefore(L, S, T, Walks);
    return Result ? IRBuilder<>(L.getLoopPreheader()->getTerminator())
                        .CreateFreeze(Result, "ame.before")
                  : nullptr;
  }

  /// Before:       long? -> Begin, else WithBarriers
  /// Begin:        the next piece; begin() -> the copy, else WithBarriers
  /// the copy:     the piece's turns -> End
  /// End:          end() -> Next, else Begin again
  /// Next:         turns left? -> Begin, else Exit
  /// WithBarriers: the loop as it was, from the first turn of the piece
  void copyWithoutBarriers(const ReadLoop &Plan) {
    Walks.lookAgain();
    Loop &L = *Walks.Loops.getLoopFor(Plan.Header);
    formDedicatedExitBlocks(&L, &Walks.Tree, &Walks.Loops, nullptr, false);
    formLCSSA(L, Walks.Tree, &Walks.Loops, nullptr);
    BasicBlock *Before = L.getLoopPreheader(), *Exit = L.getUniqueExitBlock();
    BasicBlock *Latch = L.getLoopLatch();
    BasicBlock *WithBarriers =
        SplitBlock(Before, Before->getTerminator(), &Walks.Tree, &Walks.Loops);
    ValueToValueMapTy Copies;
    SmallVector<BasicBlock *, 8> Blocks;
    Loop *Copy = cloneLoopWithPreheader(WithBarriers, Before, &L, Copies, ".only.reads",
                                        &Walks.Loops, &Walks.Tree, Blocks);
    remapInstructionsInBlocks(Blocks, Copies);
    forgetClaims(*Copy);

    const auto NewBlock = [&](const char *Name) {
      return BasicBlock::Create(F.getContext(), Name, &F, WithBarriers);
    };
    BasicBlock *Begin = NewBlock("ame.begin"), *End = NewBlock("ame.end"),
               *Next = NewBlock("ame.next");
    const DebugLoc Where = Before->getTerminator()->getDebugLoc();
    const uint64_t Step = Plan.longestStep();
    IRBuilder<> B(Before->getTerminator());
    Value *IsLong = B.CreateICmpUGE(Plan.Again, B.getInt64(Plan.FewestAgain));
    ReplaceInstWithInst(Before->getTerminator(),
                        BranchInst::Create(Begin, WithBarriers, IsLong));

    B.SetInsertPoint(Begin);
    B.SetCurrentDebugLocation(Where);
    PHINode *Done = B.CreatePHI(B.getInt64Ty(), 3, "ame.done");
    for (PHINode &State : Plan.Header->phis()) {
      PHINode *OfPiece = B.CreatePHI(State.getType(), 3);
      Value *First = State.getIncomingValueForBlock(WithBarriers);
      OfPiece->addIncoming(First, Before);
      OfPiece->addIncoming(OfPiece, End);
      OfPiece->addIncoming(copyOf(State.getIncomingValueForBlock(Latch), Copies), Next);
      cast<PHINode>(Copies[&State])->setIncomingValueForBlock(Copy->getLoopPreheader(), OfPiece);
      auto *Rest = PHINode::Create(State.getType(), 2, "", WithBarriers->begin());
      Rest->addIncoming(First, Before);
      Rest->addIncoming(OfPiece, Begin);
      State.setIncomingValueForBlock(WithBarriers, Rest);
    }
    Value *Left = B.CreateSub(Plan.Again, Done, "ame.left");
    Value *Turns = B.CreateBinaryIntrinsic(Intrinsic::umin, Left,
                                           B.getInt64(PieceBytes / Step));
    Value *Ranges = storeRanges(B, Plan.Ranges, Done, Turns);
    callAndBranch(B, ABI.__ame_read_loop_begin, Ranges, Plan.Ranges.size(),
                  Copy->getLoopPreheader(), WithBarriers);

    B.SetInsertPoint(End);
    callAndBranch(B, ABI.__ame_read_loop_end, Ranges, Plan.Ranges.size(), Next, Begin);

    B.SetInsertPoint(Next);
    Value *NowDone = B.CreateAdd(Done, B.CreateAdd(Turns, B.getInt64(1)));
    B.CreateCondBr(B.CreateICmpNE(Left, Turns), Begin, Exit);
    Done->addIncoming(B.getInt64(0), Before);
    Done->addIncoming(Done, End);
    Done->addIncoming(NowDone, Next);
    countTurns(*Copy, Turns, End, Where);
    for (PHINode &Result : Exit->phis())
      Result.addIncoming(copyOf(Result.getIncomingValueForBlock(Latch), Copies), Next);
  }

  static Value *copyOf(Value *OfLoop, const ValueToValueMapTy &Copies) {
    Value *Copy = Copies.lookup(OfLoop);
    return Copy ? Copy : OfLoop;
  }

  /// The copy ends after Turns more turns than the first one, whatever it ended after.
  void countTurns(Loop &Copy, Value *Turns, BasicBlock *End, const DebugLoc &Where) {
    BasicBlock *Latch = Copy.getLoopLatch(), *Header = Copy.getHeader();
    auto *Left = PHINode::Create(Turns->getType(), 2, "ame.turns", Header->begin());
    IRBuilder<> B(Latch->getTerminator());
    B.SetCurrentDebugLocation(Where);
    Left->addIncoming(Turns, Copy.getLoopPreheader());
    Left->addIncoming(B.CreateSub(Left, B.getInt64(1)), Latch);
    B.CreateCondBr(B.CreateIsNull(Left), End, Header);
    Latch->getTerminator()->eraseFromParent();
  }

  /// What others write meanwhile is no contradiction to anything.
  void forgetClaims(const Loop &Copy) {
    for (BasicBlock *BB : Copy.blocks())
      for (Instruction &I : *BB)
        if (isa<LoadInst>(I))
          I.dropUnknownNonDebugMetadata();
  }

  /// Of the turns from Done to Done + Turns.
  Value *storeRanges(IRBuilder<> &B, ArrayRef<ReadRange> Ranges, Value *Done,
                     Value *Turns) {
    Type *Array = ArrayType::get(B.getInt64Ty(), 2 * Ranges.size());
    IRBuilder<> Entry(&F.getEntryBlock(), F.getEntryBlock().begin());
    Value *Stored = Entry.CreateAlloca(Array, nullptr, "ame.ranges");
    for (unsigned Index = 0; Index != Ranges.size(); ++Index) {
      const ReadRange &Range = Ranges[Index];
      Value *Lowest = Range.Step < 0 ? B.CreateAdd(Done, Turns) : Done;
      Value *Start = B.CreatePtrAdd(
          Range.First, B.CreateMul(Lowest, B.getInt64(uint64_t(Range.Step))));
      Value *Size = B.CreateAdd(B.CreateMul(Turns, B.getInt64(std::abs(Range.Step))),
                                B.getInt64(Range.Size));
      B.CreateStore(Start, B.CreateConstInBoundsGEP2_32(Array, Stored, 0, 2 * Index));
      B.CreateStore(Size, B.CreateConstInBoundsGEP2_32(Array, Stored, 0, 2 * Index + 1));
    }
    return Stored;
  }

  void callAndBranch(IRBuilder<> &B, FunctionCallee Callee, Value *Ranges, size_t Count,
                     BasicBlock *IfTrue, BasicBlock *IfFalse) {
    Value *Answer = B.CreateCall(Callee, {Ranges, B.getInt64(Count)});
    B.CreateCondBr(B.CreateIsNotNull(Answer), IfTrue, IfFalse,
                   MDBuilder(F.getContext()).createBranchWeights(15, 1));
  }

  Function &F;
  const ame::PlannedBarriers &Planned;
  const ame::TransactionEnds &Ends;
  ame::RuntimeABI &ABI;
  ame::LoweringRemarks &Remarks;
  ame::LoopEvolution Walks;
};

} // namespace

void ame::addReadLoops(Function &F, const PlannedBarriers &Planned,
                       const TransactionEnds &Ends, RuntimeABI &ABI,
                       LoweringRemarks &Remarks) {
  // (The second body costs space.)
  if (!F.hasOptNone() && !F.hasOptSize() && !Planned.empty())
    ReadLoops(F, Planned, Ends, ABI, Remarks).run();
}

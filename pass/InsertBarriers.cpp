//===- InsertBarriers.cpp - The late pass ---------------------------------===//
//
// Gives transactional code its barriers, boundaries and transactional calls,
// after the optimiser has removed the accesses that need not be there. Two
// kinds of functions: transactional ones (all of their code), and functions
// with regions (what may run inside one).
//
// USAGE
//   opt-19 -load-pass-plugin=AMEPass.so -passes=ame-lower file.ll
//   (on the output of ame-mark)
//
//===----------------------------------------------------------------------===//
#include "BarrierNeed.h"
#include "BoundedRanges.h"
#include "CarriedFacts.h"
#include "CapturedMemory.h"
#include "EarlierBarriers.h"
#include "KnownStripes.h"
#include "LoopRanges.h"
#include "LowerAccesses.h"
#include "LoweringRemarks.h"
#include "Marks.h"
#include "MaskedAccesses.h"
#include "NeighbourGroups.h"
#include "Options.h"
#include "OwedQuiescence.h"
#include "Passes.h"
#include "ReadLoops.h"
#include "RedundantBarriers.h"
#include "RuntimeABI.h"
#include "SimplifyCounts.h"
#include "SurvivingFacts.h"
#include "TransactionBoundary.h"
#include "TransactionalCalls.h"
#include "TransactionalClones.h"
#include "TransactionalCode.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/AttributeMask.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace {

using ame::BarrierKind;
using ame::Redundancy;
using Side = ame::LowerAccesses::Side;

/// What the optimiser found out about a function while it had no barriers.
/// With them it waits, logs, writes to the runtime and may not return.
void dropMemoryAttributes(Function &F) {
  AttributeMask OfFunction, OfArgument;
  for (Attribute::AttrKind Kind :
       {Attribute::Memory, Attribute::NoSync, Attribute::NoFree,
        Attribute::WillReturn, Attribute::Speculatable, Attribute::NoRecurse,
        Attribute::NoCallback})
    OfFunction.addAttribute(Kind);
  for (Attribute::AttrKind Kind :
       {Attribute::ReadNone, Attribute::ReadOnly, Attribute::WriteOnly,
        Attribute::NoFree, Attribute::NoAlias})
    OfArgument.addAttribute(Kind);
  F.removeFnAttrs(OfFunction);
  if (F.hasFnAttribute(ame::ScalarAttr)) {
    F.removeFnAttr(ame::ScalarAttr);
    F.removeFnAttr(Attribute::NoImplicitFloat);
  }
  for (unsigned Index = 0; Index != F.arg_size(); ++Index)
    F.removeParamAttrs(Index, OfArgument);
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call || isa<IntrinsicInst>(Call) || Call->isInlineAsm())
      continue;
    Call->removeFnAttrs(OfFunction);
    for (unsigned Index = 0; Index != Call->arg_size(); ++Index)
      Call->removeParamAttrs(Index, OfArgument);
  }
}

/// What holds across functions: of the module before anything is rewritten.
struct ModuleFacts {
  explicit ModuleFacts(Module &M)
      : Ends(M), Fresh(M, Ends), Arguments(M, Ends, Fresh), Captured(M) {}

  const ame::TransactionEnds Ends;
  const ame::FreshMemory Fresh;
  const ame::OwnArguments Arguments;
  const ame::CapturedMemory Captured;
};

/// The rewriting of one function.
class FunctionLowering {
public:
  FunctionLowering(Function &F, ame::RuntimeABI &ABI,
                   ame::TransactionalCalls &Calls,
                   const ModuleFacts &Facts)
      : F(F), ABI(ABI), Calls(Calls), Ends(Facts.Ends), Captured(Facts.Captured),
        HasRegions(ame::hasRegions(F)),
        Need(F, HasRegions, Ends, Facts.Fresh, Facts.Arguments), Remarks(F),
        Code(Need, Remarks), Lower(F, ABI) {}

  void run() {
    ame::forgetRegionFlags(F);
    ame::simplifyCounts(F, ABI);
    expandMaskedAccesses();
    const SmallVector<AllocaInst *, 8> Shared = Need.sharedLocals();
    collect();
    findUnsharedAccesses();
    planMemIntrinsics();
    ame::planReadsForWriting(Code.Accesses, Remarks);
    auto OwnedRanges = ame::planLoopRanges(F, Code.Accesses, Ends, Remarks);
    ame::planBoundedRanges(F, Code.Accesses, Ends, Remarks, OwnedRanges);
    BeforeLoops =
        ame::planBarriersBeforeLoops(F, Code.Accesses, Ends, Remarks);
    ame::addReadLoops(F, Code.Accesses, Ends, ABI, Remarks);
    const auto Redundant = ame::findRedundantBarriers(F, Code.Accesses, Ends);
    dropMemoryAttributes(F);
    lowerInevitablePlaces();
    for (const ame::OwnedRange &Range : OwnedRanges)
      Lower.writeRange(Range.Before, Range.Start, Range.Size);
    lowerAccesses(Redundant);
    lowerMemIntrinsics();
    lowerArguments();
    for (CallBase *Call : Code.Calls)
      Calls.lower(*Call, Remarks);
    ame::inlineCounts(F, ABI);
    if (HasRegions) {
      ame::lowerBoundaries(F, ABI, Shared);
      if (runsOutside())
        ame::oweQuiescence(F, ABI, Unshared);
    }
  }

private:
  SmallVector<Instruction *, 64> transactionalInstructions() {
    SmallVector<Instruction *, 64> Result;
    const bool All = ame::isTransactional(F);
    DenseSet<const Instruction *> Inside;
    if (!All)
      Inside = ame::instructionsInRegions(F);
    for (Instruction &I : instructions(F))
      if (All || Inside.contains(&I))
        Result.push_back(&I);
    return Result;
  }

  void expandMaskedAccesses() {
    for (Instruction *I : transactionalInstructions())
      if (auto *Call = dyn_cast<IntrinsicInst>(I))
        ame::expandMaskedAccess(*Call);
  }

  void collect() {
    for (Instruction *I : transactionalInstructions())
      Code.visit(*I);
  }

  /// Not a clone, which runs inside transactions only.
  bool runsOutside() const {
    return !ame::isTransactional(F) ||
           ame::readOptions().TransactionMode == ame::Mode::Always;
  }

  /// Of the code outside regions.
  void findUnsharedAccesses() {
    if (!HasRegions || !runsOutside())
      return;
    for (Instruction &I : instructions(F)) {
      const Value *Pointer = getLoadStorePointerOperand(&I);
      if (!Pointer || I.isVolatile() || I.isAtomic())
        continue;
      const auto Reason =
          isa<LoadInst>(I) ? Need.forRead(I, Pointer) : Need.forWrite(I, Pointer);
      if (Reason == ame::NoBarrier::ThreadLocal ||
          (isa<LoadInst>(I) && (Reason == ame::NoBarrier::ConstantGlobal ||
                                Reason == ame::NoBarrier::Immutable ||
                                Reason == ame::NoBarrier::NoTrack)))
        Unshared.insert(&I);
    }
  }

  Side sideOf(std::optional<ame::NoBarrier> Reason, bool IsWrite) {
    if (!Reason)
      return Side::Shared;
    return IsWrite && *Reason == ame::NoBarrier::ThreadLocal ? Side::Undone
                                                             : Side::Plain;
  }

  void planMemIntrinsics() {
    for (MemIntrinsic *Call : Code.MemIntrinsics) {
      const auto Written = Need.forWrite(*Call, Call->getRawDest());
      std::optional<ame::NoBarrier> Read = ame::NoBarrier::ConstantGlobal;
      if (auto *Transfer = dyn_cast<MemTransferInst>(Call))
        Read = Need.forRead(*Call, Transfer->getRawSource());
      Sides.push_back({sideOf(Written, true), sideOf(Read, false)});
      if (Written)
        Remarks.omitted(*Call, *Written);
      if (Read && isa<MemTransferInst>(Call))
        Remarks.omitted(*Call, *Read);
    }
  }

  void lowerInevitablePlaces() {
    for (const ame::InevitablePlace &Place : Code.InevitablePlaces)
      Calls.becomeInevitable(*Place.I, Place.Remark, Place.What, Remarks);
    for (const ame::TouchedRange &Range : Code.Ranges)
      if (Range.Writes)
        Lower.writeRange(Range.I, Range.Pointer, Range.Size);
      else
        Lower.readRange(Range.I, Range.Pointer, Range.Size);
  }

  void lowerAccesses(const DenseMap<Instruction *, Redundancy> &Redundant) {
    const DataLayout &Layout = F.getParent()->getDataLayout();
    const bool WholeProgram = ame::readOptions().TransactionMode == ame::Mode::Always;
    const ame::AccessFrequency Frequency(F, WholeProgram);
    ame::NeighbourGroups Neighbours(F, Code.Accesses, Ends, [&](Instruction &I) {
      return Redundant.lookup(&I) == Redundancy::None &&
             !BeforeLoops.contains(&I) && ame::hasInlinedBarrier(I);
    });
    SmallVector<Instruction *, 64> WithBarrier;
    for (auto &[I, Kind] : Code.Accesses)
      if (Redundant.lookup(I) != Redundancy::AlreadyOwned &&
          !Neighbours.isCovered(I) && ame::hasInlinedBarrier(*I))
        WithBarrier.push_back(I);
    auto Forms = Frequency.chooseForms(WithBarrier, Remarks);
    splitCalled(Neighbours, Forms);
    ame::KnownStripes Stripes(F, Code.Accesses, Ends, [&](Instruction &I) {
      return Redundant.lookup(&I) != Redundancy::AlreadyOwned &&
             !Neighbours.isCovered(&I) && !isOwnedAsRange(Neighbours, I) &&
             isInlined(Forms.lookup(&I)) &&
             ame::hasInlinedBarrier(I);
    });
    const auto BeforeAllocations = Captured.accessesBeforeAny(F);
    for (auto &[I, Kind] : Code.Accesses) {
      if (Neighbours.isCovered(I)) // its load may have gone
        continue;
      const Redundancy Known = Redundant.lookup(I);
      ame::BarrierShape Shape;
      Shape.Form = Forms.lookup(I);
      Shape.Neighbours = Stripes.use(I);
      Shape.AlreadyLogged = Known == Redundancy::AlreadyLogged;
      Shape.MayBeCaptured =
          WholeProgram ||
          !(Shape.AlreadyLogged || BeforeAllocations.contains(I) ||
            isa<GlobalVariable>(
                getUnderlyingObject(getLoadStorePointerOperand(I))));
      if (BeforeLoops.contains(I)) {
        lowerBeforeLoop(cast<LoadInst>(I), Kind, Known, Shape);
        continue;
      }
      if (Known == Redundancy::AlreadyOwned) {
        Remarks.omitted(*I, ame::NoBarrier::AlreadyOwned);
        continue;
      }
      remarkBarrier(*I, Kind, Shape);
      if (const ame::NeighbourGroup *Group = Neighbours.startingAt(I)) {
        lowerTogether(*Group, Shape);
        continue;
      }
      switch (Kind) {
      case BarrierKind::Read:
        Lower.read(cast<LoadInst>(I), Shape);
        break;
      case BarrierKind::Write:
        Lower.write(I, Shape);
        break;
      case BarrierKind::Undo:
        Lower.undo(I, getLoadStorePointerOperand(I),
                   Layout.getTypeStoreSize(getLoadStoreType(I)));
        break;
      }
    }
    Stripes.promote();
  }

  using BarrierForms = DenseMap<const Instruction *, ame::BarrierForm>;

  /// A call reads one word, and a write's costs less for a word than for a few.
  void splitCalled(ame::NeighbourGroups &Neighbours, BarrierForms &Forms) {
    for (auto &[I, Kind] : Code.Accesses) {
      const ame::NeighbourGroup *Group = Neighbours.startingAt(I);
      const ame::BarrierForm Form = Forms.lookup(I);
      if (!Group || Group->paysAsCall() || isInlined(Form))
        continue;
      for (const ame::NeighbourGroup::Member &M : Group->Members)
        Forms[M.I] = Form;
      Neighbours.dissolve(I);
    }
  }

  static bool isOwnedAsRange(const ame::NeighbourGroups &Neighbours,
                             const Instruction &First) {
    const ame::NeighbourGroup *Group = Neighbours.startingAt(&First);
    return Group && Group->isRange();
  }

  void lowerTogether(const ame::NeighbourGroup &Group,
                     const ame::BarrierShape &Shape) {
    for (const ame::NeighbourGroup::Member &M : drop_begin(Group.Members))
      Remarks.omitted(*M.I, ame::NoBarrier::WithNeighbour);
    if (Group.Kind == BarrierKind::Read)
      Lower.readTogether(Group, Shape);
    else
      Lower.writeTogether(Group, Shape);
  }

  void remarkBarrier(const Instruction &I, BarrierKind Kind,
                     const ame::BarrierShape &Shape) {
    if (Kind == BarrierKind::Undo)
      return;
    const bool Inlined =
        (Kind == BarrierKind::Read ? Shape.isInlinedRead() : isInlined(Shape.Form)) &&
        ame::hasInlinedBarrier(I);
    if (Inlined && Shape.AlreadyLogged)
      Remarks.cheaper(I, ame::CheaperBarrier::AlreadyLogged);
    else if (Inlined && !Shape.MayBeCaptured)
      Remarks.cheaper(I, ame::CheaperBarrier::NotCaptured);
    if (Shape.Neighbours.MayBeKnown &&
        !(Shape.AlreadyLogged && !Shape.MayBeCaptured))
      Remarks.cheaper(I, ame::CheaperBarrier::SameStripe);
    Remarks.barrier(I, Kind == BarrierKind::Write, Inlined);
  }

  /// The load is there for its barrier only.
  void lowerBeforeLoop(LoadInst *Load, BarrierKind Kind, Redundancy Known,
                       const ame::BarrierShape &Shape) {
    if (Known == Redundancy::None && Kind == BarrierKind::Read) {
      Lower.read(Load, Shape);
      return;
    }
    if (Known == Redundancy::None)
      Lower.write(Load, Shape);
    Load->eraseFromParent();
  }

  void lowerMemIntrinsics() {
    for (auto [Call, Side] : zip(Code.MemIntrinsics, Sides)) {
      if (Call->isVolatile())
        Calls.becomeInevitable(*Call, "VolatileAccess", "volatile access",
                               Remarks);
      Lower.memIntrinsic(Call, Side.first, Side.second);
    }
  }

  void lowerArguments() {
    for (const ame::ByValueArgument &Argument : Code.ByValueArguments) {
      CallBase &Call = *Argument.Call;
      Value *Copy = Lower.copyBefore(&Call, Call.getArgOperand(Argument.Index),
                                     Call.getParamByValType(Argument.Index));
      Call.setArgOperand(Argument.Index, Copy);
    }
  }

  Function &F;
  ame::RuntimeABI &ABI;
  ame::TransactionalCalls &Calls;
  const ame::TransactionEnds &Ends;
  const ame::CapturedMemory &Captured;
  const bool HasRegions;
  ame::BarrierNeed Need;
  ame::LoweringRemarks Remarks;
  ame::TransactionalCode Code;
  ame::LowerAccesses Lower;
  SmallVector<std::pair<Side, Side>, 8> Sides;
  SmallPtrSet<const Instruction *, 4> BeforeLoops;
  SmallPtrSet<const Instruction *, 16> Unshared;
};

} // namespace

PreservedAnalyses ame::RestoreFactsPass::run(Module &M,
                                             ModuleAnalysisManager &) {
  makeUnorderedPlain(M);
  restoreFacts(M);
  followCarriedFacts(M);
  return PreservedAnalyses::none();
}

PreservedAnalyses ame::InsertBarriersPass::run(Module &M,
                                               ModuleAnalysisManager &AM) {
  if (!isMarked(M) || M.getModuleFlag(InstrumentedFlag))
    return PreservedAnalyses::all();
  RestoreFactsPass().run(M, AM);
  forgetKeptClones(M);
  RuntimeABI ABI(M);
  TransactionalCalls Calls(ABI);
  const ModuleFacts Facts(M);
  SmallVector<Function *, 32> Functions;
  for (Function &F : M)
    if (!F.isDeclaration() && (isTransactional(F) || hasRegions(F)))
      Functions.push_back(&F);
  for (Function *F : Functions)
    FunctionLowering(*F, ABI, Calls, Facts).run();
  return PreservedAnalyses::none();
}

//===- SurvivingFacts.cpp - Facts that outlive merges of accesses ---------===//
#include "SurvivingFacts.h"

#include "Marks.h"

#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

static constexpr char GroupsMetadata[] = "ame.groups";

/// The groups in a list of them, which for a single one is itself.
static SmallVector<MDNode *, 2> groupsIn(MDNode *List) {
  if (!List)
    return {};
  if (List->getNumOperands() == 0)
    return {List};
  SmallVector<MDNode *, 2> Result;
  for (const MDOperand &Group : List->operands())
    Result.push_back(cast<MDNode>(Group.get()));
  return Result;
}

static DenseMap<const MDNode *, MDNode *> marksOfGroups(const Module &M) {
  DenseMap<const MDNode *, MDNode *> Result;
  if (const NamedMDNode *Pairs = M.getNamedMetadata(GroupsMetadata))
    for (const MDNode *Pair : Pairs->operands())
      Result[cast<MDNode>(Pair->getOperand(0))] =
          cast<MDNode>(Pair->getOperand(1));
  return Result;
}

namespace ame {

void FactGroups::add(Instruction &Access, MDNode &Mark) {
  const std::optional<FieldFact> Fact = factOfMark(Mark);
  if (!Fact || !isFactOfAccess(*Fact))
    return;
  LLVMContext &Context = M.getContext();
  MDNode *&Group = OfMark[&Mark];
  if (!Group) {
    Group = MDNode::getDistinct(Context, {});
    M.getOrInsertNamedMetadata(GroupsMetadata)
        ->addOperand(MDNode::get(Context, {Group, &Mark}));
  }
  Access.setMetadata(
      LLVMContext::MD_access_group,
      uniteAccessGroups(Access.getMetadata(LLVMContext::MD_access_group),
                        Group));
}

void shareFactGroups(const Module &M, ValueToValueMapTy &Map) {
  for (auto &[Group, Mark] : marksOfGroups(M))
    Map.MD()[Group].reset(const_cast<MDNode *>(Group));
}

/// Those that hardware makes without being asked.
static bool mayBeAtomic(Type *T, Align Known, const DataLayout &Layout) {
  const TypeSize Size = Layout.getTypeStoreSize(T);
  return (T->isIntegerTy() || T->isPointerTy() || T->isFloatingPointTy()) &&
         Layout.typeSizeEqualsStoreSize(T) && isPowerOf2_64(Size) && Size <= 8 &&
         Known.value() >= Size;
}

void makeUntrackedUnordered(Module &M) {
  for (Function &F : M)
    for (Instruction &I : instructions(F)) {
      const MDNode *Mark = I.getMetadata(FieldMetadata);
      if (!Mark || factOfMark(*Mark) != FieldFact::NoTrack)
        continue;
      auto *Load = dyn_cast<LoadInst>(&I);
      auto *Store = dyn_cast<StoreInst>(&I);
      const DataLayout &Layout = M.getDataLayout();
      if (Load && Load->isSimple() &&
          mayBeAtomic(Load->getType(), Load->getAlign(), Layout))
        Load->setAtomic(AtomicOrdering::Unordered);
      if (Store && Store->isSimple() &&
          mayBeAtomic(Store->getValueOperand()->getType(), Store->getAlign(), Layout))
        Store->setAtomic(AtomicOrdering::Unordered);
    }
}

void makeUnorderedPlain(Module &M) {
  for (Function &F : M)
    for (Instruction &I : instructions(F)) {
      if (I.isVolatile())
        continue;
      auto *Load = dyn_cast<LoadInst>(&I);
      auto *Store = dyn_cast<StoreInst>(&I);
      if (Load && Load->getOrdering() == AtomicOrdering::Unordered)
        Load->setAtomic(AtomicOrdering::NotAtomic);
      if (Store && Store->getOrdering() == AtomicOrdering::Unordered)
        Store->setAtomic(AtomicOrdering::NotAtomic);
    }
}

static void restoreFact(Instruction &I,
                        const DenseMap<const MDNode *, MDNode *> &Marks) {
  MDNode *const All = I.getMetadata(LLVMContext::MD_access_group);
  if (!All)
    return;
  MDNode *Others = nullptr;
  for (MDNode *Group : groupsIn(All))
    if (MDNode *Mark = Marks.lookup(Group)) {
      if (!I.getMetadata(FieldMetadata))
        I.setMetadata(FieldMetadata, Mark);
    } else {
      Others = uniteAccessGroups(Others, Group);
    }
  I.setMetadata(LLVMContext::MD_access_group, Others);
}

void restoreFacts(Module &M) {
  const auto Marks = marksOfGroups(M);
  if (Marks.empty())
    return;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      restoreFact(I, Marks);
}

} // namespace ame

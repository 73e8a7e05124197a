//===- VerifyClaims.cpp - Calls that check what annotations claim ---------===//
//
//   access to immutable memory       __ame_verify(READ or WRITE of immutable)
//   access to thread-local memory    __ame_verify(touch)
//   call of a pure function          __ame_verify(call)
//   store in a pure function         __ame_verify(write)
//   access that is no count's        __ame_verify(no count)
//
// each with the source line, which needs line tables (ame-cc asks for them). Before
// the optimiser, which loses lines and facts.
// _Thread_local variables and locals need no check.
//
//===----------------------------------------------------------------------===//
#include "VerifyClaims.h"
#include "Diagnostics.h"
#include "Marks.h"
#include "RuntimeABI.h"
#include "TransactionalFunctions.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using ame::FieldFact;

namespace {

class ClaimChecks {
public:
  explicit ClaimChecks(ame::RuntimeABI &ABI) : ABI(ABI) {}
  void visit(Instruction &I);
  void visitInPure(Instruction &I);

private:
  void check(Instruction &I, ame_claim Claim, Value *Address, uint64_t Size);

  ame::RuntimeABI &ABI;
};

} // namespace

static const Value *objectBehind(const Value *Pointer) {
  const Value *Object = getUnderlyingObject(Pointer);
  if (auto *Call = dyn_cast<IntrinsicInst>(Object))
    if (Call->getIntrinsicID() == Intrinsic::threadlocal_address)
      return Call->getArgOperand(0);
  return Object;
}

static std::optional<FieldFact> factOf(const Instruction &I) {
  if (std::optional<FieldFact> Fact = ame::fieldFact(I))
    return Fact;
  const Value *Pointer = getLoadStorePointerOperand(&I);
  auto *G = Pointer ? dyn_cast<GlobalVariable>(objectBehind(Pointer)) : nullptr;
  return G && !G->isThreadLocal() ? ame::globalFact(*G) : std::nullopt;
}

static uint64_t sizeOf(Instruction &I) {
  return I.getModule()
      ->getDataLayout()
      .getTypeStoreSize(getLoadStoreType(&I))
      .getFixedValue();
}

/// What looks like an argument that is passed by value, without tbaa, may be a whole
/// struct, which contains its counts (CountArguments.h).
static bool mayReadStruct(const Instruction &I) {
  return isa<LoadInst>(I) && I.hasOneUse() && isa<CallBase>(I.user_back()) &&
         !I.hasMetadata(LLVMContext::MD_tbaa);
}

void ClaimChecks::check(Instruction &I, ame_claim Claim, Value *Address,
                        uint64_t Size) {
  IRBuilder<> Builder(&I);
  Builder.CreateCall(ABI.__ame_verify,
                     {Builder.getInt32(Claim), Address, Builder.getInt64(Size),
                      Builder.CreateGlobalString(ame::describePlace(I), "ame.site")});
}

void ClaimChecks::visit(Instruction &I) {
  if (auto *Call = dyn_cast<CallBase>(&I)) {
    Function *Callee = Call->getCalledFunction();
    if (Callee && Callee->hasFnAttribute(ame::PureAttr))
      check(I, AME_CLAIM_PURE_CALL, Callee, 0);
    return;
  }
  Value *Pointer = getLoadStorePointerOperand(&I);
  if (!Pointer || isa<AllocaInst>(objectBehind(Pointer)))
    return;
  const std::optional<FieldFact> Fact = factOf(I);
  if (Fact == FieldFact::Immutable)
    check(I, isa<StoreInst>(I) ? AME_CLAIM_IMMUTABLE_WRITE : AME_CLAIM_IMMUTABLE_READ,
          Pointer, sizeOf(I));
  else if (Fact == FieldFact::ThreadLocal)
    check(I, AME_CLAIM_THREADLOCAL, Pointer, sizeOf(I));
  else if (!Fact && !mayReadStruct(I))
    check(I, AME_CLAIM_NO_COUNT, Pointer, sizeOf(I));
}

void ClaimChecks::visitInPure(Instruction &I) {
  auto *Store = dyn_cast<StoreInst>(&I);
  if (!Store)
    return;
  const Value *Object = objectBehind(Store->getPointerOperand());
  auto *G = dyn_cast<GlobalVariable>(Object);
  if (isa<AllocaInst>(Object) || (G && G->isThreadLocal()) ||
      factOf(I) == FieldFact::NoTrack)
    return;
  check(I, AME_CLAIM_PURE_WRITE, Store->getPointerOperand(), sizeOf(I));
}

/// Functions that are declared pure stay calls, so that what they do is theirs.
static void keepCalled(Function &F) {
  F.removeFnAttr(Attribute::AlwaysInline);
  F.addFnAttr(Attribute::NoInline);
}

void ame::insertClaimChecks(Module &M) {
  SmallVector<Instruction *, 64> Transactional, InPure;
  forEachTransactionalInstruction(
      M, [&](Instruction &I) { Transactional.push_back(&I); });
  for (Function &F : M)
    if (F.hasFnAttribute(PureAttr) && !F.isDeclaration()) {
      keepCalled(F);
      for (Instruction &I : instructions(F))
        InPure.push_back(&I);
    }
  RuntimeABI ABI(M);
  ClaimChecks Checks(ABI);
  for (Instruction *I : Transactional)
    Checks.visit(*I);
  for (Instruction *I : InPure)
    Checks.visitInPure(*I);
  ABI.removeUnused();
}

//===- TransactionalCalls.cpp - Calls inside transactions -----------------===//
//
// The order is the one of Marks.h: what is declared about the callee, its entry
// in this module, the libc table, and at last __ame_resolve, which finds the
// entry at run time or makes the transaction inevitable.
//
//===----------------------------------------------------------------------===//
#include "TransactionalCalls.h"

#include "Diagnostics.h"
#include "LibcBarriers.h"
#include "LibcCalls.h"
#include "Marks.h"
#include "TransactionalFunctions.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"

using namespace llvm;

namespace ame {

/// setjmp and its kin, which return a second time: not vfork.
static bool isSetjmp(const CallBase &Call) {
  return Call.hasFnAttr(Attribute::ReturnsTwice) && !Call.arg_empty() &&
         Call.getArgOperand(0)->getType()->isPointerTy();
}

Constant *TransactionalCalls::site(const Instruction &I, const Twine &What) {
  const std::string Text = (What + " at " + describePlace(I)).str();
  Constant *&Site = Sites[Text];
  if (!Site) {
    Constant *Bytes = ConstantDataArray::getString(I.getContext(), Text);
    auto *G = new GlobalVariable(
        *const_cast<Module *>(I.getModule()), Bytes->getType(),
        /*isConstant=*/true, GlobalValue::PrivateLinkage, Bytes, "ame.site");
    G->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    Site = G;
  }
  return Site;
}

void TransactionalCalls::becomeInevitable(Instruction &I, StringRef RemarkName,
                                          const Twine &What,
                                          LoweringRemarks &Remarks) {
  const std::string Text = What.str();
  Remarks.inevitable(I, RemarkName, Text);
  IRBuilder<> B(&I);
  B.CreateCall(ABI.__ame_inevitable, {site(I, Text)});
}

void TransactionalCalls::resolve(CallBase &Call, StringRef Name) {
  IRBuilder<> B(&Call);
  Value *Entry =
      B.CreateCall(ABI.__ame_resolve, {Call.getCalledOperand(),
                                       site(Call, "call to " + Name)});
  Call.setCalledOperand(Entry);
}

/// True when the table decides the call.
bool TransactionalCalls::lowerLibc(CallBase &Call, Function &Callee,
                                   LoweringRemarks &Remarks) {
  const LibcCall *Row = libcCall(Callee);
  if (!Row)
    return false;
  const StringRef Name = canonicalName(Callee);
  auto CallbackSite = [&] {
    return site(Call, "call of a function from " + Name);
  };
  switch (Row->Policy) {
  case LibcPolicy::Pure:
    insertLibcBarriers(Call, *Row, ABI, CallbackSite, Remarks);
    break;
  case LibcPolicy::Forbidden:
    Remarks.inevitable(Call, "ForbiddenCall",
                       ("call to " + Name + ", which waits for others").str());
    IRBuilder<>(&Call).CreateCall(ABI.__ame_waiting_call,
                                  {site(Call, "call to " + Name)});
    [[fallthrough]];
  case LibcPolicy::Wrapped:
  case LibcPolicy::Deferred:
  case LibcPolicy::Undone:
    Call.setCalledOperand(
        Callee.getParent()
            ->getOrInsertFunction(Row->Wrapper, Call.getFunctionType())
            .getCallee());
    break;
  case LibcPolicy::Inevitable:
    becomeInevitable(Call, "InevitableCall", "call to " + Name, Remarks);
    insertLibcBarriers(Call, *Row, ABI, CallbackSite, Remarks);
    break;
  }
  return true;
}

void TransactionalCalls::lowerDirect(CallBase &Call, Function &Callee,
                                     LoweringRemarks &Remarks) {
  const StringRef Name = canonicalName(Callee);
  if (Callee.hasFnAttribute(PureAttr) || Callee.hasFnAttribute(StubAttr) ||
      Callee.hasFnAttribute(UnsharedAttr))
    return;
  if (Callee.hasFnAttribute(InevitableAttr)) {
    becomeInevitable(Call, "InevitableFunction", "call to " + Name, Remarks);
    return;
  }
  if (Callee.hasFnAttribute(UnsafeAttr)) {
    IRBuilder<> B(&Call);
    B.CreateCall(ABI.__ame_unsafe_call, {site(Call, "call to " + Name)});
    return;
  }
  // A wrapper calls what it wraps, not itself again.
  Function *Clone =
      Call.hasFnAttr(CallsOriginalAttr) ? nullptr : cloneOf(Callee);
  if (Clone) {
    Call.setCalledOperand(Clone);
    Call.setCallingConv(Clone->getCallingConv());
    return;
  }
  if (isTransactional(Callee) && !Callee.isInterposable())
    return;
  if (Callee.isDeclaration() && isRuntimeName(Name))
    return;
  if (isSetjmp(Call)) {
    IRBuilder<>(&Call).CreateCall(ABI.__ame_before_setjmp,
                                  {Call.getArgOperand(0)});
    return;
  }
  if (lowerLibc(Call, Callee, Remarks))
    return;
  // The prefix of a wrapped function leads to its wrapper: not here.
  if (Call.hasFnAttr(CallsOriginalAttr)) {
    becomeInevitable(Call, "InevitableCall", "call to " + Name, Remarks);
    return;
  }
  resolve(Call, Name);
}

void TransactionalCalls::lower(CallBase &Call, LoweringRemarks &Remarks) {
  if (Function *Callee = directCallee(Call))
    lowerDirect(Call, *Callee, Remarks);
  else
    resolve(Call, "a function pointer");
}

} // namespace ame

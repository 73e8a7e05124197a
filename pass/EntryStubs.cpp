//===- EntryStubs.cpp - Entries of functions that are not instrumented ----===//
//
// Calls through pointers do not see the marks of the function that they reach.
// The prefix data of a marked function leads them to a stub instead, so a mark
// means the same however the call is made. Stubs are finished code: the late
// pass leaves them alone (attribute "ame-stub").
//
// A deferred call needs a second function, the thunk: it runs at commit and
// takes the arguments out of the copy that the queue has kept.
//
//===----------------------------------------------------------------------===//
#include "EntryStubs.h"
#include "Diagnostics.h"
#include "Marks.h"
#include "RuntimeABI.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

static Function *createFunction(Function &Like, FunctionType *Type,
                                const Twine &Name) {
  Function *Result = Function::Create(Type, GlobalValue::InternalLinkage, Name,
                                      Like.getParent());
  Result->addFnAttr(ame::StubAttr);
  Result->addFnAttr(Attribute::NoInline);
  // What the code generator needs to know is the same for all of a module.
  for (StringRef Attr : {"target-cpu", "target-features", "frame-pointer"})
    if (Like.hasFnAttribute(Attr))
      Result->addFnAttr(Like.getFnAttribute(Attr));
  BasicBlock::Create(Like.getContext(), "entry", Result);
  return Result;
}

/// The arguments in the order of the parameters, as one record.
static StructType *recordOfArguments(const Function &F) {
  SmallVector<Type *, 8> Fields;
  for (const Argument &Arg : F.args())
    Fields.push_back(Arg.hasByValAttr() ? Arg.getParamByValType()
                                        : Arg.getType());
  return StructType::get(F.getContext(), Fields);
}

static Function *createThunk(Function &F, StructType *Record) {
  LLVMContext &Context = F.getContext();
  auto *Type = FunctionType::get(Type::getVoidTy(Context),
                                 {PointerType::getUnqual(Context)}, false);
  Function *Thunk = createFunction(F, Type, F.getName() + ".ame.run");
  IRBuilder<> Builder(&Thunk->getEntryBlock());
  SmallVector<Value *, 8> Arguments;
  for (Argument &Arg : F.args()) {
    Value *Field =
        Builder.CreateStructGEP(Record, Thunk->getArg(0), Arg.getArgNo());
    Arguments.push_back(
        Arg.hasByValAttr() ? Field : Builder.CreateLoad(Arg.getType(), Field));
  }
  CallInst *Call = Builder.CreateCall(&F, Arguments);
  Call->setCallingConv(F.getCallingConv());
  Call->setAttributes(F.getAttributes().removeFnAttributes(Context));
  Builder.CreateRetVoid();
  return Thunk;
}

static void emitDeferral(Function &F, Function &Stub) {
  const DataLayout &Layout = F.getParent()->getDataLayout();
  ame::RuntimeABI Runtime(*F.getParent());
  StructType *Record = recordOfArguments(F);
  Function *Thunk = createThunk(F, Record);
  IRBuilder<> Builder(&Stub.getEntryBlock());
  Value *Copy = Builder.CreateAlloca(Record);
  for (Argument &Arg : Stub.args()) {
    Value *Field = Builder.CreateStructGEP(Record, Copy, Arg.getArgNo());
    if (!Arg.hasByValAttr()) {
      Builder.CreateStore(&Arg, Field);
      continue;
    }
    // A structure passed by value: the caller's private copy.
    Type *Bytes = Arg.getParamByValType();
    Builder.CreateMemCpy(Field, Layout.getABITypeAlign(Bytes), &Arg,
                         Arg.getParamAlign(), Layout.getTypeAllocSize(Bytes));
  }
  Builder.CreateCall(Runtime.__ame_defer,
                     {Thunk, Copy,
                      ConstantInt::get(Layout.getIntPtrType(F.getContext()),
                                       Layout.getTypeAllocSize(Record))});
  Builder.CreateRetVoid();
  Runtime.removeUnused();
}

/// Tells the runtime, then calls F itself with the same arguments.
static void emitAnnouncedCall(Function &F, Function &Stub) {
  ame::RuntimeABI Runtime(*F.getParent());
  const bool Unsafe = F.hasFnAttribute(ame::UnsafeAttr);
  IRBuilder<> Builder(&Stub.getEntryBlock());
  Value *Site = Builder.CreateGlobalString(
      ("call to " + F.getName() + " through a pointer").str());
  Builder.CreateCall(
      Unsafe ? Runtime.__ame_unsafe_call : Runtime.__ame_inevitable, {Site});
  SmallVector<Value *, 8> Arguments;
  for (Argument &Arg : Stub.args())
    Arguments.push_back(&Arg);
  CallInst *Call = Builder.CreateCall(&F, Arguments);
  Call->setCallingConv(F.getCallingConv());
  Call->setAttributes(F.getAttributes().removeFnAttributes(F.getContext()));
  // "..." can only be passed on by a call that reuses the caller's frame.
  if (F.isVarArg())
    Call->setTailCallKind(CallInst::TCK_MustTail);
  if (F.getReturnType()->isVoidTy())
    Builder.CreateRetVoid();
  else
    Builder.CreateRet(Call);
  Runtime.removeUnused();
}

Function *ame::createEntryStub(Function &F) {
  const bool Defer = F.hasFnAttribute(DeferAttr);
  if (Defer && F.isVarArg()) {
    reportError(Error::DeferredArguments, F, {},
                "AME_DEFER: '" + F.getName() +
                    "' has variable arguments, which cannot be kept until "
                    "commit: take a va_list-free form");
    return nullptr;
  }
  Function *Stub = createFunction(F, F.getFunctionType(), F.getName() + ".ame");
  Stub->setCallingConv(F.getCallingConv());
  // Parameter attributes such as byval and sret decide how arguments travel.
  AttributeList OfF = F.getAttributes();
  for (unsigned I = 0; I < F.arg_size(); ++I)
    Stub->addParamAttrs(I, AttrBuilder(F.getContext(), OfF.getParamAttrs(I)));
  Stub->addRetAttrs(AttrBuilder(F.getContext(), OfF.getRetAttrs()));
  if (Defer)
    emitDeferral(F, *Stub);
  else
    emitAnnouncedCall(F, *Stub);
  return Stub;
}

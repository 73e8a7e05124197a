//===- RuntimeABI.cpp - The runtime as the pass sees it -------------------===//
//
// Turns the C prototypes of abi.h into LLVM function types by overload on the
// C type, so that a new type in abi.def is a compile error of the pass and not
// a wrong call.
//
//===----------------------------------------------------------------------===//
#include "RuntimeABI.h"

#include <type_traits>

using namespace llvm;

namespace {

template <typename T> Type *irType(LLVMContext &Context) {
  if constexpr (std::is_void_v<T>)
    return Type::getVoidTy(Context);
  else if constexpr (std::is_pointer_v<T>)
    return PointerType::getUnqual(Context);
  else {
    static_assert(std::is_integral_v<T>, "abi.def uses a type without mapping");
    return IntegerType::get(Context, sizeof(T) * 8);
  }
}

template <typename Result, typename... Arguments>
FunctionType *irFunctionType(LLVMContext &Context, Result (*)(Arguments...)) {
  return FunctionType::get(irType<Result>(Context),
                           {irType<Arguments>(Context)...}, false);
}

template <typename Prototype>
FunctionCallee declare(Module &M, StringRef Name,
                       CallingConv::ID Convention = CallingConv::C) {
  LLVMContext &Context = M.getContext();
  FunctionType *Type =
      irFunctionType(Context, static_cast<Prototype *>(nullptr));
  FunctionCallee Callee = M.getOrInsertFunction(Name, Type);
  if (auto *F = dyn_cast<Function>(Callee.getCallee())) {
    F->addFnAttr(Attribute::NoUnwind);
    F->setCallingConv(Convention);
    // Lazy binding would clobber registers that the callee preserves.
    if (Convention == CallingConv::PreserveAll)
      F->addFnAttr(Attribute::NonLazyBind);
  }
  return Callee;
}

GlobalVariable *declareThreadBlock(Module &M) {
  if (GlobalVariable *Existing = M.getNamedGlobal("__ame_tls"))
    return Existing;
  auto *Type = ArrayType::get(IntegerType::get(M.getContext(), 8),
                              sizeof(struct ame_thread));
  auto *Block = new GlobalVariable(
      M, Type, /*isConstant=*/false, GlobalValue::ExternalLinkage,
      /*Initializer=*/nullptr, "__ame_tls", /*InsertBefore=*/nullptr,
      GlobalValue::InitialExecTLSModel);
  Block->setAlignment(Align(alignof(struct ame_thread)));
  return Block;
}

} // namespace

namespace ame {

RuntimeABI::RuntimeABI(Module &M)
    :
#define AME_ABI_FUNCTION(result, name, arguments)                              \
  name(declare<result arguments>(M, #name)),
#define AME_ABI_BARRIER(result, name, arguments)                               \
  name(declare<result arguments>(M, #name, CallingConv::PreserveAll)),
#include "ame/abi.def"
#undef AME_ABI_BARRIER
#undef AME_ABI_FUNCTION
      ThreadBlock(declareThreadBlock(M)), M(M) {
}

void RuntimeABI::removeUnused() {
  const StringRef Names[] = {
#define AME_ABI_FUNCTION(result, name, arguments) #name,
#include "ame/abi.def"
#undef AME_ABI_FUNCTION
  };
  for (StringRef Name : Names)
    if (Function *F = M.getFunction(Name))
      if (F->isDeclaration() && F->use_empty())
        F->eraseFromParent();
  if (ThreadBlock->isDeclaration() && ThreadBlock->use_empty())
    ThreadBlock->eraseFromParent();
}

bool isRuntimeName(StringRef Name) {
  return Name.starts_with("__ame_") || Name.starts_with("ame_");
}

std::string abiVersionSymbol() {
  return "__ame_abi_v" + std::to_string(AME_ABI_VERSION);
}

} // namespace ame

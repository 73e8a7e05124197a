//===- SanitizerChecks.cpp - What sanitizers do with addresses ------------===//
#include "SanitizerChecks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

static bool isReport(const User &Use) {
  auto *Call = dyn_cast<CallBase>(&Use);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->getName().starts_with("__ubsan_handle_");
}

static bool isCalculation(const User &Use) {
  return isa<BinaryOperator>(Use) || isa<SelectInst>(Use) || isa<PHINode>(Use) ||
         (isa<CastInst>(Use) && !Use.getType()->isPtrOrPtrVectorTy());
}

bool ame::isOnlyChecked(const Use &U) {
  if (isa<ICmpInst>(U.getUser()))
    return true;
  if (!isa<PtrToIntInst>(U.getUser()))
    return false;
  SmallVector<const User *, 8> Numbers = {U.getUser()};
  SmallPtrSet<const User *, 8> Seen;
  while (!Numbers.empty()) {
    const User *Number = Numbers.pop_back_val();
    for (const User *Next : Number->users()) {
      if (isa<ICmpInst>(Next) || isReport(*Next))
        continue;
      if (!isCalculation(*Next))
        return false;
      if (Seen.insert(Next).second)
        Numbers.push_back(Next);
    }
  }
  return true;
}

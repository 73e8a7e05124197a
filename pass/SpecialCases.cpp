//===- SpecialCases.cpp - Facts from a special case list ------------------===//
//
// The same facts as the macros of ame.h, for sources that cannot be changed, in
// the format of the sanitizers' ignorelists. Patterns may contain "*".
//
//===----------------------------------------------------------------------===//
#include "SpecialCases.h"
#include "Marks.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/SpecialCaseList.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace llvm;

static void markFunctions(Module &M, const SpecialCaseList &List) {
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    for (StringRef Attr : {ame::PureAttr, ame::InevitableAttr, ame::UnsafeAttr,
                           ame::SafeAttr, ame::DeferAttr}) {
      const StringRef Category = Attr.drop_front(StringRef("ame-").size());
      if (Attr == ame::DeferAttr && !F.getReturnType()->isVoidTy())
        continue;
      if (List.inSection("ame", "fun", F.getName(), Category) ||
          (!F.isDeclaration() && Attr != ame::DeferAttr &&
           List.inSection("ame", "src", M.getSourceFileName(), Category)))
        F.addFnAttr(Attr);
    }
  }
}

static void markGlobals(Module &M, const SpecialCaseList &List) {
  LLVMContext &Context = M.getContext();
  for (GlobalVariable &G : M.globals())
    for (ame::FieldFact Fact :
         {ame::FieldFact::Immutable, ame::FieldFact::RefCount,
          ame::FieldFact::Counter, ame::FieldFact::ThreadLocal,
          ame::FieldFact::NoTrack})
      if (List.inSection("ame", "global", G.getName(), ame::factName(Fact)))
        M.getOrInsertNamedMetadata(ame::GlobalsMetadata)
            ->addOperand(MDNode::get(
                Context, {ValueAsMetadata::get(&G),
                          MDString::get(Context, ame::factName(Fact))}));
}

void ame::applySpecialCases(Module &M, const std::string &ListFile) {
  if (ListFile.empty())
    return;
  std::string Error;
  std::unique_ptr<SpecialCaseList> List =
      SpecialCaseList::create({ListFile}, *vfs::getRealFileSystem(), Error);
  if (!List)
    return M.getContext().emitError("-ame-list: " + Error);
  markFunctions(M, *List);
  markGlobals(M, *List);
}

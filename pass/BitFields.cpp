//===- BitFields.cpp - Annotations that clang does not pass on ------------===//
//
// Accesses to a bit-field come without its annotations, so these have no
// effect: the field is ordinary memory. The debug information still tells.
//
//===----------------------------------------------------------------------===//
#include "BitFields.h"

#include "Diagnostics.h"

#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"

#include <ame/annotations.h>

using namespace llvm;

/// The annotation of ame.h, as its header's field macros put it there.
static StringRef annotationOf(const DIDerivedType &Member) {
  DINodeArray Annotations = Member.getAnnotations();
  if (!Annotations)
    return "";
  for (const Metadata *Annotation : Annotations->operands()) {
    auto *Pair = dyn_cast_or_null<MDNode>(Annotation);
    auto *Text = Pair && Pair->getNumOperands() == 2
                     ? dyn_cast<MDString>(Pair->getOperand(1))
                     : nullptr;
    if (Text && Text->getString().starts_with(AME_ANNOTATION_PREFIX))
      return Text->getString();
  }
  return "";
}

void ame::warnOfBitFields(const Module &M) {
  if (M.debug_compile_units().empty())
    return;
  DebugInfoFinder Finder;
  Finder.processModule(M);
  for (const DIType *Type : Finder.types()) {
    auto *Member = dyn_cast<DIDerivedType>(Type);
    if (!Member || !Member->isBitField())
      continue;
    const StringRef Annotation = annotationOf(*Member);
    if (Annotation.empty())
      continue;
    reportWarning(
        "ame-bit-field", M, {Member->getFilename(), Member->getLine()},
        "'" + Member->getName() + "' is a bit-field, on which '" + Annotation +
            "' has no effect: clang does not pass it on; a count is "
            "declared by AME_REFCOUNT_BITS behind the structure, other fields "
            "need members of their own");
  }
}

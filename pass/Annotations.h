//===- Annotations.h - Facts from the source, onto the IR -----------------===//
#ifndef AME_PASS_ANNOTATIONS_H
#define AME_PASS_ANNOTATIONS_H

#include "Diagnostics.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class GlobalVariable;
} // namespace llvm

namespace ame {

class BitCounts;
class SpecialCases;

/// Whether a string is one of the annotations for functions.
bool isFunctionAnnotation(llvm::StringRef Text);

/// What an annotation at Place says about F or G. It is an error when it is not
/// one of ame's, and when something else has been said before.
void annotateFunction(llvm::Function &F, llvm::StringRef Text,
                      const SourcePlace &Place);
void annotateGlobal(llvm::GlobalVariable &G, llvm::StringRef Text,
                    const SourcePlace &Place);

/// llvm.global.annotations: function marks become attributes, globals go to
/// !ame.globals; ame's rows are removed (they count as uses of the address).
void readGlobalAnnotations(llvm::Module &M);

/// llvm.ptr.annotation and the lists: every access to an annotated field or
/// global carries !ame.field afterwards; the intrinsics are removed (they block
/// optimisation).
void markAnnotatedAccesses(llvm::Module &M, llvm::FunctionAnalysisManager &FAM,
                           SpecialCases &Cases, const BitCounts &Bits);

} // namespace ame

#endif

//===- Annotations.h - Facts from the source, onto the IR -----------------===//
#ifndef AME_PASS_ANNOTATIONS_H
#define AME_PASS_ANNOTATIONS_H

#include "llvm/IR/PassManager.h"

namespace ame {

/// llvm.global.annotations: function marks become attributes, globals go to
/// !ame.globals; ame's rows are removed (they count as uses of the address).
void readGlobalAnnotations(llvm::Module &M);

/// llvm.ptr.annotation: every access to an annotated field or global carries
/// !ame.field afterwards; the intrinsics are removed (they block optimisation).
void markAnnotatedAccesses(llvm::Module &M, llvm::FunctionAnalysisManager &FAM);

} // namespace ame

#endif

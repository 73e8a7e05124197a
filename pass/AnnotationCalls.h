//===- AnnotationCalls.h - What an annotation in the IR says --------------===//
//
// llvm.ptr.annotation (fields) and llvm.var.annotation (parameters) have the same
// operands behind the first: text, file, line, arguments.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_ANNOTATIONCALLS_H
#define AME_PASS_ANNOTATIONCALLS_H

#include "CountKinds.h"
#include "Diagnostics.h"

#include "llvm/IR/InstrTypes.h"

namespace ame {

/// A constant string; empty: it is none.
llvm::StringRef annotationString(const llvm::Value *V);

SourcePlace annotationPlace(const llvm::Value *File, const llvm::Value *Line);

inline llvm::StringRef annotationText(const llvm::CallBase &Annotation) {
  return annotationString(Annotation.getArgOperand(1));
}

inline SourcePlace annotationPlace(const llvm::CallBase &Annotation) {
  return annotationPlace(Annotation.getArgOperand(2),
                         Annotation.getArgOperand(3));
}

/// What it adds to a count: which values are immortal, the hook. An error when it is
/// a property of counts and not one of ame.h's.
void readCountProperty(const llvm::CallBase &Annotation, CountDetails &Details);

} // namespace ame

#endif

//===- AnnotationCalls.cpp - What an annotation in the IR says ------------===//
#include "AnnotationCalls.h"

#include "ame/annotations.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"

using namespace llvm;

StringRef ame::annotationString(const Value *V) {
  auto *Global = dyn_cast<GlobalVariable>(V->stripPointerCasts());
  if (!Global || !Global->hasInitializer())
    return {};
  auto *Data = dyn_cast<ConstantDataSequential>(Global->getInitializer());
  return Data && Data->isCString() ? Data->getAsCString() : StringRef();
}

ame::SourcePlace ame::annotationPlace(const Value *File, const Value *Line) {
  auto *Number = dyn_cast<ConstantInt>(Line);
  return {annotationString(File), Number ? unsigned(Number->getZExtValue()) : 0};
}

/// The argument of AME_REFCOUNT_IMMORTAL_FROM(limit), AME_REFCOUNT_ON_ZERO(fn).
static Constant *argumentOf(const CallBase &Annotation) {
  auto *Global =
      dyn_cast<GlobalVariable>(Annotation.getArgOperand(4)->stripPointerCasts());
  if (!Global || !Global->hasInitializer())
    return nullptr;
  auto *Arguments = dyn_cast<ConstantStruct>(Global->getInitializer());
  return Arguments && Arguments->getNumOperands() == 1 ? Arguments->getOperand(0)
                                                       : nullptr;
}

/// False: the text is no property, or its argument is none.
static bool readProperty(const CallBase &Annotation, StringRef Text,
                         ame::CountDetails &Details) {
  Constant *Argument = argumentOf(Annotation);
  if (Text == AME_ANNOTATION_REFCOUNT_IMMORTAL_NEGATIVE) {
    Details.Immortal = AME_COUNT_IMMORTAL_NEGATIVE;
    return true;
  }
  if (Text == AME_ANNOTATION_REFCOUNT_IMMORTAL_FROM) {
    auto *Limit = dyn_cast_or_null<ConstantInt>(Argument);
    Details.Immortal = AME_COUNT_IMMORTAL_FROM;
    Details.Limit = Limit ? uint64_t(Limit->getSExtValue()) : 0;
    // A limit of the field's own width: 0xc0000000 is no negative number.
    if (Limit && Limit->getBitWidth() == 32)
      Details.Limit = Limit->getZExtValue();
    return Limit != nullptr;
  }
  Details.OnZero = dyn_cast_or_null<Function>(
      Argument ? Argument->stripPointerCasts() : nullptr);
  Details.Deferred |= Text == AME_ANNOTATION_REFCOUNT_DEFERRED;
  return Details.OnZero && (Text == AME_ANNOTATION_REFCOUNT_ON_ZERO ||
                            Text == AME_ANNOTATION_REFCOUNT_DEFERRED);
}

void ame::readCountProperty(const CallBase &Annotation, CountDetails &Details) {
  const StringRef Text = annotationText(Annotation);
  if (Text.starts_with(AME_ANNOTATION_REFCOUNT ".") &&
      Text != AME_ANNOTATION_REFCOUNT_BITS &&
      !readProperty(Annotation, Text, Details))
    reportError(Error::UnknownAnnotation, *Annotation.getFunction(),
                annotationPlace(Annotation),
                "annotation '" + Text +
                    "' of a reference count needs one constant "
                    "argument: use the macros of ame/ame.h");
}

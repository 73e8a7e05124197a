//===- BitFields.h - Annotations that clang does not pass on --------------===//
#ifndef AME_PASS_BITFIELDS_H
#define AME_PASS_BITFIELDS_H

namespace llvm {
class Module;
}

namespace ame {

/// A warning for each annotated bit-field that the debug information shows.
void warnOfBitFields(const llvm::Module &M);

} // namespace ame

#endif

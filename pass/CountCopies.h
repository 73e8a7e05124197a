//===- CountCopies.h - Assignment of structs that contain counts ----------===//
#ifndef AME_PASS_COUNTCOPIES_H
#define AME_PASS_COUNTCOPIES_H

namespace llvm {
class Module;
} // namespace llvm

namespace ame {

class OwnLocals;

/// Turns copies and fills of memory that may hold counts into calls.
void lowerCountCopies(llvm::Module &M, OwnLocals &Locals);

} // namespace ame

#endif

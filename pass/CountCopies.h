//===- CountCopies.h - Assignment of structs that contain counts ----------===//
#ifndef AME_PASS_COUNTCOPIES_H
#define AME_PASS_COUNTCOPIES_H

namespace llvm {
class Module;
} // namespace llvm

namespace ame {

class BitCounts;
class CountedStructs;
class OwnLocals;

/// Turns copies and fills of memory that may hold counts into calls.
void lowerCountCopies(llvm::Module &M, const BitCounts &Bits,
                      const CountedStructs &Structs, OwnLocals &Locals);

} // namespace ame

#endif

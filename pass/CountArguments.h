//===- CountArguments.h - Structs with counts that are passed by value ----===//
#ifndef AME_PASS_COUNTARGUMENTS_H
#define AME_PASS_COUNTARGUMENTS_H

namespace llvm {
class Module;
}

namespace ame {

class CountedStructs;
class OwnLocals;

/// Arguments are copied first, by a call that knows of counts.
void lowerCountArguments(llvm::Module &M, const CountedStructs &Structs,
                         OwnLocals &Locals);

} // namespace ame

#endif

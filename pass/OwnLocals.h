//===- OwnLocals.h - Locals that nobody else can know ---------------------===//
//
// A count in such a local, for example the temporary of a struct assignment,
// changes in place. Every call that is given the address counts as an escape,
// whatever its attributes say: the callee's code treats the count as shared.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_OWNLOCALS_H
#define AME_PASS_OWNLOCALS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Instructions.h"

namespace ame {

class OwnLocals {
public:
  /// Whether the pointer points into one.
  bool isBehind(const llvm::Value &Pointer);

private:
  llvm::DenseMap<const llvm::AllocaInst *, bool> Known;
};

} // namespace ame

#endif

//===- OwnArguments.h - Arguments that point to the caller's own memory ---===//
//
// Facts across functions. An argument is *own* when at every call it points to
// memory that needs no barrier in the caller: a local that an abort restores
// (Local), or memory that the transaction has allocated (Fresh, which holds
// until the transaction ends). A constructor that fills what its caller has
// allocated, a helper that works on a struct of its caller's frame.
//
// Only for functions whose calls are all known, and without regions: inside a
// region of their own the caller's frame is older than the transaction.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_OWNARGUMENTS_H
#define AME_PASS_OWNARGUMENTS_H

#include "FreshMemory.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Argument.h"

namespace ame {

/// From the best to the worst.
enum class ArgumentFact { Unknown, Local, Fresh, Shared };

class OwnArguments {
public:
  OwnArguments(llvm::Module &M, const TransactionEnds &Ends,
               const FreshMemory &Fresh);

  ArgumentFact of(const llvm::Argument &A) const {
    const auto Known = Facts.find(&A);
    return Known == Facts.end() ? ArgumentFact::Shared : Known->second;
  }

private:
  llvm::DenseMap<const llvm::Argument *, ArgumentFact> Facts;
};

} // namespace ame

#endif

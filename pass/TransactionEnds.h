//===- TransactionEnds.h - Which calls may end a transaction --------------===//
//
// What is known about memory (this transaction owns it, has logged it, has
// allocated it) stays true until the transaction ends. Most functions cannot
// end their caller's: they contain no boundary and call only functions that
// cannot either. Found bottom-up over the module, before anything is rewritten.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_TRANSACTIONENDS_H
#define AME_PASS_TRANSACTIONENDS_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/Instructions.h"

namespace ame {

class TransactionEnds {
public:
  explicit TransactionEnds(llvm::Module &M);

  /// Whether after I another transaction may be running than before it: a
  /// boundary, or a call of something that may commit and begin anew
  /// (ame_checkpoint), or return a second time (setjmp).
  bool mayEndAt(const llvm::Instruction &I) const;

  /// Whether a call of F always returns in the transaction it was called in.
  bool keepsTransaction(const llvm::Function &F) const {
    return Keeping.contains(&F);
  }

private:
  llvm::DenseSet<const llvm::Function *> Keeping;
};

} // namespace ame

#endif

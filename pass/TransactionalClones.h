//===- TransactionalClones.h - Transactional entries of functions ---------===//
#ifndef AME_PASS_TRANSACTIONALCLONES_H
#define AME_PASS_TRANSACTIONALCLONES_H

namespace llvm {
class Module;
} // namespace llvm

namespace ame {

/// Regions mode: every function that transactional code may reach gets a clone
/// that is transactional; functions with regions get ready for barriers.
void createClones(llvm::Module &M);

/// The late pass: nothing keeps clones any more whose function has gone.
void forgetKeptClones(llvm::Module &M);

/// Whole-program mode: every function is transactional itself.
void markAllFunctions(llvm::Module &M);

/// Direct calls in transactional code go to the callee's transactional entry.
void redirectCalls(llvm::Module &M);

} // namespace ame

#endif

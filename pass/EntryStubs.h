//===- EntryStubs.h - Entries of functions that are not instrumented ------===//
#ifndef AME_PASS_ENTRYSTUBS_H
#define AME_PASS_ENTRYSTUBS_H

namespace llvm {
class Function;
} // namespace llvm

namespace ame {

/// A function with F's type that does what F's mark asks of transactional code:
///   AME_DEFER       copies the arguments and queues the call
///   AME_INEVITABLE  becomes inevitable, then calls F
///   AME_UNSAFE      reports the call, then calls F
/// Null (after an error) when F's type does not allow it.
llvm::Function *createEntryStub(llvm::Function &F);

} // namespace ame

#endif

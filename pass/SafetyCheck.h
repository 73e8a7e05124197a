//===- SafetyCheck.h - AME_SAFE and AME_UNSAFE ----------------------------===//
#ifndef AME_PASS_SAFETYCHECK_H
#define AME_PASS_SAFETYCHECK_H

namespace llvm {
class Module;
} // namespace llvm

namespace ame {

/// Errors: an AME_SAFE function that can reach an operation that makes the
/// transaction inevitable; a call to an AME_UNSAFE function in a region. Judged
/// by declared facts only, before the optimiser, so that the answer does not
/// depend on the optimisation level.
void checkSafety(llvm::Module &M);

} // namespace ame

#endif

//===- VerifyClaims.h - Calls that check what annotations claim -----------===//
#ifndef AME_PASS_VERIFYCLAIMS_H
#define AME_PASS_VERIFYCLAIMS_H

namespace llvm {
class Module;
} // namespace llvm

namespace ame {

/// Early, with -fame-verify: each use of a claim in transactional code and in pure
/// functions is reported to the runtime, which judges it when
/// AME_OPTIONS=verify=1.
void insertClaimChecks(llvm::Module &M);

} // namespace ame

#endif

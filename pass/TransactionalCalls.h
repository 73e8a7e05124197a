//===- TransactionalCalls.h - Calls inside transactions -------------------===//
//
// What a call in transactional code turns into: itself, the callee's
// transactional entry, the runtime's wrapper of a libc function, or the call
// after the transaction has become inevitable.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_TRANSACTIONALCALLS_H
#define AME_PASS_TRANSACTIONALCALLS_H

#include "LoweringRemarks.h"
#include "RuntimeABI.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/InstrTypes.h"

namespace ame {

class TransactionalCalls {
public:
  explicit TransactionalCalls(RuntimeABI &ABI) : ABI(ABI) {}

  /// Rewrites one call (no intrinsic, no inline asm).
  void lower(llvm::CallBase &Call, LoweringRemarks &Remarks);

  /// Makes the transaction inevitable before I, because of What.
  void becomeInevitable(llvm::Instruction &I, llvm::StringRef RemarkName,
                        const llvm::Twine &What, LoweringRemarks &Remarks);

private:
  void lowerDirect(llvm::CallBase &Call, llvm::Function &Callee,
                   LoweringRemarks &Remarks);
  bool lowerLibc(llvm::CallBase &Call, llvm::Function &Callee,
                 LoweringRemarks &Remarks);
  void resolve(llvm::CallBase &Call, llvm::StringRef Name);
  llvm::Constant *site(const llvm::Instruction &I, const llvm::Twine &What);

  RuntimeABI &ABI;
  llvm::StringMap<llvm::Constant *> Sites;
};

} // namespace ame

#endif

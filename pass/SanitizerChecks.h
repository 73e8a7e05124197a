//===- SanitizerChecks.h - What sanitizers do with addresses --------------===//
//
// UBSan computes with the addresses of accesses, and gives them to functions that
// report what is wrong. The program's other threads do not learn them from that.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_SANITIZERCHECKS_H
#define AME_PASS_SANITIZERCHECKS_H

#include "llvm/IR/Use.h"

namespace ame {

/// The use compares the pointer, or makes a number of it, and whatever is computed from
/// that is compared, or reported by UBSan, and nothing else.
bool isOnlyChecked(const llvm::Use &U);

} // namespace ame

#endif

//===- LibcCalls.h - libc functions that the runtime knows ----------------===//
//
// The rows of libc_calls.def. A row speaks about the C library's function, so
// it applies to declarations only: a program's own function of the same name
// has a body and is treated like any other.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LIBCCALLS_H
#define AME_PASS_LIBCCALLS_H

#include "llvm/IR/Function.h"

namespace ame {

enum class LibcPolicy {
  Pure,
  Wrapped,
  Deferred,
  Undone,
  Inevitable,
  Forbidden
};

struct LibcCall {
  LibcPolicy Policy;
  llvm::StringRef Wrapper; ///< Called instead, unless Pure or Inevitable.
};

/// The row of a libc function, or null when the table has none.
const LibcCall *libcCall(const llvm::Function &F);

/// The name under which the table and the wrappers know F: without the mark
/// that keeps LLVM from mangling an assembler name.
llvm::StringRef canonicalName(const llvm::Function &F);

} // namespace ame

#endif

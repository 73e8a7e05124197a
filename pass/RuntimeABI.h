//===- RuntimeABI.h - The runtime as the pass sees it ---------------------===//
//
// One member per row of abi.def, with the type of the C prototype in abi.h:
// a signature is written once, in C, and cannot differ here. The layout of the
// thread block, the stripe constants and the ABI version come from abi.h too.
//
// Build one RuntimeABI per module. It declares every function; call
// removeUnused() when the module is finished.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_RUNTIMEABI_H
#define AME_PASS_RUNTIMEABI_H

#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Module.h"

// C11's spelling, which C++ lacks.
#define _Thread_local thread_local
#include "ame/abi.h"
#undef _Thread_local

namespace ame {

/// The runtime's functions as callees of one module. No attribute says
/// anything about memory: the link-time optimiser runs after the pass and
/// would merge or move barriers. They never throw (an abort restores the
/// registers and unwinds nothing).
struct RuntimeABI {
  explicit RuntimeABI(llvm::Module &M);

  /// Erases the declarations that got no use.
  void removeUnused();

#define AME_ABI_FUNCTION(result, name, arguments) llvm::FunctionCallee name;
#include "ame/abi.def"
#undef AME_ABI_FUNCTION

  /// `__ame_tls`, thread-local with the initial-exec model.
  llvm::GlobalVariable *ThreadBlock;

private:
  llvm::Module &M;
};

/// Whether a name belongs to the runtime (functions, globals).
bool isRuntimeName(llvm::StringRef Name);

/// The symbol whose reference makes a link of unlike versions fail.
std::string abiVersionSymbol();

} // namespace ame

#endif

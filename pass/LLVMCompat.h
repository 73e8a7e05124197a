//===- LLVMCompat.h - What differs between LLVM versions ------------------===//
//
// The only file that asks for LLVM's version. Each entry says what changed.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LLVMCOMPAT_H
#define AME_PASS_LLVMCOMPAT_H

#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

// The plugin interface moved when plugins got a library of their own.
#if __has_include("llvm/Plugins/PassPlugin.h")
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif

namespace ame {

/// A message without a place. Later versions have a kind for it; before, the one
/// for inline assembler was used.
#if LLVM_VERSION_MAJOR >= 21
using TextDiagnostic = llvm::DiagnosticInfoGeneric;
#else
using TextDiagnostic = llvm::DiagnosticInfoInlineAsm;
#endif

/// The data layout is no longer asked for: the evolution knows it.
inline llvm::SCEVExpander scevExpander(llvm::ScalarEvolution &Evolution,
                                       const char *Name) {
#if LLVM_VERSION_MAJOR >= 21
  return llvm::SCEVExpander(Evolution, Name);
#else
  return llvm::SCEVExpander(Evolution, Evolution.getDataLayout(), Name);
#endif
}

/// From 21 on a tracker answers with an action, and hears what is captured.
class UseTracker : public llvm::CaptureTracker {
protected:
  /// Whether this use lets the pointer out; then the search ends.
  virtual bool letsOut(const llvm::Use &U) = 0;

private:
#if LLVM_VERSION_MAJOR >= 21
  Action captured(const llvm::Use *U, llvm::UseCaptureInfo) final {
    return letsOut(*U) ? Stop : Continue;
  }
#else
  bool captured(const llvm::Use *U) final { return letsOut(*U); }
#endif
};

} // namespace ame

#endif

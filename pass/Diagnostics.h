//===- Diagnostics.h - Everything the pass says to the user ---------------===//
//
// Errors are LLVM's DiagnosticInfoUnsupported, which clang shows like its own,
// at the source line. A message says what is wrong, and what to write instead,
// and ends with its id, under which docs/diagnostics.md explains it.
// Remarks go through -Rpass=ame, -Rpass-missed=ame, -Rpass-analysis=ame.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_DIAGNOSTICS_H
#define AME_PASS_DIAGNOSTICS_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace llvm {
class Function;
class Instruction;
class Module;
class Twine;
} // namespace llvm

namespace ame {

/// X(name, id): every error. Ids stay what they are.
#define AME_ERRORS(X)                                                          \
  X(AddressSpace, "ame-address-space")                                         \
  X(Boundary, "ame-boundary")                                                  \
  X(Contradiction, "ame-contradiction")                                        \
  X(CountSize, "ame-count-size")                                               \
  X(DeferredArguments, "ame-deferred-arguments")                               \
  X(DeferredResult, "ame-deferred-result")                                     \
  X(Fallback, "ame-fallback")                                                  \
  X(ListEntry, "ame-list-entry")                                               \
  X(ListFile, "ame-list-file")                                                 \
  X(ListNeedsDebugInfo, "ame-list-needs-debug-info")                           \
  X(UnknownAnnotation, "ame-unknown-annotation")                               \
  X(UnknownInstruction, "ame-unknown-instruction")                             \
  X(Unsafe, "ame-unsafe")                                                      \
  X(NotSafe, "ame-not-safe")                                                   \
  X(WrapperType, "ame-wrapper-type")

enum class Error {
#define X(name, id) name,
  AME_ERRORS(X)
#undef X
};

/// A place in the source, as annotations give it without debug information, or
/// in a special case list, which the compiler has not read.
struct SourcePlace {
  llvm::StringRef File;
  unsigned Line = 0;
  bool InList = false;
};

/// An error at the instruction's line (the function's without -g).
void reportError(Error Id, const llvm::Instruction &I,
                 const llvm::Twine &Message);

/// An error about F, at Place when that is known.
void reportError(Error Id, const llvm::Function &F, const SourcePlace &Place,
                 const llvm::Twine &Message);

/// An error about the module as a whole.
void reportError(Error Id, const llvm::Module &M, const SourcePlace &Place,
                 const llvm::Twine &Message);

/// A warning about an entry of a list ("ame-list-unused") or a declaration.
void reportWarning(llvm::StringRef Id, const llvm::Module &M,
                   const SourcePlace &Place, const llvm::Twine &Message);

/// "file.c:12", or the function's name when the line is not known.
std::string describePlace(const llvm::Instruction &I);

/// Remarks of the early pass at I: an optimisation, and one that was missed.
void remark(const llvm::Instruction &I, llvm::StringRef Name,
            const llvm::Twine &Message);
void remarkMissed(const llvm::Instruction &I, llvm::StringRef Name,
                  const llvm::Twine &Message);

} // namespace ame

#endif

//===- Diagnostics.h - Everything the pass says to the user ---------------===//
//
// Errors are LLVM's DiagnosticInfoUnsupported, which clang shows like its own,
// at the source line. A message says what is wrong, and what to write instead.
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

/// A place in the source, as annotations give it without debug information.
struct SourcePlace {
  llvm::StringRef File;
  unsigned Line = 0;
};

/// An error at the instruction's line (the function's without -g).
void reportError(const llvm::Instruction &I, const llvm::Twine &Message);

/// An error about F, at Place when that is known.
void reportError(const llvm::Function &F, const SourcePlace &Place,
                 const llvm::Twine &Message);

/// An error about the module as a whole.
void reportError(const llvm::Module &M, const SourcePlace &Place,
                 const llvm::Twine &Message);

/// "file.c:12", or the function's name when the line is not known.
std::string describePlace(const llvm::Instruction &I);

/// A missed-optimisation remark of the early pass at I.
void remarkMissed(const llvm::Instruction &I, llvm::StringRef Name,
                  const llvm::Twine &Message);

} // namespace ame

#endif

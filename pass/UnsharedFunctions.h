//===- UnsharedFunctions.h - Functions without shared memory --------------===//
//
// A function that touches nothing but its own locals, constants and registers,
// and calls only such functions, does in a transaction what it does outside: it
// needs no clone. Transactional code calls it, and inlines it, as it is.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_UNSHAREDFUNCTIONS_H
#define AME_PASS_UNSHAREDFUNCTIONS_H

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace ame {

/// Gives such functions of M the attribute "ame-unshared". For regions mode,
/// before clones are made.
void markUnsharedFunctions(llvm::Module &M);

/// Functions of libc that look at their arguments only, not behind them.
bool touchesNothingInLibc(const llvm::Function &F);

} // namespace ame

#endif

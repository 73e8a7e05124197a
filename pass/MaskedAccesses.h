//===- MaskedAccesses.h - Vector accesses that touch some lanes -----------===//
#ifndef AME_PASS_MASKEDACCESSES_H
#define AME_PASS_MASKEDACCESSES_H

namespace llvm {
class IntrinsicInst;
} // namespace llvm

namespace ame {

/// Replaces a masked load or store, gather, scatter, expanding load or
/// compressing store by an access per lane, which can have a barrier each, and
/// erases the call. False, and nothing changed, for any other intrinsic and for
/// lanes that are no whole number of bytes.
bool expandMaskedAccess(llvm::IntrinsicInst &Call);

} // namespace ame

#endif

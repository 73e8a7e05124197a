//===- CarriedFacts.h - Facts that travel with a pointer ------------------===//
//
// The address of an annotated field that is given to a function, or put into a
// structure, is out of FieldAddresses' sight. The optimiser inlines the function
// and takes the structure apart, and then the pointer could be followed, but what
// it points to is forgotten. So where such an address is given away, the early pass
// puts a call around it that returns its argument and has the fact:
//
//   %q = call ptr @llvm.strip.invariant.group.p0(ptr %p) "ame-points"="immutable"
//                                                        "ame-room"="0,8,0"
//
// The intrinsic costs nothing, and alias analysis looks through it. The late pass
// follows the pointers on from there and takes the calls out.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_CARRIEDFACTS_H
#define AME_PASS_CARRIEDFACTS_H

#include "FieldAddresses.h"

namespace ame {

/// The early pass, once Addresses is complete.
void carryFacts(llvm::Module &M, const FieldAddresses &Addresses);

/// The late pass: puts !ame.field on accesses that have none and whose address
/// comes from a carried one, and takes the calls out.
void followCarriedFacts(llvm::Module &M);

} // namespace ame

#endif

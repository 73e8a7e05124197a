//===- LibcBarriers.h - Memory behind the arguments of libc calls ---------===//
//
// What uninstrumented code may touch: the effects that libc_calls.def gives a
// function, turned into calls of the runtime around the call.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LIBCBARRIERS_H
#define AME_PASS_LIBCBARRIERS_H

#include "LibcCalls.h"
#include "LoweringRemarks.h"
#include "RuntimeABI.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/InstrTypes.h"

namespace ame {

/// Before the call, what it reads becomes a private copy, what it writes is
/// owned, and functions that it calls are replaced by their transactional
/// entries (Site says where, for reports). After it the copies are given back.
void insertLibcBarriers(llvm::CallBase &Call, const LibcCall &Row,
                        RuntimeABI &ABI,
                        llvm::function_ref<llvm::Constant *()> Site,
                        LoweringRemarks &Remarks);

} // namespace ame

#endif

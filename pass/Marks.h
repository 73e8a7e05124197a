//===- Marks.h - What the early pass tells the late pass ------------------===//
//
// The two passes run at opposite ends of the optimiser and talk through the IR
// only. Every name they share is spelled here once.
//
// Function attributes (strings):
//   "ame-transactional"  all code of the function is transactional: a clone,
//                        or any function in whole-program mode
//   "ame-kept"           a clone that is in llvm.compiler.used until the late pass
//   "ame-pure"           called as it is
//   "ame-unshared"       touches no shared memory: called as it is, too
//   "ame-inevitable"     calls in transactional code: __ame_inevitable first
//   "ame-unsafe"         calls in transactional code: __ame_unsafe_call first
//   "ame-safe"           checked by the early pass; the late pass ignores it
//   "ame-defer"          cloneOf() is a stub that queues the call
//   "ame-wrap"="<name>"  cloneOf() is the wrapper (or its clone)
//   "ame-scalar"         noimplicitfloat was added, which keeps the vectorisers
//                        away: they drop facts when they combine accesses.
//                        The late pass takes both off again
//   "ame-stub"           the function is such a stub, already lowered: it is
//                        not transactional code and is never instrumented
//
// on results, arguments and calls of llvm.strip.invariant.group (CarriedFacts.h):
//   "ame-points"="<fact>"  what the pointer points to
//   "ame-room"="<from>,<to>,<array>"  on these calls: how far (FieldRoom.h)
//
// and on call sites:
//   "ame-original"       the wrapper of AME_WRAP calls what it wraps: this call
//                        is not redirected to the wrapper again
//
// The order in which a call in transactional code is looked at: the attributes
// pure, inevitable and unsafe of the callee, then entryOf(call), then whether
// the callee is transactional itself, then the libc table, then __ame_resolve.
// Callees found through a pointer need no marks: the prefix data of PURE,
// INEVITABLE, UNSAFE, DEFER and WRAP-ped functions leads to themselves or to a
// stub that does what the mark says.
//
// Metadata:
//   !ame.field !{!"immutable"|"threadlocal"|"notrack"}  on loads, stores and
//                        mem intrinsics: what the field or global is
//                        ("refcount" and "counter", with the operands of
//                        CountKinds.h, occur on accesses outside transactional
//                        code, where they mean nothing)
//   !llvm.access.group   a group for each fact, of which the late pass restores
//                        !ame.field where the optimiser has dropped it
//                        (SurvivingFacts.h)
//   !ame.globals = !{!{ptr @g, !"immutable"}, ...}      annotated globals
//   !ame.clone !{ptr @f.ame}  on a function: its transactional entry
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_MARKS_H
#define AME_PASS_MARKS_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"
#include "llvm/IR/Module.h"
#include <optional>

namespace ame {

constexpr char TransactionalAttr[] = "ame-transactional";
constexpr char KeptAttr[] = "ame-kept";
constexpr char PureAttr[] = "ame-pure";
constexpr char UnsharedAttr[] = "ame-unshared";
constexpr char InevitableAttr[] = "ame-inevitable";
constexpr char UnsafeAttr[] = "ame-unsafe";
constexpr char SafeAttr[] = "ame-safe";
constexpr char DeferAttr[] = "ame-defer";
constexpr char WrapAttr[] = "ame-wrap";
constexpr char StubAttr[] = "ame-stub";
constexpr char ScalarAttr[] = "ame-scalar";
constexpr char CallsOriginalAttr[] = "ame-original";
constexpr char PointsAttr[] = "ame-points";
constexpr char RoomAttr[] = "ame-room";

constexpr char FieldMetadata[] = "ame.field";
constexpr char GlobalsMetadata[] = "ame.globals";
constexpr char CloneMetadata[] = "ame.clone";

/// Module flags: the early pass has run; the late passes have run.
constexpr char MarkedFlag[] = "ame.marked";
constexpr char InstrumentedFlag[] = "ame.instrumented";

constexpr char RegionEnterName[] = "__ame_region_enter";
constexpr char RegionExitName[] = "__ame_region_exit";

/// What is known about the memory behind an access.
enum class FieldFact { Immutable, ThreadLocal, NoTrack, RefCount, Counter };

/// One that the late pass reads off accesses: the early pass itself lowers changes
/// of counts.
inline bool isFactOfAccess(FieldFact Fact) {
  return Fact != FieldFact::RefCount && Fact != FieldFact::Counter;
}

/// The name of a fact in metadata and behind "ame." in annotations.
inline llvm::StringRef factName(FieldFact Fact) {
  switch (Fact) {
  case FieldFact::Immutable:
    return "immutable";
  case FieldFact::ThreadLocal:
    return "threadlocal";
  case FieldFact::NoTrack:
    return "notrack";
  case FieldFact::RefCount:
    return "refcount";
  case FieldFact::Counter:
    return "counter";
  }
  return {};
}

inline std::optional<FieldFact> factFromName(llvm::StringRef Name) {
  for (FieldFact Fact :
       {FieldFact::Immutable, FieldFact::ThreadLocal, FieldFact::NoTrack,
        FieldFact::RefCount, FieldFact::Counter})
    if (Name == factName(Fact))
      return Fact;
  return std::nullopt;
}

/// Whether all code of F is transactional.
inline bool isTransactional(const llvm::Function &F) {
  return F.hasFnAttribute(TransactionalAttr);
}

/// Whether the early pass has run on this module.
inline bool isMarked(const llvm::Module &M) {
  return M.getModuleFlag(MarkedFlag) != nullptr;
}

/// The transactional entry of F, when this module knows it for certain: F's
/// clone, its wrapper, or a stub. Null when F may be replaced by another
/// definition at link time, has no entry here, or the optimiser has changed the
/// clone's type. The optimiser may have changed the clone's calling convention:
/// a call that is redirected late takes it over.
inline llvm::Function *cloneOf(const llvm::Function &F) {
  const llvm::MDNode *Node = F.getMetadata(CloneMetadata);
  if (!Node || Node->getNumOperands() != 1)
    return nullptr;
  auto *Clone = llvm::mdconst::dyn_extract_or_null<llvm::Function>(
      Node->getOperand(0).get());
  if (!Clone || Clone->getFunctionType() != F.getFunctionType())
    return nullptr;
  if (!F.isDeclaration() && F.isInterposable())
    return nullptr;
  return Clone;
}

/// cloneOf the callee of a direct call, unless the call means the original.
inline llvm::Function *entryOf(const llvm::CallBase &Call) {
  const llvm::Function *Callee = Call.getCalledFunction();
  return Callee && !Call.hasFnAttr(CallsOriginalAttr) ? cloneOf(*Callee)
                                                      : nullptr;
}

/// The fact that a mark states.
inline std::optional<FieldFact> factOfMark(const llvm::MDNode &Mark) {
  auto *Name = Mark.getNumOperands() == 0
                   ? nullptr
                   : llvm::dyn_cast<llvm::MDString>(Mark.getOperand(0).get());
  return Name ? factFromName(Name->getString()) : std::nullopt;
}

/// The fact that a load, store or mem intrinsic carries itself. Globals are
/// asked about with globalFact.
inline std::optional<FieldFact> fieldFact(const llvm::Instruction &I) {
  const llvm::MDNode *Mark = I.getMetadata(FieldMetadata);
  return Mark ? factOfMark(*Mark) : std::nullopt;
}

/// What an annotation or a list says about a global.
std::optional<FieldFact> declaredFact(const llvm::GlobalVariable &G);

/// The fact declared for a whole global: its annotation, _Thread_local, or
/// NoTrack for the runtime's own and the compiler's profiling data.
std::optional<FieldFact> globalFact(const llvm::GlobalVariable &G);

inline bool isCallTo(const llvm::Instruction &I, llvm::StringRef Name) {
  auto *Call = llvm::dyn_cast<llvm::CallInst>(&I);
  const llvm::Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->getName() == Name;
}
inline bool isRegionEnter(const llvm::Instruction &I) {
  return isCallTo(I, RegionEnterName);
}
inline bool isRegionExit(const llvm::Instruction &I) {
  return isCallTo(I, RegionExitName);
}

/// Whether F contains a region marker.
bool hasRegions(const llvm::Function &F);

/// The instructions of F that may run inside a region of F: reachable from an
/// enter without passing as many exits. Enter markers themselves are not
/// included unless nested; exit markers are (they end the innermost region).
/// For the markers' lowering to other names, call it before.
llvm::DenseSet<const llvm::Instruction *>
instructionsInRegions(const llvm::Function &F);

} // namespace ame

#endif

//===- CountKinds.h - What the source says about a count ------------------===//
//
// AME_REFCOUNT and AME_COUNTER come with details: the declared size, which
// values mean an immortal object, the hook that destroys. Annotations.cpp reads
// them, they travel as operands of the !ame.field mark of each access, and
// become a constant `struct ame_count_kind` that the runtime is given.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_COUNTKINDS_H
#define AME_PASS_COUNTKINDS_H

#include "Marks.h"
#include "RuntimeABI.h"

namespace ame {

/// On a call that is given addresses of counts: for each the argument's number and the
/// mark of accesses through it.
constexpr char PassedMetadata[] = "ame.passed";

/// Where a count in a bit-field is. Width 0: it is none.
struct CountBits {
  unsigned Unit = 0;  ///< Bits that are loaded and stored together.
  unsigned Shift = 0; ///< Bits of the unit below it.
  unsigned Width = 0;
  bool Signed = false;
  unsigned Object = 0; ///< Bytes from the structure's beginning to its first byte.
};

struct CountDetails {
  FieldFact Fact = FieldFact::RefCount;
  unsigned DeclaredSize = 0; ///< Bytes of the field; 0: not known.
  unsigned Immortal = AME_COUNT_MORTAL;
  uint64_t Limit = 0;
  bool Deferred = false;
  llvm::Function *OnZero = nullptr;
  CountBits Bits;
};

/// The mark of an access to a field of which nothing more than the fact is said.
llvm::MDNode *markOfFact(llvm::LLVMContext &Context, FieldFact Fact);

/// The mark for an access to such a field.
llvm::MDNode *countMark(llvm::LLVMContext &Context, const CountDetails &Details);

/// What the mark of a count or counter says.
CountDetails detailsOfMark(const llvm::MDNode &Mark);

/// The details of an access to a count or counter; nothing for other accesses.
std::optional<CountDetails> countDetails(const llvm::Instruction &Access);

/// Bits of the count that the call's last argument, a constant, describes; 0 where
/// that is not known.
unsigned widthOfCount(const llvm::CallBase &Call);

/// Whether that is a bit-field.
bool countsBits(const llvm::CallBase &Call);

/// Whether F or a counter accessed by the type is one that changes can be
/// merged of: an integer of 4 or 8 bytes, or a float or double counter.
bool isCountType(const llvm::Type *Type, FieldFact Fact);

/// The constants, one for each kind of a module.
class CountKinds {
public:
  explicit CountKinds(llvm::Module &M) : M(M) {}
  llvm::GlobalVariable *get(const CountDetails &Details, const llvm::Type *Type,
                            ame_count_operation Operation);

private:
  llvm::Module &M;
  llvm::DenseMap<llvm::Constant *, llvm::GlobalVariable *> Known;
};

} // namespace ame

#endif

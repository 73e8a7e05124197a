//===- FieldRoom.h - The bytes of a field around a pointer ----------------===//
//
// A pointer to a field is good for the field's own bytes. Steps out of it lead to
// its neighbours, of which nothing is known: container_of of a first member, a
// memset from one member to the structure's end.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_FIELDROOM_H
#define AME_PASS_FIELDROOM_H

#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Value.h"

#include <optional>

namespace ame {

/// Where the field begins and ends, seen from a pointer into it.
struct FieldRoom {
  int64_t From = 0, To = INT64_MAX; ///< All that follows: its end is not known.
  bool HasArray = true;             ///< Steps of unknown width stay inside.

  bool contains(int64_t Begin, int64_t End) const {
    return From <= Begin && End <= To;
  }
  bool overlaps(int64_t Begin, int64_t End) const {
    return Begin < To && From < End;
  }
  /// Seen from a pointer that is between so many and so many bytes behind.
  FieldRoom behind(int64_t Least, int64_t Most) const;
  /// What is in both.
  FieldRoom operator&(const FieldRoom &Other) const;
  bool isEmpty() const { return From >= To; }
};

/// Of the field whose address this is. An array at a structure's end has none.
FieldRoom roomOfField(const llvm::Value &Address, const llvm::DataLayout &Layout);

/// As an attribute of the call that returns the pointer.
void attachRoom(llvm::CallBase &Call, const FieldRoom &Room);
FieldRoom attachedRoom(const llvm::CallBase &Call);

} // namespace ame

#endif

//===- LibcCalls.cpp - libc functions that the runtime knows --------------===//
//
// Expands libc_calls.def into a table by name, once per process.
//
//===----------------------------------------------------------------------===//
#include "LibcCalls.h"

#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace ame {

// The policies are spelled in capitals in the table.
static constexpr LibcPolicy PURE = LibcPolicy::Pure;
static constexpr LibcPolicy WRAPPED = LibcPolicy::Wrapped;
static constexpr LibcPolicy DEFERRED = LibcPolicy::Deferred;
static constexpr LibcPolicy UNDONE = LibcPolicy::Undone;
static constexpr LibcPolicy INEVITABLE = LibcPolicy::Inevitable;
static constexpr LibcPolicy FORBIDDEN = LibcPolicy::Forbidden;

static StringMap<LibcCall> readTable() {
  StringMap<LibcCall> Table;
  // Policies that a table of today does not use.
  (void)PURE, (void)WRAPPED, (void)DEFERRED, (void)UNDONE, (void)INEVITABLE,
      (void)FORBIDDEN;
  // A form stands behind its function.
#define AME_LIBC_CALL(name, policy, effects, note)                             \
  Table[#name] = {policy, "__ame_libc_" #name};
#define AME_LIBC_ALIAS(form, name) Table[#form] = Table.lookup(#name);
#define AME_LIBC_CHECKED(form, name)                                           \
  Table[#form] = {Table.lookup(#name).Policy, "__ame_libc_" #form};
#include "ame/libc_calls.def"
#undef AME_LIBC_CALL
#undef AME_LIBC_ALIAS
#undef AME_LIBC_CHECKED
  return Table;
}

StringRef canonicalName(const Function &F) {
  StringRef Name = F.getName();
  Name.consume_front("\01");
  return Name;
}

const LibcCall *libcCall(const Function &F) {
  static const StringMap<LibcCall> Table = readTable();
  if (!F.isDeclaration())
    return nullptr;
  auto Row = Table.find(canonicalName(F));
  return Row == Table.end() ? nullptr : &Row->second;
}

} // namespace ame

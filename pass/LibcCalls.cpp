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
static constexpr LibcPolicy INEVITABLE = LibcPolicy::Inevitable;
static constexpr LibcPolicy FORBIDDEN = LibcPolicy::Forbidden;

static StringMap<LibcPolicy> readTable() {
  StringMap<LibcPolicy> Table;
  // Policies that a table of today does not use.
  (void)PURE, (void)WRAPPED, (void)INEVITABLE, (void)FORBIDDEN;
#define AME_LIBC_CALL(name, policy) Table[#name] = policy;
#include "ame/libc_calls.def"
#undef AME_LIBC_CALL
  return Table;
}

StringRef canonicalName(const Function &F) {
  StringRef Name = F.getName();
  Name.consume_front("\01");
  return Name;
}

std::optional<LibcPolicy> libcPolicy(const Function &F) {
  static const StringMap<LibcPolicy> Table = readTable();
  if (!F.isDeclaration())
    return std::nullopt;
  auto Row = Table.find(canonicalName(F));
  if (Row == Table.end())
    return std::nullopt;
  return Row->second;
}

} // namespace ame

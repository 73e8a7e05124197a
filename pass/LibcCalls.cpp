//===- LibcCalls.cpp - libc functions that the runtime knows --------------===//
//
// Expands libc_calls.def into a table by name, once per process.
//
//===----------------------------------------------------------------------===//
#include "LibcCalls.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/TargetParser/Triple.h"

// The types whose sizes the table speaks of.
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <search.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>
#include <utime.h>
#include <wchar.h>

using namespace llvm;

namespace ame {

namespace table {
// The table's words. Not every policy needs to occur.
[[maybe_unused]] constexpr LibcPolicy PURE = LibcPolicy::Pure;
[[maybe_unused]] constexpr LibcPolicy WRAPPED = LibcPolicy::Wrapped;
[[maybe_unused]] constexpr LibcPolicy DEFERRED = LibcPolicy::Deferred;
[[maybe_unused]] constexpr LibcPolicy UNDONE = LibcPolicy::Undone;
[[maybe_unused]] constexpr LibcPolicy INEVITABLE = LibcPolicy::Inevitable;
[[maybe_unused]] constexpr LibcPolicy FORBIDDEN = LibcPolicy::Forbidden;

#define NONE
#define READS(a, size) LibcEffect{LibcEffect::Reads, a, size},
#define WRITES(a, size) LibcEffect{LibcEffect::Writes, a, size},
#define UPDATES(a, size) LibcEffect{LibcEffect::Updates, a, size},
#define TEXT(a) LibcEffect{LibcEffect::Text, a, {}},
#define WIDE_TEXT(a) LibcEffect{LibcEffect::WideText, a, {}},
#define TEXT_UP_TO(a, k) LibcEffect{LibcEffect::Text, a, BYTES(k)},
#define WIDE_TEXT_UP_TO(a, k) LibcEffect{LibcEffect::WideText, a, BYTES(k)},
#define UPDATES_TEXT(a) LibcEffect{LibcEffect::UpdatesText, a, {}},
#define NUMBER(a) LibcEffect{LibcEffect::Number, a, {}},
#define WIDE_NUMBER(a) LibcEffect{LibcEffect::WideNumber, a, {}},
#define END(a, b) LibcEffect{LibcEffect::End, a, POINTED_TO(b)},
#define TEXTS(a) LibcEffect{LibcEffect::Texts, a, {}},
#define TEXTS_FROM(a) LibcEffect{LibcEffect::TextsFrom, a, {}},
#define VECTOR_READS(a, k)                                                     \
  LibcEffect{LibcEffect::VectorReads, a, BYTES(k)},
#define VECTOR_WRITES(a, k)                                                    \
  LibcEffect{LibcEffect::VectorWrites, a, BYTES(k)},
#define CALLS(a) LibcEffect{LibcEffect::Calls, a, {}},
#define INTO(a) LibcEffect{LibcEffect::Into, a, {}},
#define MAY_BE_INEVITABLE LibcEffect{LibcEffect::MayBeInevitable, 0, {}},

#define SIZE(type) (LibcSize{LibcSize::Constant, sizeof(type)})
#define BYTES(k) (LibcSize{LibcSize::Argument, 1, k})
#define ITEMS(k, type) (LibcSize{LibcSize::Argument, sizeof(type), k})
#define PRODUCT(k, l) (LibcSize{LibcSize::Product, 1, k, l})
#define TYPE_OF(k) (LibcSize{LibcSize::TypeOf, 0, k})
#define POINTED_TO(k) (LibcSize{LibcSize::PointedTo, 0, k})

/// Plain data, so that the compiler needs no code for a row.
struct Row {
  enum { Call, Math, Alias, Checked } Kind;
  const char *Name, *Of; ///< Of: the function of a form
  LibcPolicy Policy;
  LibcEffect Effects[6]; ///< the rest are LibcEffect::Nothing
};

#define AME_LIBC_CALL(name, policy, effects, note)                             \
  {Row::Call, #name, "", policy, {effects}},
#define AME_LIBC_MATH(name, effects, note)                                     \
  {Row::Math, #name, "", PURE, {effects}},
#define AME_LIBC_ALIAS(form, name) {Row::Alias, #form, #name, PURE, {}},
#define AME_LIBC_CHECKED(form, name) {Row::Checked, #form, #name, PURE, {}},
static constexpr Row Rows[] = {
#include "ame/libc_calls.def"
};
#undef AME_LIBC_CALL
#undef AME_LIBC_MATH
#undef AME_LIBC_ALIAS
#undef AME_LIBC_CHECKED

static LibcCall callOf(const Row &R) {
  LibcCall Call{R.Policy, std::string("__ame_libc_") + R.Name, {}};
  for (const LibcEffect &Effect : R.Effects)
    if (Effect.Kind != LibcEffect::Nothing)
      Call.Effects.push_back(Effect);
  return Call;
}

/// With other arguments than the function: a wrapper's are not described.
static LibcCall checkedForm(LibcCall Call, const char *Form) {
  Call.Wrapper = std::string("__ame_libc_") + Form;
  if (Call.Policy != LibcPolicy::Pure && Call.Policy != LibcPolicy::Inevitable)
    erase_if(Call.Effects, [](const LibcEffect &Effect) {
      return Effect.Kind != LibcEffect::MayBeInevitable;
    });
  return Call;
}

static StringMap<LibcCall> read() {
  StringMap<LibcCall> Table;
  // A form stands behind its function.
  for (const Row &R : Rows)
    switch (R.Kind) {
    case Row::Call:
      Table[R.Name] = callOf(R);
      break;
    case Row::Math:
      for (const char *Type :
           {"", "f", "l", "f32", "f64", "f128", "f32x", "f64x"})
        Table[std::string(R.Name) + Type] = callOf(R);
      break;
    case Row::Alias:
      Table[R.Name] = LibcCall(Table.lookup(R.Of));
      break;
    case Row::Checked:
      Table[R.Name] = checkedForm(Table.lookup(R.Of), R.Name);
      break;
    }
  return Table;
}
} // namespace table

StringRef canonicalName(const Function &F) {
  StringRef Name = F.getName();
  Name.consume_front("\01");
  return Name;
}

/// Whether the argument exists and is a pointer; a number otherwise.
static bool hasArgument(const FunctionType &Type, unsigned Index,
                        bool IsPointer) {
  if (Index >= Type.getNumParams())
    return Type.isVarArg();
  return IsPointer ? Type.getParamType(Index)->isPointerTy()
                   : Type.getParamType(Index)->isIntegerTy();
}

static bool fits(const FunctionType &Type, const LibcEffect &Effect) {
  if (Effect.Kind == LibcEffect::MayBeInevitable)
    return true;
  if (!hasArgument(Type, Effect.Argument, /*IsPointer=*/true))
    return false;
  const LibcSize &Size = Effect.Size;
  switch (Size.Kind) {
  case LibcSize::Constant:
  case LibcSize::TypeOf:
    return true;
  case LibcSize::Argument:
    return hasArgument(Type, Size.First, /*IsPointer=*/false);
  case LibcSize::Product:
    return hasArgument(Type, Size.First, /*IsPointer=*/false) &&
           hasArgument(Type, Size.Second, /*IsPointer=*/false);
  case LibcSize::PointedTo:
    return hasArgument(Type, Size.First, /*IsPointer=*/true);
  }
  llvm_unreachable("covered switch");
}

/// Whether F may be the library's function and not a namesake.
static bool mayBeLibcs(const Function &F, const LibcCall &Row) {
  static const TargetLibraryInfoImpl Known(Triple("x86_64-pc-linux-gnu"));
  LibFunc Which;
  if (Known.getLibFunc(canonicalName(F), Which) && !Known.getLibFunc(F, Which))
    return false;
  return all_of(Row.Effects, [&](const LibcEffect &Effect) {
    return fits(*F.getFunctionType(), Effect);
  });
}

bool mayBeInevitable(const LibcCall &Row) {
  return Row.Policy == LibcPolicy::Inevitable ||
         Row.Policy == LibcPolicy::Forbidden ||
         any_of(Row.Effects, [](const LibcEffect &Effect) {
           return Effect.Kind == LibcEffect::MayBeInevitable;
         });
}

const LibcCall *libcCall(const Function &F) {
  static const StringMap<LibcCall> Table = table::read();
  if (!F.isDeclaration())
    return nullptr;
  auto Row = Table.find(canonicalName(F));
  if (Row == Table.end() || !mayBeLibcs(F, Row->second))
    return nullptr;
  return &Row->second;
}

} // namespace ame

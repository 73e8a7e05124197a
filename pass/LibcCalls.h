//===- LibcCalls.h - libc functions that the runtime knows ----------------===//
//
// The rows of libc_calls.def. A row speaks about the C library's function, so
// it applies to declarations only, and only to those whose type can be the
// library's: a program's own function of the same name is like any other.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LIBCCALLS_H
#define AME_PASS_LIBCCALLS_H

#include "llvm/IR/Function.h"

#include <string>
#include <vector>

namespace ame {

enum class LibcPolicy {
  Pure,
  Wrapped,
  Deferred,
  Undone,
  Inevitable,
  Forbidden
};

/// A number of bytes, as the arguments of a call give it.
struct LibcSize {
  enum KindTy {
    Constant,  ///< Bytes
    Argument,  ///< Bytes times the argument First
    Product,   ///< argument First times argument Second
    TypeOf,    ///< the size of the argument First's type
    PointedTo, ///< the socklen_t that the argument First points to
  } Kind = Constant;
  uint64_t Bytes = 0;
  unsigned First = 0, Second = 0;
};

/// What a function does with the memory behind one of its arguments.
struct LibcEffect {
  enum KindTy {
    Nothing,
    Reads,
    Writes,
    Updates,      ///< reads and writes
    Text,         ///< reads a string of at most Size characters, 0: any
    WideText,     ///< reads a string of wchar_t, likewise
    UpdatesText,  ///< changes a string, but not its length
    Number,       ///< reads a string as far as it may be a number
    WideNumber,   ///< the same in wchar_t
    End,          ///< stores a pointer into argument Size.First
    Texts,        ///< reads strings, up to a null pointer
    TextsFrom,    ///< this argument and all behind it are strings
    VectorReads,  ///< an iovec array, read from
    VectorWrites, ///< an iovec array, filled
    Calls,        ///< a function that the program is called back by
    Into,         ///< the result points into what this argument points to
    MayBeInevitable, ///< no memory: the wrapper may make inevitable
  } Kind = Nothing;
  unsigned Argument = 0;
  LibcSize Size = {};
};

struct LibcCall {
  LibcPolicy Policy;
  std::string Wrapper; ///< Called instead, unless Pure or Inevitable.
  std::vector<LibcEffect> Effects;
};

/// Whether a call of the function may make a transaction inevitable.
bool mayBeInevitable(const LibcCall &Row);

/// The row of a libc function, or null when the table has none.
const LibcCall *libcCall(const llvm::Function &F);

/// The name under which the table and the wrappers know F: without the mark
/// that keeps LLVM from mangling an assembler name.
llvm::StringRef canonicalName(const llvm::Function &F);

} // namespace ame

#endif

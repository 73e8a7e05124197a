//===- SpecialCases.h - Facts from special case lists ---------------------===//
//
//   fun:NAME=pure|inevitable|unsafe|safe|defer|wrap:FUNCTION
//   fun:NAME=returns:immutable|threadlocal|notrack what the result points to
//   fun:NAME=argument:N:immutable|...              what its Nth argument points to
//   src:FILE=pure|inevitable|unsafe|safe           what FILE defines
//   global:NAME=immutable|refcount|counter|threadlocal|notrack
//   type:STRUCT=<as global>                        all of its fields
//   field:STRUCT.MEMBER=<as global>                needs -g
//   field:STRUCT.MEMBER=points:immutable|threadlocal|notrack
//                                                  what the pointer in it points to
//
// STRUCT is the tag; where there is debug information a typedef's name, too.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_SPECIALCASES_H
#define AME_PASS_SPECIALCASES_H

#include "Diagnostics.h"
#include "FieldNames.h"
#include "Marks.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class SpecialCaseList;
} // namespace llvm

namespace ame {

/// One line of a list.
struct SpecialCase {
  enum class Target { Function, Source, Global, Type, Field };
  Target Kind;
  std::string Prefix;     ///< as written: "fun"
  std::string Annotation; ///< without "ame."
  /// The entry is about the memory behind a pointer (returns:, argument:, points:).
  std::optional<FieldFact> Behind;
  unsigned Argument = 0; ///< its number, from 1; 0: the result, or a field's value
  std::string Text;       ///< the line
  std::string File;
  unsigned Line;
  bool Used = false;
  std::shared_ptr<llvm::SpecialCaseList> Pattern;

  SpecialCase(std::string File, unsigned Line) : File(std::move(File)), Line(Line) {}
  bool fits(llvm::StringRef Name) const;
  /// Whether the pattern fits Name; then the entry counts as used.
  bool matches(llvm::StringRef Name);
  SourcePlace place() const { return {File, Line, /*InList=*/true}; }
};

class SpecialCases {
public:
  /// Reads the files. What is wrong with them is an error of M, at its line.
  SpecialCases(llvm::Module &M, const std::vector<std::string> &Files);

  /// Gives functions and globals their marks, as annotations would.
  void markFunctions();
  void markGlobals();

  bool hasFieldEntries() const;
  /// The fact of a member, and the entry that says so. Of members that share
  /// their bytes: the one that all of them have.
  std::optional<FieldFact> factOfField(const FieldName &Name,
                                       const SpecialCase **Entry);
  /// The fact of what the pointer in the member points to.
  std::optional<FieldFact> factBehind(const FieldName &Name);
  /// A warning for each entry that speaks about the member, and so far about
  /// nothing else. Why says why that has no effect.
  void warnWhereUseless(const FieldName &Name, llvm::StringRef Why);

  /// A warning for each entry that matched nothing in this module.
  void reportUnused() const;

private:
  void read(const std::string &File);
  void addEntry(llvm::StringRef Line, SpecialCase Entry);
  void checkDebugInformation();
  SpecialCase *entryFor(llvm::ArrayRef<llvm::StringRef> Structs,
                        llvm::StringRef Member);

  llvm::Module &M;
  std::vector<SpecialCase> Entries;
};

} // namespace ame

#endif

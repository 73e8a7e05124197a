//===- SpecialCases.h - Facts from special case lists ---------------------===//
//
//   fun:NAME=pure|inevitable|unsafe|safe|defer|wrap:FUNCTION
//   src:FILE=pure|inevitable|unsafe|safe           what FILE defines
//   global:NAME=immutable|refcount|counter|threadlocal|notrack
//   type:STRUCT=<as global>                        all of its fields
//   field:STRUCT.MEMBER=<as global>                needs -g
//
// STRUCT is the tag; where there is debug information a typedef's name, too.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_SPECIALCASES_H
#define AME_PASS_SPECIALCASES_H

#include "Diagnostics.h"
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
  std::string Text;       ///< the line
  std::string File;
  unsigned Line;
  bool Used = false;
  std::shared_ptr<llvm::SpecialCaseList> Pattern;

  SpecialCase(std::string File, unsigned Line) : File(std::move(File)), Line(Line) {}
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
  /// The fact of a member of a structure that has the given names, and the entry
  /// that says so. Member is empty when it is not known.
  std::optional<FieldFact> factOfField(llvm::ArrayRef<llvm::StringRef> Structs,
                                       llvm::StringRef Member,
                                       const SpecialCase **Entry);

  /// A warning for each entry that matched nothing in this module.
  void reportUnused() const;

private:
  void read(const std::string &File);
  void addEntry(llvm::StringRef Line, SpecialCase Entry);
  void checkDebugInformation();

  llvm::Module &M;
  std::vector<SpecialCase> Entries;
};

} // namespace ame

#endif

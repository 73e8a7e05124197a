//===- ListedFields.h - Fields that special case lists speak about --------===//
#ifndef AME_PASS_LISTEDFIELDS_H
#define AME_PASS_LISTEDFIELDS_H

#include "FieldAddresses.h"
#include "FieldNames.h"
#include "SpecialCases.h"

#include <map>

namespace ame {

/// Finds the addresses and accesses of listed fields in a module. When a member
/// lies in a member, the inner one's entry decides.
class ListedFields {
public:
  ListedFields(llvm::Module &M, SpecialCases &Cases);

  /// The instructions that compute addresses of listed fields, or of memory that
  /// the list speaks about.
  llvm::SmallVector<llvm::Instruction *, 64> addresses();
  /// An error when the annotation in the source says something else.
  void checkAgainst(const llvm::CallBase &Annotation, FieldFact Fact);
  void addTo(FieldAddresses &Addresses);

private:
  struct Listed {
    FieldFact Fact;
    const SpecialCase *Entry;
  };
  std::optional<Listed> listed(const FieldName &Name);
  std::optional<Listed> listedAddress(const llvm::Value &Address);
  std::optional<Listed> listedInGlobal(const llvm::Value &Address);
  std::optional<FieldFact> factBehind(const llvm::Instruction &I);
  void warnOfUnions();

  llvm::Module &M;
  SpecialCases &Cases;
  std::optional<FieldNames> Names; ///< only where there is something to find
  /// Unions that have no common fact, by a structure around and a member.
  std::map<std::pair<llvm::StringRef, llvm::StringRef>, FieldName> Unlisted;
};

} // namespace ame

#endif

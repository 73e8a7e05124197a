//===- SpecialCases.h - Facts from a special case list --------------------===//
#ifndef AME_PASS_SPECIALCASES_H
#define AME_PASS_SPECIALCASES_H

#include <string>

namespace llvm {
class Module;
} // namespace llvm

namespace ame {

/// Gives M the marks that the list file states:
///   fun:NAME=pure|inevitable|unsafe|safe|defer
///   src:FILE=pure|inevitable|unsafe|safe
///   global:NAME=immutable|refcount|counter|threadlocal|notrack
/// A file that cannot be read is an error of the module.
void applySpecialCases(llvm::Module &M, const std::string &ListFile);

} // namespace ame

#endif

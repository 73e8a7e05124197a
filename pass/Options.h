//===- Options.h - What the user chose on the command line ----------------===//
//
// The cl::opts are created when the plugin registers, never statically: a
// static one turns loading the plugin into a wrong LLVM from a clear message
// into a crash. Users reach them through ame-cc's -fame-... flags.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_OPTIONS_H
#define AME_PASS_OPTIONS_H

#include <string>
#include <vector>

namespace ame {

enum class Mode {
  Regions, ///< Clones; code outside regions stays as it is.
  Always,  ///< Whole program: every function is instrumented in place.
};

struct Options {
  Mode TransactionMode = Mode::Regions;
  bool Verify = false;     ///< Check what annotations claim.
  bool Off = false;        ///< The passes do nothing.
  std::vector<std::string> ListFiles; ///< Special case lists.
  bool ReportLists = false; ///< Warn about entries that match nothing.
};

/// Creates the command-line options. Called once, when the plugin registers.
void registerOptions();

/// The chosen values.
Options readOptions();

/// Log2 of the bytes of a stripe: the runtime's, AME_STRIPE_SHIFT, unless a comparison
/// of sizes (tools/bench.sh --variants) links with another one.
unsigned stripeShift();

} // namespace ame

#endif

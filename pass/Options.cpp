//===- Options.cpp - What the user chose on the command line --------------===//
//
// clang parses -mllvm options right after it has loaded -fplugin= libraries and
// long before it asks them for passes, so the options must exist as soon as the
// library is loaded. They are created by a constructor that first looks which
// LLVM has loaded us: cl::opt's layout differs between versions.
//
//===----------------------------------------------------------------------===//
#include "Options.h"
#include "RuntimeABI.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include <dlfcn.h>

using namespace llvm;

namespace {
struct CommandLine {
  cl::opt<ame::Mode> TransactionMode{
      "ame-mode", cl::desc("Which code is transactional."),
      cl::values(clEnumValN(ame::Mode::Regions, "regions",
                            "Atomic blocks and the clones they call."),
                 clEnumValN(ame::Mode::Always, "always",
                            "Every function, instrumented in place.")),
      cl::init(ame::Mode::Regions), cl::Hidden};
  cl::opt<bool> Verify{"ame-verify",
                       cl::desc("Check at run time what annotations claim."),
                       cl::init(false), cl::Hidden};
  cl::opt<bool> Off{"ame-off", cl::desc("Leave the module as it is."),
                    cl::init(false), cl::Hidden};
  cl::list<std::string> ListFiles{
      "ame-list",
      cl::desc("Special case list with facts about functions, source files, "
               "globals, types and fields."),
      cl::value_desc("file"), cl::Hidden};
  cl::opt<bool> ReportLists{
      "ame-list-report",
      cl::desc("Warn about entries of the lists that match nothing."),
      cl::init(false), cl::Hidden};
  cl::opt<unsigned> StripeShift{
      "ame-stripe-shift",
      cl::desc("Log2 of the bytes of a stripe, as the runtime was built."),
      cl::init(AME_STRIPE_SHIFT), cl::Hidden};
};
} // namespace

static CommandLine *TheCommandLine = nullptr;

void ame::registerOptions() {
  if (!TheCommandLine)
    TheCommandLine = new CommandLine; // Lives as long as the process.
}

static bool loadedByOurLLVM() {
  using GetVersion = void (*)(unsigned *, unsigned *, unsigned *);
  auto Get =
      reinterpret_cast<GetVersion>(dlsym(RTLD_DEFAULT, "LLVMGetVersion"));
  if (!Get)
    return false;
  unsigned Major = 0;
  Get(&Major, nullptr, nullptr);
  return Major == LLVM_VERSION_MAJOR;
}

__attribute__((constructor)) static void registerOptionsAtLoad() {
  if (loadedByOurLLVM())
    ame::registerOptions();
}

unsigned ame::stripeShift() {
  return TheCommandLine ? TheCommandLine->StripeShift : AME_STRIPE_SHIFT;
}

ame::Options ame::readOptions() {
  Options Result;
  if (!TheCommandLine)
    return Result;
  Result.TransactionMode = TheCommandLine->TransactionMode;
  Result.Verify = TheCommandLine->Verify;
  Result.Off = TheCommandLine->Off;
  Result.ListFiles = TheCommandLine->ListFiles;
  Result.ReportLists = TheCommandLine->ReportLists;
  return Result;
}

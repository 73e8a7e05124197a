//===- Plugin.cpp - Where the passes enter LLVM's pipelines ---------------===//
//
// USAGE
//   clang-19 -fplugin=AMEPass.so -fpass-plugin=AMEPass.so -D__AME__ file.c
//   opt-19 -load-pass-plugin=AMEPass.so -passes=ame-mark,ame-lower,ame-finish
//
// PipelineStart and OptimizerLast are the two extension points that every
// pipeline runs, at -O0 as well, also before ThinLTO and full LTO.
//
//===----------------------------------------------------------------------===//
#include "LLVMCompat.h"
#include "Options.h"
#include "Passes.h"
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;

static bool parsePassName(StringRef Name, ModulePassManager &MPM,
                          ArrayRef<PassBuilder::PipelineElement>) {
  if (Name == "ame-mark")
    MPM.addPass(ame::MarkTransactionsPass());
  else if (Name == "ame-facts")
    MPM.addPass(ame::RestoreFactsPass());
  else if (Name == "ame-lower")
    MPM.addPass(ame::InsertBarriersPass());
  else if (Name == "ame-finish")
    MPM.addPass(ame::FinishModulePass());
  else
    return false;
  return true;
}

static void registerPasses(PassBuilder &PB) {
  ame::registerOptions();
  // Later versions pass further arguments to the callbacks.
  PB.registerPipelineStartEPCallback([](ModulePassManager &MPM, auto &&...) {
    MPM.addPass(ame::MarkTransactionsPass());
  });
  PB.registerOptimizerLastEPCallback([](ModulePassManager &MPM, auto &&...) {
    MPM.addPass(ame::InsertBarriersPass());
    MPM.addPass(ame::FinishModulePass());
  });
  PB.registerPipelineParsingCallback(parsePassName);
}

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "ame", LLVM_VERSION_STRING, registerPasses};
}

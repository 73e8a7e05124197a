//===- Passes.h - The passes of the plugin --------------------------------===//
//
// Three module passes, in the order in which they run:
//
//   ame-mark    MarkTransactionsPass  PipelineStart: annotations become facts,
//               transactional code gets its clones, counts become calls
//   ame-lower   InsertBarriersPass    OptimizerLast: barriers and boundaries
//     ame-facts RestoreFactsPass      its first step: each access has its fact
//   ame-finish  FinishModulePass      OptimizerLast: ABI reference, checks
//
// All are required: they run at -O0 and on optnone functions too.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_PASSES_H
#define AME_PASS_PASSES_H

#include "llvm/IR/PassManager.h"

namespace ame {

struct MarkTransactionsPass : llvm::PassInfoMixin<MarkTransactionsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static bool isRequired() { return true; }
};

struct RestoreFactsPass : llvm::PassInfoMixin<RestoreFactsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static bool isRequired() { return true; }
};

struct InsertBarriersPass : llvm::PassInfoMixin<InsertBarriersPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static bool isRequired() { return true; }
};

struct FinishModulePass : llvm::PassInfoMixin<FinishModulePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static bool isRequired() { return true; }
};

} // namespace ame

#endif

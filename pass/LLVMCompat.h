//===- LLVMCompat.h - What differs between LLVM versions ------------------===//
//
// The only file that asks for LLVM's version. Each entry says what changed.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_LLVMCOMPAT_H
#define AME_PASS_LLVMCOMPAT_H

#include "llvm/Config/llvm-config.h"

// The plugin interface moved when plugins got a library of their own.
#if __has_include("llvm/Plugins/PassPlugin.h")
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif

#endif

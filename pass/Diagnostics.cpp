//===- Diagnostics.cpp - Everything the pass says to the user -------------===//
#include "Diagnostics.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Instruction.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;

static void diagnose(const Function &F, const DiagnosticLocation &Location,
                     const Twine &Message) {
  F.getContext().diagnose(
      DiagnosticInfoUnsupported(F, Message, Location, DS_Error));
}

/// A location made by hand: annotations carry file and line as constants, so
/// that the message finds its line without -g. Nothing refers to the scope
/// afterwards; it is not written out.
static DiagnosticLocation locationOf(LLVMContext &Context,
                                     const ame::SourcePlace &Place) {
  if (Place.File.empty() || Place.Line == 0)
    return DiagnosticLocation();
  DIFile *File = DIFile::get(Context, Place.File, "");
  DISubprogram *Scope = DISubprogram::getDistinct(
      Context, File, "", "", File, Place.Line, nullptr, Place.Line, nullptr, 0,
      0, DINode::FlagZero, DISubprogram::SPFlagZero, nullptr);
  return DiagnosticLocation(
      DebugLoc(DILocation::get(Context, Place.Line, 1, Scope)));
}

void ame::reportError(const Instruction &I, const Twine &Message) {
  diagnose(*I.getFunction(), DiagnosticLocation(I.getDebugLoc()), Message);
}

void ame::reportError(const Function &F, const SourcePlace &Place,
                      const Twine &Message) {
  DiagnosticLocation Location = locationOf(F.getContext(), Place);
  if (!Location.isValid() && F.getSubprogram())
    Location = DiagnosticLocation(F.getSubprogram());
  diagnose(F, Location, Message);
}

void ame::reportError(const Module &M, const SourcePlace &Place,
                      const Twine &Message) {
  if (!M.empty())
    return reportError(*M.begin(), Place, Message);
  M.getContext().emitError(Place.File + ":" + Twine(Place.Line) + ": " +
                           Message);
}

std::string ame::describePlace(const Instruction &I) {
  if (const DebugLoc &Loc = I.getDebugLoc())
    return (Loc->getFilename() + ":" + Twine(Loc.getLine())).str();
  return ("function " + I.getFunction()->getName()).str();
}

void ame::remarkMissed(const Instruction &I, StringRef Name,
                       const Twine &Message) {
  OptimizationRemarkEmitter Emitter(I.getFunction());
  Emitter.emit([&] {
    return OptimizationRemarkMissed("ame", Name, &I) << Message.str();
  });
}

//===- Diagnostics.cpp - Everything the pass says to the user -------------===//
#include "Diagnostics.h"
#include "LLVMCompat.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Instruction.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;

static StringRef idOf(ame::Error Id) {
  switch (Id) {
#define X(name, id)                                                            \
  case ame::Error::name:                                                       \
    return id;
    AME_ERRORS(X)
#undef X
  }
  return {};
}

static void diagnose(ame::Error Id, const Function &F,
                     const DiagnosticLocation &Location, const Twine &Message) {
  F.getContext().diagnose(DiagnosticInfoUnsupported(
      F, Message + " [" + idOf(Id) + "]", Location, DS_Error));
}

/// clang finds places in files that it has read only: here the text names it.
static void diagnoseInList(LLVMContext &Context, const ame::SourcePlace &Place,
                           const Twine &Message, StringRef Id,
                           DiagnosticSeverity Severity) {
  const std::string Text =
      ((Place.Line ? Place.File + ":" + Twine(Place.Line) + ": " : Twine("")) +
       Message + " [" + Id + "]")
          .str();
  Context.diagnose(ame::TextDiagnostic(Text, Severity));
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

void ame::reportError(Error Id, const Instruction &I, const Twine &Message) {
  diagnose(Id, *I.getFunction(), DiagnosticLocation(I.getDebugLoc()), Message);
}

void ame::reportError(Error Id, const Function &F, const SourcePlace &Place,
                      const Twine &Message) {
  if (Place.InList)
    return diagnoseInList(F.getContext(), Place, Message, idOf(Id), DS_Error);
  DiagnosticLocation Location = locationOf(F.getContext(), Place);
  if (!Location.isValid() && F.getSubprogram())
    Location = DiagnosticLocation(F.getSubprogram());
  diagnose(Id, F, Location, Message);
}

void ame::reportError(Error Id, const Module &M, const SourcePlace &Place,
                      const Twine &Message) {
  if (!M.empty() && !Place.InList)
    return reportError(Id, *M.begin(), Place, Message);
  diagnoseInList(M.getContext(), Place, Message, idOf(Id), DS_Error);
}

void ame::reportWarning(StringRef Id, const Module &M, const SourcePlace &Place,
                        const Twine &Message) {
  diagnoseInList(M.getContext(), Place, Message, Id, DS_Warning);
}

std::string ame::describePlace(const Instruction &I) {
  if (const DebugLoc &Loc = I.getDebugLoc())
    return (Loc->getFilename() + ":" + Twine(Loc.getLine())).str();
  return ("function " + I.getFunction()->getName()).str();
}

void ame::remark(const Instruction &I, StringRef Name, const Twine &Message) {
  OptimizationRemarkEmitter Emitter(I.getFunction());
  Emitter.emit(
      [&] { return OptimizationRemark("ame", Name, &I) << Message.str(); });
}

void ame::remarkMissed(const Instruction &I, StringRef Name,
                       const Twine &Message) {
  OptimizationRemarkEmitter Emitter(I.getFunction());
  Emitter.emit([&] {
    return OptimizationRemarkMissed("ame", Name, &I) << Message.str();
  });
}

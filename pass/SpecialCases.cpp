//===- SpecialCases.cpp - Facts from special case lists -------------------===//
//
// The same facts as the macros of ame.h, for sources that cannot be changed, in
// the format of the sanitizers' ignorelists. Each line becomes a list of its
// own, so that it is known which ones matched.
//
//===----------------------------------------------------------------------===//
#include "SpecialCases.h"
#include "Annotations.h"
#include "ame/annotations.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SpecialCaseList.h"

using namespace llvm;
using ame::SpecialCase;
using Target = SpecialCase::Target;

//===-- Reading -----------------------------------------------------------===//

static std::optional<Target> targetFromPrefix(StringRef Prefix) {
  if (Prefix == "fun")
    return Target::Function;
  if (Prefix == "src")
    return Target::Source;
  if (Prefix == "global")
    return Target::Global;
  if (Prefix == "type")
    return Target::Type;
  if (Prefix == "field")
    return Target::Field;
  return std::nullopt;
}

static bool isAnnotationFor(StringRef Annotation, Target Kind) {
  const std::string Text = (AME_ANNOTATION_PREFIX + Annotation).str();
  switch (Kind) {
  case Target::Function:
    return ame::isFunctionAnnotation(Text);
  case Target::Source:
    return ame::isFunctionAnnotation(Text) && Annotation != "defer" &&
           !StringRef(Text).starts_with(AME_ANNOTATION_WRAP_PREFIX);
  case Target::Global:
  case Target::Type:
  case Target::Field:
    return ame::factFromName(Annotation).has_value();
  }
  return false;
}

bool SpecialCase::fits(StringRef Name) const {
  return Pattern->inSection("ame", Prefix, Name, Annotation);
}

bool SpecialCase::matches(StringRef Name) {
  if (!fits(Name))
    return false;
  Used = true;
  return true;
}

ame::SpecialCases::SpecialCases(Module &M, const std::vector<std::string> &Files)
    : M(M) {
  for (const std::string &File : Files)
    read(File);
  checkDebugInformation();
}

/// Sections belong to tools, whose names they are patterns of.
static bool isOurSection(StringRef Section) {
  std::string Error;
  const std::string Text = (Section + "\nfun:x=y\n").str();
  std::unique_ptr<SpecialCaseList> List =
      SpecialCaseList::create(MemoryBuffer::getMemBuffer(Text).get(), Error);
  return !List || List->inSection("ame", "fun", "x", "y");
}

void ame::SpecialCases::read(const std::string &File) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer =
      MemoryBuffer::getFile(File, /*IsText=*/true);
  if (!Buffer)
    return reportError(Error::ListFile, M, {File, 0, /*InList=*/true},
                       "the special case list '" + File +
                           "' cannot be read: " + Buffer.getError().message());
  SmallVector<StringRef, 64> Lines;
  (*Buffer)->getBuffer().split(Lines, '\n');
  bool Ours = true;
  for (unsigned Number = 0; Number != Lines.size(); ++Number) {
    const StringRef Line = Lines[Number].trim();
    if (Line.starts_with("["))
      Ours = isOurSection(Line);
    else if (Ours && !Line.empty() && !Line.starts_with("#"))
      addEntry(Line, SpecialCase(File, Number + 1));
  }
}

void ame::SpecialCases::addEntry(StringRef Line, SpecialCase Entry) {
  auto [Prefix, Rest] = Line.split(':');
  // A wrapper's annotation is "wrap:name": there is no other "=" behind it.
  auto [Pattern, Annotation] = Rest.rsplit('=');
  const std::optional<Target> Kind = targetFromPrefix(Prefix);
  if (!Kind)
    return reportError(Error::ListEntry, M, Entry.place(),
                       "'" + Line + "' is not an entry of a special case list: "
                       "write fun:, src:, global:, type: or field:");
  if (!isAnnotationFor(Annotation, *Kind))
    return reportError(Error::ListEntry, M, Entry.place(),
                       "'" + Annotation + "' is not an annotation that '" +
                           Prefix + ":' takes: docs/annotations.md lists them");
  std::string Error;
  const std::string Text = (Line + "\n").str();
  Entry.Kind = *Kind;
  Entry.Prefix = Prefix.str();
  Entry.Annotation = Annotation.str();
  Entry.Text = Line.str();
  Entry.Pattern =
      SpecialCaseList::create(MemoryBuffer::getMemBuffer(Text).get(), Error);
  if (!Entry.Pattern)
    return reportError(Error::ListEntry, M, Entry.place(),
                       "'" + Line + "': " + Error);
  Entries.push_back(std::move(Entry));
}

static bool hasTypesInDebugInformation(const Module &M) {
  for (const DICompileUnit *Unit : M.debug_compile_units())
    if (Unit->getEmissionKind() == DICompileUnit::FullDebug)
      return true;
  return false;
}

/// Without the names of members these entries would silently do nothing.
void ame::SpecialCases::checkDebugInformation() {
  if (hasTypesInDebugInformation(M) || M.empty())
    return;
  for (const SpecialCase &Entry : Entries)
    if (Entry.Kind == Target::Field)
      return reportError(Error::ListNeedsDebugInfo, M, Entry.place(),
                         "'field:' entries need the names of members, which are "
                         "in the debug information: compile with -g");
}

//===-- Functions and globals ---------------------------------------------===//

static StringRef sourceOf(const Function &F) {
  const DISubprogram *Program = F.getSubprogram();
  return Program ? Program->getFilename() : F.getParent()->getSourceFileName();
}

void ame::SpecialCases::markFunctions() {
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    bool Named = false;
    for (SpecialCase &Entry : Entries)
      if (Entry.Kind == Target::Function && Entry.matches(F.getName())) {
        annotateFunction(F, AME_ANNOTATION_PREFIX + Entry.Annotation,
                         Entry.place());
        Named = true;
      }
    // An entry for the function itself is about that one, whatever its file is.
    for (SpecialCase &Entry : Entries)
      if (Entry.Kind == Target::Source && !Named && !F.isDeclaration() &&
          Entry.matches(sourceOf(F)))
        annotateFunction(F, AME_ANNOTATION_PREFIX + Entry.Annotation,
                         Entry.place());
  }
}

void ame::SpecialCases::markGlobals() {
  for (GlobalVariable &G : M.globals())
    for (SpecialCase &Entry : Entries)
      if (Entry.Kind == Target::Global && Entry.matches(G.getName()))
        annotateGlobal(G, AME_ANNOTATION_PREFIX + Entry.Annotation,
                       Entry.place());
}

//===-- Fields ------------------------------------------------------------===//

bool ame::SpecialCases::hasFieldEntries() const {
  return any_of(Entries, [](const SpecialCase &Entry) {
    return Entry.Kind == Target::Type || Entry.Kind == Target::Field;
  });
}

/// Whether Entry is about the member, which may be unknown.
static bool isAbout(const SpecialCase &Entry, ArrayRef<StringRef> Structs,
                    StringRef Member) {
  return any_of(Structs, [&](StringRef Name) {
    if (Entry.Kind == Target::Type)
      return Entry.fits(Name);
    return Entry.Kind == Target::Field && !Member.empty() &&
           Entry.fits((Name + "." + Member).str());
  });
}

/// The last one; the field's own entries are before its type's.
SpecialCase *ame::SpecialCases::entryFor(ArrayRef<StringRef> Structs,
                                         StringRef Member) {
  SpecialCase *Found = nullptr;
  for (SpecialCase &Entry : Entries)
    if (isAbout(Entry, Structs, Member) &&
        (!Found || Entry.Kind == Target::Field))
      Found = &Entry;
  return Found;
}

std::optional<ame::FieldFact>
ame::SpecialCases::factOfField(const FieldName &Name, const SpecialCase **Entry) {
  SmallVector<SpecialCase *, 2> Found;
  if (Name.Members.empty())
    Found.push_back(entryFor(Name.Structs, {}));
  for (StringRef Member : Name.Members)
    Found.push_back(entryFor(Name.Structs, Member));
  for (const SpecialCase *Each : Found)
    if (!Each || Each->Annotation != Found.front()->Annotation)
      return std::nullopt;
  for (SpecialCase &Each : Entries)
    Each.Used = Each.Used || isAbout(Each, Name.Structs, {}) ||
                any_of(Name.Members, [&](StringRef Member) {
                  return isAbout(Each, Name.Structs, Member);
                });
  *Entry = Found.front();
  return factFromName(Found.front()->Annotation);
}

void ame::SpecialCases::warnWhereUseless(const FieldName &Name, StringRef Why) {
  for (SpecialCase &Entry : Entries)
    for (StringRef Member : Name.Members)
      if (!Entry.Used && Entry.Kind == Target::Field &&
          isAbout(Entry, Name.Structs, Member)) {
        reportWarning("ame-list-union", M, Entry.place(),
                      "'" + Entry.Text + "' has no effect: " + Why);
        Entry.Used = true; // not to be reported again
      }
}

void ame::SpecialCases::reportUnused() const {
  for (const SpecialCase &Entry : Entries)
    if (!Entry.Used)
      reportWarning("ame-list-unused", M, Entry.place(), "'" + Entry.Text +
                                          "' matches nothing in '" +
                                          M.getSourceFileName() + "'");
}

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

/// The number in "argument:2:", which is taken off; 0: there is none.
static unsigned takeArgument(StringRef &Annotation) {
  unsigned Number = 0;
  StringRef Rest = Annotation;
  if (!Rest.consume_front("argument:") || Rest.consumeInteger(10, Number) ||
      !Rest.consume_front(":"))
    return 0;
  Annotation = Rest;
  return Number;
}

/// What "returns:immutable" says of a function's result, "argument:1:immutable" of
/// its first argument, "points:immutable" of a field's value. Counts are told by
/// their fields.
static std::optional<ame::FieldFact> factBehindPointer(StringRef Annotation,
                                                       Target Kind) {
  if (!(Kind == Target::Function && (Annotation.consume_front("returns:") ||
                                     takeArgument(Annotation))) &&
      !(Kind == Target::Field && Annotation.consume_front("points:")))
    return std::nullopt;
  const std::optional<ame::FieldFact> Fact = ame::factFromName(Annotation);
  return Fact && ame::isFactOfAccess(*Fact) ? Fact : std::nullopt;
}

static bool isAnnotationFor(StringRef Annotation, Target Kind) {
  const std::string Text = (AME_ANNOTATION_PREFIX + Annotation).str();
  if (factBehindPointer(Annotation, Kind))
    return true;
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
  Entry.Behind = factBehindPointer(Annotation, *Kind);
  Entry.Argument = takeArgument(Annotation);
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

/// The attributes of the result or of an argument, as the source counts them; null:
/// it is no pointer.
static std::optional<unsigned> pointerIndex(const Function &F, unsigned Argument) {
  if (Argument == 0)
    return F.getReturnType()->isPointerTy()
               ? std::optional<unsigned>(AttributeList::ReturnIndex)
               : std::nullopt;
  const unsigned Index = Argument - 1 + F.hasStructRetAttr();
  return Index < F.arg_size() && F.getArg(Index)->getType()->isPointerTy()
             ? std::optional<unsigned>(AttributeList::FirstArgIndex + Index)
             : std::nullopt;
}

/// A function may have such an entry beside one that says what a call does.
static void markPointer(Function &F, const SpecialCase &Entry) {
  const StringRef Fact = ame::factName(*Entry.Behind);
  const std::optional<unsigned> Index = pointerIndex(F, Entry.Argument);
  if (!Index)
    return ame::reportError(ame::Error::ListEntry, F, Entry.place(),
                            "'" + StringRef(Entry.Text) + "': that of '" +
                                F.getName() + "' is not a pointer");
  const Attribute Known = F.getAttributeAtIndex(*Index, ame::PointsAttr);
  if (Known.isValid() && Known.getValueAsString() != Fact)
    return ame::reportError(ame::Error::Contradiction, F, Entry.place(),
                            "a pointer of '" + F.getName() +
                                "' is declared to point to " + Fact +
                                " memory here and to " + Known.getValueAsString() +
                                " memory elsewhere: keep one of them");
  F.addAttributeAtIndex(*Index,
                        Attribute::get(F.getContext(), ame::PointsAttr, Fact));
}

void ame::SpecialCases::markFunctions() {
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    bool Named = false;
    for (SpecialCase &Entry : Entries)
      if (Entry.Kind == Target::Function && Entry.matches(F.getName())) {
        if (Entry.Behind) {
          markPointer(F, Entry);
          continue;
        }
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

/// Whether Entry names the member, which may be unknown.
static bool names(const SpecialCase &Entry, ArrayRef<StringRef> Structs,
                  StringRef Member) {
  return any_of(Structs, [&](StringRef Name) {
    if (Entry.Kind == Target::Type)
      return Entry.fits(Name);
    return Entry.Kind == Target::Field && !Member.empty() &&
           Entry.fits((Name + "." + Member).str());
  });
}

/// Whether Entry is about the member itself.
static bool isAbout(const SpecialCase &Entry, ArrayRef<StringRef> Structs,
                    StringRef Member) {
  return !Entry.Behind && names(Entry, Structs, Member);
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

std::optional<ame::FieldFact>
ame::SpecialCases::factBehind(const FieldName &Name) {
  if (Name.Members.size() != 1)
    return std::nullopt;
  std::optional<FieldFact> Found;
  for (SpecialCase &Entry : Entries)
    if (Entry.Behind && names(Entry, Name.Structs, Name.Members.front())) {
      Entry.Used = true;
      Found = Entry.Behind;
    }
  return Found;
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

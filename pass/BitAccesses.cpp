//===- BitAccesses.cpp - Bit-fields beside and as counts ------------------===//
//
// clang's lowering, before the optimiser:
//
//   read    and (lshr unit, shift), ones      or ashr (shl unit, a), b
//   write   store (or (and (load unit), kept), (shl (and value, ones), shift))
//
// of which steps that do nothing are left out. A read of the count's bits becomes
// a load of an integer of its width, extended; a write whose kept bits lack just
// the count's a store of such an integer. Arithmetic between the two is done in
// that width, where it has the same result, so that `count++` looks like that of
// any count (CountPatterns.h). A read of other bits stays as it is; a write of
// other bits becomes __ame_write_bits, which leaves the count's alone.
//
//===----------------------------------------------------------------------===//
#include "BitAccesses.h"

#include "BitCounts.h"
#include "RuntimeABI.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using ame::CountDetails;
using ame::CountedUnit;

namespace {

/// A write of a field.
struct FieldWrite {
  StoreInst *Store;
  Instruction *Kept; ///< What stays of the unit.
  Value *New;        ///< The field in its place; null: zero.
  APInt Bits;        ///< Ones where it writes.
};

/// A read of a field: its value, extended to the unit.
struct FieldRead {
  Instruction *Value;
  APInt Bits;
  bool Signed;
};

class Separation {
public:
  Separation(ame::RuntimeABI &Runtime, ame::BitAccesses &Result)
      : Runtime(Runtime), Result(Result) {}
  void noteWrite(StoreInst &Store, const CountedUnit &Unit);
  void separateLoad(LoadInst &Load, const CountedUnit &Unit);
  void separateWrites();
  void unknown(Instruction &I) { Result.Unknown.push_back(&I); }

private:
  void replaceRead(LoadInst &Load, const FieldRead &Read, const CountDetails &Count);
  Value *narrow(Value *V, unsigned Width, IRBuilder<> &Builder);
  Value *narrowSum(BinaryOperator &Sum, unsigned Width);
  void writeCount(const FieldWrite &Write, const CountDetails &Count);
  void writeBeside(const FieldWrite &Write);

  ame::RuntimeABI &Runtime;
  ame::BitAccesses &Result;
  SmallVector<std::pair<FieldWrite, const CountedUnit *>, 16> Writes;
  SmallPtrSet<const Instruction *, 16> KeptParts;
};

} // namespace

static bool isOp(const Value *V, unsigned Opcode) {
  auto *I = dyn_cast<Instruction>(V);
  return I && I->getOpcode() == Opcode;
}

static const APInt *constantOf(const Value *V) {
  auto *Number = dyn_cast<ConstantInt>(V);
  return Number ? &Number->getValue() : nullptr;
}

static bool touchesCounts(const APInt &Bits, const CountedUnit &Unit) {
  return any_of(Unit.Counts, [&](const CountDetails &Count) {
    return Bits.intersects(ame::maskOf(Count.Bits));
  });
}

static const CountDetails *countAt(const APInt &Bits, const CountedUnit &Unit) {
  const auto *Found = find_if(Unit.Counts, [&](const CountDetails &Count) {
    return Bits == ame::maskOf(Count.Bits);
  });
  return Found == Unit.Counts.end() ? nullptr : Found;
}

//===-- Reads -------------------------------------------------------------===//

/// All that uses the instruction is one other.
static Instruction *onlyUser(Instruction &I, unsigned Opcode) {
  auto *User = I.hasOneUse() ? cast<Instruction>(I.user_back()) : nullptr;
  return User && User->getOpcode() == Opcode && User->getOperand(0) == &I &&
                 constantOf(User->getOperand(1))
             ? User
             : nullptr;
}

static std::optional<FieldRead> masked(Instruction &And, unsigned Shift) {
  const APInt *Ones = constantOf(And.getOperand(1));
  if (!Ones || !Ones->isMask() || Shift + Ones->popcount() > Ones->getBitWidth())
    return std::nullopt;
  return FieldRead{&And, Ones->shl(Shift), false};
}

/// The field that the user of a loaded unit reads. The mask behind a shift may be
/// the program's: it counts where there is a count behind it.
static std::optional<FieldRead> fieldRead(Instruction &User, const CountedUnit &Unit) {
  const APInt *Number =
      User.getNumOperands() == 2 ? constantOf(User.getOperand(1)) : nullptr;
  if (!Number)
    return std::nullopt;
  const unsigned Size = Unit.Size;
  if (User.getOpcode() == Instruction::And)
    return masked(User, 0);
  if (Number->uge(Size))
    return std::nullopt;
  const unsigned Shift = unsigned(Number->getZExtValue());
  const APInt Above = APInt::getHighBitsSet(Size, Size - Shift);
  if (User.getOpcode() == Instruction::AShr)
    return FieldRead{&User, Above, true};
  if (User.getOpcode() == Instruction::LShr) {
    Instruction *And = onlyUser(User, Instruction::And);
    const auto Behind = And ? masked(*And, Shift) : std::nullopt;
    if (Behind && (countAt(Behind->Bits, Unit) || !countAt(Above, Unit)))
      return Behind;
    return FieldRead{&User, Above, false};
  }
  if (User.getOpcode() != Instruction::Shl)
    return std::nullopt;
  Instruction *Back = onlyUser(User, Instruction::AShr);
  const APInt *Right = Back ? constantOf(Back->getOperand(1)) : nullptr;
  if (!Right || Right->ult(Shift) || Right->uge(Size))
    return std::nullopt;
  const unsigned Low = unsigned(Right->getZExtValue()) - Shift;
  return FieldRead{Back, APInt::getBitsSet(Size, Low, Size - Shift), true};
}

/// A cast that keeps the value of a field of the width, extended as it is.
static bool keepsField(const Instruction &Cast, unsigned Width, bool Signed) {
  return isa<SExtInst>(Cast) || (isa<ZExtInst>(Cast) && !Signed) ||
         (isa<TruncInst>(Cast) && Cast.getType()->getIntegerBitWidth() >= Width);
}

/// Compares Narrow instead of its extension, where that is the same.
static bool compareNarrow(Instruction &User, const Value &Extended, Value *Narrow,
                          bool Signed) {
  const unsigned Width = Narrow->getType()->getIntegerBitWidth();
  auto *Compare = dyn_cast<ICmpInst>(&User);
  const APInt *Bound = Compare && Compare->getOperand(0) == &Extended
                           ? constantOf(Compare->getOperand(1))
                           : nullptr;
  if (!Bound || !(Signed ? Bound->isSignedIntN(Width) : Bound->isIntN(Width)) ||
      (Signed && Compare->isUnsigned()))
    return false;
  if (!Signed)
    Compare->setPredicate(Compare->getUnsignedPredicate());
  const APInt Trimmed = Bound->trunc(Width);
  Compare->setOperand(0, Narrow);
  Compare->setOperand(1, ConstantInt::get(Narrow->getType(), Trimmed));
  return true;
}

/// Whoever uses Old, the extended field, uses Narrow. It is extended where it is
/// needed: before that an addition may follow, whose call tells the old value.
static void useNarrow(Value &Old, Value *Narrow, bool Signed) {
  for (Use &Here : make_early_inc_range(Old.uses())) {
    auto *User = cast<Instruction>(Here.getUser());
    if (keepsField(*User, Narrow->getType()->getIntegerBitWidth(), Signed)) {
      useNarrow(*User, Narrow, Signed);
      User->eraseFromParent();
    } else if (!compareNarrow(*User, Old, Narrow, Signed)) {
      auto *Phi = dyn_cast<PHINode>(User);
      IRBuilder<> Builder(Phi ? Phi->getIncomingBlock(Here)->getTerminator() : User);
      Here.set(Builder.CreateIntCast(Narrow, Old.getType(), Signed));
    }
  }
}

static Value *addressOf(Value *Unit, const CountDetails &Count, IRBuilder<> &Builder) {
  const unsigned Bytes = Count.Bits.Shift / 8;
  return Bytes ? Builder.CreateConstInBoundsGEP1_64(Builder.getInt8Ty(), Unit, Bytes)
               : Unit;
}

void Separation::replaceRead(LoadInst &Load, const FieldRead &Read,
                             const CountDetails &Count) {
  IRBuilder<> Builder(&Load);
  LoadInst *Narrow = Builder.CreateAlignedLoad(
      Builder.getIntNTy(Count.Bits.Width),
      addressOf(Load.getPointerOperand(), Count, Builder), Align(1));
  Narrow->setMetadata(ame::FieldMetadata, ame::countMark(Load.getContext(), Count));
  Result.Counts.push_back(Narrow);
  Instruction *Shifted = dyn_cast<Instruction>(Read.Value->getOperand(0));
  useNarrow(*Read.Value, Narrow, Read.Signed);
  Read.Value->eraseFromParent();
  if (Shifted != &Load && Shifted->use_empty())
    Shifted->eraseFromParent();
}

void Separation::separateLoad(LoadInst &Load, const CountedUnit &Unit) {
  if (const CountDetails *All = countAt(APInt::getAllOnes(Unit.Size), Unit)) {
    Load.setMetadata(ame::FieldMetadata, ame::countMark(Load.getContext(), *All));
    Result.Counts.push_back(&Load);
    return;
  }
  SmallVector<std::pair<FieldRead, const CountDetails *>, 2> Reads;
  bool Kept = false;
  for (User *U : Load.users()) {
    auto *I = cast<Instruction>(U);
    if (KeptParts.contains(I)) {
      Kept = true;
      continue;
    }
    const auto Read = fieldRead(*I, Unit);
    const CountDetails *Count = Read ? countAt(Read->Bits, Unit) : nullptr;
    if (Count && Count->Bits.Signed != Read->Signed && Count->Bits.Width != 1)
      Count = nullptr;
    if (!Read || (!Count && touchesCounts(Read->Bits, Unit)))
      return unknown(Load);
    if (Count)
      Reads.push_back({*Read, Count});
  }
  for (const auto &[Read, Count] : Reads)
    replaceRead(Load, Read, *Count);
  // Volatile ones never count as dead. What only says what a write keeps goes
  // with the write.
  if (!Kept && Load.use_empty())
    Load.eraseFromParent();
}

//===-- Writes ------------------------------------------------------------===//

/// Nothing between the two may change the unit.
static bool nothingWrittenBetween(const LoadInst &Load, const StoreInst &Store) {
  for (const Instruction *I = Load.getNextNode(); I; I = I->getNextNode()) {
    if (I == &Store)
      return true;
    if (I->mayWriteToMemory())
      return false;
  }
  return false;
}

static Instruction *keptPart(Value *V, const StoreInst &Store) {
  if (!isOp(V, Instruction::And))
    return nullptr;
  auto *And = cast<Instruction>(V);
  auto *Load = dyn_cast<LoadInst>(And->getOperand(0));
  const bool Keeps = Load && And->hasOneUse() && constantOf(And->getOperand(1)) &&
                     Load->getPointerOperand() == Store.getPointerOperand() &&
                     nothingWrittenBetween(*Load, Store);
  return Keeps ? And : nullptr;
}

static std::optional<FieldWrite> fieldWrite(StoreInst &Store) {
  Value *Stored = Store.getValueOperand();
  if (Instruction *Kept = keptPart(Stored, Store))
    return FieldWrite{&Store, Kept, nullptr, ~*constantOf(Kept->getOperand(1))};
  if (!isOp(Stored, Instruction::Or) || !Stored->hasOneUse())
    return std::nullopt;
  auto *Or = cast<Instruction>(Stored);
  for (unsigned Side = 0; Side < 2; ++Side)
    if (Instruction *Kept = keptPart(Or->getOperand(Side), Store))
      return FieldWrite{&Store, Kept, Or->getOperand(1 - Side),
                        ~*constantOf(Kept->getOperand(1))};
  return std::nullopt;
}

void Separation::noteWrite(StoreInst &Store, const CountedUnit &Unit) {
  auto Write = fieldWrite(Store);
  const bool Whole = !Write && ame::maskOf(Unit.Counts.front().Bits).isAllOnes();
  if (Whole)
    Write = FieldWrite{&Store, nullptr, Store.getValueOperand(),
                       APInt::getAllOnes(Unit.Size)};
  if (!Write ||
      (touchesCounts(Write->Bits, Unit) && !countAt(Write->Bits, Unit)))
    return unknown(Store);
  if (Write->Kept)
    KeptParts.insert(Write->Kept);
  Writes.push_back({*Write, &Unit});
}

/// An addition has the same result in the field's width.
Value *Separation::narrowSum(BinaryOperator &Sum, unsigned Width) {
  IRBuilder<> Builder(&Sum);
  return Builder.CreateBinOp(Sum.getOpcode(), narrow(Sum.getOperand(0), Width, Builder),
                             narrow(Sum.getOperand(1), Width, Builder));
}

static bool comesFromCount(const Value *V, unsigned Width) {
  while (isa<CastInst>(V) && V->getType()->isIntegerTy())
    V = cast<CastInst>(V)->getOperand(0);
  return isa<LoadInst>(V) && V->getType()->isIntegerTy(Width) &&
         cast<LoadInst>(V)->getMetadata(ame::FieldMetadata);
}

Value *Separation::narrow(Value *V, unsigned Width, IRBuilder<> &Builder) {
  Type *Narrow = Builder.getIntNTy(Width);
  if (V->getType() == Narrow)
    return V;
  if (isa<ZExtInst>(V) || isa<SExtInst>(V) || isa<TruncInst>(V)) {
    Value *Inner = cast<CastInst>(V)->getOperand(0);
    if (Inner->getType()->isIntegerTy() &&
        Inner->getType()->getIntegerBitWidth() >= Width)
      return narrow(Inner, Width, Builder);
  }
  if (isOp(V, Instruction::And)) {
    const APInt *Ones = constantOf(cast<Instruction>(V)->getOperand(1));
    if (Ones && Ones->countr_one() >= Width)
      return narrow(cast<Instruction>(V)->getOperand(0), Width, Builder);
  }
  if (isOp(V, Instruction::Add) || isOp(V, Instruction::Sub)) {
    auto *Sum = cast<BinaryOperator>(V);
    if (comesFromCount(Sum->getOperand(0), Width) ||
        (isOp(V, Instruction::Add) && comesFromCount(Sum->getOperand(1), Width)))
      return narrowSum(*Sum, Width);
  }
  return Builder.CreateTrunc(V, Narrow);
}

/// Removes the store, and what only it needed, volatile loads too.
static void eraseWrite(const FieldWrite &Write) {
  WeakTrackingVH Load = Write.Kept ? Write.Kept->getOperand(0) : nullptr;
  Value *Stored = Write.Store->getValueOperand();
  Write.Store->eraseFromParent();
  RecursivelyDeleteTriviallyDeadInstructions(Stored);
  if (auto *I = dyn_cast_or_null<Instruction>(static_cast<Value *>(Load)))
    if (I->use_empty())
      I->eraseFromParent();
}

void Separation::writeCount(const FieldWrite &Write, const CountDetails &Count) {
  const ame::CountBits &Bits = Count.Bits;
  IRBuilder<> Builder(Write.Store);
  Value *Field = Write.New;
  Instruction *Masked = nullptr; // The field's value, which the expression has.
  if (!Field) {
    Field = Builder.getIntN(Bits.Unit, 0);
  } else if (const APInt *Number = constantOf(Field)) {
    Field = Builder.getInt(Number->lshr(Bits.Shift));
  } else {
    if (isOp(Field, Instruction::Shl))
      Field = cast<Instruction>(Field)->getOperand(0);
    if (isOp(Field, Instruction::And))
      Masked = cast<Instruction>(Field);
  }
  if (Masked)
    Builder.SetInsertPoint(Masked);
  Value *Narrow = narrow(Field, Bits.Width, Builder);
  if (Masked) {
    // What comes of a signed field is shifted up and down again.
    for (User *U : make_early_inc_range(Masked->users())) {
      auto *Up = dyn_cast<Instruction>(U);
      Instruction *Down = Up && Up->getOpcode() == Instruction::Shl && Bits.Signed
                              ? onlyUser(*Up, Instruction::AShr)
                              : nullptr;
      if (!Down || Down->getOperand(1) != Up->getOperand(1))
        continue;
      useNarrow(*Down, Narrow, true);
      Down->eraseFromParent();
      Up->eraseFromParent();
    }
    useNarrow(*Masked, Narrow, false);
    // Left behind it would be another look at the count.
    RecursivelyDeleteTriviallyDeadInstructions(Masked);
  }
  Builder.SetInsertPoint(Write.Store);
  StoreInst *Store = Builder.CreateAlignedStore(
      Narrow, addressOf(Write.Store->getPointerOperand(), Count, Builder), Align(1));
  Store->setMetadata(ame::FieldMetadata,
                     ame::countMark(Store->getContext(), Count));
  Result.Counts.push_back(Store);
  eraseWrite(Write);
}

void Separation::writeBeside(const FieldWrite &Write) {
  IRBuilder<> Builder(Write.Store);
  Type *Word = Builder.getInt64Ty();
  Value *New = Write.New ? Builder.CreateZExt(Write.New, Word) : Builder.getInt64(0);
  Builder.CreateCall(Runtime.__ame_write_bits,
                     {Write.Store->getPointerOperand(),
                      Builder.getInt64(Write.Bits.getZExtValue()), New,
                      Builder.getInt64(Write.Bits.getBitWidth() / 8)});
  eraseWrite(Write);
}

void Separation::separateWrites() {
  for (const auto &[Write, Unit] : Writes)
    if (const CountDetails *Count = countAt(Write.Bits, *Unit))
      writeCount(Write, *Count);
    else
      writeBeside(Write);
}

ame::BitAccesses ame::separateBits(ArrayRef<Instruction *> Accesses,
                                   const BitCounts &Bits, RuntimeABI &Runtime) {
  BitAccesses Result;
  Separation Work(Runtime, Result);
  auto UnitOf = [&](Instruction *I) -> const CountedUnit & {
    return *Bits.unitAt(*getLoadStorePointerOperand(I));
  };
  auto IsUnit = [&](Instruction *I) {
    return !I->isAtomic() &&
           getLoadStoreType(I)->isIntegerTy(UnitOf(I).Size);
  };
  for (Instruction *I : Accesses)
    if (auto *Store = dyn_cast<StoreInst>(I); Store && IsUnit(I))
      Work.noteWrite(*Store, UnitOf(I));
  for (Instruction *I : Accesses) {
    if (auto *Load = dyn_cast<LoadInst>(I); Load && IsUnit(I))
      Work.separateLoad(*Load, UnitOf(I));
    else if (!isa<StoreInst>(I) || !IsUnit(I))
      Work.unknown(*I);
  }
  Work.separateWrites();
  return Result;
}

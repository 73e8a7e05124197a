//===- CountKinds.cpp - What the source says about a count ----------------===//
#include "CountKinds.h"

#include "llvm/IR/Constants.h"

using namespace llvm;

static Metadata *number(LLVMContext &Context, uint64_t Value) {
  return ConstantAsMetadata::get(
      ConstantInt::get(Type::getInt64Ty(Context), Value));
}

static uint64_t packed(const ame::CountBits &Bits) {
  return Bits.Unit | Bits.Shift << 8 | Bits.Width << 16 | unsigned(Bits.Signed) << 24 |
         uint64_t(Bits.Object) << 32;
}

static ame::CountBits unpacked(uint64_t Number) {
  return {unsigned(Number & 255), unsigned(Number >> 8 & 255),
          unsigned(Number >> 16 & 255), (Number >> 24 & 1) != 0,
          unsigned(Number >> 32)};
}

MDNode *ame::countMark(LLVMContext &Context, const CountDetails &Details) {
  SmallVector<Metadata *, 6> Operands = {
      MDString::get(Context, factName(Details.Fact)),
      number(Context, Details.DeclaredSize), number(Context, Details.Immortal),
      number(Context, Details.Limit), number(Context, Details.Deferred),
      number(Context, packed(Details.Bits))};
  if (Details.OnZero)
    Operands.push_back(ConstantAsMetadata::get(Details.OnZero));
  return MDNode::get(Context, Operands);
}

MDNode *ame::markOfFact(LLVMContext &Context, FieldFact Fact) {
  if (Fact == FieldFact::RefCount || Fact == FieldFact::Counter) {
    CountDetails Details;
    Details.Fact = Fact;
    return countMark(Context, Details);
  }
  return MDNode::get(Context, MDString::get(Context, factName(Fact)));
}

static uint64_t numberAt(const MDNode &Mark, unsigned Index) {
  if (Index >= Mark.getNumOperands())
    return 0;
  auto *Value = mdconst::dyn_extract_or_null<ConstantInt>(Mark.getOperand(Index));
  return Value ? Value->getZExtValue() : 0;
}

std::optional<ame::CountDetails> ame::countDetails(const Instruction &Access) {
  const std::optional<FieldFact> Fact = fieldFact(Access);
  if (Fact != FieldFact::RefCount && Fact != FieldFact::Counter)
    return std::nullopt;
  return detailsOfMark(*Access.getMetadata(FieldMetadata));
}

ame::CountDetails ame::detailsOfMark(const MDNode &Mark) {
  CountDetails Details;
  Details.Fact = *factOfMark(Mark);
  Details.DeclaredSize = unsigned(numberAt(Mark, 1));
  Details.Immortal = unsigned(numberAt(Mark, 2));
  Details.Limit = numberAt(Mark, 3);
  Details.Deferred = numberAt(Mark, 4) != 0;
  Details.Bits = unpacked(numberAt(Mark, 5));
  if (Mark.getNumOperands() > 6)
    Details.OnZero =
        mdconst::dyn_extract_or_null<Function>(Mark.getOperand(6));
  return Details;
}

bool ame::isCountType(const Type *Type, FieldFact Fact) {
  if (Type->isIntegerTy(32) || Type->isIntegerTy(64))
    return true;
  return Fact == FieldFact::Counter && (Type->isFloatTy() || Type->isDoubleTy());
}

/// The constant has the layout of struct ame_count_kind.
static Constant *kindValue(LLVMContext &Context, const ame::CountDetails &Details,
                           unsigned Size, ame_count_operation Operation) {
  static_assert(sizeof(struct ame_count_kind) == 24,
                "the constant built here has the layout of ame_count_kind");
  auto *Byte = Type::getInt8Ty(Context);
  auto *Half = Type::getInt16Ty(Context);
  auto *Word = Type::getInt64Ty(Context);
  auto *Pointer = PointerType::getUnqual(Context);
  const ame::CountBits &Bits = Details.Bits;
  const unsigned Width =
      Bits.Width | (Bits.Width && Bits.Signed ? AME_COUNT_SIGNED_BITS : 0);
  Constant *Hook = Details.OnZero ? static_cast<Constant *>(Details.OnZero)
                                  : ConstantPointerNull::get(Pointer);
  return ConstantStruct::getAnon(
      {ConstantInt::get(Byte, Size), ConstantInt::get(Byte, Operation),
       ConstantInt::get(Byte, Details.Immortal),
       ConstantInt::get(Byte, Details.Deferred), ConstantInt::get(Byte, Width),
       ConstantInt::get(Byte, Bits.Shift), ConstantInt::get(Half, Bits.Object),
       ConstantInt::get(Word, Details.Limit), Hook});
}

GlobalVariable *ame::CountKinds::get(const CountDetails &Details, const Type *Type,
                                     ame_count_operation Operation) {
  Constant *Value = kindValue(M.getContext(), Details,
                              Details.Bits.Width
                                  ? Details.Bits.Unit / 8
                                  : unsigned(Type->getPrimitiveSizeInBits() / 8),
                              Operation);
  GlobalVariable *&Global = Known[Value];
  if (!Global) {
    Global = new GlobalVariable(M, Value->getType(), /*isConstant=*/true,
                                GlobalValue::PrivateLinkage, Value, "ame.count");
    Global->setAlignment(Align(8));
  }
  return Global;
}

/// One of the constants that CountKinds makes.
static uint64_t kindByte(const CallBase &Call, unsigned Index) {
  auto *Kind = dyn_cast<GlobalVariable>(Call.getArgOperand(Call.arg_size() - 1));
  auto *Value = Kind && Kind->hasInitializer()
                    ? dyn_cast<ConstantStruct>(Kind->getInitializer())
                    : nullptr;
  auto *Byte = Value ? dyn_cast<ConstantInt>(Value->getOperand(Index)) : nullptr;
  return Byte ? Byte->getZExtValue() : 0;
}

unsigned ame::widthOfCount(const CallBase &Call) {
  const unsigned Width = unsigned(kindByte(Call, 4)) & ~AME_COUNT_SIGNED_BITS;
  return Width ? Width : unsigned(kindByte(Call, 0)) * 8;
}

bool ame::countsBits(const CallBase &Call) { return kindByte(Call, 4) != 0; }

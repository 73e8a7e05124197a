//===- AddressFamilies.h - What a loop accesses from one base -------------===//
//
// Accesses whose addresses differ by constants, in a loop that goes on by the same
// step with each turn, are a family: together they cover one range of memory, which
// can be computed in front of the loop where the number of turns is known there.
//
//===----------------------------------------------------------------------===//
#ifndef AME_PASS_ADDRESSFAMILIES_H
#define AME_PASS_ADDRESSFAMILIES_H

#include "LoopEvolution.h"

#include "llvm/ADT/SmallVector.h"

namespace ame {

struct AddressFamily {
  struct Member {
    llvm::Instruction *I;
    int64_t Offset; ///< from the family's first address
    int64_t Size;
  };
  const llvm::SCEV *First; ///< the address in the first turn that offsets count from
  int64_t Step;            ///< 0: the same address in each turn
  llvm::SmallVector<Member, 4> Members;
};

/// Adds the access I, at Address, to the family that it belongs to, or to a new one.
void addToFamilies(llvm::SmallVectorImpl<AddressFamily> &Families,
                   llvm::Instruction &I, const llvm::SCEV &Address, int64_t Step,
                   LoopEvolution &Walks);

/// L's preheader, which is made where there is none; null: there cannot be one.
llvm::BasicBlock *preheaderOf(llvm::Loop &L, LoopEvolution &Walks);

/// How often L's turns follow the first one, as far as its guards say; null: not known,
/// or not in a word.
const llvm::SCEV *turnsAfterFirst(const llvm::Loop &L, LoopEvolution &Walks);

struct MemoryRange {
  llvm::Value *Start, *Size;
};

/// [From, To) from the family's first address, in all turns of L, computed at the end
/// of L's preheader. Nothing: it is not known how many turns there are.
std::optional<MemoryRange> rangeOfAllTurns(llvm::Loop &L, const AddressFamily &Of,
                                           int64_t From, int64_t To,
                                           LoopEvolution &Walks);

/// The value of S, of type T, at the end of L's preheader; null: not there.
llvm::Value *valueBefore(llvm::Loop &L, const llvm::SCEV *S, llvm::Type *T,
                         LoopEvolution &Walks);

/// I happens in each turn of L that runs to its end.
bool comesInEachTurn(const llvm::Instruction &I, const llvm::Loop &L,
                     const LoopEvolution &Walks);

} // namespace ame

#endif

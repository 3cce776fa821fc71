// What one round of a loop over rows leaves to the next.
#pragma once
#include <llvm/IR/Instructions.h>

#include <map>

namespace nf::codegen {

/// A loop whose round is one basic block, before that block's end is emitted.
struct RowLoop {
  llvm::BasicBlock* entry;  ///< ends in a branch to `round`
  llvm::BasicBlock* round;
  std::map<llvm::Value*, llvm::Value*> first;  ///< what each phi of the round is before the first round
  std::map<llvm::Value*, llvm::Value*> next;   ///< addresses: the one that the round has for the same row as this one
                                               ///< will have in the next round
};

/// Finds values that the next round would compute again - the same operations of the same rows - and keeps them in
/// registers instead. Returns the phis that hold them, each with its value for the next round, which the caller adds
/// when the round has its end. What they are before the first round is computed at the end of `entry`. Changes nothing
/// and returns no phi where they would be more than `most`.
std::map<llvm::PHINode*, llvm::Value*> carry_rows(const RowLoop& loop, size_t most);

}  // namespace nf::codegen

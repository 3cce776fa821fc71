// Two versions of a loop: one for when a test before it shows that every index it uses lies inside its array, and one
// that checks each access.
#pragma once
#include <vector>

#include "codegen/cpu/frame.h"

namespace nf::codegen {

/// One axis of one access whose index grows evenly with the loop's variable: index = sum of coefficient * variable +
/// rest.
struct EvenIndex {
  ir::InstId access, array, index;
  int axis;
  std::vector<std::pair<ir::InstId, int64_t>>
      coefficients;  ///< of loop variables: the loop's own, and short loops inside
};

/// True for a loop of constant bounds and a few rounds: it is taken for straight code.
bool is_short(const ir::Function& function, const ir::For& loop);

/// The even indexes in the body of a loop, when it holds no other loops than short ones of constant bounds (else none:
/// versions are made of innermost loops only, so that code at most doubles).
std::vector<EvenIndex> even_indexes(const Frame& frame, const ir::For& loop);

/// A condition that implies that all these indexes are inside their arrays in every round of the loop. `first` and
/// `last` are the loop's variable in its first and last round.
llvm::Value* all_inside(Frame& frame, const ir::For& loop, const std::vector<EvenIndex>& indexes, llvm::Value* first,
                        llvm::Value* last, llvm::Value* rounds);

}  // namespace nf::codegen

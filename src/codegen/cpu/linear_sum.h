// Sums of weighted neighbours, and the order in which to add them up: integer sums wrap, so any order is exact, and a
// good one shares most of the work between neighbouring outputs. Knows nothing of LLVM.
#pragma once
#include <optional>
#include <vector>

#include "ir/ir.h"

namespace nf::codegen {

/// One read of an array that is converted and weighted: `weight * T(array[offset])`.
struct Tap {
  ir::InstId leaf;              ///< a `Neighbor`, or the `Cast` of one
  std::vector<int64_t> outer;   ///< the offset on all axes but the last two
  int64_t row = 0, column = 0;  ///< the offset on the last two
  uint64_t weight = 1;          ///< modulo 2^64
  uint64_t source = 0;          ///< equal for reads of the same array with the same conversion
};

/// An integer expression as a sum of taps, of weighted other values, and a constant.
struct LinearSum {
  std::vector<Tap> taps;
  std::vector<std::pair<ir::InstId, uint64_t>> others;
  uint64_t constant = 0;
};

/// The sum that `root` computes, when at least three taps are added up. `uses` counts the users of each instruction: a
/// value with several users is not taken apart.
std::optional<LinearSum> linear_sum(const ir::Function& function, ir::InstId root, const std::vector<int>& uses);

/// How to compute the sums of a block of outputs: `rows` below each other, and `columns` beside each other (the phases
/// of a vector). Nodes are shared wherever two outputs need the same partial sum.
struct SumPlan {
  enum class Kind : uint8_t { Tap, Add, Subtract, Scale };
  struct Node {
    Kind kind;
    int a = -1, b = -1;           ///< of Add, Subtract, Scale: nodes
    uint64_t weight = 0;          ///< of Scale
    size_t tap = 0;               ///< of Tap: the one of the sum that reads the same array in the same way,
    int64_t row = 0, column = 0;  ///< and the offset from the first output of the block
  };
  std::vector<Node> nodes;  ///< operands come before their users
  std::vector<int> roots;   ///< of output (row, column) at `row * columns + column`; -1 when there are no taps
  int columns = 1;
};
SumPlan plan_sum(const LinearSum& sum, int rows, int columns);

}  // namespace nf::codegen

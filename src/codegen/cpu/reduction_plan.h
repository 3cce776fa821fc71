// The order in which to compute a reduction for a block of outputs, so that neighbouring outputs share partial results.
// Knows nothing of LLVM.
#pragma once
#include <map>
#include <vector>

#include "codegen/cpu/reduction.h"

namespace nf::codegen {

/// How to compute the reductions of a block of outputs: `rows` below each other, and `columns` beside each other (the
/// phases of a vector). Nodes are shared wherever two outputs need the same partial result.
struct ReductionPlan {
  enum class Kind : uint8_t { Tap, Add, Subtract, Scale, Min, Max, Pair };
  struct Node {
    Kind kind;
    int a = -1, b = -1;           ///< operands; of Scale only the first
    double weight = 0;            ///< of Scale, and of the left element of Pair
    double right = 0;             ///< of Pair: the weight of the element behind it
    size_t tap = 0;               ///< of Tap, Pair: the one of the reduction that reads the same array the same way,
    std::vector<int64_t> offset;  ///< and the offset from the first output of the block

    /// Of Pair: takes one of the two as it is, which needs no multiplication.
    bool is_single() const { return (weight == 0 && right == 1) || (weight == 1 && right == 0); }
  };
  std::vector<Node> nodes;  ///< operands come before their users
  std::vector<int> roots;   ///< of output (row, column) at `row * columns + column`; -1 when there are no taps
  int columns = 1;
  int factors = 0;  ///< the partial results that are added up along the last axis of the order
  bool columns_first = false;
};

/// The columns where loads may begin: every second one from `first` on, and `last`.
struct Pairs {
  int64_t first, last;
};

/// The cheapest plan found. `registers` bounds how many values can be alive at no cost. With `pairs` two bytes beside
/// each other can be weighted and added in one operation (Note [Pairs]).
ReductionPlan plan_reduction(const Reduction& reduction, int rows, int columns, int registers = 32,
                             const std::optional<Pairs>& pairs = {});

/// What a plan costs, in operations on vectors (reads included).
double cost_of(const ReductionPlan& plan, int registers);
/// The nodes of one kind.
int count(const ReductionPlan& plan, ReductionPlan::Kind kind);

/// A position along one axis and the weight there.
struct Weighted {
  int64_t at;
  double weight;
  auto operator<=>(const Weighted&) const = default;
};
/// Weights by offset: what is combined of one array.
using Weights = std::map<std::vector<int64_t>, double>;
/// The taps of a reduction by source, with the number of one tap of that source.
std::vector<std::pair<size_t, Weights>> weights_by_source(const Reduction& reduction);
/// Slices of `weights` across `axis`: patterns (whose offset there is 0), and where each stands with which factor. A
/// matrix that is the product of a column and a row has one pattern.
std::vector<std::pair<Weights, std::vector<Weighted>>> slices(const Weights& weights, size_t axis, bool floats);

}  // namespace nf::codegen

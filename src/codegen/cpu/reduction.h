// Many neighbours made into one value by one operation: weighted sums, minima and maxima. Where their order does not
// matter a good one shares most of the work between neighbouring outputs (reduction_plan.h). Knows nothing of LLVM.
#pragma once
#include <optional>
#include <vector>

#include "ir/ir.h"

namespace nf::codegen {

/// One read of an array that is converted and weighted: `weight * T(array[offset])`.
struct Tap {
  ir::InstId leaf;              ///< a `Neighbor`, or the `Cast` of one
  std::vector<int64_t> offset;  ///< for each axis
  double weight = 1;            ///< of a sum; an integer in sums of integers
  uint64_t source = 0;          ///< equal for reads of the same array with the same conversion
  DType element{};              ///< of the array

  int64_t column() const { return offset.back(); }
};

/// What the taps are combined with.
enum class Combine : uint8_t { Sum, Min, Max };

/// An expression as a combination of taps and of other values, all of one type.
struct Reduction {
  Combine combine = Combine::Sum;
  bool floats = false;  ///< their order is free since the function has fastmath, or since they are integers
  std::vector<Tap> taps;
  std::vector<std::pair<ir::InstId, double>> others;  ///< with their weights in a sum
  double float_constant = 0;                          ///< added to a sum
  uint64_t constant = 0;                              ///< the same of integers, modulo 2^64
};

/// The reduction that `root` computes, when it takes at least three taps and their order is free: integers wrap, so any
/// order is exact; floats only with `fastmath`, or in minima of converted integers. `uses` counts the users of each
/// instruction: a value with several users is not taken apart.
std::optional<Reduction> reduction(const ir::Function& function, ir::InstId root, const std::vector<int>& uses);

/// True when `root` would be a reduction if the function had fastmath.
bool order_is_bound(const ir::Function& function, ir::InstId root, const std::vector<int>& uses);

}  // namespace nf::codegen

// The interpreter: the living definition of every instruction. Slow, whole and bounds-checked; tests compare passes and
// generated code with it. It is the fallback of nothing.
#pragma once
#include <functional>
#include <optional>

#include "ir/ir.h"

namespace nf::ir {

/// An array that owns its data, C order.
struct OwnedArray {
  std::shared_ptr<std::vector<std::byte>> data;
  View view;
};
/// A scalar, an array, or a tuple of scalars and arrays.
struct Value {
  std::variant<Scalar, OwnedArray, std::vector<Value>> data;
};
/// What a run ended with: values, or the site that raised and the values for its message.
struct Outcome {
  std::vector<Value> results;
  uint32_t raised = 0;  ///< a site, or 0
  std::vector<Scalar> raised_values;
};
/// Bounds a run, so that tests of arbitrary programs end, and lets them look on.
struct Limits {
  uint64_t steps = UINT64_MAX;                                   ///< instructions; beyond it: Error (Value)
  int64_t bytes = int64_t(1) << 32;                              ///< of all arrays made; beyond it: Error (Memory)
  std::function<void(const Function&, InstId, Scalar)> observe;  ///< called with each scalar that is computed
};
/// Runs function 0. Arrays in `args` are written in place. For a stencil the arguments are the whole arrays and
/// scalars; the result is a new array with the border filled by the function's mode, or `out`.
Outcome interpret(const Module& module, const std::vector<Argument>& args, std::optional<View> out = {},
                  const Limits& limits = {});

}  // namespace nf::ir

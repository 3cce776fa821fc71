// Which part of its inputs a part of a stage needs, along one axis.
#pragma once
#include <algorithm>
#include <cstdint>

#include "codegen/run_chain.h"
#include "ir/elements.h"

namespace nf::codegen {

/// lo <= i < hi.
struct Extent {
  int64_t lo = INT64_MAX, hi = INT64_MIN;
  bool empty() const { return lo >= hi; }
  int64_t count() const { return empty() ? 0 : hi - lo; }
  void join(Extent other) {
    if (other.empty()) return;
    lo = std::min(lo, other.lo), hi = std::max(hi, other.hi);
  }
};
inline Extent clip(Extent a, int64_t lo, int64_t hi) { return {std::max(a.lo, lo), std::min(a.hi, hi)}; }

inline bool continues(BorderMode mode) { return mode != BorderMode::Constant && mode != BorderMode::Valid; }

/// The points among `points` that a stage computes; the others get its border value.
inline Extent inside(const ChainStage& stage, int axis, Extent points, int64_t extent) {
  return stage.mode == BorderMode::Constant ? clip(points, -stage.lo[axis], extent - stage.hi[axis]) : points;
}

/// Where the points are read from, edges left out of account.
inline Extent reach(const ChainStage& stage, int axis, Extent computed) {
  if (computed.empty()) return {};
  return {computed.lo + stage.origin[axis] + stage.lo[axis], computed.hi + stage.origin[axis] + stage.hi[axis]};
}

/// The elements of an input of `extent` elements that stand for `reached`, what lies beyond its edges included.
inline Extent sources(BorderMode mode, Extent reached, int64_t extent) {
  Extent all = clip(reached, 0, extent);
  auto beyond = [&](int64_t lo, int64_t hi) {
    for (int64_t at = lo; at < hi; ++at) {
      const int64_t source = ir::extend_index(mode, at, extent);
      all.join({source, source + 1});
    }
  };
  if (reached.empty() || !continues(mode)) return all;
  if (all.empty()) all = {};
  beyond(reached.lo, std::min<int64_t>(reached.hi, 0));
  beyond(std::max(reached.lo, extent), reached.hi);
  return all;
}

}  // namespace nf::codegen

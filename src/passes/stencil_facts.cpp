// What is known of a stencil before any code is made: how far it reads, what it can yield, and as which dtype to store
// it.
#include <algorithm>

#include "base/assert.h"
#include "passes/passes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

Footprint infer_footprint(const Function& function) {
  if (!function.footprint.axes.empty()) return function.footprint;
  Footprint footprint;
  footprint.axes.resize(function.rank);
  for (const Inst& inst : function.insts) {
    const Neighbor* read = std::get_if<Neighbor>(&inst.op);
    if (!read) continue;
    for (size_t d = 0; d < read->offset.size(); ++d) {
      auto& [lo, hi] = footprint.axes[d];
      lo = std::min(lo, read->offset[d]);
      hi = std::max(hi, read->offset[d]);
    }
  }
  return footprint;
}

std::vector<std::optional<Range>> result_ranges(const Function& function) {
  Table<Inst, Range> ranges = analyse_ranges(function);
  std::vector<std::optional<Range>> results(function.results.size());
  auto join = [](std::optional<Range>& to, Range range) {
    to = to ? Range{std::min(to->lo, range.lo), std::max(to->hi, range.hi)} : range;
  };
  bool has_border = function.mode == BorderMode::Constant;
  for (auto [lo, hi] : infer_footprint(function).axes) has_border = has_border || lo != 0 || hi != 0;
  has_border = has_border && function.mode == BorderMode::Constant;
  for (size_t r = 0; r < results.size(); ++r) {
    DType dtype = function.results[r].dtype();
    if (!is_integer(dtype)) continue;
    for (const Inst& inst : function.insts)
      if (const Return* n = std::get_if<Return>(&inst.op)) join(results[r], ranges[n->values[r]]);
    __int128 border = function.cval ? integer_value(cast_scalar(*function.cval, dtype)) : 0;
    if (has_border || !results[r]) join(results[r], {border, border});
  }
  return results;
}

DType fit_dtype(DType result, const std::optional<Range>& range, const std::vector<DType>& inputs) {
  if (!is_integer(result)) return result;
  Range values = range.value_or(Range::of(result));
  int bytes = 1;
  bool has_sign = values.lo < 0;
  for (DType input : inputs) {
    if (!is_integer(input)) continue;
    has_sign = has_sign || is_signed(input);
    bytes = std::max(bytes, size_of(input));
  }
  for (; bytes <= 8; bytes *= 2)
    if (Range::of(integer_of(bytes, has_sign)).contains(values)) return integer_of(bytes, has_sign);
  return result;  // values beyond int64 beside a signed input: only the result's own type holds them
}

Function store_as(const Function& function, const std::vector<DType>& dtypes) {
  nf_assert(function.kind == FunctionKind::Stencil && dtypes.size() == function.results.size(),
            "{} dtypes for {} results of @{}", dtypes.size(), function.results.size(), function.name);
  Function out = rewrite(function, [&](Rewriter& copy, InstId, const Inst& inst) -> std::optional<InstId> {
    const Return* n = std::get_if<Return>(&inst.op);
    if (!n) return {};
    Return cast;
    for (size_t r = 0; r < dtypes.size(); ++r)
      cast.values.push_back(copy.out().cast(copy[n->values[r]], dtypes[r], inst.span));
    return copy.out().emit(std::move(cast), inst.type, inst.span);
  });
  for (size_t r = 0; r < dtypes.size(); ++r) out.results[r] = Type::scalar(dtypes[r]);
  if (out.cval) out.cval = cast_scalar(*out.cval, dtypes[0]);
  return out;
}

}  // namespace nf::passes

// Says in sentences what code generation recognises in a stencil, from the same plans that it follows.
#include <fmt/format.h>

#include "codegen/codegen.h"
#include "codegen/cpu/reduction_plan.h"
#include "codegen/cpu/stages.h"

namespace nf::codegen {
namespace {
using Kind = ReductionPlan::Kind;

constexpr int kRows = 4;  // of a block

std::string_view noun(Combine combine) {
  return combine == Combine::Sum ? "sum" : combine == Combine::Min ? "minimum" : "maximum";
}

/// "5x5", or for other ranks and several arrays nothing.
std::string window(const std::vector<std::pair<size_t, Weights>>& sources) {
  if (sources.size() != 1) return "";
  std::vector<int64_t> lo = sources[0].second.begin()->first, hi = lo;
  for (auto& [at, weight] : sources[0].second)
    for (size_t d = 0; d < at.size(); ++d) lo[d] = std::min(lo[d], at[d]), hi[d] = std::max(hi[d], at[d]);
  std::string text;
  for (size_t d = 0; d < lo.size(); ++d) text += (d ? "x" : "") + std::to_string(hi[d] - lo[d] + 1);
  return text;
}

/// Of an output, computed by a plan for several, and one after the other.
struct Operations {
  double planned = 0;
  int direct = 0;
};

Operations operations(const Reduction& found, const ReductionPlan& plan, int outputs) {
  int weights = 0, work = 0;
  for (const Tap& tap : found.taps) weights += found.combine == Combine::Sum && std::abs(tap.weight) != 1;
  for (const ReductionPlan::Node& node : plan.nodes) work += node.kind != Kind::Tap && !node.is_single();
  return {double(work) / outputs, int(found.taps.size()) - 1 + weights};
}

ir::Note note_on(const Reduction& found, StencilStep step, int rows, Span span) {
  const ReductionPlan plan = plan_reduction(found, rows, step.phases, step.registers, step.pairs);
  const auto sources = weights_by_source(found);
  const std::string sum = fmt::format("the {} of {} neighbours", noun(found.combine), found.taps.size());
  const Operations work = operations(found, plan, rows * step.phases);
  if (work.planned >= work.direct) return {"shapes", false, sum + " has no structure that would save operations", span};
  const std::string text =
      fmt::format("{} takes {:.3g} operations for each output instead of {}", sum, work.planned, work.direct);
  const std::string size = window(sources);
  const bool is_matrix = size.find('x') != std::string::npos && !size.starts_with("1x") && !size.ends_with("x1");
  const size_t patterns =
      found.combine == Combine::Sum && is_matrix
          ? slices(sources[0].second, sources[0].second.begin()->first.size() - 1, found.floats).size()
          : 0;
  std::string shape;
  if (patterns == 1) shape = fmt::format("the {} weights are the product of a row and a column: ", size);
  if (patterns == 2) shape = fmt::format("the {} weights are the sum of two products of a row and a column: ", size);
  return {"shapes", true, shape + text, span};
}

}  // namespace

std::vector<ir::Note> shape_notes(const ir::Function& function, int vector_bytes) {
  std::vector<ir::Note> notes;
  if (function.kind != ir::FunctionKind::Stencil) return notes;
  const std::optional<StencilBody> body = straight_line(function);
  if (!body) return notes;
  const int rows = function.rank > 1 ? kRows : 1;
  const StencilStep step = wide_step(*body, vector_bytes);
  const std::optional<Stages> stages = split_into_stages(*body, rows, vector_bytes);
  for (ir::InstId id : body->order) {
    const Span span = function[id].span;
    if (auto found = body->reductions.find(id); found != body->reductions.end())
      notes.push_back(note_on(found->second, step, rows, span));
    else if (body->products.count(id))
      notes.push_back({"shapes", true, "two products of 16-bit numbers are computed and added in one operation", span});
    else if (body->bound.count(id))
      notes.push_back(
          {"shapes", false, "a reduction of floats keeps its order: `fastmath=True` would let it share work", span});
  }
  if (stages)
    notes.push_back({"shapes",
                     true,
                     fmt::format("a large window is computed in {} stages, with {} lines of partial results between",
                                 stages->list.size(), stages->lines.size()),
                     {}});
  return notes;
}

}  // namespace nf::codegen

// A function of numbers as a stencil: what it computes at each point from the elements there.
//
//     func @f(%x: f64, %y: f64) -> f64        stencil @f(%x: i32[1] relative, %y: f64) -> f64
//     %2 = add %x, %y                         %2 = neighbor %x, 0
//     return %2                     becomes   %3 = cast %2 to f64
//                                             %4 = add %3, %y
//                                             return %4
#include <algorithm>

#include "base/assert.h"
#include "passes/passes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

Function at_each_point(const Function& function, const std::vector<Type>& operands, DType result) {
  nf_assert(operands.size() == function.params.size() && function.results.size() == 1,
            "{} operands for {} parameters of @{}", operands.size(), function.params.size(), function.name);
  const std::vector<size_t> order = arrays_first(operands);
  std::vector<uint32_t> position(order.size());
  for (size_t to = 0; to < order.size(); ++to) position[order[to]] = uint32_t(to);

  Function out = rewrite(function, [&](Rewriter& copy, InstId, const Inst& inst) -> std::optional<InstId> {
    Builder& build = copy.out();
    if (const auto* param = std::get_if<Param>(&inst.op)) {
      const Type type = operands[param->position];
      InstId value = build.emit(Param{position[param->position]}, type, inst.span);
      if (type.is_array()) value = build.emit(Neighbor{value, {0}}, Type::scalar(type.dtype()), inst.span);
      return build.cast(value, inst.type.dtype(), inst.span);
    }
    const auto* back = std::get_if<Return>(&inst.op);
    if (!back) return {};
    return build.emit(Return{{build.cast(copy[back->values.at(0)], result, inst.span)}}, inst.type, inst.span);
  });
  out.kind = FunctionKind::Stencil;
  out.rank = 1;
  out.footprint.axes = {{0, 0}};
  out.results = {Type::scalar(result)};
  for (size_t to = 0; to < order.size(); ++to) {
    const Type type = operands[order[to]];
    out.params[to] = {function.params[order[to]].name, type, type.is_array(), {}};
  }
  return out;
}

std::vector<size_t> arrays_first(const std::vector<Type>& operands) {
  std::vector<size_t> order(operands.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(), [&](size_t i) { return operands[i].is_array(); });
  return order;
}

}  // namespace nf::passes

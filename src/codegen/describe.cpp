// Gathers a description: what of it the IR says, and what is read off the code that is made from it.
#include "codegen/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/match.h"
#include "codegen/cpu/stencil_body.h"
#include "codegen/inspect.h"
#include "ir/names.h"

namespace nf::codegen {
namespace {
using ir::InstId;

struct Obstacle {
  InstId inst;
  std::string why, way_out;
};

Obstacle what_raises(const ir::Module& module, InstId inst, uint32_t site) {
  const std::string& exception = module.sites[site].exception;
  Obstacle obstacle{inst, fmt::format("this may raise {}", exception), {}};
  if (exception == "ZeroDivisionError")
    obstacle.way_out = "divide by what cannot be 0, or give the decorator error_model=\"numpy\": then nothing raises";
  return obstacle;
}

std::optional<Obstacle> obstacle_in(const ir::Module& module, const ir::Function& function, ir::BlockId block);

Obstacle obstacle_of_if(const ir::Module& module, const ir::Function& function, InstId id, const ir::If& branch) {
  for (ir::BlockId side : {branch.then, branch.otherwise})
    for (InstId inner : function[side].insts)
      if (auto* raise = std::get_if<ir::Raise>(&function[inner].op)) return what_raises(module, id, raise->site);
  for (ir::BlockId side : {branch.then, branch.otherwise})
    if (auto found = obstacle_in(module, function, side)) return *found;
  return {id, "this test was not turned into a selection", {}};
}

/// The first thing in a block that a vector cannot do. Variables are left out: they stay because of something else.
std::optional<Obstacle> obstacle_in(const ir::Module& module, const ir::Function& function, ir::BlockId block) {
  constexpr const char* kConstantLoop =
      "loop over a range of constants (at most 64 rounds, without break): it is written out and its offsets are "
      "constant";
  for (InstId id : function[block].insts) {
    auto at = [&](const char* why, const char* way_out = "") { return std::optional(Obstacle{id, why, way_out}); };
    auto found = match(
        function[id].op,  //
        [&](const ir::NeighborAt&) {
          return at("this reads at an offset that is known only when it runs", kConstantLoop);
        },
        [&](const ir::While&) {
          return at("this loop ends after a number of rounds that is not known", kConstantLoop);
        },
        [&](const ir::For& n) {
          const bool known = std::holds_alternative<ir::Const>(function[n.lo].op) &&
                             std::holds_alternative<ir::Const>(function[n.hi].op);
          return at(known ? "this loop is too long to be written out, or may be left early"
                          : "the bounds of this loop are known only when it runs",
                    kConstantLoop);
        },
        [&](const ir::If& n) { return std::optional(obstacle_of_if(module, function, id, n)); },
        [&](const ir::Raise& n) { return std::optional(what_raises(module, id, n.site)); },
        [&](const ir::Load& n) {
          return n.check ? at("this index is checked when it runs, and may raise IndexError",
                              "index with what is known to lie inside, such as constants")
                         : at("this index depends on the values at the point");
        },
        [&](const ir::Call&) {
          return at("this calls a function", "write what the function does into the kernel itself");
        },
        [&](const ir::Store&) { return at("this writes into an array"); },
        [&](const ir::Copy&) { return at("this writes into an array"); },
        [&](const ir::Alloc&) { return at("this makes an array"); },
        [&](const ir::Reduce&) { return at("this reduces an array"); },
        [](const auto&) { return std::optional<Obstacle>(); });
    if (found) return found;
  }
  return {};
}

/// Loads at fixed places are no obstacle; their check is, or an index that varies.
std::optional<Obstacle> find_obstacle(const ir::Module& module) {
  ir::Function function = module.functions[0];
  const auto fixed = [&](InstId id, auto&& self) -> bool {
    if (std::holds_alternative<ir::Neighbor>(function[id].op)) return false;
    bool all = true;
    ir::for_operands(function[id].op, [&](InstId operand) { all = all && self(operand, self); });
    return all;
  };
  std::erase_if(function.blocks[function.body].insts, [&](InstId id) {
    auto* load = std::get_if<ir::Load>(&function[id].op);
    return load && !load->check && fixed(id, fixed);
  });
  return obstacle_in(module, function, function.body);
}

void describe_lanes(const StencilBody& body, StencilStep step, Description& into) {
  std::map<DType, int> uses;
  for (InstId id : body.order) {
    const ir::Inst& inst = body.function[id];
    const bool computes = match(
        inst.op,  //
        [](const ir::Unary&) { return true; }, [](const ir::Binary&) { return true; },
        [](const ir::Math&) { return true; }, [](const ir::Select&) { return true; },
        [](const auto&) { return false; });
    if (computes && !is_bool(inst.type.dtype())) ++uses[inst.type.dtype()];
  }
  if (uses.empty())
    for (Type result : body.function.results) ++uses[result.dtype()];
  for (auto& [dtype, count] : uses) into.lanes_of.push_back(dtype);
  std::stable_sort(into.lanes_of.begin(), into.lanes_of.end(), [&](DType a, DType b) { return uses[a] > uses[b]; });
  into.lanes = step.lanes, into.phases = step.phases;
}

std::string division_method(const ir::Function& function, const ir::Inst& inst, const ir::Binary& n, int lanes) {
  const DType dtype = inst.type.dtype();
  const char* sign = n.op == ir::BinaryOp::Mod ? "%" : n.op == ir::BinaryOp::Div ? "/" : "//";
  auto says = [&](std::string_view how) { return fmt::format("`{}` in {}: {}", sign, name_of(dtype), how); };
  auto* constant = std::get_if<ir::Const>(&function[n.b].op);
  if (is_float(dtype)) {
    if (n.op != ir::BinaryOp::Div) return says("from an exact remainder");
    int exponent;
    if (constant && std::frexp(std::fabs(constant->value.to_double()), &exponent) == 0.5)
      return says("multiplication by the inverse, which is exact");
    if (constant && function.fastmath) return says("multiplication by the inverse (fastmath)");
    return says("division of floats");
  }
  if (!constant)
    return says(lanes > 1 && size_of(dtype) <= 4 ? "division of floats that hold every quotient"
                                                 : "division, one element after the other");
  const __int128 divisor = ir::integer_value(constant->value);
  if (divisor > 0 && (divisor & (divisor - 1)) == 0) return says("shift");
  return says(size_of(dtype) == 2 ? "multiply-high" : "multiplication and shift");
}

void describe_functions(const StencilBody& body, Description& into) {
  for (InstId id : body.order) {
    auto* n = std::get_if<ir::Math>(&body.function[id].op);
    if (!n) continue;
    std::string name(ir::kMathNames[size_t(n->fn)]);
    if (std::find(into.functions.begin(), into.functions.end(), name) == into.functions.end())
      into.functions.push_back(std::move(name));
  }
}

void describe_divisions(const StencilBody& body, Description& into) {
  for (InstId id : body.order) {
    const ir::Inst& inst = body.function[id];
    auto* n = std::get_if<ir::Binary>(&inst.op);
    if (!n || (n->op != ir::BinaryOp::Div && n->op != ir::BinaryOp::FloorDiv && n->op != ir::BinaryOp::Mod)) continue;
    std::string method = division_method(body.function, inst, *n, into.lanes);
    if (std::find(into.divisions.begin(), into.divisions.end(), method) == into.divisions.end())
      into.divisions.push_back(std::move(method));
  }
}

}  // namespace

std::string instruction_set(const Target& target) {
  return target.vector_bytes == 64 ? "AVX-512" : target.vector_bytes == 32 ? "AVX2" : "SSE2";
}

Description describe(const ir::Module& module, const Target& target) {
  Description made;
  made.vector_bytes = target.vector_bytes;
  const ir::Function& function = module.functions[0];
  const bool stencil = function.kind == ir::FunctionKind::Stencil;
  const auto body = stencil ? straight_line(function) : std::nullopt;
  const StencilStep step = body ? wide_step(*body, target.vector_bytes) : StencilStep{};
  if (body && !is_too_long(*body, step)) {
    made.vectors = true;
    describe_lanes(*body, step, made);
    describe_divisions(*body, made);
    describe_functions(*body, made);
  } else if (body || (stencil && function.insts.size() > kLongestBody)) {
    made.why_not = "the body is too long for vectors";
  } else if (stencil) {
    const auto obstacle = find_obstacle(module);
    made.why_not = obstacle ? obstacle->why : "a variable stays that control flow changes";
    if (obstacle) made.obstacle = obstacle->inst, made.way_out = obstacle->way_out;
  }
  int64_t bytes_out = 0;
  if (stencil)
    for (Type result : function.results) bytes_out += size_of(result.dtype());
  std::string label;
  CompileOptions options;
  options.want_assembly = made.vectors;
  const Binary binary = compile_and_look(module, target, options, [&](const llvm::Module& code) {
    if (made.vectors) {
      count_work(code, bytes_out, made);
      if (auto plan = plan_of(code))
        made.rows = int(plan->rows), made.points = int(plan->points),
        made.bands = plan->strips_pay == StripsPay::Unasked, made.by_rows = has_rows(code),
        made.by_rows_from = made.by_rows ? plan->rows_pay_from : 0, made.panels = plan->panel_use();
      label = tile_label(code), made.carried = count_carried(code);
    }
    if (!stencil) made.vector_loops = count_vector_loops(code);
  });
  if (made.vectors && !label.empty()) count_instructions(binary.assembly, label, made);
  return made;
}

}  // namespace nf::codegen

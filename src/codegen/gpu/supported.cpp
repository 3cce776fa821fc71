// What a GPU's code cannot hold is refused here, by name and source line: LLVM would end the process.
#include <fmt/format.h>

#include <algorithm>

#include "base/match.h"
#include "base/show_place.h"
#include "codegen/gpu/gpu.h"
#include "ir/names.h"
#include "nearfield/error.h"

namespace nf::codegen {
namespace {
using ir::InstId;

/// The first `Raise` in the blocks of an instruction.
const ir::Raise* raise_within(const ir::Function& function, const ir::Op& op) {
  const ir::Raise* found = nullptr;
  ir::for_blocks(op, [&](ir::BlockId block) {
    for (InstId id : function[block].insts) {
      if (found) return;
      found = std::get_if<ir::Raise>(&function[id].op);
      if (!found) found = raise_within(function, function[id].op);
    }
  });
  return found;
}

struct Reason {
  std::string text;  ///< the end of a sentence that begins with the function's name
  std::string hint = {};
};

Reason may_raise(const ir::Module& module, uint32_t site) {
  const std::string exception = site < module.sites.size() ? module.sites[site].exception : "an exception";
  const bool division = exception == "ZeroDivisionError";
  return {"may raise " + exception, division ? "hint: with error_model=\"numpy\" no division raises" : ""};
}

/// Of a loop or branch.
Reason of_blocks(const ir::Module& module, const ir::Function& function, const ir::Op& op, Reason otherwise) {
  const ir::Raise* raise = raise_within(function, op);
  return raise ? may_raise(module, raise->site) : otherwise;
}

/// What keeps the instruction out of a GPU's code; nothing when it is not this one.
std::optional<Reason> reason_against(const ir::Module& module, const ir::Function& function, InstId id,
                                     const std::vector<bool>& varies) {
  using Known = std::optional<Reason>;
  const ir::Inst& inst = function[id];
  const Reason loop{"has a loop that is not unrolled", "hint: loops of a few constant rounds are"};
  return match(
      inst.op,  //
      [&](const ir::Math& n) -> Known {
        if (has_gpu_code(n.fn)) return {};
        return Reason{fmt::format("calls `{}`, which has no GPU code yet", ir::kMathNames[size_t(n.fn)])};
      },
      [&](const ir::Binary& n) -> Known {
        if (n.op != ir::BinaryOp::Pow || !is_float(inst.type.dtype())) return {};
        return Reason{"computes a power of floats, which has no GPU code yet"};
      },
      [&](const ir::Load& n) -> Known {
        if (std::none_of(n.index.begin(), n.index.end(), [&](InstId i) { return varies[i.index]; })) return {};
        const auto* param = std::get_if<ir::Param>(&function[n.array].op);
        const std::string array = param ? "`" + function.params[param->position].name + "`" : "an array";
        return Reason{"reads " + array + " at an index that differs from point to point"};
      },
      [&](const ir::For&) -> Known { return of_blocks(module, function, inst.op, loop); },
      [&](const ir::While&) -> Known { return of_blocks(module, function, inst.op, loop); },
      [&](const ir::If&) -> Known {
        return of_blocks(module, function, inst.op, {"has a branch that is not computed on both sides"});
      },
      [&](const ir::Raise& n) -> Known { return may_raise(module, n.site); },
      [&](const ir::NeighborAt&) -> Known { return Reason{"reads at an offset that is known only at run time"}; },
      [&](const ir::Call& n) -> Known {
        return Reason{fmt::format("calls the function `{}`", module.functions[n.function].name)};
      },
      [&](const auto&) -> Known { return {}; });
}

[[noreturn]] void refuse(const ir::Module& module, const ir::Function& function, const Reason& reason, Span span = {}) {
  std::vector<std::string> notes;
  const bool placed = span.end > span.begin && span.source < module.sources.size();
  if (placed) notes.push_back(show_place(*module.sources[span.source], span));
  if (!reason.hint.empty()) notes.push_back(reason.hint);
  throw Error(ErrorKind::Unsupported,
              fmt::format("`{}` cannot be compiled for a GPU: it {}", function.name, reason.text), std::move(notes));
}

}  // namespace

bool has_gpu_code(ir::MathFn fn) {
  using ir::MathFn;
  switch (fn) {
    case MathFn::Sqrt:
    case MathFn::Floor:
    case MathFn::Ceil:
    case MathFn::Trunc:
    case MathFn::Round:
    case MathFn::Fmod:
    case MathFn::Copysign:
    case MathFn::IsNan:
    case MathFn::IsInf:
    case MathFn::IsFinite: return true;
    default: return false;
  }
}

StencilBody gpu_body(const ir::Module& module) {
  const ir::Function& function = module.functions.at(0);
  if (function.kind != ir::FunctionKind::Stencil)
    refuse(module, function, {"is a jitted function", "only stencils can be compiled for a GPU so far"});
  if (function.rank < 1 || function.rank > 4)
    refuse(module, function, {fmt::format("has {} axes", function.rank), "a GPU's grid has room for 1 to 4"});
  std::vector<bool> varies(function.insts.size());
  for (InstId id : function[function.body].insts) {
    bool from_neighbors = std::holds_alternative<ir::Neighbor>(function[id].op);
    ir::for_operands(function[id].op,
                     [&](InstId operand) { from_neighbors = from_neighbors || varies[operand.index]; });
    varies[id.index] = from_neighbors;
    if (auto reason = reason_against(module, function, id, varies))
      refuse(module, function, *reason, function[id].span);
  }
  std::optional<StencilBody> body = straight_line(function);
  if (!body) refuse(module, function, {"is not straight-line code"});
  return std::move(*body);
}

}  // namespace nf::codegen

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
  return {"may raise " + exception + " in a branch or loop",
          division ? "hint: with error_model=\"numpy\" no division raises" : ""};
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
      [&](const ir::Raise&) -> Known { return Reason{"raises at every point"}; },
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

/// Reads the body, instruction by instruction.
class Reader {
 public:
  Reader(const ir::Module& module, const ir::Function& function)
      : module_(module), function_(function), body_{function} {
    body_.varies.resize(function.insts.size());
  }

  GpuBody read() {
    const std::vector<InstId>& insts = function_[function_.body].insts;
    for (InstId id : insts) {
      const ir::Op& op = function_[id].op;
      if (auto* given = std::get_if<ir::Return>(&op); given && id == insts.back())
        body_.results = given->values;
      else if (ir::is_check(function_, id))
        check(id, std::get<ir::If>(op));
      else
        value(id);
    }
    if (body_.results.size() != function_.results.size()) refuse(module_, function_, {"does not return at its end"});
    // Variables stand before the control flow that needs them, which says more.
    if (strange_) refuse(module_, function_, {"keeps variables or whole arrays"}, function_[strange_].span);
    body_.ranges = ir::analyse_ranges(function_);
    return std::move(body_);
  }

 private:
  void check(InstId id, const ir::If& branch) {
    const std::vector<InstId>& inside = function_[branch.then].insts;
    for (InstId one : inside)
      if (one != inside.back()) value(one);
    bool varies = body_.varies[branch.condition.index];
    for (InstId one : std::get<ir::Raise>(function_[inside.back()].op).values)
      varies = varies || body_.varies[one.index];
    body_.varies[id.index] = varies;
    body_.order.push_back(id);
  }

  void value(InstId id) {
    const ir::Inst& inst = function_[id];
    auto* read = std::get_if<ir::Neighbor>(&inst.op);
    if (read && read->offset.size() > 1)
      body_.last_row = std::max(body_.last_row, read->offset[read->offset.size() - 2]);
    bool varies = read != nullptr;
    ir::for_operands(inst.op, [&](InstId operand) { varies = varies || body_.varies[operand.index]; });
    body_.varies[id.index] = varies;
    if (auto reason = reason_against(module_, function_, id, body_.varies))
      refuse(module_, function_, *reason, inst.span);
    const bool tuple = std::holds_alternative<ir::Item>(inst.op) || std::holds_alternative<ir::MakeTuple>(inst.op);
    const bool known = (ir::is_pure(inst.op) && !tuple) || std::holds_alternative<ir::Load>(inst.op);
    if (!known && !strange_) strange_ = id;
    body_.order.push_back(id);
  }

  const ir::Module& module_;
  const ir::Function& function_;
  GpuBody body_;
  InstId strange_ = InstId::none();
};

}  // namespace

GpuBody gpu_body(const ir::Module& module) {
  const ir::Function& function = module.functions.at(0);
  if (function.kind != ir::FunctionKind::Stencil)
    refuse(module, function, {"is a jitted function", "only stencils can be compiled for a GPU so far"});
  if (function.rank < 1 || function.rank > 4)
    refuse(module, function, {fmt::format("has {} axes", function.rank), "a GPU's grid has room for 1 to 4"});
  return Reader(module, function).read();
}

}  // namespace nf::codegen

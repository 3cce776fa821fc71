// Decides whether a stencil's body is straight-line code, and in how wide steps to compute it.
#include "codegen/cpu/stencil_body.h"

#include <algorithm>
#include <map>

#include "base/assert.h"
#include "base/match.h"

namespace nf::codegen {
namespace {
using ir::InstId;

/// What the vector form can hold: pure values, reads at fixed places, and checks.
bool allowed(const ir::Function& function, InstId id, const std::vector<bool>& varies) {
  return match(
      function[id].op,  //
      [&](const ir::Load& n) {
        return std::none_of(n.index.begin(), n.index.end(), [&](InstId i) { return varies[i.index]; });
      },
      [](const ir::Const&) { return true; }, [](const ir::Param&) { return true; },
      [](const ir::Global&) { return true; }, [](const ir::Unary&) { return true; },
      [](const ir::Binary&) { return true; }, [](const ir::Compare&) { return true; },
      [](const ir::Select&) { return true; }, [](const ir::Cast&) { return true; },
      [](const ir::Math&) { return true; }, [](const ir::Neighbor&) { return true; },
      [](const ir::Dim&) { return true; }, [](const ir::Return&) { return true; },
      [&](const ir::If&) { return ir::is_check(function, id); },  //
      [](const auto&) { return false; });
}

std::vector<InstId> operands_of(const ir::Inst& inst) {
  std::vector<InstId> list;
  ir::for_operands(inst.op, [&](InstId id) { list.push_back(id); });
  return list;
}

/// The rows that a point reads, numbered plane by plane: the turns in which a block reads what its points do.
class Turns {
 public:
  explicit Turns(const ir::Function& function) {
    int64_t last_row = 0;
    for (InstId id : function[function.body].insts)
      if (auto* read = std::get_if<ir::Neighbor>(&function[id].op); read && read->offset.size() > 1) {
        planes_.emplace(plane_of(read->offset), 0);
        const int64_t row = row_of(read->offset);
        first_row_ = std::min(first_row_, row), last_row = std::max(last_row, row);
      }
    int64_t number = 0;
    for (auto& [plane, at] : planes_) at = number++;
    rows_ = std::min(last_row - first_row_ + 1, kFar);
  }
  int64_t of(const std::vector<int64_t>& offset) const {
    if (offset.size() < 2) return 0;
    return planes_.at(plane_of(offset)) * rows_ + std::min(row_of(offset) - first_row_, rows_ - 1);
  }

 private:
  static int64_t row_of(const std::vector<int64_t>& offset) { return offset[offset.size() - 2]; }
  static std::vector<int64_t> plane_of(const std::vector<int64_t>& offset) {
    return {offset.begin(), offset.end() - 2};
  }

  static constexpr int64_t kFar = int64_t(1) << 40;  // rows further apart share a turn

  std::map<std::vector<int64_t>, int64_t> planes_;  ///< their numbers, by what is before the row of an offset
  int64_t first_row_ = 0, rows_ = 1;
};

/// Collects what the results need, and which instructions are computed by a plan.
class Collector {
 public:
  Collector(StencilBody& body, const std::vector<int>& uses) : body_(body), uses_(uses), turns_(body.function) {
    seen_.resize(body.function.insts.size());
    body.turn.assign(body.function.insts.size(), INT64_MIN);
  }
  /// Notes the whole of a chain, not its parts.
  void bound(InstId id) {
    if (!parts_.insert(id).second) return;
    body_.bound.insert(id);
    std::vector<InstId> chain = operands_of(body_.function[id]);
    while (!chain.empty()) {
      InstId part = chain.back();
      chain.pop_back();
      if (parts_.insert(part).second)
        for (InstId operand : operands_of(body_.function[part])) chain.push_back(operand);
    }
  }
  void need(InstId id) {
    if (!body_.varies[id.index] || seen_[id.index]) return;
    seen_[id.index] = true;
    const ir::Function& function = body_.function;
    int64_t& turn = body_.turn[id.index];
    auto follow = [&](InstId operand) {
      need(operand);
      if (body_.varies[operand.index]) turn = std::max(turn, body_.turn[operand.index]);
    };
    if (auto* neighbor = std::get_if<ir::Neighbor>(&function[id].op)) {
      turn = turns_.of(neighbor->offset);
    } else if (auto found = reduction(function, id, uses_)) {
      for (const Tap& tap : found->taps) turn = std::max(turn, turns_.of(tap.offset));
      for (auto& [other, weight] : found->others) follow(other);
      body_.reductions.emplace(id, std::move(*found));
    } else if (auto products = product_pair(function, id, uses_, body_.ranges)) {
      for (InstId factor : products->factors) follow(factor);
      body_.products.emplace(id, *products);
    } else {
      if (order_is_bound(function, id, uses_)) bound(id);
      for (InstId operand : operands_of(function[id])) follow(operand);
    }
    body_.order.push_back(id);
  }

 private:
  StencilBody& body_;
  const std::vector<int>& uses_;
  const Turns turns_;
  std::vector<bool> seen_;
  std::set<InstId> parts_;  ///< of reductions whose order is bound
};

/// The bytes of the values that an instruction computes with; 0 when it only moves or converts them.
int arithmetic_bytes(const ir::Function& function, InstId id) {
  return match(
      function[id].op,  //
      [&](const ir::Unary& n) { return size_of(function[n.a].type.dtype()); },
      [&](const ir::Binary& n) { return size_of(function[n.a].type.dtype()); },
      [&](const ir::Compare& n) { return size_of(function[n.a].type.dtype()); },
      [&](const ir::Select& n) { return size_of(function[n.a].type.dtype()); },
      [&](const ir::Math& n) { return size_of(function[n.args[0]].type.dtype()); },  //
      [](const auto&) { return 0; });
}

}  // namespace

std::optional<StencilBody> straight_line(const ir::Function& function) {
  if (function.insts.size() > kLongestBody) return {};
  StencilBody body{function};
  const std::vector<InstId>& insts = function[function.body].insts;
  if (function.rank == 0 || insts.empty() || !std::holds_alternative<ir::Return>(function[insts.back()].op)) return {};
  std::vector<int> uses(function.insts.size());
  body.varies.resize(function.insts.size());
  bool reads = false;
  for (InstId id : insts) {
    const ir::Inst& inst = function[id];
    bool varies = false;
    if (auto* neighbor = std::get_if<ir::Neighbor>(&inst.op)) {
      const int64_t column = neighbor->offset.back();
      body.first_column = reads ? std::min(body.first_column, column) : column;
      body.last_column = reads ? std::max(body.last_column, column) : column;
      varies = reads = true;
    } else {
      for (InstId operand : operands_of(inst)) varies |= body.varies[operand.index];
    }
    if (!allowed(function, id, body.varies)) return {};
    for (InstId operand : operands_of(inst)) ++uses[operand.index];
    body.varies[id.index] = varies;
  }
  body.results = std::get<ir::Return>(function[insts.back()].op).values;
  body.ranges = ir::analyse_ranges(function);
  Collector collector(body, uses);
  for (InstId id : insts)
    if (auto* check = std::get_if<ir::If>(&function[id].op); check && body.varies[id.index])
      body.raises.push_back(check->condition);
  for (InstId condition : body.raises) collector.need(condition);
  for (InstId result : body.results) collector.need(result);
  return body;
}

namespace {

/// The phases in which the body can be computed (Note [Phases]), or 1.
int phases_of(const StencilBody& body) {
  const ir::Function& function = body.function;
  if (!body.products.empty()) return 1;  // they are of another width than their factors
  int wide = 0, narrow = 0;
  auto agree = [](int& known, int bytes) { return known == 0 || known == bytes ? (known = bytes, true) : false; };
  auto is_final = [&](InstId id) {
    return std::find(body.results.begin(), body.results.end(), id) != body.results.end();
  };
  auto is_planned = [&](InstId id) { return body.reductions.count(id) != 0; };
  std::vector<bool> used_as_it_is(function.insts.size());  // not cast, nor a tap
  for (InstId user : body.order)
    if (!is_planned(user) && !std::holds_alternative<ir::Cast>(function[user].op))
      ir::for_operands(function[user].op, [&](InstId operand) { used_as_it_is[operand.index] = true; });
  for (InstId id : body.order) {
    const ir::Inst& inst = function[id];
    const DType dtype = inst.type.dtype();
    if (is_planned(id)) {
      if (body.reductions.at(id).floats) return 1;
      if (!agree(wide, size_of(dtype))) return 1;
      for (const Tap& tap : body.reductions.at(id).taps) {
        auto* cast = std::get_if<ir::Cast>(&function[tap.leaf].op);
        if (!cast || !is_integer(function[cast->a].type.dtype())) return 1;
        if (!agree(narrow, size_of(function[cast->a].type.dtype()))) return 1;
      }
    } else if (auto* cast = std::get_if<ir::Cast>(&inst.op)) {
      const DType from = function[cast->a].type.dtype();
      if (!is_integer(dtype) || is_float(from)) return 1;
      if (std::holds_alternative<ir::Neighbor>(function[cast->a].op)) {
        if (!is_integer(from) || !agree(wide, size_of(dtype)) || !agree(narrow, size_of(from))) return 1;
      } else if (!is_final(id) && !agree(wide, size_of(dtype))) {
        return 1;
      }
    } else if (std::holds_alternative<ir::Neighbor>(inst.op)) {
      if (used_as_it_is[id.index]) return 1;
      if (is_final(id)) return 1;
    } else {
      const int bytes = arithmetic_bytes(function, id);
      const bool flags = is_bool(dtype) && !std::holds_alternative<ir::Compare>(inst.op);
      if (is_float(dtype) || (!flags && !agree(wide, bytes))) return 1;
    }
  }
  // Results come back as the narrow type: their halves (quarters) are merged by shifts, not by shuffles.
  for (DType dtype : [&] {
         std::vector<DType> list;
         for (Type type : function.results) list.push_back(type.dtype());
         return list;
       }())
    if (is_float(dtype) || size_of(dtype) != narrow) return 1;
  if (narrow == 0 || wide <= narrow || wide > 4 || wide / narrow > 4) return 1;
  for (InstId result : body.results)
    if (!body.varies[result.index]) return 1;
  return wide / narrow;
}

}  // namespace

StencilStep wide_step(const StencilBody& body, int vector_bytes, bool phases) {
  const ir::Function& function = body.function;
  int narrowest = 0, widest = 0;
  for (InstId id : body.order) {
    const int bytes = arithmetic_bytes(function, id);
    if (bytes == 0 || is_bool(function[id].type.dtype())) continue;
    narrowest = narrowest == 0 ? bytes : std::min(narrowest, bytes);
    widest = std::max(widest, bytes);
  }
  int memory = 1;
  for (Type result : function.results) memory = std::max(memory, size_of(result.dtype()));
  if (widest == 0) narrowest = widest = memory;
  const int registers = vector_bytes >= 64 ? 32 : 16;
  if (const int count = phases ? phases_of(body) : 1; count > 1) {
    StencilStep step{vector_bytes / widest, count, registers, {}, vector_bytes};
    if (count == 2 && widest == 2 && vector_bytes >= 32) step.pairs = Pairs{body.first_column, body.last_column};
    return step;
  }
  // As many points as fill a register with the narrowest values, as long as the widest stay in four registers.
  int lanes = vector_bytes / narrowest;
  while (lanes > 1 && (lanes * widest > 4 * vector_bytes || lanes * memory > 8 * vector_bytes)) lanes /= 2;
  return {lanes, 1, registers * vector_bytes / std::max(vector_bytes, lanes * widest), {}, vector_bytes};
}

int64_t row_size(const StencilBody& body, StencilStep step) {
  int64_t size = 0;
  for (InstId id : body.order) {
    const ir::Inst& inst = body.function[id];
    const int64_t bytes = int64_t(step.lanes) * std::max(1, arithmetic_bytes(body.function, id));
    int64_t one = 1 + bytes / 128;  // wide vectors become several registers
    if (auto found = body.reductions.find(id); found != body.reductions.end())
      one = int64_t(2 * found->second.taps.size());
    const auto* binary = std::get_if<ir::Binary>(&inst.op);
    const bool divides = binary && (binary->op == ir::BinaryOp::FloorDiv || binary->op == ir::BinaryOp::Mod);
    if (divides || std::holds_alternative<ir::Math>(inst.op)) one *= 16;
    if (binary && binary->op == ir::BinaryOp::Pow) one *= 32;
    if (binary && binary->op == ir::BinaryOp::Mul && arithmetic_bytes(body.function, id) == 8) one *= 4;
    if (divides && arithmetic_bytes(body.function, id) == 8 && body.varies[binary->b.index]) one *= step.lanes;
    size += one * step.phases;
  }
  return size;
}

}  // namespace nf::codegen

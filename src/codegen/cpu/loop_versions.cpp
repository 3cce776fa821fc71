// Which indexes can be checked before a loop, and the check.
//
// Note [One check before the loop]: all integer arithmetic here wraps. An index is `f + a * k` modulo 2^64 in round k.
// With |a| at most 2^24 (a coefficient times the loop's step) and fewer than 2^36 rounds, |a * k| stays below 2^60; if
// the index is in [0, n) in the first round and in the last one (n is below 2^63), the exact values agree with the
// wrapped ones and lie in between. Several variables: the least and the greatest value are at corners that the signs of
// the coefficients tell.
#include "codegen/cpu/loop_versions.h"

#include <map>
#include <set>

namespace nf::codegen {
namespace {

constexpr int64_t kLargestCoefficient = int64_t(1) << 14;
constexpr int64_t kMostRounds = int64_t(1) << 36;
constexpr int64_t kShort = 64;  ///< rounds of a loop inside that is taken for straight code

std::optional<int64_t> constant(const ir::Function& function, ir::InstId id) {
  auto* value = std::get_if<ir::Const>(&function[id].op);
  if (!value || function[id].type.dtype() != DType::Int64) return {};
  return value->value.as<int64_t>();
}

/// The values that the variable of a short loop takes first and last; none when the loop is not short or never runs.
std::optional<std::pair<int64_t, int64_t>> short_range(const ir::Function& function, const ir::For& loop) {
  auto lo = constant(function, loop.lo), hi = constant(function, loop.hi), step = constant(function, loop.step);
  if (!lo || !hi || step != 1 || *lo < -kShort || *hi > kShort || *lo >= *hi) return {};
  return std::pair(*lo, *hi - 1);
}

/// What the body of one loop defines and changes.
class Body {
 public:
  Body(const ir::Function& function, const ir::For& loop) : function_(function) {
    variables_[loop.var] = {};
    simple_ = collect(loop.body);
  }
  bool simple() const { return simple_; }
  const std::vector<ir::InstId>& accesses() const { return accesses_; }

  /// The coefficients of the loops' variables; none when the index does not grow evenly.
  using Coefficients = std::map<ir::InstId, int64_t>;
  std::optional<Coefficients> coefficients(ir::InstId id) const {
    if (variables_.count(id)) return Coefficients{{id, 1}};
    if (invariant(id)) return Coefficients{};
    const ir::Inst& inst = function_[id];
    if (inst.type != Type::scalar(DType::Int64)) return {};
    auto* binary = std::get_if<ir::Binary>(&inst.op);
    if (!binary) return {};
    auto a = coefficients(binary->a), b = coefficients(binary->b);
    if (!a || !b) return {};
    if (binary->op == ir::BinaryOp::Mul) {
      auto by_b = constant(function_, binary->b), by_a = constant(function_, binary->a);
      return by_b ? scaled(*a, *by_b) : by_a ? scaled(*b, *by_a) : std::nullopt;
    }
    if (binary->op != ir::BinaryOp::Add && binary->op != ir::BinaryOp::Sub) return {};
    for (auto [variable, coefficient] : *b) {
      int64_t& sum = (*a)[variable];
      sum += binary->op == ir::BinaryOp::Add ? coefficient : -coefficient;
      if (std::abs(sum) > kLargestCoefficient) return {};
    }
    return a;
  }

  /// True for values that are the same in every round and can be computed before the loop.
  bool invariant(ir::InstId id) const {
    if (!inside_.count(id) && !variables_.count(id)) return true;
    const ir::Op& op = function_[id].op;
    if (auto* get = std::get_if<ir::Get>(&op)) return !inside_.count(get->slot) && !changed_.count(get->slot);
    bool computes = std::holds_alternative<ir::Const>(op) || std::holds_alternative<ir::Param>(op) ||
                    std::holds_alternative<ir::Global>(op) || std::holds_alternative<ir::Binary>(op) ||
                    std::holds_alternative<ir::Unary>(op) || std::holds_alternative<ir::Cast>(op) ||
                    std::holds_alternative<ir::Dim>(op);
    bool operands = true;
    if (computes) ir::for_operands(op, [&](ir::InstId operand) { operands = operands && invariant(operand); });
    return computes && operands;
  }

 private:
  static std::optional<Coefficients> scaled(Coefficients coefficients, int64_t by) {
    if (by > kLargestCoefficient || by < -kLargestCoefficient) return {};
    for (auto& [variable, coefficient] : coefficients) {
      coefficient *= by;
      if (std::abs(coefficient) > kLargestCoefficient) return {};
    }
    return coefficients;
  }

  bool collect(ir::BlockId block) {
    for (ir::InstId id : function_[block].insts) {
      inside_.insert(id);
      const ir::Op& op = function_[id].op;
      if (std::holds_alternative<ir::While>(op)) return false;
      if (auto* loop = std::get_if<ir::For>(&op)) {
        auto range = short_range(function_, *loop);
        if (!range) return false;
        variables_[loop->var] = *range;
      }
      if (auto* set = std::get_if<ir::Set>(&op)) changed_.insert(set->slot);
      if (std::holds_alternative<ir::Load>(op) || std::holds_alternative<ir::Store>(op)) accesses_.push_back(id);
      bool simple = true;
      ir::for_blocks(op, [&](ir::BlockId inner) { simple = simple && collect(inner); });
      if (!simple) return false;
    }
    return true;
  }

  const ir::Function& function_;
  bool simple_ = false;
  std::set<ir::InstId> inside_, changed_;
  std::vector<ir::InstId> accesses_;
  std::map<ir::InstId, std::pair<int64_t, int64_t>> variables_;
};

/// Computes `id` at the insertion point with the loops' variables as they are in `frame.values`. What the loop's body
/// defines is emitted here too; the body itself emits it again.
void evaluate(Frame& frame, const std::set<ir::InstId>& known, std::set<ir::InstId>& done, ir::InstId id) {
  if (known.count(id) || !done.insert(id).second) return;
  ir::for_operands(frame.function[id].op, [&](ir::InstId operand) { evaluate(frame, known, done, operand); });
  emit_instruction(frame, id);
}

std::set<ir::InstId> defined_in(const ir::Function& function, ir::BlockId block) {
  std::set<ir::InstId> ids;
  for (ir::InstId id : function[block].insts) {
    ids.insert(id);
    ir::for_blocks(function[id].op, [&](ir::BlockId inner) { ids.merge(defined_in(function, inner)); });
  }
  return ids;
}

}  // namespace

bool is_short(const ir::Function& function, const ir::For& loop) { return short_range(function, loop).has_value(); }

std::vector<EvenIndex> even_indexes(const Frame& frame, const ir::For& loop) {
  const ir::Function& function = frame.function;
  Body body(function, loop);
  if (!body.simple() || short_range(function, loop)) return {};
  std::vector<EvenIndex> found;
  auto add = [&](ir::InstId access, const auto& n) {
    if ((!n.check && !n.wrap) || !body.invariant(n.array)) return;
    for (size_t axis = 0; axis < n.index.size(); ++axis) {
      if (function[n.index[axis]].type != Type::scalar(DType::Int64)) continue;
      auto coefficients = body.coefficients(n.index[axis]);
      if (coefficients)
        found.push_back({access, n.array, n.index[axis], int(axis), {coefficients->begin(), coefficients->end()}});
    }
  };
  for (ir::InstId access : body.accesses()) {
    const ir::Op& op = function[access].op;
    if (auto* load = std::get_if<ir::Load>(&op)) add(access, *load);
    if (auto* store = std::get_if<ir::Store>(&op)) add(access, *store);
  }
  return found;
}

llvm::Value* all_inside(Frame& frame, const ir::For& loop, const std::vector<EvenIndex>& indexes, llvm::Value* first,
                        llvm::Value* last, llvm::Value* rounds) {
  llvm::IRBuilder<>& build = frame.build;
  std::set<ir::InstId> body = defined_in(frame.function, loop.body), known;
  for (uint32_t i = 0; i < frame.function.insts.size(); ++i)
    if (!body.count({i})) known.insert({i});
  std::map<ir::InstId, std::pair<llvm::Value*, llvm::Value*>> range = {{loop.var, {first, last}}};
  for (ir::InstId id : body) {
    auto* inner = std::get_if<ir::For>(&frame.function[id].op);
    if (!inner) continue;
    auto [lo, hi] = short_range(frame.function, *inner).value();
    range[inner->var] = {int64(frame, lo), int64(frame, hi)};
  }
  llvm::Value* inside = build.CreateICmpULT(rounds, int64(frame, kMostRounds));
  for (const EvenIndex& index : indexes) {
    llvm::Value* corner[2];
    llvm::Value* extent = nullptr;
    for (bool greatest : {false, true}) {
      for (auto [variable, ends] : range) frame.values[variable].scalar = ends.first;
      for (auto [variable, coefficient] : index.coefficients) {
        auto [lo, hi] = range.at(variable);
        frame.values[variable].scalar = (coefficient >= 0) == greatest ? hi : lo;
      }
      std::set<ir::InstId> done;
      for (auto& [variable, ends] : range) done.insert(variable);
      evaluate(frame, known, done, index.index);
      evaluate(frame, known, done, index.array);
      corner[greatest] = frame.values[index.index].scalar;
      extent = frame.values[index.array].array.shape[index.axis];
    }
    inside = build.CreateAnd(inside, build.CreateICmpULT(corner[0], extent));
    inside = build.CreateAnd(inside, build.CreateICmpULT(corner[1], extent));
  }
  return inside;
}

}  // namespace nf::codegen

// Loops: what a `for` runs over, merged versions around loops, loops of stencils that are repeated.
#include <algorithm>

#include "base/assert.h"
#include "lower/lowering.h"
#include "types/versions.h"

namespace nf::lower {
namespace {
using namespace syntax;
using types::Builtin;
using types::BuiltinCall;
using types::Move;
using types::Moves;

const Type kInt64 = Type::scalar(DType::Int64);

/// Something to run over: how many items, and each by its position.
struct Items {
  InstId count;
  std::function<Value(InstId)> at;
};

Type item_type(const Lowering& l, ExprId id);

Items lower_items(Lowering& l, ExprId id);

const BuiltinCall* call_of(const Lowering& l, ExprId id, Builtin builtin) {
  auto* call = std::get_if<BuiltinCall>(&l.meaning(id));
  return call && call->builtin == builtin ? call : nullptr;
}
const BuiltinCall* range_of(const Lowering& l, ExprId id) {
  const BuiltinCall* call = call_of(l, id, Builtin::Range);
  return call ? call : call_of(l, id, Builtin::ParallelRange);
}

struct Bounds {
  InstId lo, hi, step;
};
Bounds lower_range(Lowering& l, const BuiltinCall& range) {
  auto bound = [&](ExprId id, int64_t otherwise) {
    return id ? lower_scalar(l, id, DType::Int64) : l.integer(otherwise);
  };
  Bounds bounds{bound(range.args[0], 0), bound(range.args[1], 0), bound(range.args[2], 1)};
  if (!std::holds_alternative<ir::Const>(l.function[bounds.step].op))
    raise_if(l, l.compare(ir::CompareOp::Eq, bounds.step, l.integer(0)),
             l.site("ValueError", "range() arg 3 must not be zero"));
  return bounds;
}

/// How many rounds a range has, for `enumerate` and `zip`.
InstId count_of(Lowering& l, const Bounds& b) {
  InstId zero = l.integer(0), one = l.integer(1);
  auto rounds = [&](InstId from, InstId to, InstId by) {
    InstId span =
        l.binary(ir::BinaryOp::Add, l.binary(ir::BinaryOp::Sub, to, from), l.binary(ir::BinaryOp::Sub, by, one));
    return l.select(l.compare(ir::CompareOp::Lt, from, to), l.binary(ir::BinaryOp::FloorDiv, span, by), zero);
  };
  InstId down = rounds(b.hi, b.lo, l.emit(ir::Unary{ir::UnaryOp::Neg, b.step}, kInt64));
  return l.select(l.compare(ir::CompareOp::Gt, b.step, zero), rounds(b.lo, b.hi, b.step), down);
}

Items lower_array_items(Lowering& l, ExprId id) {
  InstId array = lower_array(l, id);
  InstId count = l.emit(ir::Dim{array, 0}, kInt64);
  // The position runs over the array's own extent, which never changes: no check is needed.
  return {count, [&l, array](InstId at) {
            return Value{l.emit(ir::Load{array, {at}, false, false, 0}, Type::scalar(l.dtype_of(array))), {}};
          }};
}

Items lower_items(Lowering& l, ExprId id) {
  if (const BuiltinCall* range = range_of(l, id)) {
    Bounds bounds = lower_range(l, *range);
    DType dtype = range->dtype;
    return {count_of(l, bounds), [&l, bounds, dtype](InstId at) {
              InstId offset = l.binary(ir::BinaryOp::Mul, at, bounds.step);
              return Value{l.cast(l.binary(ir::BinaryOp::Add, bounds.lo, offset), dtype), {}};
            }};
  }
  if (const BuiltinCall* call = call_of(l, id, Builtin::Enumerate)) {
    Items inner = lower_items(l, call->args[0]);
    InstId start = call->args[1] ? lower_scalar(l, call->args[1], DType::Int64) : InstId::none();
    return {inner.count, [&l, inner, start](InstId at) {
              InstId position = start ? l.binary(ir::BinaryOp::Add, start, at) : at;
              return Value{InstId::none(), {{position, {}}, inner.at(at)}};
            }};
  }
  if (const BuiltinCall* call = call_of(l, id, Builtin::Zip)) {
    std::vector<Items> all;
    InstId count;
    for (ExprId arg : call->args) {
      all.push_back(lower_items(l, arg));
      count = count ? l.binary(ir::BinaryOp::Min, count, all.back().count) : all.back().count;
    }
    return {count, [all](InstId at) {
              Value tuple;
              for (const Items& items : all) tuple.items.push_back(items.at(at));
              return tuple;
            }};
  }
  if (l.type(id).is_array()) return lower_array_items(l, id);
  Value tuple = lower_expr(l, id);
  Type type = l.type(id), item = item_type(l, id);
  return {l.integer(int64_t(tuple.items.size())),
          [&l, tuple, type, item](InstId at) { return item_at(l, tuple, type, at, item); }};
}

Type item_type(const Lowering& l, ExprId id) {
  if (auto* call = std::get_if<BuiltinCall>(&l.meaning(id))) {
    if (range_of(l, id)) return Type::scalar(call->dtype);
    if (call->builtin == Builtin::Enumerate) return Type::tuple(std::vector<Type>{kInt64, item_type(l, call->args[0])});
    if (call->builtin == Builtin::Zip) {
      std::vector<Type> items;
      for (ExprId arg : call->args) items.push_back(item_type(l, arg));
      return Type::tuple(items);
    }
  }
  Type type = l.type(id);
  if (type.is_array()) return Type::scalar(type.dtype());
  Type item = Type::unknown();
  for (Type next : type.items()) item = types::unify_types(item, next).value_or(item);
  return item;
}

/// What is left to do when the loop ended by itself. A version merged behind it mostly shares its slots with the one at
/// its head; then a `break` has written there, and the loop's own end has nothing to do.
bool has_ending(const Lowering& l, const types::Flow& flow, const Body& otherwise) {
  if (!otherwise.empty()) return true;
  return std::any_of(flow.done.begin(), flow.done.end(),
                     [&](Move move) { return !move.from || !share_slots(l, move.to, move.from); });
}

/// Before the loop: merged versions get their first values. Returns the slot that tells whether a `break` was taken.
InstId enter_loop(Lowering& l, StmtId id, const Body& otherwise) {
  const types::Flow& flow = l.typed.flow(id);
  perform(l, flow.enter);
  InstId broke;
  if (flow.has_break && has_ending(l, flow, otherwise)) {
    broke = l.new_slot(Type::scalar(DType::Bool));
    l.emit(ir::Set{broke, l.boolean(false)});
  }
  l.loops.push_back({id, broke});
  return broke;
}

/// Behind the loop: its `else` and the moves of its own end. Returns whether control goes on.
bool leave_loop(Lowering& l, StmtId id, InstId broke, bool ends_by_itself, const Body& otherwise) {
  const types::Flow& flow = l.typed.flow(id);
  l.loops.pop_back();
  if (!flow.has_break) return ends_by_itself && lower_body(l, otherwise);
  if (!broke || !ends_by_itself) return true;
  InstId was_broken = l.emit(ir::Get{broke}, Type::scalar(DType::Bool));
  ir::If branch{l.emit(ir::Unary{ir::UnaryOp::Not, was_broken}, Type::scalar(DType::Bool)), l.new_block(),
                l.new_block()};
  ir::BlockId outer = l.builder.enter(branch.then);
  if (lower_body(l, otherwise)) perform(l, flow.done);
  l.builder.enter(outer);
  l.emit(branch);
  return true;
}

/// A loop of a stencil whose variables must be known: its body once for each round. Versions merged at its head are
/// plain values, since nothing else leads there.
bool repeat_loop(Lowering& l, StmtId id, const For& n) {
  const types::Flow& flow = l.typed.flow(id);
  auto rounds = types::constant_rounds(l.typed, id, l.known);
  nf_assert(rounds, "a loop over constants that are not known");
  auto move_values = [&](const Moves& moves) {
    std::vector<std::pair<VersionId, Value>> next;
    for (Move move : moves) {
      if (!l.is_direct[move.to.index]) continue;
      const types::Version &to = l.typed.versions[move.to], &from = l.typed.versions[move.from];
      next.push_back({move.to, convert(l, read_version(l, move.from), from.type, to.type)});
    }
    for (auto& [to, value] : next) l.values[to] = std::move(value);
  };
  for (Move move : flow.enter) l.is_direct[move.to.index] = !l.typed.versions[move.to].maybe_unset;
  perform(l, flow.enter), move_values(flow.enter);
  std::vector<ExprId> names = types::leaves(l.tree(), n.target);
  for (const std::vector<int64_t>& round : *rounds) {
    for (size_t i = 0; i < names.size(); ++i) {
      VersionId version = l.typed.written.at(names[i].index);
      l.known[version.index] = round[i];
      l.values[version] = {l.cast(l.integer(round[i]), l.typed.versions[version].type.dtype()), {}};
    }
    if (!lower_body(l, n.body)) return false;
    perform(l, flow.again), move_values(flow.again);
  }
  for (ExprId name : names) l.known.erase(l.typed.written.at(name.index).index);
  return lower_body(l, n.otherwise);
}
}  // namespace

bool lower_for(Lowering& l, StmtId id, const For& n) {
  if (l.typed.unrolled[id]) return repeat_loop(l, id, n);
  const BuiltinCall* range = range_of(l, n.iterable);
  InstId variable;
  ir::For loop{};
  Items items;
  if (range) {
    Bounds bounds = lower_range(l, *range);
    loop = {InstId::none(), bounds.lo, bounds.hi, bounds.step};
    loop.parallel = range->builtin == Builtin::ParallelRange;
  } else {
    items = lower_items(l, n.iterable);
    loop = {InstId::none(), l.integer(0), items.count, l.integer(1)};
  }
  loop.var = l.function.insts.add({ir::LoopVar{}, kInt64, l.span});
  loop.body = l.new_block();
  InstId broke = enter_loop(l, id, n.otherwise);
  ir::BlockId outer = l.builder.enter(loop.body);
  Value item = range ? Value{l.cast(loop.var, range->dtype), {}} : items.at(loop.var);
  assign(l, n.target, item, item_type(l, n.iterable));
  if (lower_body(l, n.body)) perform(l, l.typed.flow(id).again);
  l.builder.enter(outer);
  l.emit(loop);
  return leave_loop(l, id, broke, true, n.otherwise);
}

bool lower_while(Lowering& l, StmtId id, const While& n) {
  ir::While loop{l.new_block(), InstId::none(), l.new_block()};
  InstId broke = enter_loop(l, id, n.otherwise);
  ir::BlockId outer = l.builder.enter(loop.condition);
  bool endless = types::is_always_true(l.tree(), n.test);
  loop.test = endless ? l.boolean(true) : lower_truth(l, n.test);
  l.builder.enter(loop.body);
  if (lower_body(l, n.body)) perform(l, l.typed.flow(id).again);
  l.builder.enter(outer);
  l.emit(loop);
  return leave_loop(l, id, broke, !endless, n.otherwise);
}

}  // namespace nf::lower

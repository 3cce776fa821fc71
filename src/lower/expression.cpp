// Expressions: names, operators, comparisons, conditions and calls of other kernels.
#include <algorithm>

#include "base/assert.h"
#include "base/match.h"
#include "lower/lowering.h"

namespace nf::lower {
namespace {
using namespace syntax;

Value lower_unary(Lowering& l, ExprId id, const Unary& n) {
  if (n.op == UnaryOp::Not) {
    InstId value = lower_truth(l, n.operand);
    return {l.emit(ir::Unary{ir::UnaryOp::Not, value}, l.type_of(value)), {}};
  }
  return {unary(l, n.op, lower_scalar(l, n.operand), l.type(id).dtype()), {}};
}

Value lower_binary(Lowering& l, ExprId id, const Binary& n) {
  InstId a = lower_scalar(l, n.left), b = lower_scalar(l, n.right);
  return {arithmetic(l, n.op, a, b, l.type(id).dtype()), {}};
}

/// `a and b`, `a or b`: the value of the first operand that decides, in the type of all.
Value lower_bool(Lowering& l, const BoolExpr& n, size_t at, Type type) {
  Type own = l.type(n.operands[at]);
  Value first = lower_expr(l, n.operands[at]);
  if (at + 1 == n.operands.size()) return convert(l, first, own, type);
  InstId is_true = truth(l, first, own);
  auto rest = [&] { return lower_bool(l, n, at + 1, type); };
  auto stop = [&] { return convert(l, first, own, type); };
  return n.op == BoolOp::And ? choose(l, is_true, type, rest, stop) : choose(l, is_true, type, stop, rest);
}

/// `a < b < c`: every operand once, and none behind the first comparison that fails.
InstId lower_compare(Lowering& l, const Compare& n, size_t at, InstId left) {
  InstId right = lower_scalar(l, n.operands[at + 1]);
  InstId holds = compare_numbers(l, n.ops[at], left, right);
  if (at + 1 == n.ops.size()) return holds;
  return choose(
             l, holds, Type::scalar(DType::Bool),
             [&] {
               return Value{lower_compare(l, n, at + 1, right), {}};
             },
             [&] {
               return Value{l.boolean(false), {}};
             })
      .inst;
}

Value lower_conditional(Lowering& l, ExprId id, const Conditional& n) {
  if (auto* known = std::get_if<types::ConstantTruth>(&l.meaning(n.test))) {
    ExprId chosen = known->value ? n.then : n.otherwise;
    return convert(l, lower_expr(l, chosen), l.type(chosen), l.type(id));
  }
  auto side = [&](ExprId expr) { return convert(l, lower_expr(l, expr), l.type(expr), l.type(id)); };
  return choose(
      l, lower_truth(l, n.test), l.type(id), [&] { return side(n.then); }, [&] { return side(n.otherwise); });
}

/// A function of numbers for each element of an array that the caller gives.
Value lower_elements_into(Lowering& l, ExprId id, const types::KernelCall& call) {
  InstId out = lower_array(l, call.out);
  const bool arrays =
      std::any_of(call.args.begin(), call.args.end(), [&](ExprId arg) { return l.type(arg).is_array(); });
  if (arrays) {
    lower_whole_array(l, id, out);
    return {out, {}};
  }
  ir::Call op{call.function, {}, InstId::none()};
  for (ExprId arg : call.args) op.args.push_back(lower_scalar(l, arg));
  InstId number = l.emit(op, l.program.functions[call.function]->result);
  l.emit(ir::Copy{out, number, 0});
  return {out, {}};
}

Value lower_kernel_call(Lowering& l, ExprId id, const types::KernelCall& call) {
  const types::Typed& callee = *l.program.functions[call.function];
  if (call.out && !callee.is_stencil() && !l.elements) return lower_elements_into(l, id, call);
  ir::Call op{call.function, {}, InstId::none()};
  for (ExprId arg : call.args) each_leaf(lower_expr(l, arg), [&](InstId leaf) { op.args.push_back(leaf); });
  if (callee.is_stencil()) {
    if (call.out) op.out = lower_array(l, call.out), op.keep = !callee.definition->options.cval;
    op.site = l.site("ValueError",
                     "axis {0} of an array has size {1}, the stencil `" + callee.definition->name + "` wants {2}");
    if (!l.type(id).is_tuple()) return {l.emit(op, l.type(id)), {}};
  }
  Type result = l.type(id).is_none() || !callee.is_stencil() ? callee.result : l.type(id);
  InstId returned = l.emit(op, result);
  if (!result.is_tuple()) return make_value(result, [&](Type) { return returned; });
  uint32_t position = 0;
  return make_value(result, [&](Type item) { return l.emit(ir::Item{returned, position++}, item); });
}

Value lower_node(Lowering& l, ExprId id) {
  const auto& node = l.tree()[id].node;
  if (auto* n = std::get_if<TupleExpr>(&node)) {
    Value tuple;
    for (ExprId item : n->items) tuple.items.push_back(lower_expr(l, item));
    return tuple;
  }
  if (auto* n = std::get_if<ListExpr>(&node)) {  // typed where it is a sequence of numbers
    Value list;
    for (ExprId item : n->items) list.items.push_back(lower_expr(l, item));
    return list;
  }
  if (auto* n = std::get_if<Unary>(&node)) return lower_unary(l, id, *n);
  if (auto* n = std::get_if<Binary>(&node)) return lower_binary(l, id, *n);
  if (auto* n = std::get_if<BoolExpr>(&node)) return lower_bool(l, *n, 0, l.type(id));
  if (auto* n = std::get_if<Compare>(&node)) return {lower_compare(l, *n, 0, lower_scalar(l, n->operands[0])), {}};
  if (auto* n = std::get_if<Conditional>(&node)) return lower_conditional(l, id, *n);
  if (auto* n = std::get_if<Subscript>(&node)) return lower_subscript(l, id, *n);
  bool is_none = l.type(id).is_none();
  nf_assert(is_none, "an expression that was typed has no lowering: `{}`", l.tree().source->text(l.tree()[id].span));
  return {};
}
}  // namespace

Value lower_expr(Lowering& l, ExprId id) {
  At at(l, l.tree()[id].span);
  if (l.elements) {
    if (auto leaf = element_leaf(l, id)) return *leaf;
  } else if (is_elementwise(l, id)) {
    return lower_whole_array(l, id);
  }
  return match(
      l.meaning(id), [&](const std::monostate&) { return lower_node(l, id); },
      [&](const types::VariableRead& n) {
        if (auto known = l.known.find(n.version.index); known != l.known.end())
          return Value{l.cast(l.integer(known->second), l.type(id).dtype()), {}};
        return read_version(l, n.version);
      },
      [&](const types::ConstantNumber& n) {
        return Value{l.constant(n.value), {}};
      },
      [&](const types::ConstantNumbers& n) {
        Value tuple;
        for (const Scalar& item : n.items) tuple.items.push_back({l.constant(item), {}});
        return tuple;
      },
      [&](const types::GlobalArray& n) {
        return Value{l.emit(ir::Global{n.constant}, l.type(id)), {}};
      },
      [&](const types::BuiltinCall& n) { return lower_builtin(l, id, n); },
      [&](const types::KernelCall& n) { return lower_kernel_call(l, id, n); },
      [&](const types::GufuncCall& n) { return lower_gufunc_call(l, id, n); },
      [&](const types::NeighborRead&) { return lower_node(l, id); },
      [&](const types::TupleItem&) { return lower_node(l, id); },
      [&](const types::ConstantTruth& n) {
        return Value{l.boolean(n.value), {}};
      });
}

InstId lower_scalar(Lowering& l, ExprId id) {
  InstId value = lower_expr(l, id).inst;
  nf_assert(value && l.type_of(value).is_scalar(), "a number is wanted");
  return value;
}

InstId lower_scalar(Lowering& l, ExprId id, DType to) {
  InstId value = lower_scalar(l, id);
  At at(l, l.tree()[id].span);
  return l.cast(value, to);
}

InstId lower_truth(Lowering& l, ExprId id) {
  Value value = lower_expr(l, id);
  At at(l, l.tree()[id].span);
  return truth(l, value, l.type(id));
}

InstId lower_array(Lowering& l, ExprId id) {
  InstId array = lower_expr(l, id).inst;
  nf_assert(array && l.type_of(array).is_array(), "an array is wanted");
  return array;
}

}  // namespace nf::lower

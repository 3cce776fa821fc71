// Whole-array expressions: an operator on arrays, and all operators it is made of, become one pointwise stencil.
#include <algorithm>

#include "base/assert.h"
#include "lower/lowering.h"

namespace nf::lower {
namespace {
using types::Builtin;

/// Adds what stands outside as a parameter, once.
InstId add_parameter(Lowering& l, InstId arg, Type type) {
  Elements& elements = *l.elements;
  auto known = std::find(elements.args.begin(), elements.args.end(), arg);
  if (known != elements.args.end()) return elements.values[size_t(known - elements.args.begin())];
  const auto position = uint32_t(elements.args.size());
  const int rank = l.function.rank;
  Type declared = type.is_array() ? Type::array(type.dtype(), rank, Layout::Any, true) : type;
  InstId param = l.emit(ir::Param{position}, declared), value = param;
  if (type.is_array())
    value = l.emit(ir::Neighbor{param, std::vector<int64_t>(size_t(rank))}, Type::scalar(type.dtype()));
  elements.args.push_back(arg), elements.params.push_back(param), elements.values.push_back(value);
  elements.declared.push_back(
      {fmt::format("{}{}", type.is_array() ? "x" : "c", position), declared, type.is_array(), {}});
  return value;
}

/// The first parameter of a stencil is an array: arrays first.
void order_parameters(Elements& elements, ir::Function& function) {
  std::vector<size_t> order(elements.args.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(), [&](size_t i) { return elements.declared[i].relative; });
  std::vector<InstId> args;
  for (size_t to = 0; to < order.size(); ++to) {
    const size_t from = order[to];
    std::get<ir::Param>(function.insts[elements.params[from]].op).position = uint32_t(to);
    function.params.push_back(elements.declared[from]);
    args.push_back(elements.args[from]);
  }
  elements.args = std::move(args);
}

/// Arrays as they are repeated to one shape, that of `out` if there is one.
void broadcast_arrays(Lowering& l, std::vector<InstId>& args, InstId out) {
  std::vector<InstId> arrays;
  for (InstId arg : args)
    if (l.type_of(arg).is_array()) arrays.push_back(arg);
  if (out) arrays.push_back(out);
  if (arrays.size() < 2) return;
  int rank = 0;
  for (InstId array : arrays) rank = std::max(rank, l.type_of(array).rank());
  const uint32_t site =
      l.site("ValueError",
             "operands could not be broadcast together with shapes that have {1} and {2} elements along axis {0}");
  for (InstId& arg : args) {
    if (!l.type_of(arg).is_array()) continue;
    ir::Broadcast op{arg, {}, site};
    std::copy_if(arrays.begin(), arrays.end(), std::back_inserter(op.with), [&](InstId other) { return other != arg; });
    arg = l.emit(op, Type::array(l.dtype_of(arg), rank, Layout::Any, true));
  }
}

std::string name_of_text(const Lowering& l, ExprId id) {
  std::string name = "expression_at_";
  const Place place = l.tree().source->place(l.tree()[id].span.begin);
  return name + fmt::format("{}_{}", place.line, place.column);
}

}  // namespace

bool is_elementwise(const Lowering& l, ExprId id) {
  if (!l.type(id).is_array()) return false;
  if (auto* call = std::get_if<types::KernelCall>(&l.meaning(id)))
    return (!call->out || (l.elements && l.elements->root == id)) &&
           l.program.functions[call->function]->definition->options.kind == KernelOptions::Kind::Vectorize;
  if (auto* call = std::get_if<types::BuiltinCall>(&l.meaning(id))) {
    switch (call->builtin) {
      case Builtin::Abs:
      case Builtin::NumpyMin:
      case Builtin::NumpyMax:
      case Builtin::Square:
      case Builtin::Sign:
      case Builtin::Negative:
      case Builtin::Power:
      case Builtin::Cast: return true;
      default: return call->builtin <= Builtin::IsFinite;
    }
  }
  if (!std::holds_alternative<std::monostate>(l.meaning(id))) return false;
  const auto& node = l.tree()[id].node;
  return std::holds_alternative<syntax::Binary>(node) || std::holds_alternative<syntax::Unary>(node) ||
         std::holds_alternative<syntax::Compare>(node);
}

std::optional<Value> element_leaf(Lowering& l, ExprId id) {
  if (is_elementwise(l, id)) return {};
  Lowering& outer = l.elements->outer;
  InstId value = lower_expr(outer, id).inst;
  nf_assert(value, "an operand that is neither a number nor an array");
  if (auto* constant = std::get_if<ir::Const>(&outer.function[value].op)) return Value{l.constant(constant->value), {}};
  return Value{add_parameter(l, value, outer.type_of(value)), {}};
}

Value lower_whole_array(Lowering& l, ExprId id, InstId out) {
  const Type type = l.type(id);
  ir::Function function;
  function.name = name_of_text(l, id);
  function.kind = ir::FunctionKind::Stencil;
  function.rank = type.rank();
  function.fastmath = l.function.fastmath;
  function.results = {Type::scalar(type.dtype())};
  function.footprint.axes.resize(size_t(type.rank()));
  function.body = function.blocks.add({});

  Elements elements{l, id};
  Lowering inner{l.program, l.typed, l.module, function, ir::Builder(function, function.body)};
  inner.source = l.source, inner.span = l.span, inner.known = l.known;
  inner.numpy_errors = true;
  inner.elements = &elements;
  inner.values.resize(l.typed.versions.size());
  inner.is_direct.resize(l.typed.versions.size());
  InstId value = lower_expr(inner, id).inst;
  inner.emit(ir::Return{{inner.cast(value, type.dtype())}});
  order_parameters(elements, function);

  broadcast_arrays(l, elements.args, out);
  ir::Call call{uint32_t(l.program.functions.size() + l.pointwise->size()), elements.args, out};
  call.site =
      l.site("ValueError", out ? "non-broadcastable output operand: axis {0} has {1} elements, the inputs make {2}"
                               : "axis {0} of an array has size {1}, wanted {2}");
  l.pointwise->push_back(std::move(function));
  return {l.emit(call, type), {}};
}

}  // namespace nf::lower

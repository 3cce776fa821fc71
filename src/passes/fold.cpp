// Folding of single instructions: constants by `evaluate`, and identities that are exact for every value of the type.
#include <cstring>

#include "base/match.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

std::optional<Scalar> evaluate_constants(const Function& function, const Op& op, Type type) {
  std::vector<Scalar> values;
  bool all = true;
  for_operands(op, [&](InstId id) {
    std::optional<Scalar> value = constant(function, id);
    if (value) values.push_back(*value);
    all = all && value;
  });
  if (!all) return {};
  if (const Unary* n = std::get_if<Unary>(&op)) return evaluate(n->op, values[0]);
  if (const Binary* n = std::get_if<Binary>(&op)) return evaluate(n->op, values[0], values[1]);
  if (const Compare* n = std::get_if<Compare>(&op)) return evaluate(n->op, values[0], values[1]);
  if (const Math* n = std::get_if<Math>(&op)) return evaluate(n->fn, values, type.dtype());
  if (std::get_if<Cast>(&op)) return cast_scalar(values[0], type.dtype());
  if (std::get_if<Select>(&op)) return integer_value(values[0]) ? values[1] : values[2];
  return {};
}

namespace {

bool is_number(std::optional<Scalar> scalar, int number) {
  if (!scalar) return false;
  return is_float(scalar->dtype) ? *scalar == float_scalar(scalar->dtype, number) : integer_value(*scalar) == number;
}

// The operand that `a op b` always equals. For floats only what holds for -0.0 and infinities too (NaNs are all alike).
std::optional<InstId> same_operand(const Function& f, BinaryOp op, DType dtype, InstId a, InstId b) {
  bool integers = !is_float(dtype);
  std::optional<Scalar> left = constant(f, a), right = constant(f, b);
  switch (op) {
    case BinaryOp::Add:
    case BinaryOp::Or:
    case BinaryOp::Xor:
      if (integers && is_number(right, 0)) return a;
      if (integers && is_number(left, 0)) return b;
      return op == BinaryOp::Or && a == b ? std::optional(a) : std::nullopt;
    case BinaryOp::Sub:
      if (is_number(right, 0)) return a;
      return {};
    case BinaryOp::Mul:
      if (is_number(right, 1)) return a;
      if (is_number(left, 1)) return b;
      if (integers && is_number(right, 0)) return b;
      if (integers && is_number(left, 0)) return a;
      return {};
    case BinaryOp::Div:
      if (is_number(right, 1)) return a;
      return {};
    case BinaryOp::FloorDiv:
      if (integers && is_number(right, 1)) return a;
      return {};
    case BinaryOp::Pow:
      if (is_number(right, 1)) return a;
      return {};
    case BinaryOp::Shl:
    case BinaryOp::Shr:
      if (is_number(right, 0)) return a;
      return {};
    case BinaryOp::And:
    case BinaryOp::Min:
    case BinaryOp::Max:
      if (a == b) return a;
      return {};
    case BinaryOp::Mod: return {};
  }
  return {};
}

// True when each value of `narrow` is one of `wide`.
bool holds_all_of(DType wide, DType narrow) {
  if (is_float(narrow)) return wide == DType::Float64;
  if (is_float(wide)) return is_bool(narrow) || 2 * size_of(narrow) <= size_of(wide);  // 16 bits of 24, 32 of 53
  return !is_float(wide) && !is_float(narrow) && Range::of(wide).contains(Range::of(narrow));
}

// The value that a cast to `to` may start from: below casts that lose nothing.
InstId cast_source(const Function& f, InstId a, DType to) {
  while (const Cast* inner = std::get_if<Cast>(&f[a].op)) {
    DType middle = f[a].type.dtype(), from = f[inner->a].type.dtype();
    bool lossless = holds_all_of(middle, from);
    // Both casts wrap, so the middle one is not seen.
    bool unseen = is_integer(middle) && is_integer(to) && !is_float(from) && size_of(middle) >= size_of(to);
    if (!lossless && !unseen) break;
    a = inner->a;
  }
  return a;
}

// An integer to a small constant power is a product; it wraps alike.
std::optional<InstId> fold_power(Rewriter& out, const Inst& inst, const Binary& n) {
  std::optional<Scalar> exponent = constant(out.out().function(), n.b);
  if (n.op != BinaryOp::Pow || !is_integer(inst.type.dtype()) || !exponent) return {};
  __int128 count = integer_value(*exponent);
  if (count < 2 || count > 8) return {};
  InstId product = n.a;
  for (; count > 1; --count) product = out.out().emit(Binary{BinaryOp::Mul, product, n.a}, inst.type, inst.span);
  return product;
}

std::optional<InstId> fold_cast(Rewriter& out, const Inst& inst, const Cast& n) {
  const Function& f = out.out().function();
  DType to = inst.type.dtype();
  InstId source = cast_source(f, n.a, to);
  if (f[source].type == inst.type) return source;
  return source == n.a ? std::nullopt : std::optional(out.out().emit(Cast{source}, inst.type, inst.span));
}

std::optional<InstId> fold_neighbor(Rewriter& out, const Inst& inst, const NeighborAt& n) {
  const Function& f = out.out().function();
  Neighbor fixed{n.array, {}};
  for (size_t d = 0; d < n.offset.size(); ++d) {
    std::optional<Scalar> offset = constant(f, n.offset[d]);
    if (!offset) return {};
    auto [lo, hi] = f.footprint.axes[d];
    if (integer_value(*offset) < lo || integer_value(*offset) > hi) return {};  // it raises
    fixed.offset.push_back(int64_t(integer_value(*offset)));
  }
  return out.out().emit(std::move(fixed), inst.type, inst.span);
}

std::optional<InstId> fold_dim(Rewriter& out, const Inst& inst, const Dim& n, const Module& module) {
  const Op& array = out.out().function()[n.array].op;
  if (const Alloc* alloc = std::get_if<Alloc>(&array)) return alloc->shape[n.axis];
  if (const Global* global = std::get_if<Global>(&array))
    return out.out().constant(module.constants[global->constant].shape[n.axis], inst.span);
  return {};
}

/// An element of a captured array at constant indexes that lie inside.
std::optional<InstId> fold_load(Rewriter& out, const Inst& inst, const Load& n, const Module& module) {
  const Function& f = out.out().function();
  const Global* global = std::get_if<Global>(&f[out[n.array]].op);
  if (!global) return {};
  const ConstantArray& array = module.constants[global->constant];
  int64_t at = 0;
  for (size_t d = 0; d < n.index.size(); ++d) {
    const std::optional<Scalar> given = constant(f, out[n.index[d]]);
    if (!given) return {};
    __int128 index = integer_value(*given);
    if (n.wrap && index < 0) index += array.shape[d];
    if (index < 0 || index >= array.shape[d]) return {};  // it raises
    at = at * array.shape[d] + int64_t(index);
  }
  Scalar element{array.dtype, 0};
  const size_t size = size_t(size_of(array.dtype));
  std::memcpy(&element.bits, array.data.data() + size_t(at) * size, size);
  if (is_bool(array.dtype)) element.bits = element.bits != 0;
  return out.out().constant(element, inst.span);
}

}  // namespace

std::optional<InstId> fold(Rewriter& out, InstId old, const Module& module) {
  const Inst& inst = out.in()[old];
  if (const Load* n = std::get_if<Load>(&inst.op)) return fold_load(out, inst, *n, module);
  if (!is_pure(inst.op) && !std::holds_alternative<NeighborAt>(inst.op)) return {};
  if (std::holds_alternative<Const>(inst.op)) return {};
  const Function& f = out.out().function();
  Op op = out.copy_op(inst.op);
  if (std::optional<Scalar> value = evaluate_constants(f, op, inst.type)) return out.out().constant(*value, inst.span);
  if (const Binary* n = std::get_if<Binary>(&op)) {
    if (std::optional<InstId> same = same_operand(f, n->op, inst.type.dtype(), n->a, n->b)) return same;
    return fold_power(out, inst, *n);
  }
  if (const Cast* n = std::get_if<Cast>(&op)) return fold_cast(out, inst, *n);
  if (const NeighborAt* n = std::get_if<NeighborAt>(&op)) return fold_neighbor(out, inst, *n);
  if (const Dim* n = std::get_if<Dim>(&op)) return fold_dim(out, inst, *n, module);
  if (const Item* n = std::get_if<Item>(&op)) {
    const MakeTuple* tuple = std::get_if<MakeTuple>(&f[n->tuple].op);
    return tuple ? std::optional(tuple->items[n->position]) : std::nullopt;
  }
  if (const Compare* n = std::get_if<Compare>(&op); n && n->a == n->b && !is_float(f[n->a].type.dtype())) {
    const bool holds = n->op == CompareOp::Eq || n->op == CompareOp::Le || n->op == CompareOp::Ge;
    return out.out().constant(integer_scalar(DType::Bool, holds), inst.span);
  }
  if (const Select* n = std::get_if<Select>(&op)) {
    if (n->a == n->b) return n->a;
    if (std::optional<Scalar> condition = constant(f, n->condition)) return integer_value(*condition) ? n->a : n->b;
  }
  if (const Unary* n = std::get_if<Unary>(&op))
    if (const Unary* inner = std::get_if<Unary>(&f[n->a].op); inner && inner->op == n->op && n->op != UnaryOp::Abs)
      return inner->a;  // - - x, ~ ~ x, not not x
  return {};
}

std::optional<uint64_t> trip_count(Scalar lo, Scalar hi, Scalar step) {
  __int128 first = integer_value(lo), end = integer_value(hi), by = integer_value(step);
  if (by == 0) return 0;
  __int128 distance = by > 0 ? end - first : first - end;
  if (by < 0) by = -by;
  return distance <= 0 ? 0 : uint64_t((distance + by - 1) / by);
}

}  // namespace nf::passes

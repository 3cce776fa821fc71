// Calls of what is built in: functions of numbers, new arrays, reductions.
#include <array>
#include <cmath>

#include "base/assert.h"
#include "lower/lowering.h"
#include "types/rules.h"

namespace nf::lower {
namespace {
using syntax::CompareOp;
using types::Builtin;
using types::BuiltinCall;

static_assert(int(Builtin::IsFinite) == int(ir::MathFn::IsFinite), "both lists have one order");

InstId math(Lowering& l, ir::MathFn fn, std::vector<InstId> args, Type type) {
  return l.emit(ir::Math{fn, std::move(args)}, type);
}

/// sqrt, atan2, isnan ...: computed in `call.dtype`; the result's type may be bool or, for math.floor, an integer.
InstId lower_math(Lowering& l, ExprId id, const BuiltinCall& call) {
  ir::MathFn fn = ir::MathFn(int(call.builtin));
  std::vector<InstId> args;
  for (ExprId arg : call.args) args.push_back(lower_scalar(l, arg, call.dtype));
  Type result = Type::scalar(l.type(id).dtype());
  if (!is_float(call.dtype)) return l.cast(args[0], result.dtype());  // the floor of an integer
  if (is_bool(result.dtype())) return math(l, fn, args, result);
  return l.cast(math(l, fn, args, Type::scalar(call.dtype)), result.dtype());
}

InstId lower_abs(Lowering& l, const BuiltinCall& call) {
  InstId a = lower_scalar(l, call.args[0], call.dtype);
  if (!is_signed(call.dtype)) return a;
  return l.emit(ir::Unary{ir::UnaryOp::Abs, a}, l.type_of(a));
}

/// `min` and `max` in Python's order of comparing, over arguments or the items of one tuple.
InstId lower_extreme(Lowering& l, const BuiltinCall& call) {
  std::vector<InstId> values;
  for (ExprId arg : call.args) each_leaf(lower_expr(l, arg), [&](InstId leaf) { values.push_back(leaf); });
  InstId best;
  for (InstId value : values) {
    value = l.cast(value, call.dtype);
    best = best ? l.binary(call.builtin == Builtin::Min ? ir::BinaryOp::Min : ir::BinaryOp::Max, best, value) : value;
  }
  return best;
}

/// `np.minimum` and `np.maximum`: nan wins.
InstId lower_numpy_extreme(Lowering& l, const BuiltinCall& call) {
  InstId a = lower_scalar(l, call.args[0], call.dtype), b = lower_scalar(l, call.args[1], call.dtype);
  ir::BinaryOp op = call.builtin == Builtin::NumpyMin ? ir::BinaryOp::Min : ir::BinaryOp::Max;
  if (!is_float(call.dtype)) return l.binary(op, a, b);
  // `b < a ? b : a` keeps a nan in `a`, so only one in `b` is left.
  return l.select(l.compare(ir::CompareOp::Ne, b, b), b, l.binary(op, a, b));
}

InstId lower_sign(Lowering& l, const BuiltinCall& call) {
  InstId a = lower_scalar(l, call.args[0], call.dtype);
  InstId zero = l.number(0, call.dtype), one = l.number(1, call.dtype);
  InstId otherwise = a;  // nan
  if (is_float(call.dtype)) otherwise = l.select(l.compare(ir::CompareOp::Eq, a, zero), zero, a);
  InstId below = is_signed(call.dtype)
                     ? l.select(l.compare(ir::CompareOp::Lt, a, zero), l.number(-1, call.dtype), otherwise)
                     : zero;
  return l.select(l.compare(ir::CompareOp::Gt, a, zero), one, below);
}

/// `round(x)`: to the even neighbour at a tie.
InstId lower_round(Lowering& l, const BuiltinCall& call) {
  InstId a = lower_scalar(l, call.args[0]);
  if (is_float(call.dtype)) a = math(l, ir::MathFn::Round, {a}, l.type_of(a));
  return l.cast(a, DType::Int64);
}

/// The exact error of the product `a * b = p`, by Veltkamp's and Dekker's splitting.
InstId product_error(Lowering& l, InstId a, InstId b, InstId p) {
  auto op = [&](ir::BinaryOp o, InstId x, InstId y) { return l.binary(o, x, y); };
  auto split = [&](InstId x) {
    InstId c = op(ir::BinaryOp::Mul, x, l.number(134217729, DType::Float64));  // 2^27 + 1
    InstId high = op(ir::BinaryOp::Sub, c, op(ir::BinaryOp::Sub, c, x));
    return std::pair(high, op(ir::BinaryOp::Sub, x, high));
  };
  auto [ah, al] = split(a);
  auto [bh, bl] = split(b);
  InstId error = op(ir::BinaryOp::Sub, op(ir::BinaryOp::Mul, ah, bh), p);
  error = op(ir::BinaryOp::Add, error, op(ir::BinaryOp::Mul, ah, bl));
  error = op(ir::BinaryOp::Add, error, op(ir::BinaryOp::Mul, al, bh));
  return op(ir::BinaryOp::Add, error, op(ir::BinaryOp::Mul, al, bl));
}

/// `round(x, digits)` as Python has it: the nearest decimal, also where `x * 10**digits` is a tie only after rounding.
InstId lower_round_digits(Lowering& l, const BuiltinCall& call) {
  const Type type = Type::scalar(DType::Float64);
  InstId x = lower_scalar(l, call.args[0], DType::Float64);
  int64_t digits = *types::fold_integer(l.typed, call.args[1], l.known);
  InstId power = l.number(std::pow(10.0, double(digits)), DType::Float64);
  InstId scaled = l.binary(ir::BinaryOp::Mul, x, power);
  InstId error = product_error(l, x, power, scaled);
  InstId low = math(l, ir::MathFn::Floor, {scaled}, type), high = math(l, ir::MathFn::Ceil, {scaled}, type);
  InstId nearest = math(l, ir::MathFn::Round, {scaled}, type), zero = l.number(0, DType::Float64);
  InstId by_error = l.select(l.compare(ir::CompareOp::Gt, error, zero), high, nearest);
  by_error = l.select(l.compare(ir::CompareOp::Lt, error, zero), low, by_error);
  InstId fraction = l.binary(ir::BinaryOp::Sub, scaled, low);
  InstId is_tie = l.compare(ir::CompareOp::Eq, fraction, l.number(0.5, DType::Float64));
  InstId rounded = l.binary(ir::BinaryOp::Div, l.select(is_tie, by_error, nearest), power);
  // From 2^52 on every number is whole; this also keeps inf and nan.
  InstId size = l.emit(ir::Unary{ir::UnaryOp::Abs, scaled}, type);
  InstId has_fraction = l.compare(ir::CompareOp::Lt, size, l.number(4503599627370496.0, DType::Float64));
  return l.cast(l.select(has_fraction, rounded, x), call.dtype);
}

Value lower_divmod(Lowering& l, const BuiltinCall& call) {
  InstId a = lower_scalar(l, call.args[0], call.dtype), b = lower_scalar(l, call.args[1], call.dtype);
  check_divisor(l, b, is_float(call.dtype) ? "division by zero" : "integer divmod by zero");
  return {InstId::none(), {{l.binary(ir::BinaryOp::FloorDiv, a, b), {}}, {l.binary(ir::BinaryOp::Mod, a, b), {}}}};
}

Value lower_shape(Lowering& l, InstId array) {
  Value shape;
  for (int axis = 0; axis < l.type_of(array).rank(); ++axis)
    shape.items.push_back({l.emit(ir::Dim{array, uint32_t(axis)}, Type::scalar(DType::Int64)), {}});
  return shape;
}

InstId lower_size(Lowering& l, InstId array) {
  InstId size;
  each_leaf(lower_shape(l, array),
            [&](InstId extent) { size = size ? l.binary(ir::BinaryOp::Mul, size, extent) : extent; });
  return size ? size : l.integer(1);
}

InstId lower_new_array(Lowering& l, ExprId id, const BuiltinCall& call) {
  bool like = call.builtin >= Builtin::ZerosLike;
  Value shape = like ? lower_shape(l, lower_array(l, call.args[0])) : lower_expr(l, call.args[0]);
  ir::Alloc alloc{{}, call.builtin == Builtin::Zeros || call.builtin == Builtin::ZerosLike};
  each_leaf(shape, [&](InstId extent) { alloc.shape.push_back(l.cast(extent, DType::Int64)); });
  InstId fill;
  if (call.args.size() > 1) fill = lower_scalar(l, call.args[1], call.dtype);
  if (call.builtin == Builtin::Ones || call.builtin == Builtin::OnesLike) fill = l.number(1, call.dtype);
  alloc.site = l.site("ValueError", "negative dimensions are not allowed");
  InstId array = l.emit(alloc, l.type(id));
  if (fill) l.emit(ir::Copy{array, fill, 0});
  return array;
}

InstId lower_reduction(Lowering& l, ExprId id, const BuiltinCall& call) {
  InstId array = lower_array(l, call.args[0]);
  ir::ReduceOp op = call.builtin == Builtin::Sum        ? ir::ReduceOp::Sum
                    : call.builtin == Builtin::ArrayMin ? ir::ReduceOp::Min
                                                        : ir::ReduceOp::Max;
  uint32_t site = 0;
  if (op != ir::ReduceOp::Sum)
    site = l.site("ValueError", fmt::format("zero-size array to reduction operation {} which has no identity",
                                            op == ir::ReduceOp::Min ? "minimum" : "maximum"));
  return l.emit(ir::Reduce{op, array, site}, l.type(id));
}

InstId lower_power(Lowering& l, const BuiltinCall& call) {
  return arithmetic(l, syntax::BinaryOp::Pow, lower_scalar(l, call.args[0]), lower_scalar(l, call.args[1]), call.dtype);
}
}  // namespace

Value lower_builtin(Lowering& l, ExprId id, const BuiltinCall& call) {
  auto value = [](InstId inst) { return Value{inst, {}}; };
  if (call.builtin <= Builtin::IsFinite) return value(lower_math(l, id, call));
  switch (call.builtin) {
    case Builtin::Abs: return value(lower_abs(l, call));
    case Builtin::Min:
    case Builtin::Max: return value(lower_extreme(l, call));
    case Builtin::NumpyMin:
    case Builtin::NumpyMax: return value(lower_numpy_extreme(l, call));
    case Builtin::Sign: return value(lower_sign(l, call));
    case Builtin::Square: {
      InstId a = lower_scalar(l, call.args[0], call.dtype);
      return value(l.binary(ir::BinaryOp::Mul, a, a));
    }
    case Builtin::Negative: {
      InstId a = lower_scalar(l, call.args[0], call.dtype);
      return value(l.emit(ir::Unary{ir::UnaryOp::Neg, a}, l.type_of(a)));
    }
    case Builtin::Power: return value(lower_power(l, call));
    case Builtin::DivMod: return lower_divmod(l, call);
    case Builtin::Cast: return value(lower_scalar(l, call.args[0], call.dtype));
    case Builtin::Round: return value(lower_round(l, call));
    case Builtin::RoundDigits: return value(lower_round_digits(l, call));
    case Builtin::Len: return value(l.emit(ir::Dim{lower_array(l, call.args[0]), 0}, Type::scalar(DType::Int64)));
    case Builtin::Shape: return lower_shape(l, lower_array(l, call.args[0]));
    case Builtin::Size: return value(lower_size(l, lower_array(l, call.args[0])));
    case Builtin::Zeros:
    case Builtin::Empty:
    case Builtin::Ones:
    case Builtin::Full:
    case Builtin::ZerosLike:
    case Builtin::EmptyLike:
    case Builtin::OnesLike:
    case Builtin::FullLike: return value(lower_new_array(l, id, call));
    case Builtin::Sum:
    case Builtin::ArrayMin:
    case Builtin::ArrayMax: return value(lower_reduction(l, id, call));
    case Builtin::Sorted: return lower_sorted(l, call);
    case Builtin::Median: return value(lower_median(l, call));
    case Builtin::Ravel: return value(l.emit(ir::Ravel{lower_array(l, call.args[0])}, l.type(id)));
    default: break;
  }
  nf_assert(false, "a function that was typed has no lowering");
  return {};
}

}  // namespace nf::lower

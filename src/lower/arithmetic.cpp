// Arithmetic and comparison with Numba's meaning, out of instructions that work on one dtype.
#include "base/assert.h"
#include "lower/lowering.h"
#include "types/rules.h"

namespace nf::lower {
namespace {
using syntax::BinaryOp;
using syntax::UnaryOp;

std::optional<Scalar> constant_of(const Lowering& l, InstId id) {
  while (auto* cast = std::get_if<ir::Cast>(&l.function[id].op)) {
    auto inner = constant_of(l, cast->a);
    if (!inner) return {};
    return ir::cast_scalar(*inner, l.dtype_of(id));
  }
  auto* constant = std::get_if<ir::Const>(&l.function[id].op);
  return constant ? std::optional(constant->value) : std::nullopt;
}

InstId zero_of(Lowering& l, InstId like) { return l.number(0, l.dtype_of(like)); }

InstId divide(Lowering& l, BinaryOp op, InstId a, InstId b, DType result) {
  bool whole = !is_float(result);
  if (op == BinaryOp::Div) {
    check_divisor(l, b, "division by zero");
    return l.binary(ir::BinaryOp::Div, a, b);
  }
  if (op == BinaryOp::FloorDiv) {
    check_divisor(l, b, whole ? "integer division by zero" : "division by zero");
    return l.binary(ir::BinaryOp::FloorDiv, a, b);
  }
  check_divisor(l, b, whole ? "integer modulo by zero" : "modulo by zero");
  return l.binary(ir::BinaryOp::Mod, a, b);
}

/// Integers: a negative exponent of zero raises, of others it is what is left of the fraction (0, or 1 or -1).
InstId power(Lowering& l, InstId a, InstId b, DType result) {
  if (is_signed(result) && !is_float(result) && !l.numpy_errors) {
    auto exponent = constant_of(l, b);
    if (!exponent || exponent->to_int() < 0) {
      InstId is_zero = l.compare(ir::CompareOp::Eq, a, zero_of(l, a));
      InstId is_negative = l.compare(ir::CompareOp::Lt, b, zero_of(l, b));
      raise_if(l, l.binary(ir::BinaryOp::And, is_zero, is_negative),
               l.site("ZeroDivisionError", "0 cannot be raised to a negative power"));
    }
  }
  return l.binary(ir::BinaryOp::Pow, a, b);
}

ir::CompareOp compare_op(syntax::CompareOp op) {
  switch (op) {
    case syntax::CompareOp::Eq: return ir::CompareOp::Eq;
    case syntax::CompareOp::Ne: return ir::CompareOp::Ne;
    case syntax::CompareOp::Lt: return ir::CompareOp::Lt;
    case syntax::CompareOp::Le: return ir::CompareOp::Le;
    case syntax::CompareOp::Gt: return ir::CompareOp::Gt;
    case syntax::CompareOp::Ge: return ir::CompareOp::Ge;
    default: nf_assert(false, "a comparison that was not typed");
  }
  return ir::CompareOp::Eq;
}

/// A signed integer against uint64, by value: a negative one is below every uint64.
InstId compare_with_uint64(Lowering& l, ir::CompareOp op, InstId a, InstId b) {
  bool signed_left = is_signed(l.dtype_of(a));
  InstId is_negative =
      signed_left ? l.compare(ir::CompareOp::Lt, a, zero_of(l, a)) : l.compare(ir::CompareOp::Lt, b, zero_of(l, b));
  InstId by_value = l.compare(op, l.cast(a, DType::UInt64), l.cast(b, DType::UInt64));
  bool when_negative = op == ir::CompareOp::Ne;
  if (op == ir::CompareOp::Lt || op == ir::CompareOp::Le) when_negative = signed_left;
  if (op == ir::CompareOp::Gt || op == ir::CompareOp::Ge) when_negative = !signed_left;
  return l.select(is_negative, l.boolean(when_negative), by_value);
}
}  // namespace

void check_divisor(Lowering& l, InstId divisor, const char* message) {
  if (l.numpy_errors) return;
  if (auto known = constant_of(l, divisor); known && known->to_double() != 0) return;
  raise_if(l, l.compare(ir::CompareOp::Eq, divisor, zero_of(l, divisor)), l.site("ZeroDivisionError", message));
}

InstId static_power(Lowering& l, InstId base, int64_t exponent, DType result) {
  InstId factor = l.cast(base, result), product;
  for (uint64_t left = uint64_t(exponent < 0 ? -exponent : exponent); left != 0; left >>= 1) {
    if (left & 1) product = product ? l.binary(ir::BinaryOp::Mul, product, factor) : factor;
    if (left > 1) factor = l.binary(ir::BinaryOp::Mul, factor, factor);
  }
  if (!product) return l.number(1, result);
  return exponent < 0 ? l.binary(ir::BinaryOp::Div, l.number(1, result), product) : product;
}

InstId arithmetic(Lowering& l, BinaryOp op, InstId a, InstId b, DType result) {
  if (op == BinaryOp::Pow) {
    constexpr int64_t max_exponent = 0x10000;  // as in Numba
    auto exponent = constant_of(l, b);
    if (exponent && !is_float(exponent->dtype) && exponent->dtype != DType::UInt64) {
      int64_t n = exponent->to_int();
      if (n >= (is_float(result) ? -max_exponent : 0) && n <= max_exponent) return static_power(l, a, n, result);
    }
    // `x ** 2.0`: exactly the product, which is much cheaper. From 3.0 on a product would be rounded more often.
    if (exponent && is_float(exponent->dtype) && (exponent->to_double() == 1 || exponent->to_double() == 2))
      return static_power(l, a, int64_t(exponent->to_double()), result);
  }
  a = l.cast(a, result), b = l.cast(b, result);
  if (is_bool(result)) {  // of whole arrays: `+` and `*` of truths
    if (op == BinaryOp::Add) op = BinaryOp::Or;
    if (op == BinaryOp::Mul) op = BinaryOp::And;
  }
  switch (op) {
    case BinaryOp::Add: return l.binary(ir::BinaryOp::Add, a, b);
    case BinaryOp::Sub: return l.binary(ir::BinaryOp::Sub, a, b);
    case BinaryOp::Mul: return l.binary(ir::BinaryOp::Mul, a, b);
    case BinaryOp::Div:
    case BinaryOp::FloorDiv:
    case BinaryOp::Mod: return divide(l, op, a, b, result);
    case BinaryOp::Pow: return power(l, a, b, result);
    case BinaryOp::LeftShift: return l.binary(ir::BinaryOp::Shl, a, b);
    case BinaryOp::RightShift: return l.binary(ir::BinaryOp::Shr, a, b);
    case BinaryOp::And: return l.binary(ir::BinaryOp::And, a, b);
    case BinaryOp::Or: return l.binary(ir::BinaryOp::Or, a, b);
    case BinaryOp::Xor: return l.binary(ir::BinaryOp::Xor, a, b);
    case BinaryOp::MatMul: break;
  }
  nf_assert(false, "an operator that was not typed");
  return {};
}

InstId unary(Lowering& l, UnaryOp op, InstId a, DType result) {
  DType dtype = l.dtype_of(a);
  if (op == UnaryOp::Plus) return l.cast(a, result);
  if (op == UnaryOp::Not) {
    InstId value = truth(l, a);
    return l.emit(ir::Unary{ir::UnaryOp::Not, value}, l.type_of(value));
  }
  // Unsigned integers are negated and inverted at their own width and widened then, as Numba does it.
  if (!is_unsigned_integer(dtype)) a = l.cast(a, result);
  ir::UnaryOp own = op == UnaryOp::Minus ? ir::UnaryOp::Neg : ir::UnaryOp::Invert;
  return l.cast(l.emit(ir::Unary{own, a}, l.type_of(a)), result);
}

InstId compare_numbers(Lowering& l, syntax::CompareOp op, InstId a, InstId b) {
  auto dtype = types::comparison_dtype(l.dtype_of(a), l.dtype_of(b));
  if (!dtype) return compare_with_uint64(l, compare_op(op), a, b);
  return l.compare(compare_op(op), l.cast(a, *dtype), l.cast(b, *dtype));
}

}  // namespace nf::lower

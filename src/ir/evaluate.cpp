// The exact meaning of scalar conversion and arithmetic (stated at the top of ir.h), shared by the interpreter and
// constant folding.
#include <bit>
#include <cmath>

#include "base/assert.h"
#include "ir/elementary/elementary.h"
#include "ir/ir.h"
#include "ir/names.h"

namespace nf::ir {
namespace {

using Wide = __int128;

// Two's complement in the width of the dtype.
Wide wrap(DType dtype, Wide value) {
  int bits = 8 * size_of(dtype);
  uint64_t low = uint64_t(value);
  if (bits < 64) low &= (uint64_t(1) << bits) - 1;
  bool negative = is_signed(dtype) && (low >> (bits - 1) & 1);
  return negative ? Wide(low) - (Wide(1) << bits) : Wide(low);
}

// The int64 on the way from a float to an integer (ir.h: casts).
int64_t truncate(double value) {
  constexpr double limit = 9223372036854775808.0;                        // 2**63
  return value >= -limit && value < limit ? int64_t(value) : INT64_MIN;  // false for NaN
}

Wide power(Wide base, Wide exponent, DType dtype) {
  if (exponent < 0) {
    if (base == 1) return 1;
    if (base == -1) return exponent % 2 == 0 ? 1 : -1;
    return 0;
  }
  uint64_t result = 1, square = uint64_t(base);  // the low 64 bits of products depend on the low 64 bits only
  for (uint64_t left = uint64_t(exponent); left != 0; left >>= 1, square *= square)
    if (left & 1) result *= square;
  return wrap(dtype, Wide(result));
}

Wide floor_divide(Wide a, Wide b) {
  if (b == 0) return 0;
  Wide quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Wide integer_binary(BinaryOp op, DType dtype, Wide a, Wide b) {
  int width = bits_of(dtype);
  Wide lowest = is_signed(dtype) ? -(Wide(1) << (width - 1)) : 0;
  switch (op) {
    case BinaryOp::Add: return a + b;
    case BinaryOp::Sub: return a - b;
    case BinaryOp::Mul: return Wide(uint64_t(a) * uint64_t(b));
    case BinaryOp::FloorDiv: return is_signed(dtype) && a == lowest && b == -1 ? 0 : floor_divide(a, b);
    case BinaryOp::Mod: return b == 0 ? 0 : a - floor_divide(a, b) * b;
    case BinaryOp::Pow: return power(a, b, dtype);
    case BinaryOp::And: return a & b;
    case BinaryOp::Or: return a | b;
    case BinaryOp::Xor: return a ^ b;
    case BinaryOp::Shl: return Wide(uint64_t(a) << (uint64_t(b) & (width - 1)));
    case BinaryOp::Shr: return a >> (uint64_t(b) & (width - 1));
    case BinaryOp::Min: return b < a ? b : a;
    case BinaryOp::Max: return b > a ? b : a;
    case BinaryOp::Div: break;
  }
  internal_error(__FILE__, __LINE__, fmt::format("{} of {}", kBinaryNames[int(op)], name_of(dtype)));
}

template <class F>
F call(const ScalarFunction& function, F a, F b) {
  if constexpr (sizeof(F) == 8)
    return function.unary64 ? function.unary64(a) : function.binary64(a, b);
  else
    return function.unary32 ? function.unary32(a) : function.binary32(a, b);
}

template <class F>
F float_binary(BinaryOp op, F a, F b) {
  switch (op) {
    case BinaryOp::Add: return a + b;
    case BinaryOp::Sub: return a - b;
    case BinaryOp::Mul: return a * b;
    case BinaryOp::Div: return a / b;
    case BinaryOp::FloorDiv:
    case BinaryOp::Mod:
    case BinaryOp::Pow: return call(scalar_function(op), a, b);
    case BinaryOp::Min: return b < a ? b : a;
    case BinaryOp::Max: return b > a ? b : a;
    default: internal_error(__FILE__, __LINE__, fmt::format("{} of floats", kBinaryNames[int(op)]));
  }
}

template <class T>
bool compare(CompareOp op, T a, T b) {
  switch (op) {
    case CompareOp::Eq: return a == b;
    case CompareOp::Ne: return a != b;
    case CompareOp::Lt: return a < b;
    case CompareOp::Le: return a <= b;
    case CompareOp::Gt: return a > b;
    case CompareOp::Ge: return a >= b;
  }
  internal_error(__FILE__, __LINE__, "a comparison of no kind");
}

template <class F>
F float_math(MathFn fn, F a, F b) {
  switch (fn) {
    case MathFn::Sqrt: return std::sqrt(a);
    case MathFn::Floor: return std::floor(a);
    case MathFn::Ceil: return std::ceil(a);
    case MathFn::Trunc: return std::trunc(a);
    case MathFn::Round: return std::nearbyint(a);  // half to even in the default rounding mode
    case MathFn::Copysign: return std::copysign(a, b);
    case MathFn::IsNan:
    case MathFn::IsInf:
    case MathFn::IsFinite: internal_error(__FILE__, __LINE__, "a math function without a float result");
    default: return call(scalar_function(fn), a, b);
  }
}

Scalar float32_scalar(float value) { return {DType::Float32, std::bit_cast<uint32_t>(value)}; }

}  // namespace

__int128 integer_value(Scalar scalar) {
  if (is_bool(scalar.dtype)) return (scalar.bits & 0xFF) != 0;
  return wrap(scalar.dtype, Wide(scalar.bits));
}

Scalar integer_scalar(DType dtype, __int128 value) {
  if (is_bool(dtype)) return {dtype, value != 0};
  uint64_t mask = size_of(dtype) == 8 ? UINT64_MAX : (uint64_t(1) << 8 * size_of(dtype)) - 1;
  return {dtype, uint64_t(value) & mask};
}

double float_value(Scalar scalar) {
  if (scalar.dtype == DType::Float32) return std::bit_cast<float>(uint32_t(scalar.bits));
  return std::bit_cast<double>(scalar.bits);
}

Scalar float_scalar(DType dtype, double value) {
  if (dtype == DType::Float32) return float32_scalar(float(value));
  return {dtype, std::bit_cast<uint64_t>(value)};
}

bool has_op(UnaryOp op, DType dtype) {
  switch (op) {
    case UnaryOp::Neg:
    case UnaryOp::Abs: return !is_bool(dtype);
    case UnaryOp::Invert: return !is_float(dtype);
    case UnaryOp::Not: return is_bool(dtype);
  }
  return false;
}

bool has_op(BinaryOp op, DType dtype) {
  switch (op) {
    case BinaryOp::Div: return is_float(dtype);
    case BinaryOp::And:
    case BinaryOp::Or:
    case BinaryOp::Xor: return !is_float(dtype);
    case BinaryOp::Shl:
    case BinaryOp::Shr: return is_integer(dtype);
    case BinaryOp::Min:
    case BinaryOp::Max: return true;
    default: return !is_bool(dtype);
  }
}

int arity(MathFn fn) { return fn >= MathFn::Atan2 && fn <= MathFn::Copysign ? 2 : 1; }

Scalar cast_scalar(Scalar value, DType to) {
  if (!is_float(value.dtype)) {
    Wide integer = integer_value(value);
    if (to == DType::Float32) return float32_scalar(float(integer));  // one rounding, not two
    return to == DType::Float64 ? float_scalar(to, double(integer)) : integer_scalar(to, integer);
  }
  double real = float_value(value);
  if (is_float(to)) return to == value.dtype ? value : float_scalar(to, real);
  if (is_bool(to)) return integer_scalar(to, real != 0);
  if (to == DType::UInt64 && real >= 0x1p63 && real < 0x1p64) return {to, uint64_t(real)};
  return integer_scalar(to, truncate(real));
}

Scalar evaluate(UnaryOp op, Scalar a) {
  nf_assert(has_op(op, a.dtype), "{} of {}", kUnaryNames[int(op)], name_of(a.dtype));
  if (is_float(a.dtype)) {
    // Bits, so that NaN keeps its payload.
    uint64_t sign = a.dtype == DType::Float32 ? uint64_t(1) << 31 : uint64_t(1) << 63;
    return {a.dtype, op == UnaryOp::Neg ? a.bits ^ sign : a.bits & ~sign};
  }
  Wide value = integer_value(a);
  switch (op) {
    case UnaryOp::Neg: return integer_scalar(a.dtype, -value);
    case UnaryOp::Abs: return integer_scalar(a.dtype, value < 0 ? -value : value);
    case UnaryOp::Not: return integer_scalar(a.dtype, value == 0);
    case UnaryOp::Invert: return integer_scalar(a.dtype, is_bool(a.dtype) ? value == 0 : ~value);
  }
  internal_error(__FILE__, __LINE__, "a unary operation of no kind");
}

Scalar evaluate(BinaryOp op, Scalar a, Scalar b) {
  nf_assert(a.dtype == b.dtype && has_op(op, a.dtype), "{} of {} and {}", kBinaryNames[int(op)], name_of(a.dtype),
            name_of(b.dtype));
  if (a.dtype == DType::Float32)
    return float32_scalar(
        float_binary(op, std::bit_cast<float>(uint32_t(a.bits)), std::bit_cast<float>(uint32_t(b.bits))));
  if (a.dtype == DType::Float64) return float_scalar(a.dtype, float_binary(op, float_value(a), float_value(b)));
  return integer_scalar(a.dtype, integer_binary(op, a.dtype, integer_value(a), integer_value(b)));
}

Scalar evaluate(CompareOp op, Scalar a, Scalar b) {
  nf_assert(a.dtype == b.dtype, "{} of {} and {}", kCompareNames[int(op)], name_of(a.dtype), name_of(b.dtype));
  bool holds =
      is_float(a.dtype) ? compare(op, float_value(a), float_value(b)) : compare(op, integer_value(a), integer_value(b));
  return integer_scalar(DType::Bool, holds);
}

Scalar evaluate(MathFn fn, const std::vector<Scalar>& args, DType result) {
  nf_assert(int(args.size()) == arity(fn), "{} of {} arguments", kMathNames[int(fn)], args.size());
  double first = float_value(args[0]);
  if (fn == MathFn::IsNan) return integer_scalar(DType::Bool, std::isnan(first));
  if (fn == MathFn::IsInf) return integer_scalar(DType::Bool, std::isinf(first));
  if (fn == MathFn::IsFinite) return integer_scalar(DType::Bool, std::isfinite(first));
  double second = args.size() > 1 ? float_value(args[1]) : 0;
  if (result == DType::Float32) return float32_scalar(float_math(fn, float(first), float(second)));
  return float_scalar(result, float_math(fn, first, second));
}

}  // namespace nf::ir

// Arithmetic on the constants of a file, as CPython does it on int, float and bool. Where the result would not fit a
// kernel (a big integer) or would raise, there is no constant.
#include <cmath>

#include "types/file_value.h"

namespace nf::types {
namespace {

using syntax::BinaryOp;
using syntax::UnaryOp;

/// Only these three are Python's own numbers; NumPy scalars follow other rules, and are not computed with here.
bool is_python_number(const Scalar& s) {
  return s.dtype == DType::Int64 || s.dtype == DType::Float64 || s.dtype == DType::Bool;
}
Scalar integer(int64_t value) { return Scalar::of(DType::Int64, value); }
Scalar real(double value) { return Scalar::of(DType::Float64, value); }

std::optional<Scalar> fitting(__int128 value) {
  if (value < INT64_MIN || value > INT64_MAX) return {};
  return integer(int64_t(value));
}

std::optional<Scalar> power(int64_t base, int64_t exponent) {
  if (exponent < 0) return base == 0 ? std::nullopt : std::optional(real(std::pow(double(base), double(exponent))));
  __int128 result = 1;
  if (base == 0 || base == 1) return integer(exponent == 0 ? 1 : base);
  if (base == -1) return integer(exponent % 2 ? -1 : 1);
  for (int64_t i = 0; i < exponent; ++i) {
    result *= base;
    if (result < INT64_MIN || result > INT64_MAX) return {};
  }
  return integer(int64_t(result));
}

std::optional<Scalar> on_integers(BinaryOp op, int64_t a, int64_t b) {
  auto floor_division = [&] { return a / b - (a % b != 0 && (a < 0) != (b < 0)); };
  switch (op) {
    case BinaryOp::Add: return fitting(__int128(a) + b);
    case BinaryOp::Sub: return fitting(__int128(a) - b);
    case BinaryOp::Mul: return fitting(__int128(a) * b);
    case BinaryOp::Div: return b == 0 ? std::nullopt : std::optional(real(double(a) / double(b)));
    case BinaryOp::FloorDiv:
      if (b == 0 || (a == INT64_MIN && b == -1)) return {};
      return integer(floor_division());
    case BinaryOp::Mod:
      if (b == 0) return {};
      return integer(b == -1 ? 0 : a - b * floor_division());
    case BinaryOp::Pow: return power(a, b);
    case BinaryOp::LeftShift:
      if (b < 0 || b > 62) return {};
      return fitting(__int128(a) * (int64_t(1) << b));
    case BinaryOp::RightShift: return b < 0 ? std::nullopt : std::optional(integer(a >> std::min<int64_t>(b, 63)));
    case BinaryOp::And: return integer(a & b);
    case BinaryOp::Or: return integer(a | b);
    case BinaryOp::Xor: return integer(a ^ b);
    case BinaryOp::MatMul: return {};
  }
  return {};
}

std::optional<Scalar> on_reals(BinaryOp op, double a, double b) {
  // As CPython: the remainder has the divisor's sign, and the quotient belongs to it.
  auto modulo = [&] {
    double rest = std::fmod(a, b);
    if (rest == 0) return std::copysign(0.0, b);
    return (rest < 0) != (b < 0) ? rest + b : rest;
  };
  switch (op) {
    case BinaryOp::Add: return real(a + b);
    case BinaryOp::Sub: return real(a - b);
    case BinaryOp::Mul: return real(a * b);
    case BinaryOp::Div: return b == 0 ? std::nullopt : std::optional(real(a / b));
    case BinaryOp::Mod: return b == 0 ? std::nullopt : std::optional(real(modulo()));
    case BinaryOp::FloorDiv: {
      if (b == 0) return {};
      double quotient = (a - modulo()) / b, whole = std::floor(quotient);
      return real(quotient - whole > 0.5 ? whole + 1 : whole);
    }
    case BinaryOp::Pow: {
      if ((a == 0 && b < 0) || (a < 0 && b != std::floor(b))) return {};  // an error, and a complex number
      double result = std::pow(a, b);
      if (std::isinf(result) && !std::isinf(a) && !std::isinf(b)) return {};  // OverflowError
      return real(result);
    }
    default: return {};
  }
}

/// Collects the numbers of nested sequences in C order; false for anything else.
bool flatten(const FileValue& value, size_t depth, std::vector<int64_t>& shape, std::vector<Scalar>& items) {
  if (const auto* scalar = std::get_if<Scalar>(&value.value)) {
    items.push_back(*scalar);
    return depth == shape.size();
  }
  const auto* sequence = std::get_if<Sequence>(&value.value);
  if (!sequence) return false;
  if (depth == shape.size()) {
    if (!items.empty() || depth == size_t(kMaxRank)) return false;
    shape.push_back(int64_t(sequence->items.size()));
  }
  if (shape[depth] != int64_t(sequence->items.size())) return false;
  for (const FileValue& item : sequence->items)
    if (!flatten(item, depth + 1, shape, items)) return false;
  return true;
}

/// NumPy's dtype for a list of Python numbers; nothing when NumPy scalars of other types are among them.
std::optional<DType> natural_dtype(const std::vector<Scalar>& items) {
  if (items.empty()) return DType::Float64;
  bool all_same = true, has_float = false;
  for (const Scalar& item : items) {
    all_same = all_same && item.dtype == items[0].dtype;
    has_float = has_float || item.dtype == DType::Float64;
  }
  if (all_same) return items[0].dtype;
  for (const Scalar& item : items)
    if (!is_python_number(item)) return {};
  return has_float ? DType::Float64 : DType::Int64;
}

}  // namespace

std::optional<Scalar> constant_unary(UnaryOp op, const Scalar& a) {
  if (!is_python_number(a)) return {};
  if (a.dtype == DType::Float64) {
    double value = a.as<double>();
    switch (op) {
      case UnaryOp::Plus: return a;
      case UnaryOp::Minus: return real(-value);
      case UnaryOp::Not: return Scalar::of(DType::Bool, value == 0);
      case UnaryOp::Invert: return {};
    }
  }
  int64_t value = a.to_int();
  switch (op) {
    case UnaryOp::Plus: return integer(value);
    case UnaryOp::Minus: return fitting(-__int128(value));
    case UnaryOp::Not: return Scalar::of(DType::Bool, value == 0);
    case UnaryOp::Invert: return integer(~value);
  }
  return {};
}

std::optional<Scalar> constant_binary(BinaryOp op, const Scalar& a, const Scalar& b) {
  if (!is_python_number(a) || !is_python_number(b)) return {};
  if (a.dtype == DType::Float64 || b.dtype == DType::Float64) return on_reals(op, a.to_double(), b.to_double());
  bool logic = op == BinaryOp::And || op == BinaryOp::Or || op == BinaryOp::Xor;
  std::optional<Scalar> result = on_integers(op, a.to_int(), b.to_int());
  if (result && logic && is_bool(a.dtype) && is_bool(b.dtype)) return Scalar::of(DType::Bool, result->to_int() != 0);
  return result;
}

std::optional<Scalar> constant_cast(const Scalar& value, DType dtype) {
  if (value.dtype == dtype) return value;
  if (dtype == DType::Float64) return real(value.to_double());
  if (dtype == DType::Float32) return Scalar::of(dtype, float(value.to_double()));
  if (is_bool(dtype)) return Scalar::of(dtype, value.to_double() != 0);
  __int128 whole = 0;
  if (is_float(value.dtype)) {
    double truncated = std::trunc(value.to_double());
    if (!(std::fabs(truncated) < 0x1p64)) return {};
    whole = __int128(truncated);
  } else {
    whole = value.dtype == DType::UInt64 ? __int128(value.bits) : __int128(value.to_int());
  }
  int bits = bits_of(dtype);
  __int128 lo = is_signed(dtype) ? -(__int128(1) << (bits - 1)) : 0;
  __int128 hi = (__int128(1) << (is_signed(dtype) ? bits - 1 : bits)) - 1;
  if (whole < lo || whole > hi) return {};
  uint64_t raw = uint64_t(whole);
  return Scalar{dtype, bits == 64 ? raw : raw & ((uint64_t(1) << bits) - 1)};
}

std::optional<ConstantArray> constant_array(const FileValue& items, std::optional<DType> dtype) {
  ConstantArray array;
  std::vector<Scalar> scalars;
  if (!flatten(items, 0, array.shape, scalars)) return {};
  if (!dtype) dtype = natural_dtype(scalars);
  if (!dtype) return {};
  array.dtype = *dtype;
  for (const Scalar& scalar : scalars) {
    std::optional<Scalar> cast = constant_cast(scalar, *dtype);
    if (!cast) return {};
    const auto* bytes = reinterpret_cast<const std::byte*>(&cast->bits);
    array.data.insert(array.data.end(), bytes, bytes + size_of(*dtype));
  }
  return array;
}

}  // namespace nf::types

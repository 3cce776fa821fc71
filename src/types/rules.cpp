// The tables of rules.h, as the few sentences they come from.
#include "types/rules.h"

#include <algorithm>

#include "base/assert.h"

namespace nf::types {
namespace {
using syntax::BinaryOp;
using syntax::UnaryOp;

/// Integers that float32 takes in without leaving float32: bool, int8, uint8, int16. (uint16 is one for `unify` only.)
bool is_small(DType d) { return is_bool(d) || size_of(d) == 1 || d == DType::Int16; }

DType integer_result(DType a, DType b) {
  bool any_signed = !is_unsigned_integer(a) || !is_unsigned_integer(b);  // a bool counts as signed
  return any_signed ? DType::Int64 : DType::UInt64;
}

/// At least one of them is a float.
DType float_result(DType a, DType b) {
  bool single = (a == DType::Float32 || is_small(a)) && (b == DType::Float32 || is_small(b));
  return single ? DType::Float32 : DType::Float64;
}

bool any_float(DType a, DType b) { return is_float(a) || is_float(b); }
}  // namespace

DType widened(DType a) { return is_float(a) ? a : integer_result(a, a); }

std::optional<DType> arithmetic_result(BinaryOp op, DType a, DType b) {
  bool is_bitwise = op == BinaryOp::And || op == BinaryOp::Or || op == BinaryOp::Xor;
  if (any_float(a, b)) return is_bitwise ? std::nullopt : std::optional(float_result(a, b));
  if (is_bitwise && is_bool(a) && is_bool(b)) return DType::Bool;
  return integer_result(a, b);
}

std::optional<DType> binary_result(BinaryOp op, DType a, DType b) {
  switch (op) {
    case BinaryOp::Div: return any_float(a, b) ? float_result(a, b) : DType::Float64;
    case BinaryOp::Pow:
      if (a == DType::Float32 && !is_float(b)) return DType::Float32;
      return arithmetic_result(op, a, b);
    case BinaryOp::LeftShift:
    case BinaryOp::RightShift: return any_float(a, b) ? std::nullopt : std::optional(widened(a));
    case BinaryOp::MatMul: return {};
    default: return arithmetic_result(op, a, b);
  }
}

std::optional<DType> unary_result(UnaryOp op, DType a) {
  switch (op) {
    case UnaryOp::Not: return DType::Bool;
    case UnaryOp::Invert:
      if (is_float(a)) return {};
      return is_bool(a) ? a : widened(a);
    default: return widened(a);
  }
}

DType unify(DType a, DType b) {
  if (a == b || is_bool(b)) return a;
  if (is_bool(a)) return b;
  if (any_float(a, b)) {
    bool single = a != DType::Float64 && b != DType::Float64 && size_of(is_float(a) ? b : a) <= 2;
    return single ? DType::Float32 : DType::Float64;
  }
  if (is_signed(a) == is_signed(b)) return size_of(a) > size_of(b) ? a : b;
  DType with_sign = is_signed(a) ? a : b, without = is_signed(a) ? b : a;
  if (size_of(with_sign) > size_of(without)) return with_sign;
  return without == DType::UInt64 ? DType::Float64 : integer_of(2 * size_of(without), true);
}

std::optional<DType> comparison_dtype(DType a, DType b) {
  if (a == b) return a;
  if (any_float(a, b)) return DType::Float64;
  DType both = unify(a, b);
  return is_float(both) ? std::nullopt : std::optional(both);
}

std::optional<DType> range_dtype(const std::vector<DType>& bounds) {
  bool all_unsigned = true, any_wide = false;
  for (DType bound : bounds) {
    if (is_float(bound)) return {};
    if (!is_unsigned_integer(bound)) all_unsigned = false;
    if (size_of(bound) == 8 || bound == DType::UInt32) any_wide = true;
  }
  if (all_unsigned) return DType::UInt64;
  return any_wide ? DType::Int64 : DType::Int32;
}

DType function_result(ResultRule rule, DType a) {
  switch (rule) {
    case ResultRule::MathFloat: return is_float(a) ? a : DType::Float64;
    case ResultRule::NumpyFloat:
      if (is_float(a)) return a;
      return size_of(a) <= 2 ? DType::Float32 : DType::Float64;
    case ResultRule::MathInteger: return is_float(a) ? DType::Int64 : widened(a);
    case ResultRule::Same:
    case ResultRule::Unified:
    case ResultRule::NumpyUnified: return a;
    case ResultRule::Numeric:
    case ResultRule::NumpyNumeric: return is_bool(a) ? DType::Int8 : a;
    case ResultRule::Truth: return DType::Bool;
  }
  nf_assert(false, "no such rule");
  return a;
}

DType function_result(ResultRule rule, DType a, DType b) {
  bool numpy_single = (a == DType::Float32 && b != DType::Float64) || (b == DType::Float32 && a != DType::Float64);
  switch (rule) {
    case ResultRule::MathFloat: return *binary_result(BinaryOp::Div, a, b);
    case ResultRule::NumpyFloat:
      if (numpy_single) return DType::Float32;
      if (any_float(a, b)) return DType::Float64;
      return std::max(size_of(a), size_of(b)) <= 2 ? DType::Float32 : DType::Float64;
    case ResultRule::NumpyUnified: return numpy_single ? DType::Float32 : unify(a, b);
    case ResultRule::NumpyNumeric:
      return numpy_single ? DType::Float32 : function_result(ResultRule::Numeric, unify(a, b));
    case ResultRule::Truth: return DType::Bool;
    default: return unify(a, b);
  }
}

std::optional<DType> array_binary_result(BinaryOp op, DType a, DType b) {
  const bool bools = is_bool(a) && is_bool(b);
  switch (op) {
    case BinaryOp::MatMul: return {};
    case BinaryOp::Div: return function_result(ResultRule::NumpyFloat, a, b);
    case BinaryOp::Add:
    case BinaryOp::Mul: return function_result(ResultRule::NumpyUnified, a, b);
    case BinaryOp::Sub:
      if (bools) return DType::Int8;
      return function_result(ResultRule::NumpyUnified, a, b);
    case BinaryOp::And:
    case BinaryOp::Or:
    case BinaryOp::Xor:
    case BinaryOp::LeftShift:
    case BinaryOp::RightShift: {
      const bool shift = op == BinaryOp::LeftShift || op == BinaryOp::RightShift;
      const DType both = bools && shift ? DType::Int8 : unify(a, b);
      return any_float(a, b) || is_float(both) ? std::nullopt : std::optional(both);
    }
    default: return function_result(ResultRule::NumpyNumeric, a, b);
  }
}

std::optional<DType> array_unary_result(UnaryOp op, DType a) {
  switch (op) {
    case UnaryOp::Not: return {};
    case UnaryOp::Invert: return is_float(a) ? std::nullopt : std::optional(a);
    case UnaryOp::Minus: return is_bool(a) ? std::nullopt : std::optional(a);
    case UnaryOp::Plus: return a;
  }
  return {};
}

DType sum_dtype(DType element) { return widened(element); }

bool casts_safely(DType from, DType to) {
  if (from == to || is_bool(from)) return true;
  if (is_bool(to)) return false;
  if (is_float(from)) return is_float(to) && size_of(to) >= size_of(from);
  if (is_float(to)) return to == DType::Float64 || size_of(from) <= 2;
  if (is_signed(from)) return is_signed(to) && size_of(to) >= size_of(from);
  return is_signed(to) ? size_of(to) > size_of(from) : size_of(to) >= size_of(from);
}

bool casts_same_kind(DType from, DType to) {
  auto kind = [](DType dtype) { return is_bool(dtype) ? 0 : is_float(dtype) ? 3 : is_signed(dtype) ? 2 : 1; };
  return kind(from) <= kind(to);
}

}  // namespace nf::types

#include "array/promote.h"

#include <fmt/format.h>

#include <algorithm>

#include "array/array.h"
#include "nearfield/error.h"

namespace nf::array {
namespace {

/// bool, integer, float.
int kind_of(DType dtype) { return is_bool(dtype) ? 0 : is_integer(dtype) ? 1 : 2; }

DType promote_integers(DType a, DType b) {
  if (is_signed(a) == is_signed(b)) return size_of(a) >= size_of(b) ? a : b;
  const DType with_sign = is_signed(a) ? a : b, without = is_signed(a) ? b : a;
  if (size_of(with_sign) > size_of(without)) return with_sign;
  if (size_of(without) == 8) return DType::Float64;
  return integer_of(2 * size_of(without), true);
}

}  // namespace

DType promote(DType a, DType b) {
  if (a == b) return a;
  if (kind_of(a) > kind_of(b)) std::swap(a, b);
  if (is_bool(a)) return b;
  if (is_integer(b)) return promote_integers(a, b);
  if (is_float(a)) return DType::Float64;  // float32 and float64
  return size_of(a) <= 2 ? b : DType::Float64;
}

DType dtype_of(const Operand& operand) {
  return operand.is_array() ? node_of(operand.array())->type.dtype : operand.number().dtype;
}

DType promote(std::span<const Operand> operands) {
  std::optional<DType> strong;
  int weak = 0;
  for (const Operand& operand : operands) {
    const DType own = dtype_of(operand);
    if (operand.is_weak())
      weak = std::max(weak, kind_of(own));
    else
      strong = strong ? promote(*strong, own) : own;
  }
  const DType of_kind = weak == 0 ? DType::Bool : weak == 1 ? DType::Int64 : DType::Float64;
  if (!strong) return of_kind;
  return weak > kind_of(*strong) ? of_kind : *strong;
}

Scalar as_dtype(const Operand& operand, DType dtype) {
  const Scalar& number = operand.number();
  if (number.dtype == dtype) return number;
  if (operand.is_weak() && is_integer(dtype) && is_integer(number.dtype)) {
    const __int128 value = number.dtype == DType::UInt64 ? __int128(number.as<uint64_t>()) : __int128(number.to_int());
    if (!dtype_range(dtype).contains({value, value})) {
      Error error(ErrorKind::Raised,
                  fmt::format("Python integer {} out of bounds for {}",
                              number.dtype == DType::UInt64 ? fmt::format("{}", number.as<uint64_t>())
                                                            : fmt::format("{}", number.to_int()),
                              name_of(dtype)));
      error.exception = "OverflowError";
      throw error;
    }
  }
  Scalar made{dtype, 0}, from = number;
  const View source = View::contiguous(&from.bits, number.dtype, nullptr, 0);
  copy_elements(source, View::contiguous(&made.bits, dtype, nullptr, 0));
  return made;
}

}  // namespace nf::array

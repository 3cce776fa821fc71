// The element types that kernels and arrays share; the vocabulary of every room (owned by `base`).
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#pragma GCC visibility push(default)

namespace nf {

/// The type of one array element or scalar. Order matters: integers come in signed/unsigned pairs of growing width.
enum class DType : uint8_t { Bool, Int8, UInt8, Int16, UInt16, Int32, UInt32, Int64, UInt64, Float32, Float64 };

inline constexpr int kDTypeCount = 11;

/// Bytes of one element.
constexpr int size_of(DType d) {
  constexpr int sizes[kDTypeCount] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
  return sizes[int(d)];
}
constexpr bool is_float(DType d) { return d == DType::Float32 || d == DType::Float64; }
constexpr bool is_bool(DType d) { return d == DType::Bool; }
/// True for the eight integer types; bool is not one of them.
constexpr bool is_integer(DType d) { return d >= DType::Int8 && d <= DType::UInt64; }
constexpr bool is_signed(DType d) {
  return d == DType::Int8 || d == DType::Int16 || d == DType::Int32 || d == DType::Int64 || is_float(d);
}
constexpr bool is_unsigned_integer(DType d) { return is_integer(d) && !is_signed(d); }
/// Width in bits; 1 for bool.
constexpr int bits_of(DType d) { return is_bool(d) ? 1 : 8 * size_of(d); }
/// The integer type of `bytes` width.
constexpr DType integer_of(int bytes, bool is_signed_type) {
  switch (bytes) {
    case 1: return is_signed_type ? DType::Int8 : DType::UInt8;
    case 2: return is_signed_type ? DType::Int16 : DType::UInt16;
    case 4: return is_signed_type ? DType::Int32 : DType::UInt32;
    default: return is_signed_type ? DType::Int64 : DType::UInt64;
  }
}

/// NumPy's name: "bool", "int8", ..., "float64".
constexpr std::string_view name_of(DType d) {
  constexpr std::string_view names[kDTypeCount] = {"bool",   "int8",  "uint8",  "int16",   "uint16", "int32",
                                                   "uint32", "int64", "uint64", "float32", "float64"};
  return names[int(d)];
}
/// The dtype of a NumPy or Numba name ("uint8", "u1", "bool_", "boolean", "intp", "float", "double"), if there is one.
std::optional<DType> dtype_named(std::string_view name);

}  // namespace nf

#pragma GCC visibility pop

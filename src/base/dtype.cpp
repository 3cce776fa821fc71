// The names that NumPy and Numba give to dtypes.
#include "nearfield/dtype.h"

#include <utility>

namespace nf {
namespace {

// Where the two differ NumPy is followed: `byte` is signed (Numba's is not). `float_` is left out: it was float64 in
// NumPy 1, is float32 in Numba, and a guess would change results without a word.
constexpr std::pair<std::string_view, DType> aliases[] = {
    {"bool_", DType::Bool},    {"bool8", DType::Bool},     {"boolean", DType::Bool},  {"b1", DType::Bool},
    {"i1", DType::Int8},       {"byte", DType::Int8},      {"char", DType::Int8},     {"u1", DType::UInt8},
    {"ubyte", DType::UInt8},   {"uchar", DType::UInt8},    {"i2", DType::Int16},      {"short", DType::Int16},
    {"u2", DType::UInt16},     {"ushort", DType::UInt16},  {"i4", DType::Int32},      {"intc", DType::Int32},
    {"u4", DType::UInt32},     {"uintc", DType::UInt32},   {"i8", DType::Int64},      {"int", DType::Int64},
    {"int_", DType::Int64},    {"intp", DType::Int64},     {"ssize_t", DType::Int64}, {"long", DType::Int64},
    {"long_", DType::Int64},   {"longlong", DType::Int64}, {"u8", DType::UInt64},     {"uint", DType::UInt64},
    {"uintp", DType::UInt64},  {"size_t", DType::UInt64},  {"ulong", DType::UInt64},  {"ulonglong", DType::UInt64},
    {"f4", DType::Float32},    {"single", DType::Float32}, {"f8", DType::Float64},    {"float", DType::Float64},
    {"double", DType::Float64}};

}  // namespace

std::optional<DType> dtype_named(std::string_view name) {
  for (int i = 0; i < kDTypeCount; ++i)
    if (name == name_of(DType(i))) return DType(i);
  for (const auto& [alias, dtype] : aliases)
    if (name == alias) return dtype;
  return {};
}

}  // namespace nf

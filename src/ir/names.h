// The words of IR text, shared by printer and parser; each table is in the order of its enum.
#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace nf::ir {

inline constexpr std::array<std::string_view, 4> kUnaryNames = {"neg", "invert", "not", "abs"};
inline constexpr std::array<std::string_view, 14> kBinaryNames = {"add", "sub", "mul", "div", "floordiv", "mod", "pow",
                                                                  "and", "or",  "xor", "shl", "shr",      "min", "max"};
inline constexpr std::array<std::string_view, 6> kCompareNames = {"eq", "ne", "lt", "le", "gt", "ge"};
inline constexpr std::array<std::string_view, 34> kMathNames = {
    "sqrt",      "exp",        "exp2",      "expm1",    "log",   "log2",  "log10",   "log1p", "sin",
    "cos",       "tan",        "asin",      "acos",     "atan",  "sinh",  "cosh",    "tanh",  "asinh",
    "acosh",     "atanh",      "floor",     "ceil",     "trunc", "round", "atan2",   "hypot", "fmod",
    "logaddexp", "logaddexp2", "nextafter", "copysign", "isnan", "isinf", "isfinite"};
inline constexpr std::array<std::string_view, 3> kReduceNames = {"sum", "min", "max"};
inline constexpr std::array<std::string_view, 6> kModeNames = {"constant", "reflect", "nearest",
                                                               "mirror",   "wrap",    "valid"};

/// The enumerator whose word is `name`.
template <class E, size_t N>
std::optional<E> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  for (size_t i = 0; i < N; ++i)
    if (names[i] == name) return E(i);
  return {};
}

}  // namespace nf::ir

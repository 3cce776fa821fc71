// The table of builtins.h: a new function of numbers is one line here (and its instruction in `lower`).
#include "types/builtins.h"

#include <limits>
#include <numbers>

namespace nf::types {
namespace {
constexpr std::optional<ResultRule> special;
constexpr auto MathFloat = ResultRule::MathFloat;
constexpr auto NumpyFloat = ResultRule::NumpyFloat;
constexpr auto MathInteger = ResultRule::MathInteger;
constexpr auto Same = ResultRule::Same;
constexpr auto Numeric = ResultRule::Numeric;
constexpr auto Truth = ResultRule::Truth;
constexpr auto Unified = ResultRule::Unified;
constexpr auto NumpyUnified = ResultRule::NumpyUnified;
constexpr auto NumpyNumeric = ResultRule::NumpyNumeric;

const std::vector<BuiltinEntry>& table() {
  using B = Builtin;
  static const std::vector<BuiltinEntry> entries = {
      {"builtins.abs", B::Abs, "x", 1, Numeric},
      {"builtins.min", B::Min, "*", 1, Unified},
      {"builtins.max", B::Max, "*", 1, Unified},
      {"builtins.divmod", B::DivMod, "x y", 2, special},
      {"builtins.pow", B::Power, "x y", 2, special},
      {"builtins.int", B::Cast, "x", 1, special},
      {"builtins.float", B::Cast, "x", 1, special},
      {"builtins.bool", B::Cast, "x", 1, special},
      {"builtins.round", B::Round, "number ndigits", 1, special},
      {"builtins.len", B::Len, "obj", 1, special},
      {"builtins.range", B::Range, "start stop step", 1, special},
      {"nearfield.prange", B::ParallelRange, "start stop step", 1, special},
      {"builtins.enumerate", B::Enumerate, "iterable start", 1, special},
      {"builtins.zip", B::Zip, "*", 1, special},
      {"builtins.sorted", B::Sorted, "iterable", 1, special},
      {"math.sqrt", B::Sqrt, "x", 1, MathFloat},
      {"math.exp", B::Exp, "x", 1, MathFloat},
      {"math.exp2", B::Exp2, "x", 1, MathFloat},
      {"math.expm1", B::Expm1, "x", 1, MathFloat},
      {"math.log", B::Log, "x", 1, MathFloat},
      {"math.log2", B::Log2, "x", 1, MathFloat},
      {"math.log10", B::Log10, "x", 1, MathFloat},
      {"math.log1p", B::Log1p, "x", 1, MathFloat},
      {"math.sin", B::Sin, "x", 1, MathFloat},
      {"math.cos", B::Cos, "x", 1, MathFloat},
      {"math.tan", B::Tan, "x", 1, MathFloat},
      {"math.asin", B::Asin, "x", 1, MathFloat},
      {"math.acos", B::Acos, "x", 1, MathFloat},
      {"math.atan", B::Atan, "x", 1, MathFloat},
      {"math.sinh", B::Sinh, "x", 1, MathFloat},
      {"math.cosh", B::Cosh, "x", 1, MathFloat},
      {"math.tanh", B::Tanh, "x", 1, MathFloat},
      {"math.asinh", B::Asinh, "x", 1, MathFloat},
      {"math.acosh", B::Acosh, "x", 1, MathFloat},
      {"math.atanh", B::Atanh, "x", 1, MathFloat},
      {"math.atan2", B::Atan2, "y x", 2, MathFloat},
      {"math.hypot", B::Hypot, "x y", 2, MathFloat},
      {"math.fmod", B::Fmod, "x y", 2, MathFloat},
      {"math.nextafter", B::NextAfter, "x y", 2, MathFloat},
      {"math.copysign", B::Copysign, "x y", 2, MathFloat},
      {"math.fabs", B::Abs, "x", 1, MathFloat},
      {"math.pow", B::Power, "x y", 2, MathFloat},
      {"math.floor", B::Floor, "x", 1, MathInteger},
      {"math.ceil", B::Ceil, "x", 1, MathInteger},
      {"math.trunc", B::Trunc, "x", 1, MathInteger},
      {"math.isnan", B::IsNan, "x", 1, Truth},
      {"math.isinf", B::IsInf, "x", 1, Truth},
      {"math.isfinite", B::IsFinite, "x", 1, Truth},
      {"numpy.sqrt", B::Sqrt, "x", 1, NumpyFloat},
      {"numpy.exp", B::Exp, "x", 1, NumpyFloat},
      {"numpy.exp2", B::Exp2, "x", 1, NumpyFloat},
      {"numpy.expm1", B::Expm1, "x", 1, NumpyFloat},
      {"numpy.log", B::Log, "x", 1, NumpyFloat},
      {"numpy.log2", B::Log2, "x", 1, NumpyFloat},
      {"numpy.log10", B::Log10, "x", 1, NumpyFloat},
      {"numpy.log1p", B::Log1p, "x", 1, NumpyFloat},
      {"numpy.sin", B::Sin, "x", 1, NumpyFloat},
      {"numpy.cos", B::Cos, "x", 1, NumpyFloat},
      {"numpy.tan", B::Tan, "x", 1, NumpyFloat},
      {"numpy.arcsin", B::Asin, "x", 1, NumpyFloat},
      {"numpy.arccos", B::Acos, "x", 1, NumpyFloat},
      {"numpy.arctan", B::Atan, "x", 1, NumpyFloat},
      {"numpy.sinh", B::Sinh, "x", 1, NumpyFloat},
      {"numpy.cosh", B::Cosh, "x", 1, NumpyFloat},
      {"numpy.tanh", B::Tanh, "x", 1, NumpyFloat},
      {"numpy.arcsinh", B::Asinh, "x", 1, NumpyFloat},
      {"numpy.arccosh", B::Acosh, "x", 1, NumpyFloat},
      {"numpy.arctanh", B::Atanh, "x", 1, NumpyFloat},
      {"numpy.rint", B::Rint, "x", 1, NumpyFloat},
      {"numpy.fabs", B::Abs, "x", 1, NumpyFloat},
      {"numpy.arctan2", B::Atan2, "x1 x2", 2, NumpyFloat},
      {"numpy.hypot", B::Hypot, "x1 x2", 2, NumpyFloat},
      {"numpy.logaddexp", B::LogAddExp, "x1 x2", 2, NumpyFloat},
      {"numpy.logaddexp2", B::LogAddExp2, "x1 x2", 2, NumpyFloat},
      {"numpy.nextafter", B::NextAfter, "x1 x2", 2, NumpyFloat},
      {"numpy.copysign", B::Copysign, "x1 x2", 2, NumpyFloat},
      {"numpy.floor", B::Floor, "x", 1, Same},
      {"numpy.ceil", B::Ceil, "x", 1, Same},
      {"numpy.trunc", B::Trunc, "x", 1, Same},
      {"numpy.isnan", B::IsNan, "x", 1, Truth},
      {"numpy.isinf", B::IsInf, "x", 1, Truth},
      {"numpy.isfinite", B::IsFinite, "x", 1, Truth},
      {"numpy.abs", B::Abs, "x", 1, Same},
      {"numpy.absolute", B::Abs, "x", 1, Same},
      {"numpy.sign", B::Sign, "x", 1, Numeric},
      {"numpy.negative", B::Negative, "x", 1, Numeric},
      {"numpy.square", B::Square, "x", 1, Numeric},
      {"numpy.minimum", B::NumpyMin, "x1 x2", 2, NumpyUnified},
      {"numpy.maximum", B::NumpyMax, "x1 x2", 2, NumpyUnified},
      {"numpy.power", B::Power, "x1 x2", 2, NumpyNumeric},
      {"numpy.zeros", B::Zeros, "shape dtype", 1, special},
      {"numpy.empty", B::Empty, "shape dtype", 1, special},
      {"numpy.ones", B::Ones, "shape dtype", 1, special},
      {"numpy.full", B::Full, "shape fill_value dtype", 2, special},
      {"numpy.zeros_like", B::ZerosLike, "a dtype", 1, special},
      {"numpy.empty_like", B::EmptyLike, "a dtype", 1, special},
      {"numpy.ones_like", B::OnesLike, "a dtype", 1, special},
      {"numpy.full_like", B::FullLike, "a fill_value dtype", 2, special},
      {"numpy.sum", B::Sum, "a", 1, special},
      {"numpy.max", B::ArrayMax, "a", 1, special},
      {"numpy.min", B::ArrayMin, "a", 1, special},
      {"numpy.amax", B::ArrayMax, "a", 1, special},
      {"numpy.amin", B::ArrayMin, "a", 1, special},
      {"numpy.ravel", B::Ravel, "a", 1, special},
      {"numpy.median", B::Median, "a", 1, special},
      {"method.sum", B::Sum, "", 0, special},
      {"method.max", B::ArrayMax, "", 0, special},
      {"method.min", B::ArrayMin, "", 0, special},
      {"method.astype", B::Cast, "dtype", 1, special},
      {"method.ravel", B::Ravel, "", 0, special},
  };
  return entries;
}

struct LibraryConstant {
  std::string_view path;
  double value;
};
constexpr double infinity = std::numeric_limits<double>::infinity(),
                 not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr LibraryConstant constants[] = {
    {"math.pi", std::numbers::pi}, {"math.e", std::numbers::e}, {"math.tau", 2 * std::numbers::pi},
    {"math.inf", infinity},        {"math.nan", not_a_number},  {"numpy.pi", std::numbers::pi},
    {"numpy.e", std::numbers::e},  {"numpy.inf", infinity},     {"numpy.nan", not_a_number},
};
}  // namespace

const BuiltinEntry* find_builtin(std::string_view path) {
  for (const BuiltinEntry& entry : table())
    if (entry.path == path) return &entry;
  return nullptr;
}

const BuiltinEntry* find_method(std::string_view name) { return find_builtin("method." + std::string(name)); }

std::optional<double> find_library_constant(std::string_view path) {
  for (const LibraryConstant& constant : constants)
    if (constant.path == path) return constant.value;
  return {};
}

bool is_module(std::string_view path) {
  return path == "numpy" || path == "math" || path == "builtins" || path == "nearfield";
}

std::vector<std::string> members_of(std::string_view module) {
  std::vector<std::string> names;
  auto collect = [&](std::string_view path) {
    if (path.starts_with(module) && path.size() > module.size() && path[module.size()] == '.')
      names.emplace_back(path.substr(module.size() + 1));
  };
  for (const BuiltinEntry& entry : table()) collect(entry.path);
  for (const LibraryConstant& constant : constants) collect(constant.path);
  if (module == "numpy" || module == "nearfield")
    for (int d = 0; d < kDTypeCount; ++d) names.emplace_back(name_of(DType(d)));
  return names;
}

std::vector<std::string> method_names() {
  std::vector<std::string> names = members_of("method");
  for (const char* name : {"shape", "size", "ndim", "dtype"}) names.emplace_back(name);
  return names;
}

const std::vector<std::string>& exception_names() {
  static const std::vector<std::string> names = {
      "Exception",   "ArithmeticError", "AssertionError",      "AttributeError", "IndexError",         "KeyError",
      "LookupError", "MemoryError",     "NotImplementedError", "OverflowError",  "RuntimeError",       "StopIteration",
      "TypeError",   "ValueError",      "ZeroDivisionError",   "OSError",        "FloatingPointError", "NameError"};
  return names;
}

}  // namespace nf::types

#include "array/operations.h"

#include <fmt/format.h>

#include <algorithm>

#include "nearfield/error.h"

namespace nf::array {
namespace {

constexpr Operation kOperations[] = {
    {"add", 2, Rule::Arithmetic, "{0} + {1}", "{0} or {1}"},
    {"subtract", 2, Rule::Arithmetic, "{0} - {1}"},
    {"multiply", 2, Rule::Arithmetic, "{0} * {1}", "{0} and {1}"},
    {"divide", 2, Rule::Division, "{0} / {1}"},
    {"floor_divide", 2, Rule::Small, "{0} // {1}", {}, "-{0} if {1} == -1 else {0} // {1}"},
    {"remainder", 2, Rule::Small, "{0} % {1}", {}, "{zero} if {1} == -1 else {0} % {1}"},
    {"pow", 2, Rule::Small, "{0} ** {1}", {}, {}, "{1} < 0", "Integers to negative integer powers are not allowed."},
    {"minimum", 2, Rule::Arithmetic, "np.minimum({0}, {1})", "{0} and {1}"},
    {"maximum", 2, Rule::Arithmetic, "np.maximum({0}, {1})", "{0} or {1}"},
    {"negative", 1, Rule::Arithmetic, "-{0}"},
    {"positive", 1, Rule::Arithmetic, "{0}"},
    {"abs", 1, Rule::Arithmetic, "abs({0})", "{0}"},
    {"square", 1, Rule::Small, "{0} * {0}"},
    {"sign", 1, Rule::Arithmetic, "np.sign({0})"},
    {"equal", 2, Rule::Comparison, "{0} == {1}"},
    {"not_equal", 2, Rule::Comparison, "{0} != {1}"},
    {"less", 2, Rule::Comparison, "{0} < {1}"},
    {"less_equal", 2, Rule::Comparison, "{0} <= {1}"},
    {"greater", 2, Rule::Comparison, "{0} > {1}"},
    {"greater_equal", 2, Rule::Comparison, "{0} >= {1}"},
    {"bitwise_and", 2, Rule::Bits, "{0} & {1}"},
    {"bitwise_or", 2, Rule::Bits, "{0} | {1}"},
    {"bitwise_xor", 2, Rule::Bits, "{0} ^ {1}"},
    {"bitwise_invert", 1, Rule::Bits, "~{0}", "not {0}"},
    {"bitwise_left_shift", 2, Rule::Shift, "{0} << {1} if 0 <= {1} < {bits} else {zero}"},
    {"bitwise_right_shift", 2, Rule::Shift, "{0} >> {1} if 0 <= {1} < {bits} else ({less} if {0} < 0 else {zero})"},
    {"logical_and", 2, Rule::Truth, "{0} and {1}"},
    {"logical_or", 2, Rule::Truth, "{0} or {1}"},
    {"logical_xor", 2, Rule::Truth, "{0} != {1}"},
    {"logical_not", 1, Rule::Truth, "not {0}"},
    {"where", 3, Rule::Choice, "{1} if {0} else {2}"},
    {"isnan", 1, Rule::Test, "np.isnan({0})", "{0} != {0}"},
    {"isinf", 1, Rule::Test, "np.isinf({0})", "{0} != {0}"},
    {"isfinite", 1, Rule::Test, "np.isfinite({0})", "{0} == {0}"},
    {"signbit", 1, Rule::Test, "np.copysign(1.0, {0}) < 0", "{0} != {0}", "{0} < 0"},
    {"floor", 1, Rule::Rounding, "np.floor({0})"},
    {"ceil", 1, Rule::Rounding, "np.ceil({0})"},
    {"trunc", 1, Rule::Rounding, "np.trunc({0})"},
    {"round", 1, Rule::Rounding, "np.rint({0})"},
    {"rint", 1, Rule::Floating, "np.rint({0})"},
    {"sqrt", 1, Rule::Floating, "np.sqrt({0})"},
    {"exp", 1, Rule::Floating, "np.exp({0})"},
    {"expm1", 1, Rule::Floating, "np.expm1({0})"},
    {"exp2", 1, Rule::Floating, "np.exp2({0})"},
    {"log", 1, Rule::Floating, "np.log({0})"},
    {"log1p", 1, Rule::Floating, "np.log1p({0})"},
    {"log2", 1, Rule::Floating, "np.log2({0})"},
    {"log10", 1, Rule::Floating, "np.log10({0})"},
    {"sin", 1, Rule::Floating, "np.sin({0})"},
    {"cos", 1, Rule::Floating, "np.cos({0})"},
    {"tan", 1, Rule::Floating, "np.tan({0})"},
    {"asin", 1, Rule::Floating, "np.arcsin({0})"},
    {"acos", 1, Rule::Floating, "np.arccos({0})"},
    {"atan", 1, Rule::Floating, "np.arctan({0})"},
    {"sinh", 1, Rule::Floating, "np.sinh({0})"},
    {"cosh", 1, Rule::Floating, "np.cosh({0})"},
    {"tanh", 1, Rule::Floating, "np.tanh({0})"},
    {"asinh", 1, Rule::Floating, "np.arcsinh({0})"},
    {"acosh", 1, Rule::Floating, "np.arccosh({0})"},
    {"atanh", 1, Rule::Floating, "np.arctanh({0})"},
    {"reciprocal", 1, Rule::Division, "1 / {0}"},
    {"atan2", 2, Rule::Floating, "np.arctan2({0}, {1})"},
    {"hypot", 2, Rule::Floating, "np.hypot({0}, {1})"},
    {"logaddexp", 2, Rule::Floating, "np.logaddexp({0}, {1})"},
    {"logaddexp2", 2, Rule::Floating, "np.logaddexp2({0}, {1})"},
    {"nextafter", 2, Rule::Floating, "np.nextafter({0}, {1})"},
    {"copysign", 2, Rule::Floating, "np.copysign({0}, {1})"},
};

/// "np.uint8(x)"; nothing around what has the dtype.
std::string cast(DType from, DType to, std::string text) {
  if (from == to) return text;
  if (is_bool(to)) return fmt::format("({} != 0)", text);
  return fmt::format("np.{}({})", name_of(to), text);
}

std::string replaced(std::string_view text, const std::vector<std::string>& operands, DType computed) {
  std::string made;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      made += text[i];
    } else if (text.substr(i).starts_with("{bits}")) {
      made += fmt::format("{}", bits_of(computed)), i += 5;
    } else if (text.substr(i).starts_with("{zero}")) {  // of the dtype: int64 and uint64 would meet as float64
      made += fmt::format("np.{}(0)", name_of(computed)), i += 5;
    } else if (text.substr(i).starts_with("{less}")) {
      made += fmt::format("np.{}(-1)", name_of(computed)), i += 5;
    } else {
      made += operands[size_t(text[i + 1] - '0')], i += 2;
    }
  }
  return made;
}

}  // namespace

const Operation& operation_named(std::string_view name) {
  for (const Operation& operation : kOperations)
    if (operation.name == name) return operation;
  throw Error(ErrorKind::Value, fmt::format("there is no elementwise operation `{}`", name));
}

bool compares_by_value(const Operation& operation, const std::vector<OperandKind>& operands) {
  return operation.rule == Rule::Comparison &&
         std::none_of(operands.begin(), operands.end(), [](const OperandKind& kind) { return is_float(kind.dtype); });
}

std::string kernel_text(const Operation& operation, const std::vector<OperandKind>& operands, DType computed,
                        DType result) {
  std::string arrays, numbers;
  std::vector<std::string> values;
  const bool by_value = compares_by_value(operation, operands);
  for (size_t i = 0; i < operands.size(); ++i) {
    const auto [dtype, is_array] = operands[i];
    const std::string name = fmt::format("x{}", i);
    (is_array ? arrays : numbers) += name + ", ";
    const bool condition = operation.rule == Rule::Choice && i == 0;
    const DType wanted = condition ? DType::Bool : by_value ? dtype : computed;
    values.push_back(cast(dtype, wanted, is_array ? name + "[0]" : name));
  }
  std::string_view text = operation.text;
  if (is_bool(computed) && !operation.of_bool.empty())
    text = operation.of_bool;
  else if (is_integer(computed) && operation.rule == Rule::Test)
    text = operation.of_integer.empty() ? operation.of_bool : operation.of_integer;
  else if (is_integer(computed) && !operation.of_integer.empty())
    text = operation.of_integer;
  else if (!is_float(computed) && operation.rule == Rule::Rounding)
    text = "{0}";
  // The name is none that the text uses.
  std::string made = "import numpy as np\nimport nearfield as nf\n\n\n@nf.stencil(error_model=\"numpy\")\n";
  made +=
      fmt::format("def do_{}({}):\n", operation.name, (arrays + numbers).substr(0, arrays.size() + numbers.size() - 2));
  if (is_integer(computed) && !operation.check.empty())
    made += fmt::format("    if {}:\n        raise ValueError(\"{}\")\n", replaced(operation.check, values, computed),
                        operation.error);
  std::string value = replaced(text, values, computed);
  made += "    return " +
          (is_bool(result) ? fmt::format("bool({})", value) : fmt::format("np.{}({})", name_of(result), value)) + "\n";
  return made;
}

}  // namespace nf::array

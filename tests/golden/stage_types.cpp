// The stages `types` and `scalar-rules`: a typed function, and the tables of the scalar rules.
#include <fmt/format.h>

#include "golden/stage.h"
#include "golden/text_program.h"
#include "types/rules.h"

namespace nf::golden {
namespace {
using syntax::BinaryOp;

std::string run_types(const Input& input) {
  Program program = read_program(input);
  return types::print(*types::infer_types(program.entry, program.args));
}
Register types_stage("types", run_types);

std::string short_name(std::optional<DType> dtype) {
  if (!dtype) return "--";
  if (is_bool(*dtype)) return "b1";
  return fmt::format("{}{}", is_float(*dtype) ? "f" : is_signed(*dtype) ? "i" : "u", size_of(*dtype));
}

template <class F>
std::string table(std::string_view title, const F& f) {
  std::string text = fmt::format("{}\n", title);
  for (int a = 0; a < kDTypeCount; ++a) {
    text += "  " + short_name(DType(a));
    for (int b = 0; b < kDTypeCount; ++b) text += " " + short_name(f(DType(a), DType(b)));
    text += "\n";
  }
  return text;
}
template <class F>
std::string row(std::string_view title, const F& f) {
  std::string text = fmt::format("{:<10}", title);
  for (int a = 0; a < kDTypeCount; ++a) text += " " + short_name(f(DType(a)));
  return text + "\n";
}

std::string run_scalar_rules(const Input&) {
  using types::ResultRule;
  std::string text;
  constexpr std::pair<std::string_view, BinaryOp> operators[] = {
      {"add", BinaryOp::Add},           {"sub", BinaryOp::Sub},          {"mul", BinaryOp::Mul},
      {"floordiv", BinaryOp::FloorDiv}, {"mod", BinaryOp::Mod},          {"truediv", BinaryOp::Div},
      {"pow", BinaryOp::Pow},           {"and_", BinaryOp::And},         {"or_", BinaryOp::Or},
      {"xor", BinaryOp::Xor},           {"lshift", BinaryOp::LeftShift}, {"rshift", BinaryOp::RightShift}};
  for (auto [name, op] : operators)
    text += table(name, [&](DType a, DType b) { return types::binary_result(op, a, b); });
  text += table("unify", [](DType a, DType b) { return types::unify(a, b); });
  constexpr std::pair<std::string_view, ResultRule> functions[] = {{"max", ResultRule::Unified},
                                                                   {"atan2", ResultRule::MathFloat},
                                                                   {"np.maximum", ResultRule::NumpyUnified},
                                                                   {"np.power", ResultRule::NumpyNumeric},
                                                                   {"np.hypot", ResultRule::NumpyFloat}};
  for (auto [name, rule] : functions)
    text += table(name, [&](DType a, DType b) { return types::function_result(rule, a, b); });
  using syntax::UnaryOp;
  constexpr std::pair<std::string_view, UnaryOp> unary[] = {
      {"neg", UnaryOp::Minus}, {"pos", UnaryOp::Plus}, {"invert", UnaryOp::Invert}, {"not_", UnaryOp::Not}};
  for (auto [name, op] : unary) text += row(name, [&](DType a) { return types::unary_result(op, a); });
  constexpr std::pair<std::string_view, ResultRule> numbers[] = {
      {"abs", ResultRule::Numeric},        {"sqrt", ResultRule::MathFloat}, {"floor", ResultRule::MathInteger},
      {"np.sqrt", ResultRule::NumpyFloat}, {"np.floor", ResultRule::Same},  {"isnan", ResultRule::Truth}};
  for (auto [name, rule] : numbers) text += row(name, [&](DType a) { return types::function_result(rule, a); });
  text += row("sum", [](DType a) { return types::sum_dtype(a); });
  text += row("range", [](DType a) { return types::range_dtype({a}); });
  return text;
}
Register rules_stage("scalar-rules", run_scalar_rules);
}  // namespace
}  // namespace nf::golden

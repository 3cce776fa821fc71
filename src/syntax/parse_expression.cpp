// Expressions: tests, lambdas, and one table of operators.
#include <algorithm>
#include <array>

#include "syntax/parser.h"

namespace nf::syntax {
namespace {

// How strongly operators bind, the weakest first.
enum Power : int {
  power_or = 1,
  power_and,
  power_not,
  power_compare,
  power_bit_or,
  power_bit_xor,
  power_bit_and,
  power_shift,
  power_sum,
  power_product,
  power_sign,
  power_power
};

struct Operator {
  std::string_view text;
  int power;
  BinaryOp op;
};
constexpr std::array<Operator, 13> binary_operators = {{{"|", power_bit_or, BinaryOp::Or},
                                                        {"^", power_bit_xor, BinaryOp::Xor},
                                                        {"&", power_bit_and, BinaryOp::And},
                                                        {"<<", power_shift, BinaryOp::LeftShift},
                                                        {">>", power_shift, BinaryOp::RightShift},
                                                        {"+", power_sum, BinaryOp::Add},
                                                        {"-", power_sum, BinaryOp::Sub},
                                                        {"*", power_product, BinaryOp::Mul},
                                                        {"/", power_product, BinaryOp::Div},
                                                        {"//", power_product, BinaryOp::FloorDiv},
                                                        {"%", power_product, BinaryOp::Mod},
                                                        {"@", power_product, BinaryOp::MatMul},
                                                        {"**", power_power, BinaryOp::Pow}}};

constexpr std::array<std::pair<std::string_view, CompareOp>, 8> compare_operators = {{{"==", CompareOp::Eq},
                                                                                      {"!=", CompareOp::Ne},
                                                                                      {"<", CompareOp::Lt},
                                                                                      {"<=", CompareOp::Le},
                                                                                      {">", CompareOp::Gt},
                                                                                      {">=", CompareOp::Ge},
                                                                                      {"is", CompareOp::Is},
                                                                                      {"in", CompareOp::In}}};

const Operator* binary_operator(std::string_view text) {
  auto found = std::find_if(binary_operators.begin(), binary_operators.end(),
                            [&](const Operator& op) { return op.text == text; });
  return found == binary_operators.end() ? nullptr : &*found;
}

}  // namespace

bool Parser::starts_expression() const {
  if (at(TokenKind::Name) || at(TokenKind::Number) || at(TokenKind::String)) return true;
  constexpr std::array<std::string_view, 14> words = {"(",   "[",    "{",    "-",     "+",      "~",     "...",
                                                      "not", "None", "True", "False", "lambda", "await", "yield"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return at(word); });
}

ExprId Parser::expression() {
  Nested nested(*this);
  uint32_t from = begin();
  if (at("lambda")) return lambda();
  ExprId then = operators(power_or);
  if (!at("if")) return then;
  next();
  ExprId test = operators(power_or);
  if (!at("else")) throw unexpected("`else`", "`a if test` needs an `else b`");
  next();
  ExprId otherwise = expression();
  return add(Conditional{test, then, otherwise}, from);
}

ExprId Parser::named_expression() {
  uint32_t from = begin();
  ExprId target = expression();
  if (!at(":=")) return target;
  check_target(target, TargetOf::Walrus);
  next();
  expression();
  return unsupported("walrus `:=`", from);
}

ExprId Parser::star_expression() {
  uint32_t from = begin();
  if (!accept("*")) return expression();
  ExprId value = union_expression();
  return add(Starred{value}, from);
}

ExprId Parser::star_named_expression() { return at("*") ? star_expression() : named_expression(); }

ExprId Parser::star_expressions() {
  uint32_t from = begin();
  ExprId first = star_expression();
  if (!at(",")) return first;
  TupleExpr tuple{{first}};
  while (accept(",") && (starts_expression() || at("*"))) tuple.items.push_back(star_expression());
  return add(std::move(tuple), from);
}

ExprId Parser::value() { return at("yield") ? yield_expression() : star_expressions(); }

ExprId Parser::yield_expression() {
  uint32_t from = begin();
  expect("yield");
  if (accept("from")) {
    expression();
    return unsupported("`yield from`", from);
  }
  if (starts_expression() || at("*")) star_expressions();
  return unsupported("`yield`", from);
}

ExprId Parser::operators(int weakest) {
  uint32_t from = begin();
  ExprId left = prefix(weakest);
  while (at(TokenKind::Operator) || at(TokenKind::Keyword)) {
    std::string_view word = text(peek());
    if (word == "or" || word == "and") {
      int power = word == "or" ? power_or : power_and;
      if (power < weakest) break;
      BoolExpr chain{word == "or" ? BoolOp::Or : BoolOp::And, {left}};
      while (accept(word)) chain.operands.push_back(operators(power + 1));
      left = add(std::move(chain), from);
      continue;
    }
    if (const Operator* op = binary_operator(word)) {
      if (op->power < weakest) break;
      next();
      // `**` binds to the right, and weaker than a sign on its right.
      ExprId right = op->op == BinaryOp::Pow ? exponent() : operators(op->power + 1);
      left = add(Binary{op->op, left, right}, from);
      continue;
    }
    if (power_compare < weakest || !at_comparison()) break;
    Compare chain{{left}, {}};
    while (at_comparison()) {
      chain.ops.push_back(comparison());
      chain.operands.push_back(operators(power_compare + 1));
    }
    left = add(std::move(chain), from);
  }
  return left;
}

bool Parser::at_comparison() const {
  if (at("not")) return at("in", 1);
  return std::any_of(compare_operators.begin(), compare_operators.end(),
                     [&](const auto& entry) { return at(entry.first); });
}

CompareOp Parser::comparison() {
  if (accept("not")) return expect("in"), CompareOp::NotIn;
  std::string_view word = text(next());
  if (word == "is" && accept("not")) return CompareOp::IsNot;
  return std::find_if(compare_operators.begin(), compare_operators.end(),
                      [&](const auto& entry) { return entry.first == word; })
      ->second;
}

ExprId Parser::disjunction() {
  Nested nested(*this);
  return operators(power_or);
}

ExprId Parser::union_expression() {
  Nested nested(*this);
  return operators(power_bit_or);
}

ExprId Parser::exponent() {
  Nested nested(*this);
  return operators(power_sign);
}

ExprId Parser::prefix(int weakest) {
  uint32_t from = begin();
  auto unary = [&](UnaryOp op, int power) {
    Nested nested(*this);
    next();
    ExprId operand = operators(power);
    return add(Unary{op, operand}, from);
  };
  if (at("-")) return unary(UnaryOp::Minus, power_sign);
  if (at("+")) return unary(UnaryOp::Plus, power_sign);
  if (at("~")) return unary(UnaryOp::Invert, power_sign);
  if (at("not") && weakest <= power_not) return unary(UnaryOp::Not, power_not);
  return operand();
}

ExprId Parser::lambda() {
  uint32_t from = begin();
  expect("lambda");
  std::vector<Parameter> params = parameters(":", false);
  expect(":");
  ExprId body = expression();
  return add(Lambda{std::move(params), body}, from);
}

}  // namespace nf::syntax

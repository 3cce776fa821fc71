// Statements of one line, and how reading goes on behind an error.
#include <algorithm>

#include "syntax/parser.h"

namespace nf::syntax {

void Parser::text() {
  while (!at(TokenKind::End)) statement(module_.body);
}

void Parser::statement(Body& body) {
  if (module_.diagnostics.list().size() >= kMaxErrors) {  // enough: the rest is not read
    position_ = tokens_.size() - 1;
    return;
  }
  if (at(TokenKind::Indent)) {
    next();
    report(Code::bad_indentation, peek().span, "this line is indented more deeply than its block");
    while (!accept(TokenKind::Dedent) && !at(TokenKind::End)) statement(body);
    return;
  }
  if (accept(TokenKind::Dedent)) return;  // of a line whose block was never opened
  int nesting = nesting_;
  try {
    if (std::optional<StmtId> compound = compound_statement()) {
      body.push_back(*compound);
    } else {
      simple_line(body);
    }
  } catch (const Unreadable&) {
    nesting_ = nesting;
    skip_line();
    // The block of a line that could not be read is read for its own errors and its functions.
    Body lost;
    if (nesting_ >= kMaxNesting || !accept(TokenKind::Indent)) return;
    Nested nested(*this);
    while (!accept(TokenKind::Dedent) && !at(TokenKind::End)) statement(lost);
  }
}

void Parser::skip_line() {
  while (!at(TokenKind::Newline) && !at(TokenKind::End)) next();
  accept(TokenKind::Newline);
}

void Parser::simple_line(Body& body) {
  do {
    body.push_back(simple_statement());
  } while (accept(";") && !at(TokenKind::Newline));
  if (accept(TokenKind::Newline) || at(TokenKind::End)) return;
  const Token& before = tokens_[position_ - 1];
  bool old_print = before.kind == TokenKind::Name && (text(before) == "print" || text(before) == "exec");
  bool compound = at(TokenKind::Keyword) && starts_statement(text(peek()));
  throw unexpected("the end of the line", old_print  ? fmt::format("write `{}(...)`", text(before))
                                          : compound ? fmt::format("`{}` begins a line of its own", text(peek()))
                                                     : "");
}

bool Parser::starts_statement(std::string_view word) const {
  constexpr std::string_view words[] = {"if", "while", "for", "def", "class", "with", "try", "return", "import"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

StmtId Parser::simple_statement() {
  uint32_t from = begin();
  if (accept("pass")) return add_statement(Pass{}, from);
  if (accept("break")) return add_statement(Break{}, from);
  if (accept("continue")) return add_statement(Continue{}, from);
  if (accept("return")) {
    Return node;
    if (!at(TokenKind::Newline) && !at(";") && !at(TokenKind::End)) node.value = star_expressions();
    return add_statement(node, from);
  }
  if (accept("raise")) {
    Raise node;
    if (starts_expression()) node.exception = expression();
    if (node.exception && accept("from")) node.cause = expression();
    return add_statement(node, from);
  }
  if (accept("assert")) {
    Assert node{expression(), {}};
    if (accept(",")) node.message = expression();
    return add_statement(node, from);
  }
  if (accept("del")) {
    ExprId targets = star_expressions();
    check_target(targets, TargetOf::Deletion);
    return add_statement(UnsupportedStmt{"`del`"}, from);
  }
  if (at("global") || at("nonlocal")) {
    std::string what = fmt::format("`{}`", text(next()));
    do name();
    while (accept(","));
    return add_statement(UnsupportedStmt{what}, from);
  }
  if (at("import")) return import();
  if (at("from")) return import_from();
  if (at_soft("type") && at(TokenKind::Name, 1) && (at("=", 2) || at("[", 2))) return type_alias();
  return expression_statement();
}

StmtId Parser::type_alias() {
  uint32_t from = begin();
  next();
  name();
  type_parameters();
  expect("=");
  expression();
  return add_statement(UnsupportedStmt{"`type`"}, from);
}

namespace {

std::optional<BinaryOp> augmented_operator(std::string_view text) {
  constexpr std::pair<std::string_view, BinaryOp> table[] = {
      {"+=", BinaryOp::Add},        {"-=", BinaryOp::Sub},         {"*=", BinaryOp::Mul},  {"/=", BinaryOp::Div},
      {"//=", BinaryOp::FloorDiv},  {"%=", BinaryOp::Mod},         {"**=", BinaryOp::Pow}, {"@=", BinaryOp::MatMul},
      {"<<=", BinaryOp::LeftShift}, {">>=", BinaryOp::RightShift}, {"&=", BinaryOp::And},  {"|=", BinaryOp::Or},
      {"^=", BinaryOp::Xor}};
  auto found = std::find_if(std::begin(table), std::end(table), [&](const auto& entry) { return entry.first == text; });
  if (found == std::end(table)) return {};
  return found->second;
}

}  // namespace

StmtId Parser::expression_statement() {
  uint32_t from = begin();
  ExprId first = value();
  if (std::optional<BinaryOp> op = at(TokenKind::Operator) ? augmented_operator(text(peek())) : std::nullopt) {
    check_target(first, TargetOf::Augmented);
    next();
    ExprId operand = value();
    return add_statement(AugAssign{*op, first, operand}, from);
  }
  if (at(":")) {
    check_target(first, TargetOf::Annotation);
    next();
    AnnAssign node{first, expression(), {}};
    if (accept("=")) node.value = value();
    return add_statement(node, from);
  }
  if (!at("=")) return add_statement(ExprStmt{first}, from);
  Assign node{{first}, {}};
  while (accept("=")) {
    check_target(node.targets.back(), TargetOf::Assignment);
    node.targets.push_back(value());
  }
  node.value = node.targets.back();
  node.targets.pop_back();
  return add_statement(std::move(node), from);
}

std::string Parser::dotted_name() {
  std::string path = name().first;
  while (accept(".")) path += "." + name().first;
  return path;
}

StmtId Parser::import() {
  uint32_t from = begin();
  expect("import");
  Import node;
  do {
    ImportedName imported{dotted_name(), "", ""};
    if (accept("as")) imported.bound_as = name().first;
    // `import a.b` binds `a`.
    else
      imported.module.resize(std::min(imported.module.find('.'), imported.module.size())),
          imported.bound_as = imported.module;
    node.names.push_back(std::move(imported));
  } while (accept(","));
  return add_statement(std::move(node), from);
}

StmtId Parser::import_from() {
  uint32_t from = begin();
  expect("from");
  std::string path;
  while (at(".") || at("...")) path += text(next());
  if (path.empty() || !at("import")) path += dotted_name();
  expect("import");
  Import node;
  if (accept("*")) {
    node.names.push_back({path, "*", "*"});
    return add_statement(std::move(node), from);
  }
  Span open = peek().span;
  bool parenthesized = accept("(");
  do {
    if (parenthesized && at(")") && !node.names.empty()) break;
    std::string member = name().first;
    std::string bound_as = accept("as") ? name().first : member;
    node.names.push_back({path, member, bound_as});
  } while (accept(","));
  if (parenthesized) expect_close(")", open);
  return add_statement(std::move(node), from);
}

}  // namespace nf::syntax

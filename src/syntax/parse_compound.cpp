// Statements with blocks.
#include <algorithm>

#include "syntax/parser.h"

namespace nf::syntax {

std::optional<StmtId> Parser::compound_statement() {
  if (at("if")) return if_statement();
  if (at("while")) return while_statement();
  if (at("for")) return for_statement();
  if (at("def")) return function({});
  if (at("@")) return decorated();
  if (at("class")) return class_definition();
  if (at("try")) return try_statement();
  if (at("with")) return with_statement();
  if (at("async")) return async_statement({});
  if (at_match()) return match_statement();
  constexpr std::pair<std::string_view, std::string_view> followers[] = {
      {"elif", "`if`"}, {"else", "`if`, `for`, `while` or `try`"}, {"except", "`try`"}, {"finally", "`try`"}};
  for (const auto& [word, opener] : followers) {
    if (!at(word)) continue;
    report(Code::unexpected_token, peek().span, "`{}` without its {}", word, opener)
        .hint("it stands right behind the block it belongs to, as deep as the {}", opener);
    throw Unreadable();
  }
  return {};
}

Body Parser::block(std::string_view opener) {
  Nested nested(*this);
  expect(":");
  Body body;
  if (!accept(TokenKind::Newline)) {
    simple_line(body);
    return body;
  }
  if (!accept(TokenKind::Indent)) {
    bool is_line = !at(TokenKind::End) && !at(TokenKind::Dedent);
    Span span = is_line ? peek().span : Span{previous_end_, previous_end_};
    report(Code::bad_indentation, span, "expected an indented block after `{}`", opener)
        .hint("write `pass` if nothing is to be done");
    return body;
  }
  while (!accept(TokenKind::Dedent) && !at(TokenKind::End)) statement(body);
  return body;
}

Body Parser::else_block() { return accept("else") ? block("else") : Body(); }

StmtId Parser::if_statement() {
  Nested nested(*this);
  uint32_t from = begin();
  std::string word(text(next()));  // `if` or `elif`
  ExprId test = named_expression();
  If node{test, block(word), {}};
  if (at("elif"))
    node.otherwise = {if_statement()};
  else
    node.otherwise = else_block();
  return add_statement(std::move(node), from);
}

StmtId Parser::while_statement() {
  uint32_t from = begin();
  expect("while");
  While node{named_expression(), {}, {}};
  node.body = block("while");
  node.otherwise = else_block();
  return add_statement(std::move(node), from);
}

StmtId Parser::for_statement() {
  uint32_t from = begin();
  expect("for");
  For node;
  node.target = loop_target();
  expect("in");
  node.iterable = star_expressions();
  node.body = block("for");
  node.otherwise = else_block();
  return add_statement(std::move(node), from);
}

StmtId Parser::decorated() {
  std::vector<ExprId> decorators;
  while (accept("@")) {
    decorators.push_back(named_expression());
    if (!accept(TokenKind::Newline)) throw unexpected("the end of the line");
  }
  if (at("class")) return class_definition();
  if (at("async")) return async_statement(std::move(decorators));
  if (!at("def")) throw unexpected("a function or class under this decorator");
  return function(std::move(decorators));
}

StmtId Parser::function(std::vector<ExprId> decorators) {
  uint32_t from = begin();
  expect("def");
  FunctionDef node;
  std::tie(node.name, node.name_span) = name();
  node.decorators = std::move(decorators);
  type_parameters();
  Span open = peek().span;
  expect("(");
  node.params = parameters(")", true);
  expect_close(")", open);
  if (accept("->")) node.returns = expression();
  node.body = block("def");
  return add_statement(std::move(node), from);
}

std::vector<Parameter> Parser::parameters(std::string_view end, bool annotated) {
  std::vector<Parameter> params;
  auto kind = Parameter::Kind::Plain;
  bool slash = false, default_before = false, double_star = false;
  while (!at(end) && !at(TokenKind::Newline)) {
    Span span = peek().span;
    if (double_star) throw unexpected(fmt::format("`{}`", end), "nothing follows a `**` parameter");
    if (at("/") && !params.empty() && !slash && kind == Parameter::Kind::Plain) {
      next();  // parameters before it take no keyword; kernels have no use for the difference
      slash = true;
    } else if (accept("**")) {
      params.push_back(parameter(annotated, Parameter::Kind::DoubleStar));
      double_star = true;
    } else if (at("*") && kind == Parameter::Kind::Plain) {
      next();
      kind = Parameter::Kind::KeywordOnly;
      if (at(TokenKind::Name))
        params.push_back(parameter(annotated, Parameter::Kind::Star));
      else if (!at(",") || !at(TokenKind::Name, 1))
        throw unexpected("a name", "named parameters follow a bare `*`");
    } else {
      Parameter param = parameter(annotated, kind);
      if (default_before && !param.default_value && kind == Parameter::Kind::Plain)
        report(Code::unexpected_token, span, "a parameter without a default follows one with a default");
      default_before |= bool(param.default_value);
      params.push_back(std::move(param));
    }
    if (!accept(",")) break;
  }
  return params;
}

Parameter Parser::parameter(bool annotated, Parameter::Kind kind) {
  Parameter param;
  param.kind = kind;
  std::tie(param.name, param.span) = name();
  if (annotated && accept(":")) param.annotation = kind == Parameter::Kind::Star ? star_expression() : expression();
  bool may_default = kind == Parameter::Kind::Plain || kind == Parameter::Kind::KeywordOnly;
  if (may_default && accept("=")) param.default_value = expression();
  return param;
}

StmtId Parser::class_definition() {
  uint32_t from = begin();
  expect("class");
  ClassDef node{name().first};
  type_parameters();
  if (at("(")) arguments();
  block("class");
  return add_statement(std::move(node), from);
}

void Parser::type_parameters() {
  if (!at("[")) return;
  Span open = next().span;
  do {
    if (at("]")) break;
    if (!accept("*")) accept("**");
    name();
    if (accept(":")) expression();
    if (accept("=")) star_expression();
  } while (accept(","));
  expect_close("]", open);
}

StmtId Parser::try_statement() {
  uint32_t from = begin();
  expect("try");
  block("try");
  bool handlers = false, bare = false;
  while (at("except")) {
    if (bare) throw unexpected("no further `except`", "an `except` without a class comes last");
    next();
    handlers = true;
    bool star = accept("*");
    bare = at(":") && !star;
    if (!bare) {
      expression();
      if (accept("as")) name();
    }
    block("except");
  }
  if (handlers && accept("else")) block("else");
  bool finally = accept("finally");
  if (finally) block("finally");
  if (!handlers && !finally) throw unexpected("`except` or `finally`");
  return add_statement(UnsupportedStmt{"`try`"}, from);
}

StmtId Parser::with_statement() {
  uint32_t from = begin();
  expect("with");
  auto item = [&] {
    expression();
    if (accept("as")) check_target(operand(), TargetOf::Assignment);
  };
  // Parentheses may hold the items, or be a part of the first one: what follows them tells.
  if (at("(") && with_items_in_parentheses()) {
    Span open = next().span;
    do {
      if (at(")")) break;
      item();
    } while (accept(","));
    expect_close(")", open);
  } else {
    do item();
    while (accept(","));
  }
  block("with");
  return add_statement(UnsupportedStmt{"`with`"}, from);
}

bool Parser::with_items_in_parentheses() const {
  int depth = 0;
  bool names_items = false;
  for (size_t ahead = 0; !at(TokenKind::Newline, ahead) && !at(TokenKind::End, ahead); ++ahead) {
    if (at("(", ahead) || at("[", ahead) || at("{", ahead)) ++depth;
    if (at(")", ahead) || at("]", ahead) || at("}", ahead)) --depth;
    if (depth == 1 && at("as", ahead)) names_items = true;
    if (depth == 0) return names_items && at(":", ahead + 1);
  }
  return false;
}

StmtId Parser::async_statement(std::vector<ExprId> decorators) {
  uint32_t from = begin();
  expect("async");
  std::string what = fmt::format("`async {}`", text(peek()));
  if (at("def"))
    function(std::move(decorators));
  else if (at("for") && decorators.empty())
    for_statement();
  else if (at("with") && decorators.empty())
    with_statement();
  else
    throw unexpected(decorators.empty() ? "`def`, `for` or `with`" : "`def`");
  return add_statement(UnsupportedStmt{what}, from);
}

}  // namespace nf::syntax

// `match` and its patterns. Kernels do not have them; they are read so that a file which uses them is no error.
#include "syntax/parser.h"

namespace nf::syntax {

/// `match` is a keyword where its line ends with a colon and a deeper line begins with `case`.
bool Parser::at_match() const {
  if (!at_soft("match") || at(":", 1)) return false;
  size_t ahead = 1;
  while (!at(TokenKind::Newline, ahead) && !at(TokenKind::End, ahead)) ++ahead;
  return at(":", ahead - 1) && at(TokenKind::Indent, ahead + 1) && at_soft("case", ahead + 2);
}

StmtId Parser::match_statement() {
  Nested nested(*this);
  uint32_t from = begin();
  next();
  do star_named_expression();
  while (accept(",") && !at(":"));
  expect(":");
  accept(TokenKind::Newline);
  accept(TokenKind::Indent);
  while (!accept(TokenKind::Dedent) && !at(TokenKind::End)) case_block();
  return add_statement(UnsupportedStmt{"`match`"}, from);
}

void Parser::case_block() {
  if (!at_soft("case")) throw unexpected("`case`");
  next();
  open_patterns();
  if (accept("if")) named_expression();
  block("case");
}

void Parser::open_patterns() {
  do pattern();
  while (accept(",") && !at(":") && !at("if"));
}

void Parser::pattern() {
  Nested nested(*this);
  if (accept("*")) return void(name());
  do closed_pattern();
  while (accept("|"));
  if (accept("as")) name();
}

void Parser::closed_pattern() {
  if (at(TokenKind::Number) || at("-")) return number_pattern();
  if (at(TokenKind::String)) return void(strings());
  if (accept("None") || accept("True") || accept("False")) return;
  if (at("(")) return group_pattern(")");
  if (at("[")) return group_pattern("]");
  if (at("{")) return mapping_pattern();
  if (at(TokenKind::Name)) return name_pattern();
  throw unexpected("a pattern");
}

void Parser::number_pattern() {
  auto signed_number = [&] {
    accept("-");
    if (!accept(TokenKind::Number)) throw unexpected("a number");
  };
  signed_number();
  if (accept("+") || at("-")) signed_number();
}

void Parser::group_pattern(std::string_view close) {
  Span open = next().span;
  while (!at(close)) {
    pattern();
    if (!accept(",")) break;
  }
  expect_close(close, open);
}

void Parser::mapping_pattern() {
  Span open = next().span;
  while (!at("}")) {
    if (accept("**")) {
      name();
    } else {
      closed_pattern();
      expect(":");
      pattern();
    }
    if (!accept(",")) break;
  }
  expect_close("}", open);
}

/// A name to bind, a dotted name to compare with, or a class with patterns for its attributes.
void Parser::name_pattern() {
  dotted_name();
  if (!at("(")) return;
  Span open = next().span;
  while (!at(")")) {
    if (at(TokenKind::Name) && at("=", 1)) next(), next();
    pattern();
    if (!accept(",")) break;
  }
  expect_close(")", open);
}

}  // namespace nf::syntax

// What every rule of the grammar uses: tokens, errors and new nodes.
#include "syntax/parser.h"

#include <algorithm>

#include "syntax/children.h"

namespace nf::syntax {

Parser::Parser(SourcePtr source, std::vector<Token> tokens, Module& module)
    : source_(std::move(source)), tokens_(std::move(tokens)), module_(module), expr_depth_(module.exprs.size()) {}

// ---- tokens

const Token& Parser::peek(size_t ahead) const { return tokens_[std::min(position_ + ahead, tokens_.size() - 1)]; }

bool Parser::at(std::string_view word, size_t ahead) const {
  const Token& token = peek(ahead);
  bool is_word = token.kind == TokenKind::Keyword || token.kind == TokenKind::Operator;
  return is_word && text(token) == word;
}

bool Parser::at_soft(std::string_view word, size_t ahead) const {
  return at(TokenKind::Name, ahead) && text(peek(ahead)) == word;
}

Token Parser::next() {
  Token token = peek();
  if (position_ + 1 < tokens_.size()) ++position_;
  bool has_text = token.span.end > token.span.begin && token.kind != TokenKind::Indent;
  if (has_text) previous_end_ = token.span.end;
  return token;
}

bool Parser::accept(std::string_view word) {
  if (!at(word)) return false;
  next();
  return true;
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind)) return false;
  next();
  return true;
}

void Parser::expect(std::string_view word) {
  if (accept(word)) return;
  bool compares = word == ":" && at("=");
  throw unexpected(fmt::format("`{}`", word), compares ? "compare with `==`" : "");
}

void Parser::expect_close(std::string_view word, Span open) {
  if (accept(word)) return;
  if (at(TokenKind::Newline) || at(TokenKind::End)) {
    report(Code::expected_token, open, "`{}` is never closed", source_->text(open)).hint("add `{}`", word);
    throw Unreadable();
  }
  if (at(TokenKind::Bad)) throw Unreadable();
  report(Code::expected_token, peek().span, "expected `{}`, found {}", word, describe(peek()))
      .label(source_, open, "opened here");
  throw Unreadable();
}

std::pair<std::string, Span> Parser::name() {
  if (!at(TokenKind::Name)) {
    std::string hint = at(TokenKind::Keyword) ? fmt::format("`{}` is a keyword", text(peek())) : "";
    throw unexpected("a name", hint);
  }
  Token token = next();
  return {std::string(text(token)), token.span};
}

// ---- errors

std::string Parser::describe(const Token& token) const {
  switch (token.kind) {
    case TokenKind::Newline: return "the end of the line";
    case TokenKind::Indent: return "a deeper indentation";
    case TokenKind::Dedent: return "the end of the block";
    case TokenKind::End:
      return token.span.end < source_->text().size() ? "the end of the field" : "the end of the text";
    case TokenKind::String: return "a string";
    default: break;
  }
  constexpr size_t longest = 40;
  if (token.span.end - token.span.begin > longest) return token.kind == TokenKind::Number ? "a number" : "a name";
  return fmt::format("`{}`", text(token));
}

Unreadable Parser::unexpected(std::string_view wanted, std::string hint) {
  const Token& token = peek();
  if (token.kind == TokenKind::Bad) return {};  // the lexer has said what is wrong
  bool has_text = token.span.end > token.span.begin && token.kind != TokenKind::Indent;
  Span span = has_text ? token.span : Span{previous_end_, previous_end_};
  Code code = has_text ? Code::unexpected_token : Code::expected_token;
  Diagnostic& diagnostic = report(code, span, "expected {}, found {}", wanted, describe(token));
  if (!hint.empty()) diagnostic.hint("{}", hint);
  return {};
}

Parser::Nested::Nested(Parser& parser) : parser_(parser) {
  if (parser.nesting_ >= kMaxNesting) {
    parser.report(Code::nesting_too_deep, parser.peek().span, "this is nested more than {} levels deep", kMaxNesting);
    throw Unreadable();
  }
  ++parser.nesting_;
}

// ---- nodes

ExprId Parser::add(Expr expr) {
  int depth = 0;
  for_each_child(expr, [&](ExprId child) { depth = std::max(depth, int(expr_depth_[child.index])); });
  ++depth;
  if (depth > kMaxExprDepth) {
    report(Code::nesting_too_deep, expr.span, "this expression is more than {} operations deep", kMaxExprDepth)
        .hint("give parts of it names");
    throw Unreadable();
  }
  expr_depth_.push_back(uint16_t(depth));
  return module_.exprs.add(std::move(expr));
}

}  // namespace nf::syntax

// Operands: names, literals, displays, and what may follow them: calls, attributes, indexes.
#include "syntax/parser.h"
#include "syntax/scan.h"

namespace nf::syntax {

ExprId Parser::operand() {
  uint32_t from = begin();
  bool awaits = accept("await");
  ExprId value = atom();
  while (true) {
    if (at("(")) {
      value = call(value, from);
    } else if (at("[")) {
      value = subscript(value, from);
    } else if (accept(".")) {
      auto [attribute, span] = name();
      value = add(Attribute{value, attribute, span}, from);
    } else {
      return awaits ? unsupported("`await`", from) : value;
    }
  }
}

ExprId Parser::atom() {
  uint32_t from = begin();
  if (at(TokenKind::Number)) return number();
  if (at(TokenKind::String)) return strings();
  if (at("(")) return parentheses();
  if (at("[")) return list();
  if (at("{")) return braces();
  if (at(TokenKind::Name)) {
    std::string name(text(next()));
    return add(Name{std::move(name)}, from);
  }
  if (accept("True")) return add(BoolLiteral{true}, from);
  if (accept("False")) return add(BoolLiteral{false}, from);
  if (accept("None")) return add(NoneLiteral{}, from);
  if (accept("...")) return add(EllipsisLiteral{}, from);
  throw unexpected("an expression");
}

ExprId Parser::number() {
  Token token = next();
  return add(number_value(text(token), token.span));
}

ExprId Parser::strings() {
  uint32_t from = begin();
  StringValue whole;
  for (bool first = true; at(TokenKind::String); first = false) {
    Token token = next();
    StringValue part = string_value(text(token), token.span);
    if (!part.error.empty()) report(Code::bad_character, part.error_span, "{}", part.error);
    if (part.unsupported == "f-string") check_fields(token);
    if (!first && part.is_bytes != whole.is_bytes) {
      report(Code::unexpected_token, token.span, "a string and bytes cannot be joined");
      throw Unreadable();
    }
    whole.is_bytes = part.is_bytes;
    whole.text += part.text;
    if (whole.unsupported.empty()) whole.unsupported = part.unsupported;
  }
  if (!whole.unsupported.empty()) return unsupported(whole.unsupported, from);
  return add(StringLiteral{std::move(whole.text)}, from);
}

void Parser::check_fields(const Token& token) {
  Nested nested(*this);
  for (Span span : string_fields(source_->text().substr(0, token.span.end), token.span.begin)) {
    Parser inner(source_, tokenize_field(source_, span, module_.diagnostics), module_);
    inner.nesting_ = nesting_;
    inner.previous_end_ = span.begin;
    inner.expr_depth_.swap(expr_depth_);
    inner.field();
    inner.expr_depth_.swap(expr_depth_);
  }
}

void Parser::field() try {
  value();
  accept("=");
  if (!at(TokenKind::End)) throw unexpected("the end of the field");
} catch (const Unreadable&) {
  // Its error is reported; the fields of a string are read one by one.
}

bool Parser::comprehension() {
  if (!at_comprehension()) return false;
  while (at_comprehension()) {
    accept("async");
    expect("for");
    loop_target();
    expect("in");
    disjunction();
    while (accept("if")) disjunction();
  }
  return true;
}

ExprId Parser::parentheses() {
  uint32_t from = begin();
  Span open = next().span;
  if (accept(")")) return add(TupleExpr{}, from);
  if (at("yield")) {
    ExprId yield = yield_expression();
    expect_close(")", open);
    return yield;
  }
  Span first_span = peek().span;
  bool starred = at("*");
  ExprId first = star_named_expression();
  if (comprehension()) {
    expect_close(")", open);
    return unsupported("generator expression", from);
  }
  if (!at(",")) {
    expect_close(")", open);
    if (starred)
      report(Code::unexpected_token, first_span, "a starred expression stands only in a tuple, list or call");
    return first;
  }
  TupleExpr tuple{{first}};
  while (accept(",") && !at(")")) tuple.items.push_back(star_named_expression());
  expect_close(")", open);
  return add(std::move(tuple), from);
}

ExprId Parser::list() {
  uint32_t from = begin();
  Span open = next().span;
  ListExpr list;
  while (!at("]")) {
    list.items.push_back(star_named_expression());
    if (list.items.size() == 1 && comprehension()) {
      expect_close("]", open);
      return unsupported("list comprehension", from);
    }
    if (!accept(",")) break;
  }
  expect_close("]", open);
  return add(std::move(list), from);
}

ExprId Parser::braces() {
  uint32_t from = begin();
  Span open = next().span;
  auto close = [&](std::string_view what) {
    expect_close("}", open);
    return unsupported(what, from);
  };
  if (at("}")) return close("dict display");
  std::optional<bool> is_dict;
  for (bool first = true; !at("}"); first = false) {
    bool pair = at("**");
    if (accept("**")) {
      union_expression();
    } else {
      star_named_expression();
      if (is_dict != false && at(":")) {
        pair = true;
        next();
        expression();
      }
    }
    if (is_dict && *is_dict != pair) throw unexpected(*is_dict ? "`:`" : "`,` or `}`");
    is_dict = pair;
    if (first && comprehension()) return close(pair ? "dict comprehension" : "set comprehension");
    if (!accept(",")) break;
  }
  return close(*is_dict ? "dict display" : "set display");
}

ExprId Parser::call(ExprId function, uint32_t from) {
  std::vector<CallArgument> given = arguments();
  return add(Call{function, std::move(given)}, from);
}

std::vector<CallArgument> Parser::arguments() {
  Span open = next().span;
  std::vector<CallArgument> arguments;
  std::string_view keyword_before;
  while (!at(")")) {
    arguments.push_back(argument(arguments.empty(), keyword_before));
    if (arguments.back().double_star)
      keyword_before = "a `**`";
    else if (!arguments.back().name.empty() && keyword_before.empty())
      keyword_before = "a keyword";
    if (!accept(",")) break;
  }
  expect_close(")", open);
  return arguments;
}

CallArgument Parser::argument(bool first, std::string_view keyword_before) {
  uint32_t from = begin();
  CallArgument result;
  if (accept("**")) {
    result.double_star = true;
    result.value = expression();
  } else if (accept("*")) {
    result.star = true;
    result.value = expression();
  } else if (at(TokenKind::Name) && at("=", 1)) {
    result.name = name().first;
    next();
    result.value = expression();
  } else {
    result.value = named_expression();
    if (at_comprehension()) {
      comprehension();
      result.value = unsupported("generator expression", from);
      bool alone = first && (at(")") || (at(",") && at(")", 1)));
      if (!alone)
        report(Code::unexpected_token, since(from), "a generator expression beside other arguments needs parentheses");
    } else if (at("=")) {
      report(Code::bad_target, since(from), "only a name can stand before `=` in a call").hint("compare with `==`");
      throw Unreadable();
    }
  }
  result.span = since(from);
  bool positional = result.name.empty() && !result.double_star;
  if (positional && (keyword_before == "a `**`" || (!keyword_before.empty() && !result.star)))
    report(Code::unexpected_token, result.span, "a positional argument cannot follow {} argument", keyword_before);
  return result;
}

ExprId Parser::subscript(ExprId value, uint32_t from) {
  Span open = next().span;
  Subscript subscript{value, {}};
  if (at("]")) throw unexpected("an index");
  while (!at("]")) {
    subscript.index.push_back(slice());
    if (!accept(",")) break;
  }
  expect_close("]", open);
  return add(std::move(subscript), from);
}

ExprId Parser::slice() {
  uint32_t from = begin();
  if (at("*")) return star_expression();
  auto ends = [&] { return at(":") || at(",") || at("]"); };
  Slice slice;
  if (!at(":")) {
    ExprId index = named_expression();
    if (!at(":")) return index;
    slice.lo = index;
  }
  expect(":");
  if (!ends()) slice.hi = expression();
  if (accept(":") && !ends()) slice.step = expression();
  return add(slice, from);
}

}  // namespace nf::syntax

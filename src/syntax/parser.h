// The state and the grammar of the parser: recursive descent, one table for operators, one token of lookahead (soft
// keywords look at the rest of their line). Inside the room only; the front door is syntax.h.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "syntax/syntax.h"

namespace nf::syntax {

/// After so many errors the rest of the text is not read.
inline constexpr size_t kMaxErrors = 100;

/// Thrown when a statement cannot be read on; its error is reported already. Caught where statements begin.
struct Unreadable {};

class Parser {
 public:
  Parser(SourcePtr source, std::vector<Token> tokens, Module& module);

  /// The whole text.
  void text();
  /// The field of an f-string that these tokens are.
  void field();

 private:
  // ---- tokens (parser.cpp)
  const Token& peek(size_t ahead = 0) const;
  std::string_view text(const Token& token) const { return source_->text(token.span); }
  bool at(TokenKind kind, size_t ahead = 0) const { return peek(ahead).kind == kind; }
  /// True at this keyword or operator.
  bool at(std::string_view word, size_t ahead = 0) const;
  /// True at this name, which is a keyword only in some places.
  bool at_soft(std::string_view word, size_t ahead = 0) const;
  bool accept(std::string_view word);
  bool accept(TokenKind kind);
  Token next();
  void expect(std::string_view word);
  /// The bracket that closes the one at `open`.
  void expect_close(std::string_view word, Span open);
  std::pair<std::string, Span> name();
  uint32_t begin() const { return peek().span.begin; }
  Span since(uint32_t begin) const { return {begin, previous_end_}; }

  // ---- errors (parser.cpp)
  template <class... Args>
  Diagnostic& report(Code code, Span span, fmt::format_string<Args...> text, Args&&... args) {
    if (module_.diagnostics.list().size() >= kMaxErrors) throw Unreadable();
    return module_.diagnostics.report(code, source_, span, text, std::forward<Args>(args)...);
  }
  /// Reports that something else was expected where the parser stands. `throw unexpected(...)` ends the statement.
  Unreadable unexpected(std::string_view wanted, std::string hint = {});
  std::string describe(const Token& token) const;

  /// Counts a level of nesting while it lives.
  class Nested {
   public:
    explicit Nested(Parser& parser);
    ~Nested() { --parser_.nesting_; }

   private:
    Parser& parser_;
  };

  // ---- nodes (parser.cpp)
  ExprId add(Expr expr);
  template <class Node>
  ExprId add(Node node, uint32_t begin) {
    return add(Expr{std::move(node), since(begin)});
  }
  template <class Node>
  StmtId add_statement(Node node, uint32_t begin) {
    return module_.stmts.add({std::move(node), since(begin)});
  }
  ExprId unsupported(std::string_view what, uint32_t begin) { return add(UnsupportedExpr{std::string(what)}, begin); }

  // ---- expressions (parse_expression.cpp)
  bool starts_expression() const;
  /// A test, a lambda, or operators: what stands between commas.
  ExprId expression();
  /// `name := value`, or an expression.
  ExprId named_expression();
  /// Expressions with commas make a tuple; each may be starred.
  ExprId star_expressions();
  ExprId star_expression();
  ExprId star_named_expression();
  /// The value of an assignment or a statement: `yield` or expressions.
  ExprId value();
  ExprId yield_expression();
  /// Operators that bind at least as strongly as `weakest`.
  ExprId operators(int weakest);
  ExprId prefix(int weakest);
  ExprId exponent();
  /// Operators from `or` up, but no `a if b else c`.
  ExprId disjunction();
  /// Operators from `|` up: what may be starred.
  ExprId union_expression();
  bool at_comparison() const;
  CompareOp comparison();
  ExprId lambda();
  std::vector<Parameter> parameters(std::string_view end, bool annotated);
  Parameter parameter(bool annotated, Parameter::Kind kind);

  // ---- operands (parse_operand.cpp)
  ExprId operand();
  ExprId atom();
  ExprId number();
  ExprId strings();
  ExprId parentheses();
  ExprId list();
  ExprId braces();
  /// The `for ... in ... if ...` behind the first part of a comprehension; false when there is none.
  bool comprehension();
  bool at_comprehension() const { return at("for") || (at("async") && at("for", 1)); }
  ExprId call(ExprId function, uint32_t begin);
  std::vector<CallArgument> arguments();
  CallArgument argument(bool first, std::string_view keyword_before);
  ExprId subscript(ExprId value, uint32_t begin);
  ExprId slice();
  void check_fields(const Token& token);

  // ---- targets (parse_target.cpp)
  /// Targets of `for`, in a loop or a comprehension.
  ExprId loop_target();
  enum class TargetOf { Assignment, Augmented, Annotation, Deletion, Walrus };
  /// Reports what cannot be assigned to (or deleted).
  void check_target(ExprId id, TargetOf what);

  // ---- statements (parse_statement.cpp)
  /// One line, or one compound statement; appends what it makes.
  void statement(Body& body);
  void simple_line(Body& body);
  StmtId simple_statement();
  StmtId type_alias();
  bool starts_statement(std::string_view word) const;
  StmtId expression_statement();
  StmtId import();
  StmtId import_from();
  std::string dotted_name();
  void skip_line();

  // ---- compound statements (parse_compound.cpp)
  std::optional<StmtId> compound_statement();
  /// `: block`; `opener` is the word that began the statement.
  Body block(std::string_view opener);
  StmtId if_statement();
  StmtId while_statement();
  StmtId for_statement();
  StmtId decorated();
  StmtId function(std::vector<ExprId> decorators);
  StmtId class_definition();
  StmtId try_statement();
  StmtId with_statement();
  bool with_items_in_parentheses() const;
  StmtId async_statement(std::vector<ExprId> decorators);
  void type_parameters();
  Body else_block();

  // ---- `match` (parse_match.cpp)
  bool at_match() const;
  StmtId match_statement();
  void case_block();
  void open_patterns();
  void pattern();
  void closed_pattern();
  void number_pattern();
  void name_pattern();
  void group_pattern(std::string_view close);
  void mapping_pattern();

  SourcePtr source_;
  std::vector<Token> tokens_;
  Module& module_;
  std::vector<uint16_t> expr_depth_;  ///< of each expression in the table
  size_t position_ = 0;
  uint32_t previous_end_ = 0;
  int nesting_ = 0;
};

/// The tokens of the expression in a field of an f-string.
std::vector<Token> tokenize_field(const SourcePtr& source, Span field, Diagnostics& diagnostics);

/// The value of a number token, which is well formed.
Expr number_value(std::string_view text, Span span);
/// The value of one string token. `unsupported` names why a kernel cannot hold it; `error` what is wrong with it.
struct StringValue {
  std::string text;
  std::string unsupported;
  std::string error;
  Span error_span;
  bool is_bytes = false;
};
StringValue string_value(std::string_view text, Span span);

}  // namespace nf::syntax

// Front door of `syntax`. In: a text with its name. Out: a tree and its diagnostics. It never fails, never throws on
// any text, does no I/O and knows no types.
#pragma once
#include <memory>
#include <string>

#include "syntax/tree.h"

namespace nf::syntax {

enum class TokenKind : uint8_t { Name, Keyword, Number, String, Operator, Newline, Indent, Dedent, End, Bad };
struct Token {
  TokenKind kind;
  Span span;
};
/// The tokens of a text, ending with one `End`.
std::vector<Token> tokenize(const SourcePtr& source, Diagnostics& diagnostics);

/// The largest text that is read.
inline constexpr size_t kMaxTextSize = 1 << 20;
/// How deeply blocks, brackets and operands may be nested in the text.
inline constexpr int kMaxNesting = 200;
/// The deepest expression in a tree: chains such as `a + b + c` or `a.b.c` are flat in the text and deep in the tree.
/// Whoever walks a tree may recurse.
inline constexpr int kMaxExprDepth = 400;

/// The tree of a text. Larger texts and deeper nesting than the limits above are refused with a diagnostic. A text that
/// is indented as a whole, as that of a nested function, is read as if it were not.
std::shared_ptr<const Module> parse(SourcePtr source);

/// The tree as text, a line for each node, for goldens.
std::string print(const Module& module);

/// The `def` of this name at the top level (or nested in classes/functions when `line` picks it), or `none()`.
/// `line` (from 1, counted with the source's first line) chooses among several; 0 takes the last one.
StmtId find_function(const Module& module, std::string_view name, int line = 0);

/// The lambda that covers byte offsets [begin, end) exactly, or `none()`.
ExprId find_lambda(const Module& module, uint32_t begin, uint32_t end);

}  // namespace nf::syntax

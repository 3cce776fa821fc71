// Text to tokens, by Python's rules for lines, indentation and joining.
#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "syntax/parser.h"
#include "syntax/scan.h"

namespace nf::syntax {
namespace {

constexpr std::array<std::string_view, 35> keywords = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};

/// Keywords that only begin statements. One at the start of a line says that the brackets before it were never closed.
constexpr std::array<std::string_view, 18> statement_keywords = {
    "assert", "break",  "class",    "continue", "def",   "del",    "elif", "except", "finally",
    "global", "import", "nonlocal", "pass",     "raise", "return", "try",  "while",  "with"};

constexpr std::array<std::string_view, 47> operators = {  // the longest first
    "**=", "//=", "<<=", ">>=", "...", "->", ":=", "==", "!=", "<=", ">=", "<<", ">>", "**", "//", "+=",
    "-=",  "*=",  "/=",  "%=",  "&=",  "|=", "^=", "@=", "+",  "-",  "*",  "/",  "%",  "@",  "&",  "|",
    "^",   "~",   "<",   ">",   "(",   ")",  "[",  "]",  "{",  "}",  ",",  ":",  ".",  ";",  "="};

template <class Words>
bool contains(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Indentation measured twice, with tabs as wide as 8 and as 1: lines compare alike both ways or not at all.
struct Indentation {
  int wide = 0, narrow = 0;
};

class Lexer {
 public:
  Lexer(const SourcePtr& source, Diagnostics& diagnostics)
      : source_(source), text_(source->text()), diagnostics_(diagnostics) {}

  std::vector<Token> run() {
    check_encoding();
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size()) {
      if (diagnostics_.list().size() >= kMaxErrors)
        at_ = uint32_t(text_.size());
      else if (line_begins_)
        begin_line();
      else
        token();
    }
    if (!line_begins_) end_line();
    for (; levels_.size() > 1; levels_.pop_back()) add(TokenKind::Dedent, at_);
    add(TokenKind::End, at_);
    return std::move(tokens_);
  }

  /// The tokens of a stretch inside a string: without lines and blocks, as in brackets.
  std::vector<Token> run(Span field) {
    text_ = text_.substr(0, field.end);
    at_ = field.begin, brackets_ = 1, line_begins_ = false;
    while (at_ < text_.size() && diagnostics_.list().size() < kMaxErrors) token();
    add(TokenKind::End, at_);
    return std::move(tokens_);
  }

 private:
  char peek(uint32_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void add(TokenKind kind, uint32_t begin) { tokens_.push_back({kind, {begin, at_}}); }
  /// The end of a line lies where its last token ends, so that what is missing there is shown there.
  void end_line() {
    uint32_t end = tokens_.empty() ? 0 : tokens_.back().span.end;
    tokens_.push_back({TokenKind::Newline, {end, end}});
    brackets_ = 0;
  }
  void skip_line_end() {
    if (peek() == '\r' && peek(1) == '\n') ++at_;
    if (at_ < text_.size()) ++at_;
  }
  uint32_t line_end() const { return uint32_t(std::min(text_.find_first_of("\r\n", at_), text_.size())); }
  Diagnostic& report(Code code, uint32_t begin, std::string_view message) {
    return diagnostics_.report(code, source_, Span{begin, at_}, "{}", message);
  }

  /// A backslash that joins this line to the next.
  bool joins() const { return peek() == '\\' && (is_line_end(peek(1))); }

  /// Reports the first byte that is no text, wherever it stands: comments and strings are shown to people, too.
  void check_encoding() {
    for (at_ = 0; at_ < text_.size();) {
      CodePoint point = code_point_at(text_, at_);
      if (!point.valid || point.value == 0) {
        at_ += point.size;
        report(Code::bad_character, at_ - point.size, not_text(point));
        break;
      }
      at_ += point.size;
    }
    at_ = 0;
  }
  static std::string not_text(CodePoint point) {
    if (point.valid) return "a text cannot hold a zero byte";
    return fmt::format("the byte 0x{:02x} is not UTF-8", unsigned(point.value));
  }

  void begin_line() {
    uint32_t begin = at_;
    Indentation now;
    for (bool joined = false; at_ < text_.size(); ++at_) {
      if (peek() == ' ' && !joined)
        ++now.wide, ++now.narrow;
      else if (peek() == '\t' && !joined)
        now.wide = (now.wide / 8 + 1) * 8, ++now.narrow;
      else if (peek() == '\f')
        now = {};
      else if (joins() && at_ + 2 < text_.size())
        joined = true, at_ += peek(1) == '\r' && peek(2) == '\n' ? 2 : 1;
      else if (!joined || (peek() != ' ' && peek() != '\t'))
        break;
    }
    if (peek() == '#') at_ = line_end();
    if (at_ >= text_.size()) return;
    if (is_line_end(peek())) return skip_line_end();  // a blank line says nothing
    line_begins_ = false;
    indent(now, begin);
  }

  void indent(Indentation now, uint32_t begin) {
    // The text of a nested function is indented as a whole: the first line tells by how much.
    if (levels_.empty()) levels_.push_back(now);
    auto inconsistent = [&](Indentation level) { return (now.wide == level.wide) != (now.narrow == level.narrow); };
    if (now.wide > levels_.back().wide) {
      if (now.narrow <= levels_.back().narrow) return mixed_tabs(begin);
      levels_.push_back(now);
      add(TokenKind::Indent, begin);
      return;
    }
    while (levels_.size() > 1 && now.wide < levels_.back().wide) {
      levels_.pop_back();
      tokens_.push_back({TokenKind::Dedent, {at_, at_}});
    }
    if (now.wide != levels_.back().wide) {
      report(Code::bad_indentation, begin, "this indentation matches no enclosing block");
    } else if (inconsistent(levels_.back())) {
      mixed_tabs(begin);
    }
  }

  void mixed_tabs(uint32_t begin) {
    report(Code::bad_indentation, begin, "tabs and spaces are mixed so that the indentation can be read in two ways")
        .hint("indent with spaces only");
  }

  void token() {
    uint32_t begin = at_;
    char c = peek();
    if (c == ' ' || c == '\t' || c == '\f') {
      ++at_;
    } else if (c == '#') {
      at_ = line_end();
    } else if (is_line_end(c)) {
      line();
    } else if (c == '\\') {
      join();
    } else if (starts_number(text_, at_)) {
      number();
    } else if (string_prefix(text_, at_) >= 0) {
      string();
    } else if (is_ascii_name_start(c) || uint8_t(c) >= 0x80) {
      word();
    } else {
      auto found = std::find_if(operators.begin(), operators.end(),
                                [&](std::string_view op) { return text_.substr(at_).starts_with(op); });
      if (found == operators.end()) return bad_character();
      at_ += uint32_t(found->size());
      add(TokenKind::Operator, begin);
      if (c == '(' || c == '[' || c == '{') ++brackets_;
      if (c == ')' || c == ']' || c == '}') brackets_ = std::max(0, brackets_ - 1);
    }
  }

  void line() {
    skip_line_end();
    if (brackets_ > 0) {
      if (!statement_follows()) return;
    }
    end_line();
    line_begins_ = true;
  }

  /// Inside brackets a line goes on, unless the next one can only be a statement.
  bool statement_follows() const {
    uint32_t begin = uint32_t(std::min(text_.find_first_not_of(" \t\f", at_), text_.size())), end = begin;
    while (end < text_.size() && (is_ascii_name_start(text_[end]) || is_digit(text_[end]))) ++end;
    std::string_view word = text_.substr(begin, end - begin);
    if (contains(statement_keywords, word)) return true;
    // These may stand in a comprehension or a test, but then no colon ends their line, or it closes a bracket first.
    if (word != "for" && word != "if" && word != "else") return false;
    std::string_view line = text_.substr(at_, line_end() - at_);
    int opened = 0;
    for (char c : line) {
      if (c == '(' || c == '[' || c == '{') ++opened;
      if (c == ')' || c == ']' || c == '}') --opened;
      if (opened < 0) return false;
    }
    return line.substr(0, line.find_last_not_of(" \t\f") + 1).ends_with(':');
  }

  void join() {
    uint32_t begin = at_++;
    if (is_line_end(peek())) {
      skip_line_end();
      if (at_ < text_.size()) return;
      report(Code::bad_character, begin, "the text ends where `\\` joins it to a next line");
      return add(TokenKind::Bad, begin);
    }
    report(Code::bad_character, begin, "`\\` joins two lines only where it is the last character of the first");
    add(TokenKind::Bad, begin);
  }

  void number() {
    uint32_t begin = at_;
    Scanned number = scan_number(text_, at_);
    at_ = number.end;
    if (!number.error.empty()) report(Code::bad_number, begin, number.error);
    add(number.error.empty() ? TokenKind::Number : TokenKind::Bad, begin);
  }

  void string() {
    uint32_t begin = at_;
    Scanned string = scan_string(text_, at_);
    at_ = string.end;
    if (!string.error.empty()) report(Code::unterminated_string, begin, string.error);
    add(string.error.empty() ? TokenKind::String : TokenKind::Bad, begin);
  }

  void word() {
    uint32_t begin = at_;
    CodePoint point = code_point_at(text_, at_);
    if (!point.valid || !is_name_start(point.value)) return bad_character();
    while (point.size > 0 && point.valid && is_name_continue(point.value)) {
      at_ += point.size;
      point = code_point_at(text_, at_);
    }
    bool is_keyword = contains(keywords, text_.substr(begin, at_ - begin));
    add(is_keyword ? TokenKind::Keyword : TokenKind::Name, begin);
  }

  void bad_character() {
    uint32_t begin = at_;
    CodePoint point = code_point_at(text_, at_);
    at_ += point.size;
    if (!point.valid || point.value == 0) {
      report(Code::bad_character, begin, not_text(point));
    } else if (is_unprintable(point.value)) {
      report(Code::bad_character, begin,
             fmt::format("the character U+{:04X} has no meaning here", unsigned(point.value)));
    } else {
      std::string_view character = text_.substr(begin, point.size);
      Diagnostic& diagnostic =
          report(Code::bad_character, begin, fmt::format("the character `{}` has no meaning here", character));
      if (point.value == '!') diagnostic.hint("write `not x`, or `!=` to compare");
      bool typographic = point.value >= 0x2018 && point.value <= 0x201F;
      if (typographic) diagnostic.hint("strings stand in straight quotes, `\"` or `'`");
    }
    add(TokenKind::Bad, begin);
  }

  const SourcePtr& source_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  uint32_t at_ = 0;
  bool line_begins_ = true;
  int brackets_ = 0;
  std::vector<Indentation> levels_;  ///< the first is that of the whole text
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(const SourcePtr& source, Diagnostics& diagnostics) {
  return Lexer(source, diagnostics).run();
}

std::vector<Token> tokenize_field(const SourcePtr& source, Span field, Diagnostics& diagnostics) {
  return Lexer(source, diagnostics).run(field);
}

}  // namespace nf::syntax

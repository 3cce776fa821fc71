// Python's forms of strings, f-strings with their fields included.
#include <algorithm>

#include "syntax/scan.h"

namespace nf::syntax {
namespace {

constexpr int deepest_field = 20;  // f-strings in fields of f-strings: each level is a level of recursion here

struct StringScanner {
  std::string_view text;
  uint32_t at;
  int depth = 0;
  std::vector<Span>* fields = nullptr;

  char peek(uint32_t ahead = 0) const { return at + ahead < text.size() ? text[at + ahead] : '\0'; }
  bool at_end() const { return at >= text.size(); }

  /// Skips a backslash and what it protects.
  void escape(bool formatted, bool raw) {
    if (formatted && !raw && peek(1) == 'N' && peek(2) == '{') {
      while (!at_end() && !is_line_end(peek()) && peek() != '}') ++at;
      if (peek() == '}') ++at;
      return;
    }
    bool brace = formatted && (peek(1) == '{' || peek(1) == '}');
    bool two_byte_line_end = peek(1) == '\r' && peek(2) == '\n';
    at = std::min(uint32_t(text.size()), at + (brace ? 1 : two_byte_line_end ? 3 : 2));
  }

  /// A replacement field after its `{`, up to and including its `}`.
  std::string field(bool triple, bool raw, std::string_view quotes) {
    int brackets = 0;
    uint32_t begin = at;
    auto expression_ends = [&] {
      if (fields) fields->push_back({begin, at});
      return text.substr(begin, at - begin).find_first_not_of(" \t\f\r\n") != text.npos;
    };
    constexpr const char* empty = "a field of this f-string is empty";
    while (!at_end()) {
      char c = peek();
      bool outside = brackets == 0, conversion = c == '!' && peek(1) != '=';
      if (outside && (c == '}' || c == ':' || conversion) && !expression_ends()) return empty;
      if (outside && conversion) {
        ++at;
        bool known = peek() == 'r' || peek() == 's' || peek() == 'a';
        if (!known || (peek(1) != ':' && peek(1) != '}')) return "a conversion in an f-string is `!r`, `!s` or `!a`";
        c = peek(1), ++at;
      }
      if (is_line_end(c) && !triple) return "a field of this f-string is not closed by `}`";
      if (string_prefix(text, at) >= 0) {
        if (depth >= deepest_field) return "f-strings are nested too deeply";
        StringScanner inner{text, at, depth + 1};
        if (std::string error = inner.scan(); !error.empty()) return "a field of this f-string is not closed by `}`";
        at = inner.at;
        continue;
      }
      ++at;
      if (c == '(' || c == '[' || c == '{') ++brackets;
      if (c == '}' && outside) return {};
      if (c == ')' || c == ']' || c == '}') --brackets;
      // After the colon comes a format, with fields of its own.
      if (c == ':' && outside) return literal(triple, raw, quotes, true, true);
    }
    return "a field of this f-string is not closed by `}`";
  }

  /// Text up to the closing quotes, or up to the `}` that ends the format of a field.
  std::string literal(bool triple, bool raw, std::string_view quotes, bool formatted, bool is_format = false) {
    while (!at_end()) {
      char c = peek();
      bool closes = text.substr(at, quotes.size()) == quotes;
      if (closes && is_format) return "a field of this f-string is not closed by `}`";
      if (closes) return at += uint32_t(quotes.size()), std::string();
      if (is_line_end(c) && !triple) break;
      if (c == '\\') {
        escape(formatted, raw);
      } else if (formatted && (c == '{' || c == '}') && peek(1) == c && !is_format) {
        at += 2;
      } else if (formatted && c == '{') {
        ++at;
        if (depth >= deepest_field) return "f-strings are nested too deeply";
        ++depth;
        if (std::string error = field(triple, raw, quotes); !error.empty()) return error;
        --depth;
      } else if (formatted && c == '}') {
        ++at;
        return is_format ? "" : "a single `}` in an f-string; write `}}`";
      } else {
        ++at;
      }
    }
    return "this string has no closing quote";
  }

  std::string scan() {
    int prefix_size = string_prefix(text, at);
    std::string_view prefix = text.substr(at, size_t(prefix_size));
    bool formatted = prefix.find_first_of("fF") != prefix.npos, raw = prefix.find_first_of("rR") != prefix.npos;
    at += uint32_t(prefix_size);
    bool triple = peek(1) == peek() && peek(2) == peek();
    std::string_view quotes = text.substr(at, triple ? 3 : 1);
    at += uint32_t(quotes.size());
    return literal(triple, raw, quotes, formatted);
  }
};

}  // namespace

int string_prefix(std::string_view text, uint32_t at) {
  int letters = 0;
  bool raw = false, bytes = false, formatted = false, unicode = false;
  for (; at + letters < text.size() && letters <= 2; ++letters) {
    char c = text[at + letters];
    if (c == '"' || c == '\'') {
      bool known = letters < 2 || (letters == 2 && raw && (bytes || formatted) && !unicode);
      return known ? letters : -1;
    }
    switch (c | 0x20) {
      case 'r': raw = true; break;
      case 'b': bytes = true; break;
      case 'f': formatted = true; break;
      case 'u': unicode = true; break;
      default: return -1;
    }
  }
  return -1;
}

Scanned scan_string(std::string_view text, uint32_t at) {
  StringScanner scanner{text, at};
  std::string error = scanner.scan();
  if (error.empty()) return {scanner.at, {}};
  // Reading goes on behind the closing quotes when there are some, else at the end of the line or of the text.
  uint32_t quote = at + uint32_t(string_prefix(text, at));
  StringScanner plain{text, quote};
  if (!plain.scan().empty()) {
    bool triple = text.substr(quote, 3).find_first_not_of(text[quote]) == text.npos && text.size() - quote >= 3;
    size_t line_end = triple ? text.npos : text.find_first_of("\r\n", quote);
    plain.at = uint32_t(std::min(line_end, text.size()));
  }
  return {plain.at, error};
}

std::vector<Span> string_fields(std::string_view text, uint32_t at) {
  std::vector<Span> fields;
  StringScanner scanner{text, at};
  scanner.fields = &fields;
  scanner.scan();
  return fields;
}

}  // namespace nf::syntax

// Python's forms of numbers: 10, 0x_ff, 1_000.5e-3, .5, 3j.
#include <algorithm>

#include "syntax/scan.h"

namespace nf::syntax {
namespace {

struct NumberScanner {
  std::string_view text;
  uint32_t at;

  char peek(uint32_t ahead = 0) const { return at + ahead < text.size() ? text[at + ahead] : '\0'; }

  static bool is_digit_of(int base, char c) {
    if (base == 16) return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return c >= '0' && c < '0' + base;
  }

  /// Digits with single underscores between them; false when there is none, or an underscore stands alone.
  bool digits(int base = 10) {
    while (is_digit_of(base, peek())) {
      while (is_digit_of(base, peek())) ++at;
      if (peek() != '_') return true;
      ++at;
    }
    return false;
  }

  /// Python lets a keyword follow a number without a space: `1if x else 2`.
  bool keyword_follows() const {
    constexpr std::string_view keywords[] = {"and", "else", "for", "if", "in", "is", "not", "or"};
    std::string_view rest = text.substr(at);
    return std::any_of(std::begin(keywords), std::end(keywords),
                       [&](auto keyword) { return rest.starts_with(keyword); });
  }

  std::string based(int base, const char* name) {
    at += 2;
    if (peek() == '_') ++at;
    if (!digits(base)) return std::string("expected digits of ") + name + " number";
    return {};
  }

  std::string decimal() {
    uint32_t begin = at;
    bool is_integer = true;
    constexpr const char* bad_underscore = "an underscore in a number stands between two digits";
    if (peek() != '.' && !digits()) return bad_underscore;
    uint32_t integer_end = at;
    if (peek() == '.') {
      is_integer = false, ++at;
      if (peek() == '_' || (is_digit(peek()) && !digits())) return bad_underscore;
    }
    bool sign = peek(1) == '+' || peek(1) == '-';
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(sign ? 2 : 1))) {
      is_integer = false, at += sign ? 2 : 1;
      if (!digits()) return bad_underscore;
    }
    if (peek() == 'j' || peek() == 'J') is_integer = false, ++at;
    std::string_view whole = text.substr(begin, integer_end - begin);
    if (is_integer && whole[0] == '0' && whole.find_first_not_of("0_") != whole.npos)
      return "a decimal integer has no leading zeros; octal numbers begin with `0o`";
    return {};
  }

  Scanned scan() {
    std::string error;
    char second = peek() == '0' ? char(peek(1) | 0x20) : '\0';
    if (second == 'x')
      error = based(16, "a hexadecimal");
    else if (second == 'o')
      error = based(8, "an octal");
    else if (second == 'b')
      error = based(2, "a binary");
    else
      error = decimal();
    bool more = is_digit(peek()) || is_ascii_name_start(peek()) || uint8_t(peek()) >= 0x80;
    if (error.empty() && more && !keyword_follows()) error = "a number cannot go on with ";
    uint32_t end = at;
    if (!error.empty())
      while (is_digit(peek()) || is_ascii_name_start(peek()) || uint8_t(peek()) >= 0x80) ++at;
    if (error.ends_with(' ')) error += "`" + std::string(text.substr(end, at - end)) + "`";
    return {at, error};
  }
};

}  // namespace

bool starts_number(std::string_view text, uint32_t at) {
  if (is_digit(text[at])) return true;
  return text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]);
}

Scanned scan_number(std::string_view text, uint32_t at) { return NumberScanner{text, at}.scan(); }

}  // namespace nf::syntax

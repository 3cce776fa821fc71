// What number and string tokens stand for.
#include <algorithm>
#include <charconv>

#include "base/assert.h"
#include "base/utf8.h"
#include "syntax/parser.h"
#include "syntax/scan.h"

namespace nf::syntax {
namespace {

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  char lower = char(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

IntegerLiteral integer(std::string_view digits, uint64_t base) {
  uint64_t value = 0;
  for (char c : digits) {
    bool fits = !__builtin_mul_overflow(value, base, &value) && !__builtin_add_overflow(value, digit_value(c), &value);
    if (!fits) return {0, false};
  }
  return {value, true};
}

double floating(const std::string& digits) {
  double value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  // Too large is infinite, too small is zero, as in Python. The sign of the scale of the first digit tells which.
  size_t exponent_at = std::min(digits.find_first_of("eE"), digits.size());
  std::string_view mantissa = std::string_view(digits).substr(0, exponent_at);
  bool shrinks = exponent_at + 1 < digits.size() && digits[exponent_at + 1] == '-';
  bool has_exponent = exponent_at < digits.size();
  bool small = has_exponent ? shrinks : mantissa.substr(0, mantissa.find('.')).find_first_not_of('0') == mantissa.npos;
  return small ? 0.0 : std::numeric_limits<double>::infinity();
}

}  // namespace

Expr number_value(std::string_view text, Span span) {
  std::string digits(text);
  std::erase(digits, '_');
  char kind = digits.size() > 1 && digits[0] == '0' ? char(digits[1] | 0x20) : '\0';
  if (kind == 'x') return {integer(digits.substr(2), 16), span};
  if (kind == 'o') return {integer(digits.substr(2), 8), span};
  if (kind == 'b') return {integer(digits.substr(2), 2), span};
  if ((digits.back() | 0x20) == 'j') {
    digits.pop_back();
    return {ImaginaryLiteral{floating(digits)}, span};
  }
  if (digits.find_first_of(".eE") != digits.npos) return {FloatLiteral{floating(digits)}, span};
  return {integer(digits, 10), span};
}

namespace {

struct StringReader {
  std::string_view text;  ///< between the quotes
  uint32_t offset;        ///< of `text` in the source
  StringValue& value;
  size_t at = 0;

  void fail(size_t begin, std::string message) {
    if (!value.error.empty()) return;
    value.error = std::move(message);
    value.error_span = {offset + uint32_t(begin), offset + uint32_t(std::min(at, text.size()))};
  }

  /// `count` hexadecimal digits after the letter of an escape.
  void code_point(size_t begin, size_t count) {
    char32_t point = 0;
    for (size_t i = 0; i < count; ++i, ++at) {
      int digit = at < text.size() ? digit_value(text[at]) : 16;
      if (digit == 16)
        return fail(begin, fmt::format("`{}` needs {} hexadecimal digits", text.substr(begin, 2), count));
      point = point << 4 | char32_t(digit);
    }
    if (point > 0x10FFFF) return fail(begin, "no character has this number");
    append(point);
  }

  void append(char32_t point) {
    if (value.is_bytes && point > 0x7F) return;  // bytes are not kept: kernels do not have them
    if (point >= 0xD800 && point <= 0xDFFF) value.unsupported = "a surrogate in a string";
    append_utf8(value.text, point);
  }

  void octal() {
    char32_t point = 0;
    for (int i = 0; i < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++i, ++at)
      point = point << 3 | char32_t(text[at] - '0');
    append(point);
  }

  void named(size_t begin) {
    size_t close = text.find('}', at);
    bool well_formed = at < text.size() && text[at] == '{' && close != text.npos && close > at + 1;
    at = well_formed ? close + 1 : at;
    if (!well_formed) return fail(begin, "`\\N` needs the name of a character in braces");
    value.unsupported = "a character by name (`\\N{...}`)";
  }

  void escape() {
    size_t begin = at++;
    char c = text[at++];
    constexpr std::string_view letters = "abfnrtv\\'\"", meaning = "\a\b\f\n\r\t\v\\'\"";
    if (size_t i = letters.find(c); i != letters.npos) return void(value.text += meaning[i]);
    if (is_line_end(c)) {
      if (c == '\r' && at < text.size() && text[at] == '\n') ++at;
    } else if (c >= '0' && c <= '7') {
      --at;
      octal();
    } else if (c == 'x') {
      code_point(begin, 2);
    } else if (c == 'u' && !value.is_bytes) {
      code_point(begin, 4);
    } else if (c == 'U' && !value.is_bytes) {
      code_point(begin, 8);
    } else if (c == 'N' && !value.is_bytes) {
      named(begin);
    } else {
      value.text += '\\', value.text += c;  // Python keeps what it does not know
    }
  }

  void read(bool raw) {
    while (at < text.size()) {
      if (text[at] == '\\' && !raw) {
        escape();
      } else if (text[at] == '\r') {
        value.text += '\n';  // lines end with \n in every string
        at += at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
      } else {
        if (value.is_bytes && uint8_t(text[at]) >= 0x80) {
          size_t begin = at++;
          fail(begin, "bytes are written with ASCII characters only");
          continue;
        }
        value.text += text[at++];
      }
    }
  }
};

}  // namespace

StringValue string_value(std::string_view text, Span span) {
  size_t quote = size_t(string_prefix(text, 0));
  std::string_view prefix = text.substr(0, quote);
  auto has = [&](const char* letters) { return prefix.find_first_of(letters) != prefix.npos; };
  bool triple = text.size() >= quote + 6 && text[quote + 1] == text[quote] && text[quote + 2] == text[quote];
  size_t quotes = triple ? 3 : 1;
  StringValue value;
  value.is_bytes = has("bB");
  if (has("fF")) {
    value.unsupported = "f-string";
    return value;
  }
  if (value.is_bytes) value.unsupported = "bytes";
  std::string_view inside = text.substr(quote + quotes, text.size() - quote - 2 * quotes);
  StringReader reader{inside, span.begin + uint32_t(quote + quotes), value};
  reader.read(has("rR"));
  return value;
}

}  // namespace nf::syntax

// Reads the words, numbers and names of IR text.
#include "ir/scanner.h"

#include <charconv>
#include <limits>

namespace nf::ir {
namespace {
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
}  // namespace

void Scanner::fail_with(const std::string& message) const {
  size_t line = 1;
  for (char c : text_.substr(0, at_)) line += c == '\n';
  throw Error(ErrorKind::Value, fmt::format("IR text, line {}: {}", line, message));
}

void Scanner::skip() {
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c == '#') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++at_;
    } else {
      return;
    }
  }
}

bool Scanner::at_end() { return skip(), at_ == text_.size(); }

char Scanner::peek() { return at_end() ? 0 : text_[at_]; }

bool Scanner::accept(std::string_view mark) {
  skip();
  if (!text_.substr(at_).starts_with(mark)) return false;
  at_ += mark.size();
  return true;
}

void Scanner::expect(std::string_view mark) {
  if (!accept(mark)) fail("expected `{}`", mark);
}

std::string_view Scanner::peek_word() {
  skip();
  size_t end = at_;
  if (end < text_.size() && is_letter(text_[end]))
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
  return text_.substr(at_, end - at_);
}

std::string Scanner::word() {
  std::string word(peek_word());
  if (word.empty()) fail("expected a word");
  at_ += word.size();
  return word;
}

bool Scanner::accept_word(std::string_view word) {
  if (peek_word() != word) return false;
  at_ += word.size();
  return true;
}

void Scanner::expect_word(std::string_view word) {
  if (!accept_word(word)) fail("expected `{}`", word);
}

std::string Scanner::name() { return peek() == '"' ? quoted_text() : word(); }

std::string Scanner::quoted_text() {
  expect("\"");
  std::string out;
  while (at_ < text_.size() && text_[at_] != '"') {
    char c = text_[at_++];
    if (c == '\\' && at_ < text_.size()) {
      c = text_[at_++];
      if (c == 'n') c = '\n';
      if (c == 'x') {
        unsigned code = 0;
        std::string_view digits = text_.substr(at_, 2);
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (error != std::errc() || end != digits.data() + 2) fail("expected two hexadecimal digits");
        at_ += 2;
        c = char(code);
      }
    }
    out += c;
  }
  expect("\"");
  return out;
}

std::string_view Scanner::number() {
  skip();
  size_t end = at_;
  auto more = [&](char c) { return is_digit(c) || is_letter(c) || c == '.'; };
  if (end < text_.size() && text_[end] == '-') ++end;
  while (end < text_.size() && more(text_[end])) {
    if (text_.substr(end, 2) == "..") break;  // the end of the first number of a range
    bool exponent = text_[end] == 'e' && end + 1 < text_.size() && (text_[end + 1] == '-' || text_[end + 1] == '+');
    end += exponent ? 2 : 1;
  }
  std::string_view digits = text_.substr(at_, end - at_);
  if (digits.empty()) fail("expected a number");
  at_ = end;
  return digits;
}

__int128 Scanner::integer() {
  std::string_view digits = number();
  bool negative = digits[0] == '-';
  if (negative) digits.remove_prefix(1);
  uint64_t magnitude = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    fail("expected an integer of 64 bits");
  return negative ? -__int128(magnitude) : __int128(magnitude);
}

int64_t Scanner::integer(int64_t lo, int64_t hi) {
  __int128 value = integer();
  if (value < lo || value > hi) fail("expected an integer of {}..{}", lo, hi);
  return int64_t(value);
}

DType Scanner::dtype() {
  std::string name = word();
  for (int d = 0; d < kDTypeCount; ++d)
    if (name == name_of(DType(d))) return DType(d);
  fail("`{}` is no dtype", name);
}

Type Scanner::array_type(DType dtype, bool readonly) {
  int rank = 0;
  int unit = -1, units = 0;
  while (!accept("]")) {
    if (rank > 0) expect(",");
    if (rank == kMaxRank) fail("an array of more than {} axes", kMaxRank);
    if (accept("::1"))
      unit = rank, ++units;
    else
      expect(":");
    ++rank;
  }
  Layout layout = Layout::Any;
  if (rank == 0 || (units == 1 && unit == rank - 1))
    layout = Layout::C;
  else if (units == 1 && unit == 0)
    layout = Layout::F;
  else if (units != 0)
    fail("an array with a layout that is neither C nor F");
  if (rank <= 1 && layout == Layout::C && accept_word("F")) layout = Layout::F;
  if (rank == 0 && accept_word("any")) layout = Layout::Any;
  return Type::array(dtype, rank, layout, readonly);
}

Type Scanner::type(int depth) {
  if (depth > 8) fail("tuples nested too deeply");
  if (accept("(")) {
    std::vector<Type> items;
    while (!accept(")")) {
      if (!items.empty()) expect(",");
      if (items.size() == 64) fail("a tuple of more than 64 items");
      items.push_back(type(depth + 1));
    }
    return Type::tuple(items);
  }
  if (accept_word("none")) return Type::none();
  bool readonly = accept_word("readonly");
  DType element = dtype();
  if (accept("[")) return array_type(element, readonly);
  if (readonly) fail("a scalar cannot be readonly");
  return Type::scalar(element);
}

Scalar Scanner::scalar(DType dtype) {
  if (is_bool(dtype)) {
    if (accept_word("true")) return integer_scalar(dtype, 1);
    expect_word("false");
    return integer_scalar(dtype, 0);
  }
  if (is_integer(dtype)) {
    __int128 value = integer();
    if (!Range::of(dtype).contains({value, value})) fail("{} does not fit {}", value, name_of(dtype));
    return integer_scalar(dtype, value);
  }
  if (accept_word("bits")) {
    expect("(");
    std::string_view digits = number();
    uint64_t bits = 0;
    if (!digits.starts_with("0x")) fail("expected bits as 0x...");
    auto [end, error] = std::from_chars(digits.data() + 2, digits.data() + digits.size(), bits, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) fail("expected bits as 0x...");
    if (size_of(dtype) < 8 && bits >> 32) fail("more bits than {} has", name_of(dtype));
    expect(")");
    return {dtype, bits};
  }
  std::string_view digits = number();
  if (digits == "nan") return float_scalar(dtype, std::numeric_limits<double>::quiet_NaN());
  double wide = 0;
  float narrow = 0;
  auto [end, error] = dtype == DType::Float32 ? std::from_chars(digits.data(), digits.data() + digits.size(), narrow)
                                              : std::from_chars(digits.data(), digits.data() + digits.size(), wide);
  if (error != std::errc() || end != digits.data() + digits.size()) fail("expected a {}", name_of(dtype));
  return float_scalar(dtype, dtype == DType::Float32 ? double(narrow) : wide);
}

InstId Scanner::inst() {
  expect("%");
  // An id names a row of a table, so it may not be much larger than the text that could fill the table.
  return {uint32_t(integer(0, int64_t(text_.size()) + 65536))};
}

std::vector<InstId> Scanner::insts() {
  std::vector<InstId> ids;
  if (peek() != '%') return ids;
  do ids.push_back(inst());
  while (accept(","));
  return ids;
}

}  // namespace nf::ir

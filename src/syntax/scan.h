// Where numbers and strings end: the part of the lexer that needs no state.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace nf::syntax {

/// A literal of a text that begins where it was asked for. `error` says what is wrong with it; then `end` is where
/// reading goes on.
struct Scanned {
  uint32_t end = 0;
  std::string error;
};

/// True where a number begins: a digit, or a point before a digit.
bool starts_number(std::string_view text, uint32_t at);
Scanned scan_number(std::string_view text, uint32_t at);

/// The length of a string's prefix (`r`, `Rb`, none) when a string begins at `at`, else -1.
int string_prefix(std::string_view text, uint32_t at);
/// The string at `at`, prefix and quotes included. Fields of f-strings may hold strings of their own with any quotes.
Scanned scan_string(std::string_view text, uint32_t at);
/// The expressions in the fields of a well-formed f-string at `at`, without conversions and formats.
std::vector<Span> string_fields(std::string_view text, uint32_t at);

/// Unicode's rules for names (UAX #31), as Python has them.
bool is_name_start(char32_t c);
bool is_name_continue(char32_t c);

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_line_end(char c) { return c == '\n' || c == '\r'; }
constexpr bool is_ascii_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace nf::syntax

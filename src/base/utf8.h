// UTF-8 as people see it: code points, and how many columns of a terminal each one takes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace nf {

/// One code point of a text. Bytes that are no UTF-8 are read one at a time, with `valid` false.
struct CodePoint {
  char32_t value = 0;
  uint32_t size = 0;  ///< bytes; 0 at the end of the text
  bool valid = true;
};
/// The code point at byte `offset`. Overlong forms and surrogates are not valid.
CodePoint code_point_at(std::string_view text, size_t offset);

/// Appends a code point; what UTF-8 cannot hold becomes U+FFFD.
void append_utf8(std::string& text, char32_t value);

/// Columns that a code point takes: 0 for combining marks, 2 for East Asian wide characters, else 1.
int column_width(char32_t value);

/// True for what must not reach a terminal as it is: control characters, and marks that reorder the text around them.
bool is_unprintable(char32_t value);

}  // namespace nf

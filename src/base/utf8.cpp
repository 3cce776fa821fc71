// Decoding UTF-8 without trusting it.
#include "base/utf8.h"

#include <algorithm>
#include <iterator>

namespace nf {
namespace {

struct Range {
  char32_t first, last;
};

template <size_t N>
bool contains(const Range (&ranges)[N], char32_t value) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& range) { return range.first <= value && value <= range.last; });
}

// Coarse blocks are enough: a wrong width only moves a caret.
constexpr Range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0x33FF},   {0x3400, 0x4DBF},
                          {0x4E00, 0xA4CF},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
                          {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
                          {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Range zero_width[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},  {0x064B, 0x065F},
                                {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},  {0x20D0, 0x20FF},
                                {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};
constexpr Range unprintable[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x200E, 0x200F}, {0x2028, 0x202E},
                                 {0x2066, 0x2069}, {0xD800, 0xDFFF}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}};

}  // namespace

CodePoint code_point_at(std::string_view text, size_t offset) {
  if (offset >= text.size()) return {0, 0, true};
  auto byte = [&](size_t i) { return offset + i < text.size() ? uint8_t(text[offset + i]) : uint8_t(0); };
  uint8_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  uint32_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return {first, 1, false};
  char32_t value = first & (0xFF >> (size + 1));
  for (uint32_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {first, 1, false};
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest[size] || value > 0x10FFFF || surrogate) return {first, 1, false};
  return {value, size, true};
}

void append_utf8(std::string& text, char32_t value) {
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) value = 0xFFFD;
  if (value < 0x80) {
    text += char(value);
  } else if (value < 0x800) {
    text += {char(0xC0 | value >> 6), char(0x80 | (value & 0x3F))};
  } else if (value < 0x10000) {
    text += {char(0xE0 | value >> 12), char(0x80 | (value >> 6 & 0x3F)), char(0x80 | (value & 0x3F))};
  } else {
    text += {char(0xF0 | value >> 18), char(0x80 | (value >> 12 & 0x3F)), char(0x80 | (value >> 6 & 0x3F)),
             char(0x80 | (value & 0x3F))};
  }
}

int column_width(char32_t value) {
  if (value < 0x300) return 1;
  if (contains(zero_width, value)) return 0;
  return contains(wide, value) ? 2 : 1;
}

bool is_unprintable(char32_t value) { return contains(unprintable, value); }

}  // namespace nf

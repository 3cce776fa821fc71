// A place in a source text with its line.
#include "base/show_place.h"

#include <fmt/format.h>

#include <algorithm>

namespace nf {

std::string show_place(const Source& source, Span span) {
  Place place = source.place(span.begin);
  uint32_t start = 0;
  std::string_view line = source.line_at(span.begin, &start);
  uint32_t width = std::max(1u, std::min<uint32_t>(span.end, start + uint32_t(line.size())) - span.begin);
  return fmt::format("at {}:{}:{}\n    {}\n    {}{}", source.name(), place.line, place.column, line,
                     std::string(size_t(place.column - 1), ' '), std::string(width, '^'));
}

}  // namespace nf

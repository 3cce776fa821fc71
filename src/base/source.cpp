// Lines and columns of a text, found from byte offsets.
#include "base/source.h"

#include <algorithm>

#include "base/utf8.h"
#include "nearfield/error.h"

namespace nf {

Source::Source(std::string name, std::string text, int first_line)
    : name_(std::move(name)), text_(std::move(text)), first_line_(first_line) {
  // Spans count bytes in 32 bits.
  if (text_.size() >= UINT32_MAX) throw Error(ErrorKind::Value, "the text of `" + name_ + "` is larger than 4 GiB");
  line_starts_.push_back(0);
  // Python ends a line at \n, \r\n or \r.
  for (size_t i = 0; i < text_.size(); ++i) {
    bool carriage_return_alone = text_[i] == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n');
    if (text_[i] == '\n' || carriage_return_alone) line_starts_.push_back(uint32_t(i + 1));
  }
}

std::string_view Source::text(Span span) const {
  size_t begin = std::min<size_t>(span.begin, text_.size());
  size_t end = std::clamp<size_t>(span.end, begin, text_.size());
  return std::string_view(text_).substr(begin, end - begin);
}

Place Source::place(uint32_t offset) const {
  offset = std::min(offset, uint32_t(text_.size()));
  auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  size_t line = size_t(after - line_starts_.begin()) - 1;
  int column = 1;
  for (uint32_t at = line_starts_[line]; at < offset; ++column) {
    at += code_point_at(text_, at).size;
    if (at > offset) break;  // inside a code point: its column
  }
  return {first_line_ + int(line), column};
}

std::string_view Source::line_at(uint32_t offset, uint32_t* start) const {
  offset = std::min(offset, uint32_t(text_.size()));
  auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  uint32_t begin = *(after - 1);
  uint32_t end = after == line_starts_.end() ? uint32_t(text_.size()) : *after;
  while (end > begin && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  if (start) *start = begin;
  return std::string_view(text_).substr(begin, end - begin);
}

}  // namespace nf

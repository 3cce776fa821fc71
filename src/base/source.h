// Source text with its name, and the spans that travel with every node made from it.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nf {

/// A stretch of source text, in bytes. `source` is an index into the list of texts that the holder of the span keeps
/// (0 in a tree, which has one text; an `ir::Module` may hold several).
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t source = 0;
  bool operator==(const Span&) const = default;
};

/// A place for people: line and column from 1, the column in code points.
struct Place {
  int line = 1;
  int column = 1;
};

/// UTF-8 text, the name to show for it, and the line of the file on which it starts.
class Source {
 public:
  Source(std::string name, std::string text, int first_line = 1);
  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  int first_line() const { return first_line_; }
  /// The text of a span.
  std::string_view text(Span span) const;
  /// Where byte `offset` is; `line` counts from `first_line`.
  Place place(uint32_t offset) const;
  /// The whole line (without its newline) that holds byte `offset`, and where it starts.
  std::string_view line_at(uint32_t offset, uint32_t* start = nullptr) const;

 private:
  std::string name_;
  std::string text_;
  int first_line_;
  std::vector<uint32_t> line_starts_;
};
using SourcePtr = std::shared_ptr<const Source>;

}  // namespace nf

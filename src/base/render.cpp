// Diagnostics as text: the place, the message, the lines they speak of, and marks under the words that matter.
#include <algorithm>

#include "base/diagnostic.h"
#include "base/excerpt.h"
#include "base/utf8.h"

namespace nf {
namespace {

/// One marked stretch of one line.
struct Mark {
  const Source* source;
  Span span;
  bool primary;
  std::string_view text;
  Place place;
};

/// The part of a source line that is shown, and where the mark lies in it.
struct Excerpt {
  std::string text;
  int first_column = 0;  ///< of the whole line, in terminal columns
  int mark_begin = 0, mark_end = 0;
};

constexpr int tab_width = 4;
constexpr int widest_line = 120;  // of a line that is shown whole
constexpr int context = 40;       // columns before the mark in a line that is not

/// Calls `f(offset, text, column, width)` for each character of a line as the terminal will show it: tabs as spaces,
/// and nothing that would move the cursor. Returns the width of the line.
template <class F>
int for_each_cell(std::string_view line, F f) {
  constexpr std::string_view spaces = "    ", replacement = "\xEF\xBF\xBD";  // U+FFFD
  int column = 0;
  for (size_t at = 0; at < line.size();) {
    CodePoint point = code_point_at(line, at);
    std::string_view text = line.substr(at, point.size);
    int width = 1;
    if (point.value == '\t') {
      width = tab_width - column % tab_width;
      text = spaces.substr(0, size_t(width));
    } else if (!point.valid || is_unprintable(point.value)) {
      text = replacement;
    } else {
      width = column_width(point.value);
    }
    f(uint32_t(at), text, column, width);
    column += width;
    at += point.size;
  }
  return column;
}

Excerpt excerpt_of(const Mark& mark, int widest) {
  Excerpt excerpt;
  uint32_t line_start = 0;
  std::string_view line = mark.source->line_at(mark.span.begin, &line_start);
  uint32_t begin = std::min(mark.span.begin, uint32_t(mark.source->text().size())) - line_start;
  uint32_t end = std::max(mark.span.end, line_start + begin) - line_start;

  int mark_begin = -1, mark_end = -1;
  int width = for_each_cell(line, [&](uint32_t at, std::string_view, int column, int) {
    if (at >= begin && mark_begin < 0) mark_begin = column;
    if (at >= end && mark_end < 0) mark_end = column;
  });
  if (mark_begin < 0) mark_begin = width;
  if (mark_end < 0) mark_end = width;
  mark_end = std::max(mark_end, mark_begin + 1);

  if (width > widest) excerpt.first_column = std::max(0, mark_begin - context);
  int last_column = excerpt.first_column + widest;
  if (excerpt.first_column > 0) excerpt.text = "...";
  for_each_cell(line, [&](uint32_t, std::string_view text, int column, int) {
    if (column >= excerpt.first_column && column < last_column) excerpt.text += text;
  });
  if (width > last_column) excerpt.text += "...";
  int shift = (excerpt.first_column > 0 ? 3 : 0) - excerpt.first_column;
  excerpt.mark_begin = mark_begin + shift;
  excerpt.mark_end = std::min(mark_end, last_column) + shift;
  return excerpt;
}

/// The marked lines of one source, in the order of the text.
std::string lines_of(std::vector<Mark> marks, size_t gutter, int widest = widest_line) {
  std::stable_sort(marks.begin(), marks.end(),
                   [](const Mark& a, const Mark& b) { return a.place.line < b.place.line; });
  std::string text;
  int shown_line = 0, shown_column = -1;
  for (const Mark& mark : marks) {
    Excerpt excerpt = excerpt_of(mark, widest);
    if (mark.place.line != shown_line || excerpt.first_column != shown_column) {
      std::string_view space = excerpt.text.empty() ? "" : " ";
      text += fmt::format("\n  {:>{}} |{}{}", mark.place.line, gutter, space, excerpt.text);
      shown_line = mark.place.line, shown_column = excerpt.first_column;
    }
    std::string carets(size_t(excerpt.mark_end - excerpt.mark_begin), mark.primary ? '^' : '-');
    text += fmt::format("\n  {:>{}} | {:>{}}{}", "", gutter, "", excerpt.mark_begin, carets);
    if (!mark.text.empty()) text += fmt::format(" {}", mark.text);
  }
  return text;
}

}  // namespace

std::string excerpt(const Source& source, Span span, int widest) {
  const Place place = source.place(span.begin);
  std::string lines = lines_of({{&source, span, true, {}, place}}, std::to_string(place.line).size(), widest);
  return lines.substr(1);  // each begins with a newline
}

std::string render(const Diagnostic& diagnostic) {
  std::string head = fmt::format("error[{}]: {}", code_text(diagnostic.code), diagnostic.message);
  if (diagnostic.source) {
    Place place = diagnostic.source->place(diagnostic.span.begin);
    head = fmt::format("{}:{}:{}: {}", diagnostic.source->name(), place.line, place.column, head);
  }

  std::vector<std::vector<Mark>> groups;  // by source, the diagnostic's own first
  auto add = [&](const SourcePtr& source, Span span, bool primary, std::string_view text) {
    if (!source) return;
    auto same = [&](const std::vector<Mark>& group) { return group[0].source == source.get(); };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) group = groups.insert(groups.end(), std::vector<Mark>());
    group->push_back({source.get(), span, primary, text, source->place(span.begin)});
  };
  add(diagnostic.source, diagnostic.span, true, {});
  for (const Label& label : diagnostic.labels) add(label.source, label.span, false, label.text);

  int last_line = 1;
  for (const auto& group : groups)
    for (const Mark& mark : group) last_line = std::max(last_line, mark.place.line);
  size_t gutter = std::to_string(last_line).size();

  std::string text = head;
  for (const std::vector<Mark>& group : groups) {
    bool own = group[0].source == diagnostic.source.get();
    const Mark& first = group[0];
    if (!own)
      text +=
          fmt::format("\n  {:>{}}--> {}:{}:{}", "", gutter, first.source->name(), first.place.line, first.place.column);
    text += lines_of(group, gutter);
  }
  for (const std::string& note : diagnostic.notes) text += fmt::format("\n  {:>{}} = {}", "", gutter, note);
  return text;
}

}  // namespace nf

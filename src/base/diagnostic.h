// What is wrong with the user's program: collected values with a code, a place, labels and a way out.
#pragma once
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/source.h"
#include "nearfield/error.h"

namespace nf {

/// Every error code, its number and the sentence that names it in `docs/errors.md`; the table is base/codes.def.
enum class Code : uint16_t {
#define NF_CODE(name, number, title) name = number,
#include "base/codes.def"
#undef NF_CODE
};
/// "E0204".
std::string code_text(Code code);
/// The sentence of the table.
std::string_view code_title(Code code);
/// All codes, in the order of the table: tests tie each to a golden.
std::vector<Code> all_codes();

/// A second place that explains the first.
struct Label {
  SourcePtr source;
  Span span;
  std::string text;
};

/// One error in the user's program.
struct Diagnostic {
  Code code{};
  SourcePtr source;
  Span span;
  std::string message;  ///< lower case, no full stop, code in backticks
  std::vector<Label> labels;
  std::vector<std::string> notes;  ///< "hint: ..." lines

  template <class... Args>
  Diagnostic& label(SourcePtr at, Span where, fmt::format_string<Args...> text, Args&&... args) {
    labels.push_back({std::move(at), where, fmt::format(text, std::forward<Args>(args)...)});
    return *this;
  }
  template <class... Args>
  Diagnostic& hint(fmt::format_string<Args...> text, Args&&... args) {
    notes.push_back("hint: " + fmt::format(text, std::forward<Args>(args)...));
    return *this;
  }
};

/// The diagnostics of one compilation, in the order found; the same code at the same span is reported once.
class Diagnostics {
 public:
  template <class... Args>
  Diagnostic& report(Code code, SourcePtr source, Span span, fmt::format_string<Args...> text, Args&&... args) {
    return add({code, std::move(source), span, fmt::format(text, std::forward<Args>(args)...), {}, {}});
  }
  Diagnostic& add(Diagnostic diagnostic);
  void append(const Diagnostics& other);
  bool empty() const { return list_.empty(); }
  const std::vector<Diagnostic>& list() const { return list_; }
  /// Throws `CompileError` with all of them, sorted by place, when there is one.
  void throw_if_any() const;

 private:
  std::vector<Diagnostic> list_;
  Diagnostic repeated_;  ///< where the labels of a repeated report go
};

/// The text with source lines and carets (see docs/errors.md); no colour.
std::string render(const Diagnostic& diagnostic);

/// The closest of `candidates` to `name` when it is near enough to be a slip of the pen.
std::optional<std::string> closest(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace nf

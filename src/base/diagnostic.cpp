// Collecting diagnostics, and turning them into one exception at the edge.
#include "base/diagnostic.h"

#include <algorithm>
#include <tuple>

namespace nf {

std::string code_text(Code code) { return fmt::format("E{:04}", uint16_t(code)); }

std::string_view code_title(Code code) {
  switch (code) {
#define NF_CODE(name, number, title) \
  case Code::name:                   \
    return title;
#include "base/codes.def"
#undef NF_CODE
  }
  return "an error of no known kind";
}

std::vector<Code> all_codes() {
  return {
#define NF_CODE(name, number, title) Code::name,
#include "base/codes.def"
#undef NF_CODE
  };
}

Diagnostic& Diagnostics::add(Diagnostic diagnostic) {
  for (const Diagnostic& known : list_) {
    if (known.code == diagnostic.code && known.source == diagnostic.source && known.span == diagnostic.span) {
      repeated_ = std::move(diagnostic);
      return repeated_;
    }
  }
  list_.push_back(std::move(diagnostic));
  return list_.back();
}

void Diagnostics::append(const Diagnostics& other) {
  for (const Diagnostic& diagnostic : other.list_) add(diagnostic);
}

namespace {

DiagnosticText text_of(const Diagnostic& diagnostic) {
  DiagnosticText text{code_text(diagnostic.code), "", 0, 0, diagnostic.message, render(diagnostic)};
  if (diagnostic.source) {
    Place place = diagnostic.source->place(diagnostic.span.begin);
    text.file = diagnostic.source->name(), text.line = place.line, text.column = place.column;
  }
  return text;
}

}  // namespace

void Diagnostics::throw_if_any() const {
  if (list_.empty()) return;
  std::vector<DiagnosticText> texts;
  for (const Diagnostic& diagnostic : list_) texts.push_back(text_of(diagnostic));
  std::stable_sort(texts.begin(), texts.end(), [](const DiagnosticText& a, const DiagnosticText& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  std::string rendered;
  for (const DiagnosticText& text : texts) rendered += (rendered.empty() ? "" : "\n\n") + text.rendered;
  throw CompileError(std::move(rendered), std::move(texts));
}

}  // namespace nf

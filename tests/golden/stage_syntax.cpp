// Stages of `syntax`: `tokens`, `tree`, and `accepts`, which says only whether a text is Python.
#include <fmt/format.h>

#include "golden/stage.h"
#include "syntax/syntax.h"

namespace nf::golden {
namespace {

SourcePtr source_of(const Input& input) { return std::make_shared<const Source>(input.name, input.text); }

/// All errors as a user sees them; nothing when there is none.
std::string rendered(const Diagnostics& diagnostics) {
  try {
    diagnostics.throw_if_any();
  } catch (const CompileError& error) {
    return std::string(error.what()) + "\n";
  }
  return {};
}

std::string tokens(const Input& input) {
  constexpr std::string_view kinds[] = {"Name",    "Keyword", "Number", "String", "Operator",
                                        "Newline", "Indent",  "Dedent", "End",    "Bad"};
  SourcePtr source = source_of(input);
  Diagnostics diagnostics;
  std::string text;
  for (const syntax::Token& token : syntax::tokenize(source, diagnostics)) {
    Place place = source->place(token.span.begin);
    bool shown = token.kind <= syntax::TokenKind::Operator || token.kind == syntax::TokenKind::Bad;
    text += fmt::format("{}:{} {}", place.line, place.column, kinds[int(token.kind)]);
    if (shown) text += " ";
    for (char c : shown ? source->text(token.span) : "") text += c == '\n' ? "\\n" : std::string(1, c);
    text += "\n";
  }
  return text + rendered(diagnostics);
}

std::string tree(const Input& input) {
  std::shared_ptr<const syntax::Module> module = syntax::parse(source_of(input));
  std::string errors = rendered(module->diagnostics);
  return errors.empty() ? syntax::print(*module) : errors;
}

std::string accepts(const Input& input) {
  std::string errors = rendered(syntax::parse(source_of(input))->diagnostics);
  return errors.empty() ? "ok\n" : errors;
}

Register register_tokens("tokens", tokens);
Register register_tree("tree", tree);
Register register_accepts("accepts", accepts);

}  // namespace
}  // namespace nf::golden

// The front door: a text becomes a tree, whatever the text is.
#include "syntax/parser.h"

namespace nf::syntax {

std::shared_ptr<const Module> parse(SourcePtr source) {
  auto module = std::make_shared<Module>();
  module->source = source;
  if (source->text().size() > kMaxTextSize) {
    module->diagnostics.report(Code::nesting_too_deep, source, Span{}, "this text has {} bytes; at most {} are read",
                               source->text().size(), kMaxTextSize);
    return module;
  }
  Parser(source, tokenize(source, module->diagnostics), *module).text();
  return module;
}

}  // namespace nf::syntax

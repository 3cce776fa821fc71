// Any bytes are a text: parsing never throws, its spans lie in the text, and its trees keep to their limits.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "syntax/children.h"
#include "syntax/syntax.h"

using namespace nf;
using namespace nf::syntax;

namespace {

void check(const Module& module) {
  uint32_t size = uint32_t(module.source->text().size());
  auto inside = [&](Span span) { return span.begin <= span.end && span.end <= size; };
  std::vector<int> depth(module.exprs.size(), 1);
  for (uint32_t i = 0; i < module.exprs.size(); ++i) {
    const Expr& expr = module.exprs[{i}];
    nf_assert(inside(expr.span), "expression {} lies outside the text", i);
    for_each_child(expr, [&](ExprId child) {
      nf_assert(child.index < i, "expression {} has a part that was made later", i);
      Span part = module[child].span;
      nf_assert(expr.span.begin <= part.begin && part.end <= expr.span.end, "expression {} is narrower than a part", i);
      depth[i] = std::max(depth[i], depth[child.index] + 1);
    });
    nf_assert(depth[i] <= kMaxExprDepth, "expression {} is too deep", i);
  }
  for (const Stmt& statement : module.stmts) nf_assert(inside(statement.span), "a statement lies outside the text");
  for (const Diagnostic& diagnostic : module.diagnostics.list()) {
    nf_assert(inside(diagnostic.span), "an error lies outside the text");
    nf_assert(!render(diagnostic).empty(), "an error says nothing");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto source = std::make_shared<const Source>("text.py", std::string(reinterpret_cast<const char*>(data), size));
  std::shared_ptr<const Module> module = parse(source);
  check(*module);
  print(*module);
  find_function(*module, "f", 1);
  find_lambda(*module, 0, uint32_t(size));
  return 0;
}

// Finding the function that Python means, by its name and line or by its place.
#include "syntax/syntax.h"

namespace nf::syntax {
namespace {

const FunctionDef* function_named(const Module& module, StmtId id, std::string_view name) {
  const auto* function = std::get_if<FunctionDef>(&module[id].node);
  return function && function->name == name ? function : nullptr;
}

/// True on every line from the first decorator to the `def`: which of them Python reports depends on its version.
bool heads(const Module& module, StmtId id, const FunctionDef& function, int line) {
  int last = module.source->place(module[id].span.begin).line;
  int first = last;
  if (!function.decorators.empty()) first = module.source->place(module[function.decorators[0]].span.begin).line;
  return first <= line && line <= last;
}

}  // namespace

StmtId find_function(const Module& module, std::string_view name, int line) {
  StmtId found;
  // All statements lie in one table, blocks of classes and functions included.
  for (uint32_t i = 0; i < module.stmts.size(); ++i) {
    const FunctionDef* function = function_named(module, {i}, name);
    if (function && (line == 0 || heads(module, {i}, *function, line))) found = {i};
  }
  if (line != 0) return found;
  for (StmtId id : module.body)
    if (function_named(module, id, name)) found = id;
  return found;
}

ExprId find_lambda(const Module& module, uint32_t begin, uint32_t end) {
  for (uint32_t i = 0; i < module.exprs.size(); ++i) {
    const Expr& expr = module.exprs[{i}];
    bool covers = expr.span.begin == begin && expr.span.end == end;
    if (covers && std::holds_alternative<Lambda>(expr.node)) return {i};
  }
  return {};
}

}  // namespace nf::syntax

// A typed program as a module of IR: its functions in order, the captured arrays, the texts that spans point into.
#include "lower/lower.h"

#include <algorithm>

#include "base/assert.h"
#include "lower/lowering.h"

namespace nf::lower {
namespace {
using namespace syntax;

uint32_t source_index(ir::Module& module, const SourcePtr& source) {
  auto found = std::find(module.sources.begin(), module.sources.end(), source);
  if (found == module.sources.end()) found = module.sources.insert(found, source);
  return uint32_t(found - module.sources.begin());
}

/// Parameters, results and what the options say; a tuple becomes one parameter for each item.
ir::Function declare(const types::Typed& typed) {
  const KernelOptions& options = typed.definition->options;
  ir::Function function;
  function.name = typed.definition->name;
  function.fastmath = options.fastmath;
  function.results = leaf_types(typed.result);
  for (const types::TypedParameter& param : typed.params) {
    if (param.constant) continue;
    std::vector<Type> leaves = leaf_types(param.type);
    for (size_t i = 0; i < leaves.size(); ++i) {
      std::string name = param.type.is_tuple() ? fmt::format("{}.{}", param.name, i) : param.name;
      function.params.push_back({name, leaves[i], param.relative, {}});
    }
  }
  if (typed.is_stencil()) {
    function.kind = ir::FunctionKind::Stencil;
    function.rank = typed.rank;
    function.mode = options.mode;
    if (options.cval) function.cval = ir::cast_scalar(*options.cval, function.results.at(0).dtype());
    for (auto [lo, hi] : options.neighborhood)
      function.footprint.axes.push_back({std::min<int64_t>(lo, 0), std::max<int64_t>(hi, 0)});
  }
  return function;
}

void bind_parameters(Lowering& l) {
  uint32_t position = 0;
  for (const types::TypedParameter& param : l.typed.params) {
    if (param.constant) continue;
    At at(l, param.span);
    l.values[param.version] = make_value(param.type, [&](Type leaf) { return l.emit(ir::Param{position++}, leaf); });
  }
}

void lower_function(const types::TypedProgram& program, const types::Typed& typed, ir::Module& module, uint32_t index,
                    std::vector<ir::Function>& pointwise) {
  ir::Function& function = module.functions[index];
  function.body = function.blocks.add({});
  Lowering l{program, typed, module, function, ir::Builder(function, function.body)};
  l.source = source_index(module, typed.tree().source);
  l.values.resize(typed.versions.size());
  l.is_direct.resize(typed.versions.size());
  l.numpy_errors = typed.numpy_errors;
  l.pointwise = &pointwise;
  bind_parameters(l);
  const types::Definition& definition = *typed.definition;
  if (definition.function) {
    lower_body(l, std::get<FunctionDef>(typed.tree()[definition.function].node).body);
  } else {
    ExprId body = std::get<Lambda>(typed.tree()[definition.lambda].node).body;
    At at(l, typed.tree()[body].span);
    lower_return(l, lower_expr(l, body), l.type(body));
  }
  auto& entry = function.blocks[function.body].insts;
  entry.insert(entry.begin(), l.all_slots.begin(), l.all_slots.end());
}
}  // namespace

ir::Module lower(const types::TypedProgram& program) {
  ir::Module module;
  module.constants = program.constants;
  module.sites.emplace_back();
  for (const auto& typed : program.functions) module.functions.push_back(declare(*typed));
  std::vector<ir::Function> pointwise;
  for (uint32_t i = 0; i < program.functions.size(); ++i)
    lower_function(program, *program.functions[i], module, i, pointwise);
  for (ir::Function& function : pointwise) module.functions.push_back(std::move(function));
  return module;
}

}  // namespace nf::lower

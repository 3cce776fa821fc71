// Types a function and, on demand, everything it calls: one typed function for each list of argument types.
#include <algorithm>

#include "base/assert.h"
#include "types/infer.h"
#include "types/signature.h"

namespace nf::types {
namespace {
using namespace syntax;

constexpr int widening_after = 8;  ///< passes; from then on types only widen
constexpr int max_passes = 64;

Type type_of_constant(const Binding& binding) {
  if (auto* scalar = std::get_if<Scalar>(&binding)) return Type::scalar(scalar->dtype);
  if (auto* tuple = std::get_if<ConstantTuple>(&binding)) {
    std::vector<Type> items;
    for (const Scalar& item : tuple->items) items.push_back(Type::scalar(item.dtype));
    return Type::tuple(items);
  }
  return Type::none();
}

std::optional<Scalar> negative(Scalar value) {
  if (value.dtype == DType::Float64) return Scalar::of(DType::Float64, -value.as<double>());
  if (value.dtype == DType::Int64) return Scalar::of(DType::Int64, int64_t(0 - value.as<uint64_t>()));
  return {};
}

/// A default: a literal, a name of a constant, a tuple of those.
std::optional<Binding> constant_default(Inference& in, ExprId id) {
  const auto& node = in.tree[id].node;
  if (auto* n = std::get_if<IntegerLiteral>(&node)) {
    if (!n->fits) return {};
    if (n->value > uint64_t(INT64_MAX)) return Scalar::of(DType::UInt64, n->value);
    return Scalar::of(DType::Int64, int64_t(n->value));
  }
  if (auto* n = std::get_if<FloatLiteral>(&node)) return Scalar::of(DType::Float64, n->value);
  if (auto* n = std::get_if<BoolLiteral>(&node)) return Scalar::of(DType::Bool, n->value);
  if (std::holds_alternative<NoneLiteral>(node)) return NoneValue{};
  if (auto* n = std::get_if<Unary>(&node); n && n->op == UnaryOp::Minus) {
    auto operand = constant_default(in, n->operand);
    auto* scalar = operand ? std::get_if<Scalar>(&*operand) : nullptr;
    auto value = scalar ? negative(*scalar) : std::nullopt;
    return value ? std::optional<Binding>(*value) : std::nullopt;
  }
  if (auto* n = std::get_if<TupleExpr>(&node)) {
    ConstantTuple tuple;
    for (ExprId item : n->items) {
      auto value = constant_default(in, item);
      auto* scalar = value ? std::get_if<Scalar>(&*value) : nullptr;
      if (!scalar) return {};
      tuple.items.push_back(*scalar);
    }
    return tuple;
  }
  auto binding = resolve(in, id);
  if (!binding) return {};
  bool is_constant = std::holds_alternative<Scalar>(*binding) || std::holds_alternative<ConstantTuple>(*binding) ||
                     std::holds_alternative<NoneValue>(*binding);
  return is_constant ? binding : std::nullopt;
}

void bind_parameters(Inference& in, const ArgumentTypes& args) {
  const std::vector<Parameter>& params = parameters_of(*in.typed.definition);
  const std::string& name = in.typed.definition->name;
  if (args.size() > params.size())
    in.report(Code::wrong_argument_count, name_span(*in.typed.definition), "`{}` takes {} argument{}, got {}", name,
              params.size(), params.size() == 1 ? "" : "s", args.size());
  for (size_t i = 0; i < params.size(); ++i) {
    const Parameter& param = params[i];
    TypedParameter typed{param.name, param.span, Type::unknown()};
    if (param.kind == Parameter::Kind::Star || param.kind == Parameter::Kind::DoubleStar) {
      in.report_unsupported(param.span, param.kind == Parameter::Kind::Star ? "`*args` is" : "`**kwargs` is");
    } else if (i < args.size() && args[i]) {
      typed.type = *args[i];
    } else if (!param.default_value) {
      in.report(Code::wrong_argument_count, param.span, "`{}` needs an argument for its parameter `{}`", name,
                param.name);
    } else if ((typed.constant = constant_default(in, param.default_value))) {
      typed.type = type_of_constant(*typed.constant);
    } else {
      in.report(Code::unsupported_value, in.span(param.default_value),
                "the default of `{}` must be a constant number, a tuple of them or `None`", param.name);
    }
    in.typed.params.push_back(std::move(typed));
  }
}

/// One walk over the whole body.
void run_pass(Inference& in, const Diagnostics& before) {
  in.diagnostics = before;
  in.arriving = Table<Version, Type>(in.typed.versions.size());
  in.typed.reached = Table<Stmt, uint8_t>(in.tree.stmts.size());
  in.typed.unrolled = Table<Stmt, uint8_t>(in.tree.stmts.size());
  in.returned.reset(), in.first_return = {};
  in.changed = in.reads_neighbors = false;
  in.written_params.clear();
  in.typed.stored.clear();
  const Definition& definition = *in.typed.definition;
  if (definition.function) {
    in.typed.falls_off_the_end = infer_body(in, std::get<FunctionDef>(in.tree[definition.function].node).body);
    if (in.typed.falls_off_the_end && in.returned && !in.returned->is_none() && !in.returned->is_unknown())
      in.report(Code::bad_return, name_span(definition),
                "`{}` returns {} on one path and ends without `return` on another", definition.name,
                describe(*in.returned))
          .label(in.source(), in.first_return, "{}", describe(*in.returned));
  } else {
    ExprId body = std::get<Lambda>(in.tree[definition.lambda].node).body;
    infer_return(in, infer(in, body), in.span(body));
  }
  // Merged versions behind a loop are complete only now.
  for (uint32_t i = 0; i < in.typed.versions.size(); ++i) {
    Version& version = in.typed.versions[{i}];
    if (version.kind == Version::Kind::Merged && version.is_used) settle(in, {{{i}, {}}});
  }
}

/// What a gufunc's kernel returns: a value for each output when it takes the inputs alone, else nothing.
void check_returned(Inference& in, const GufuncLayout& layout) {
  const std::string& name = in.typed.definition->name;
  const bool nothing = !in.returned || in.returned->is_none();
  if (in.returned && in.returned->is_unknown()) return;
  if (in.typed.params.size() > layout.inputs.size()) {
    if (!nothing)
      in.report(Code::bad_return, in.first_return, "`{}` has parameters for its outputs, so it returns nothing", name)
          .hint("store into the parameters, or drop them and return the results");
    return;
  }
  std::vector<Type> items;
  if (!nothing && in.returned->is_tuple())
    items.assign(in.returned->items().begin(), in.returned->items().end());
  else if (!nothing)
    items.push_back(*in.returned);
  const Span span = nothing ? name_span(*in.typed.definition) : in.first_return;
  if (items.size() != layout.outputs.size()) {
    in.report(Code::bad_return, span, "`{}` returns {} value{}, and its layout {} has {} output{}", name, items.size(),
              items.size() == 1 ? "" : "s", to_string(layout), layout.outputs.size(),
              layout.outputs.size() == 1 ? "" : "s");
    return;
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const int rank = items[i].is_array() ? items[i].rank() : 0, core = int(layout.outputs[i].size());
    if (rank != core && (rank > 0 || core == 0))
      in.report(Code::bad_return, span, "`{}` returns {} as output {}, which has {} core dimension{} in {}", name,
                describe(items[i]), i, core, core == 1 ? "" : "s", to_string(layout));
  }
}

void check_outputs(Inference& in) {
  if (in.options().kind != KernelOptions::Kind::Gufunc || in.options().over_stencil) return;
  const GufuncLayout layout = parse_layout(in.options().layout);
  check_returned(in, layout);
  for (size_t i = layout.inputs.size(); i < in.typed.params.size(); ++i) {
    const TypedParameter& param = in.typed.params[i];
    if (in.written_params.count(uint32_t(i))) continue;
    Diagnostic& error = in.report(Code::output_not_written, param.span, "the output `{}` is never written", param.name);
    if (param.type.is_scalar())
      error.hint("a number as output cannot be written: give it an array type and store into `{}[0]`", param.name);
    else
      error.hint("store into it: `{}[:] = ...`; `{} = ...` only gives the name another value", param.name, param.name);
  }
}

/// A ufunc's function is computed for each element.
void check_number(Inference& in) {
  const Definition& definition = *in.typed.definition;
  const Type result = in.typed.result;
  if (in.options().kind != KernelOptions::Kind::Vectorize || !in.diagnostics.empty()) return;
  if (result.is_scalar() || result.is_unknown()) return;
  in.report(Code::stencil_result, in.first_return.end ? in.first_return : name_span(definition),
            "`{}` is computed for each element and returns one number, this returns {}", definition.name,
            result.is_none() ? "nothing" : describe(result))
      .hint("`nf.guvectorize` makes several results, and arrays");
}

void infer_function(ProgramBuilder& program, uint32_t index, const ArgumentTypes& args) {
  std::shared_ptr<Typed> typed = program.requests[index].typed;
  Inference in{program, *typed, typed->tree()};
  if (in.options().kind == KernelOptions::Kind::Gufunc || in.options().kind == KernelOptions::Kind::Vectorize)
    typed->numpy_errors = !in.options().over_stencil;
  typed->numpy_errors |= in.options().numpy_errors;
  typed->types.resize(in.tree.exprs.size());
  typed->meanings.resize(in.tree.exprs.size());
  bind_parameters(in, args);
  in.scope = split_versions(*typed);
  if (in.is_stencil() && in.diagnostics.empty()) prepare_stencil(in);
  Diagnostics before = in.diagnostics;
  int passes = 0;
  do {
    nf_assert(passes < max_passes, "the types of `{}` do not settle", typed->definition->name);
    in.keep_old_types = passes >= widening_after;
    run_pass(in, before);
    ++passes;
  } while (in.changed);
  typed->result = in.returned.value_or(Type::none());
  if (in.is_stencil()) finish_stencil(in);
  check_outputs(in);
  check_number(in);
  if (in.options().dtype && in.is_stencil()) {
    const Type one = Type::scalar(*in.options().dtype);
    if (typed->result.is_scalar()) typed->result = one;
    if (typed->result.is_tuple()) typed->result = Type::tuple(std::vector<Type>(typed->result.items().size(), one));
  }
  program.requests[index].diagnostics = std::move(in.diagnostics);
  program.requests[index].in_progress = false;
}

/// The functions that the entry reaches, in the order in which it does; calls are renumbered.
std::vector<std::shared_ptr<const Typed>> reachable(ProgramBuilder& program) {
  std::vector<uint32_t> order{0};
  std::map<uint32_t, uint32_t> position{{0, 0}};
  for (size_t i = 0; i < order.size(); ++i) {
    Typed& typed = *program.requests[order[i]].typed;
    for (uint32_t e = 0; e < typed.meanings.size(); ++e) {
      auto* call = std::get_if<KernelCall>(&typed.meanings[{e}]);
      auto* gufunc = std::get_if<GufuncCall>(&typed.meanings[{e}]);
      if (!call && !gufunc) continue;
      uint32_t& function = call ? call->function : gufunc->function;
      auto [found, is_new] = position.try_emplace(function, uint32_t(order.size()));
      if (is_new) order.push_back(function);
      function = found->second;
    }
  }
  std::vector<std::shared_ptr<const Typed>> functions;
  for (uint32_t index : order) functions.push_back(program.requests[index].typed);
  return functions;
}
}  // namespace

uint32_t ProgramBuilder::request(const DefinitionPtr& definition, const ArgumentTypes& args) {
  std::vector<uint32_t> key;
  for (const auto& arg : args) key.push_back(arg ? arg->bits() : UINT32_MAX);
  auto [found, is_new] = known.try_emplace({definition.get(), std::move(key)}, uint32_t(requests.size()));
  if (!is_new) return found->second;
  uint32_t index = found->second;
  requests.push_back({std::make_shared<Typed>()});
  requests[index].typed->definition = definition;
  ++depth;
  infer_function(*this, index, args);
  --depth;
  return index;
}

std::optional<Binding> ProgramBuilder::find(Environment* names, const std::string& name) {
  if (!names) return {};
  auto [found, is_new] = bindings.try_emplace({names, name});
  if (is_new) found->second = names->find(name);
  return found->second;
}

std::shared_ptr<const TypedProgram> infer_types(const DefinitionPtr& definition, std::vector<Type> args) {
  definition->module->diagnostics.throw_if_any();
  ProgramBuilder program;
  program.request(definition, ArgumentTypes(args.begin(), args.end()));
  program.requests[0].diagnostics.throw_if_any();
  auto result = std::make_shared<TypedProgram>();
  result->functions = reachable(program);
  result->constants = std::move(program.constants);
  return result;
}

std::vector<DType> output_dtypes(const DefinitionPtr& definition, const std::vector<Type>& inputs,
                                 const std::vector<int>& ranks) {
  std::shared_ptr<const TypedProgram> program;
  return settle_outputs(inputs.size(), ranks.size(), [&](const std::vector<DType>& dtypes) {
    std::vector<Type> args = inputs;
    for (size_t i = 0; i < dtypes.size(); ++i) args.push_back(Type::array(dtypes[i], ranks[i]));
    program = infer_types(definition, args);
    return program->functions.at(0).get();
  });
}

}  // namespace nf::types

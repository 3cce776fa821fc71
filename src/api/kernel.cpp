// The public kernel: a thin handle on the engine's function.
#include "nearfield/kernel.h"

#include <algorithm>

#include "api/convert.h"
#include "base/assert.h"
#include "engine/arguments.h"
#include "engine/engine.h"
#include "engine/explain.h"
#include "engine/gufunc.h"
#include "engine/prepared.h"
#include "nearfield/array.h"
#include "syntax/syntax.h"
#include "types/signature.h"
#include "types/types.h"

namespace nf {
namespace {

Result to_public(const engine::Result& result, size_t out_position) {
  Result made;
  if (const auto* scalar = std::get_if<Scalar>(&result)) {
    made.kind = Result::Kind::Scalar;
    made.scalar = *scalar;
  } else if (const auto* array = std::get_if<engine::NewArray>(&result)) {
    made.kind = Result::Kind::Array;
    made.array = {array->owner, array->view};
  } else if (const auto* alias = std::get_if<engine::AliasOf>(&result)) {
    made.kind = Result::Kind::Alias;
    made.alias = alias->argument;
  } else if (const auto* tuple = std::get_if<std::shared_ptr<engine::ResultTuple>>(&result)) {
    made.kind = Result::Kind::Tuple;
    for (const engine::Result& item : (*tuple)->items) made.items.push_back(to_public(item, out_position));
  }
  return made;
}

/// The parts of `to_public` that short calls need: no general result is built on the way.
void write_public(const engine::Result& result, Result& made) {
  if (const auto* scalar = std::get_if<Scalar>(&result))
    made.kind = Result::Kind::Scalar, made.scalar = *scalar;
  else if (!std::holds_alternative<engine::NoneResult>(result))
    made = to_public(result, 0);
}

engine::CoreDims core_dims(const KernelOptions& options) {
  types::GufuncLayout layout = types::parse_layout(options.layout);
  return {layout.inputs, layout.outputs};
}

/// The types that a kernel is specialised for: functions of numbers see arrays of any rank as one row.
std::vector<Type> argument_types(const KernelOptions& options, const std::vector<std::string>& texts) {
  const bool ufunc = options.kind == KernelOptions::Kind::Vectorize;
  std::vector<Type> types =
      types_of(texts, ufunc || options.kind == KernelOptions::Kind::Stencil || options.over_stencil);
  for (Type& type : types)
    if (ufunc && type.is_array()) type = Type::array(type.dtype(), 1, Layout::C);
  return types;
}

void refuse_gpu(const KernelOptions& options, const std::string& name) {
  if (options.target == "gpu" || options.target == "cuda")
    throw Error(ErrorKind::Unsupported,
                fmt::format("`{}` has target='{}', and this version runs nothing on GPUs yet", name, options.target),
                {"use target='cpu' or target='parallel'"});
}

}  // namespace

Kernel::Kernel(std::shared_ptr<const types::Definition> definition)
    : function_(std::make_shared<engine::Function>(std::move(definition))) {}

const std::string& Kernel::name() const { return function_->definition().name; }
const KernelOptions& Kernel::options() const { return function_->definition().options; }
std::shared_ptr<const types::Definition> Kernel::definition() const { return function_->definition_ptr(); }

std::string Kernel::source() const {
  const types::Definition& kernel = function_->definition();
  Span span = kernel.function ? (*kernel.module)[kernel.function].span : (*kernel.module)[kernel.lambda].span;
  return std::string(kernel.module->source->text(span));
}

Array Kernel::operator()(const Array& input) const { return input.apply(*this); }

Result Kernel::call(const std::vector<Argument>& args, std::optional<View> out, const CallOptions& options) const {
  const KernelOptions& own = this->options();
  if (own.kind == KernelOptions::Kind::Gufunc) {
    std::vector<Result> results = call_gufunc(args, {out}, options);
    if (results.size() == 1) return results[0];
    Result tuple;
    tuple.kind = Result::Kind::Tuple;
    tuple.items = std::move(results);
    return tuple;
  }
  refuse_gpu(own, name());
  if (own.kind == KernelOptions::Kind::Stencil)
    return to_public(function_->apply(args, out, to_engine(options)), args.size());
  if (own.kind == KernelOptions::Kind::Vectorize)
    return to_public(function_->at_points(function_->choose_loop(engine::dtypes_of(args)), args, out, options.parallel),
                     args.size());
  if (out)
    throw Error(ErrorKind::Type, fmt::format("`{}` is a jitted function and takes no `out`", name()),
                {"pass the array as an ordinary argument"});
  return to_public(function_->call(args), args.size());
}

void Kernel::call_into(const std::vector<Argument>& args, const std::vector<View>& outs,
                       const CallOptions& options) const {
  refuse_gpu(this->options(), name());
  if (this->options().kind != KernelOptions::Kind::Stencil)
    throw Error(ErrorKind::Type, fmt::format("`{}` is no stencil and takes no tuple of outputs", name()));
  function_->apply_all(args, outs, to_engine(options));
}

Result Kernel::call_pieces(const PiecedCall& call, const CallOptions& options) const {
  refuse_gpu(this->options(), name());
  return to_public(function_->apply_to_pieces(call, to_engine(options)), call.args.size());
}

std::vector<Result> Kernel::call_gufunc(const std::vector<Argument>& inputs,
                                        const std::vector<std::optional<View>>& outs,
                                        const CallOptions& options) const {
  refuse_gpu(this->options(), name());
  std::vector<Result> results;
  for (const engine::Result& result : function_->gufunc(core_dims(this->options()), inputs, outs, to_engine(options)))
    results.push_back(to_public(result, inputs.size()));
  return results;
}

namespace {

template <class T>
PreparedCall made(std::optional<T> prepared) {
  return prepared ? PreparedCall(std::make_shared<engine::Prepared>(engine::Prepared(std::move(*prepared))))
                  : PreparedCall();
}

}  // namespace

PreparedCall Kernel::prepare_loop(const UfuncLoop& loop, const std::vector<Argument>& operands,
                                  const std::optional<View>& out) const {
  return made(function_->prepare_ufunc({loop.inputs, loop.result}, operands, out));
}

PreparedCall Kernel::prepare(const std::vector<Argument>& args, const std::vector<std::optional<View>>& outs,
                             const CallOptions& given) const {
  refuse_gpu(options(), name());
  switch (options().kind) {
    case KernelOptions::Kind::Stencil:
      if (given.dtype) return {};
      return made(function_->prepare_stencil(args, outs.empty() ? std::nullopt : outs[0], to_engine(given)));
    case KernelOptions::Kind::Gufunc: {
      std::vector<DType> inputs;
      for (const Argument& argument : args)
        inputs.push_back(std::visit([](const auto& value) { return value.dtype; }, argument));
      return prepare_gufunc(function_->gufunc_types(core_dims(options()), inputs, outs), args, outs);
    }
    case KernelOptions::Kind::Jit: return made(function_->prepare(args));
    case KernelOptions::Kind::Vectorize:
      return made(function_->prepare_ufunc(function_->choose_loop(engine::dtypes_of(args)), args,
                                           outs.empty() ? std::nullopt : outs[0]));
  }
  return {};
}

UfuncLoop Kernel::choose_loop(const std::vector<DType>& inputs) const {
  engine::Loop loop = function_->choose_loop(inputs);
  return complete({std::move(loop.inputs), loop.result});
}

UfuncLoop Kernel::complete(UfuncLoop loop) const {
  if (!loop.result) loop.result = function_->loop_result({loop.inputs, {}});
  return loop;
}

Result Kernel::call_loop(const UfuncLoop& loop, const std::vector<Argument>& operands, const std::optional<View>& out,
                         const CallOptions& options) const {
  refuse_gpu(this->options(), name());
  return to_public(function_->at_points({loop.inputs, loop.result}, operands, out, options.parallel), operands.size());
}

void Kernel::fold(const UfuncLoop& loop, const void* start, const View& elements, const View& out) const {
  function_->fold_points({loop.inputs, loop.result}, start, elements, out);
}

PreparedCall Kernel::prepare_gufunc(const GufuncTypes& types, const std::vector<Argument>& args,
                                    const std::vector<std::optional<View>>& outs) const {
  auto prepared = function_->prepare_gufunc(core_dims(options()), types, args, outs);
  if (!prepared) return {};
  return PreparedCall(std::make_shared<engine::Prepared>(engine::Prepared(std::move(*prepared))));
}

void Kernel::run_gufunc(const GufuncTypes& types, const std::vector<Argument>& inputs,
                        const std::vector<View>& outs) const {
  refuse_gpu(options(), name());
  function_->run_gufunc(core_dims(options()), types, inputs, outs);
}

std::pair<std::vector<int>, std::vector<int>> Kernel::core_ranks() const {
  const engine::CoreDims dims = core_dims(options());
  auto ranks = [](const std::vector<std::vector<std::string>>& groups) {
    std::vector<int> counts;
    for (const auto& group : groups) counts.push_back(int(group.size()));
    return counts;
  };
  return {ranks(dims.inputs), ranks(dims.outputs)};
}

bool Kernel::keeps_outputs() const {
  const engine::CoreDims dims = core_dims(options());
  auto empty = [](const std::vector<std::string>& group) { return group.empty(); };
  const bool elementwise = std::all_of(dims.inputs.begin(), dims.inputs.end(), empty) &&
                           std::all_of(dims.outputs.begin(), dims.outputs.end(), empty);
  return !options().over_stencil && !elementwise &&
         !engine::returns_outputs(function_->definition(), dims.inputs.size());
}

GufuncTypes Kernel::gufunc_types(const std::vector<DType>& inputs) const {
  return function_->gufunc_types(core_dims(options()), inputs);
}

std::vector<std::pair<int64_t, int64_t>> Kernel::footprint(DType input, int rank) const {
  return function_->stencil_type({Type::array(input, rank, Layout::C)}).footprint.axes;
}

StencilInfo Kernel::stencil_info(const std::vector<Argument>& args, const CallOptions& options) const {
  std::vector<Type> types = function_->stencil_argument_types(args);
  engine::StencilType type = function_->stencil_type(types, to_engine(options));
  StencilInfo info;
  info.rank = types[0].rank();
  for (auto [lo, hi] : type.footprint.axes)
    info.footprint.emplace_back(std::min<int64_t>(lo, 0), std::max<int64_t>(hi, 0));
  info.results = std::move(type.results);
  info.relative = std::move(type.relative);
  info.asks_shapes = type.asks_shapes;
  return info;
}

std::string Kernel::emit_ir(const std::vector<std::string>& types, std::string_view after) const {
  if (after == "tree") return syntax::print(*function_->definition().module);
  std::vector<Type> parsed = argument_types(options(), types);
  if (after == "types") return function_->emit_types(parsed);
  return function_->emit_ir(parsed, after);
}

std::string Kernel::emit_llvm(const std::vector<std::string>& types) const {
  return function_->emit_llvm(argument_types(options(), types));
}

std::string Kernel::emit_assembly(const std::vector<std::string>& types) const {
  return function_->emit_assembly(argument_types(options(), types));
}

std::string Kernel::emit_ptx(const std::vector<std::string>& types, const std::string& gpu) const {
  return function_->emit_ptx(argument_types(options(), types), gpu);
}

Explanation Kernel::explain(const std::vector<std::string>& types, const std::vector<int64_t>& shape,
                            const CallOptions& options) const {
  const bool measured = !shape.empty();
  std::vector<engine::NewArray> held;
  return engine::explain(*function_, example_arguments(*this, types, shape, held), to_engine(options), measured, false);
}

Explanation Kernel::explain_call(const std::vector<Argument>& args, const CallOptions& options) const {
  return engine::explain(*function_, args, to_engine(options), true, true);
}

std::vector<std::pair<std::string, double>> Kernel::timings() const { return function_->timings(); }

bool PreparedCall::matches(std::span<const Argument> args) const {
  return std::visit([&](const auto& call) { return call.matches(args); }, prepared_->call);
}

bool PreparedCall::try_call(std::span<const Argument> args, Result& result) const {
  const auto* function = std::get_if<engine::PreparedFunction>(&prepared_->call);
  engine::Result made;
  if (!function || !function->try_call(args, made)) return false;
  write_public(made, result);
  return true;
}

bool PreparedCall::try_run(std::span<const Argument> args, std::span<const View> outs) const {
  if (const auto* stencil = std::get_if<engine::PreparedStencil>(&prepared_->call))
    return outs.size() == 1 && stencil->try_run(args, outs[0]);
  if (const auto* ufunc = std::get_if<engine::PreparedUfunc>(&prepared_->call))
    return outs.size() == 1 && ufunc->try_run(args, outs[0]);
  const auto* gufunc = std::get_if<engine::PreparedGufunc>(&prepared_->call);
  return gufunc && gufunc->try_run(args, outs);
}

bool PreparedCall::try_shape(std::span<const Argument> args, std::span<View> outs) const {
  if (const auto* stencil = std::get_if<engine::PreparedStencil>(&prepared_->call))
    return outs.size() == 1 && stencil->try_shape(args, outs[0]);
  if (const auto* ufunc = std::get_if<engine::PreparedUfunc>(&prepared_->call))
    return outs.size() == 1 && ufunc->try_shape(args, outs[0]);
  const auto* gufunc = std::get_if<engine::PreparedGufunc>(&prepared_->call);
  return gufunc && gufunc->try_shape(args, outs);
}

bool PreparedCall::needs_zeros(size_t output) const {
  const auto* gufunc = std::get_if<engine::PreparedGufunc>(&prepared_->call);
  return gufunc && gufunc->needs_zeros(output);
}

NewArray new_array(DType dtype, const int64_t* shape, int rank) {
  const engine::NewArray made = engine::new_array(dtype, shape, rank);
  return {made.owner, made.view};
}

size_t PreparedCall::outputs() const {
  if (const auto* gufunc = std::get_if<engine::PreparedGufunc>(&prepared_->call)) return gufunc->outputs();
  return !std::holds_alternative<engine::PreparedFunction>(prepared_->call);
}

bool PreparedCall::straight_line() const { return prepared_->straight_line; }

}  // namespace nf

// A user function and its specializations; calls of jitted functions.
#include <algorithm>
#include <map>

#include "base/assert.h"
#include "engine/arguments.h"
#include "engine/function_state.h"
#include "engine/prepared.h"
#include "engine/specialization.h"
#include "passes/passes.h"

namespace nf::engine {

namespace {

/// What tells one specialization of a function from another.
std::string key_of(const std::vector<Type>& types, const StencilOptions& options) {
  std::string key;
  auto put = [&key](const auto& value) { key.append(reinterpret_cast<const char*>(&value), sizeof value); };
  for (Type type : types) put(type);
  put(options.channels);
  put(options.dtype ? int(*options.dtype) : -1);
  for (DType dtype : options.out_dtypes) put(dtype);
  for (bool kept : options.kept) put(kept);
  if (options.loop) {
    for (DType dtype : options.loop->inputs) put(dtype);
    put(options.loop->result ? int(*options.loop->result) : -1);
  }
  for (const auto& range : options.input_ranges) {
    put(bool(range));
    if (range) put(range->lo), put(range->hi);
  }
  return key;
}

/// The largest number of constant-looking indexes of any subscript of a parameter that is read at offsets: the rank
/// that the text itself states.
int rank_in_text(const types::Definition& definition) {
  if (!is_stencil(definition.options)) return 0;
  const syntax::Module& tree = *definition.module;
  const std::vector<syntax::Parameter>& params =
      definition.function ? std::get<syntax::FunctionDef>(tree[definition.function].node).params
                          : std::get<syntax::Lambda>(tree[definition.lambda].node).params;
  const std::vector<std::string>& standard = definition.options.standard_indexing;
  auto is_relative = [&](const std::string& name) {
    return std::any_of(params.begin(), params.end(), [&](const auto& param) { return param.name == name; }) &&
           std::find(standard.begin(), standard.end(), name) == standard.end();
  };
  Span within = definition.function ? tree[definition.function].span : tree[definition.lambda].span;
  int rank = int(definition.options.neighborhood.size());
  for (const syntax::Expr& expr : tree.exprs) {
    const auto* subscript = std::get_if<syntax::Subscript>(&expr.node);
    if (!subscript || expr.span.begin < within.begin || expr.span.end > within.end) continue;
    const auto* name = std::get_if<syntax::Name>(&tree[subscript->value].node);
    if (!name || !is_relative(name->text)) continue;
    size_t count = subscript->index.size();
    if (count == 1) {
      const auto& index = tree[subscript->index[0]].node;
      if (const auto* tuple = std::get_if<syntax::TupleExpr>(&index))
        count = tuple->items.size();
      else if (std::holds_alternative<syntax::Name>(index))
        continue;  // may stand for a tuple
    }
    rank = std::max(rank, int(count));
  }
  return rank;
}

Result result_of(Type type, const abi::Value& value, const abi::Array& array, std::span<const Argument> args,
                 std::span<const abi::Array> arrays, CallContext& context,
                 std::vector<std::pair<const void*, std::shared_ptr<void>>>& released) {
  if (type.is_none()) return NoneResult{};
  if (type.is_scalar()) {
    uint64_t mask = size_of(type.dtype()) == 8 ? ~0ull : (1ull << 8 * size_of(type.dtype())) - 1;
    return Scalar{type.dtype(), value.bits & mask};
  }
  View view;
  view.data = array.data, view.dtype = type.dtype(), view.rank = type.rank(), view.readonly = type.readonly();
  std::copy_n(array.shape, view.rank, view.shape.begin());
  std::copy_n(array.strides, view.rank, view.strides.begin());
  for (size_t i = 0; i < args.size(); ++i) {
    const View* given = std::get_if<View>(&args[i]);
    if (given && given->data == view.data && given->rank == view.rank &&
        std::equal(view.shape.begin(), view.shape.begin() + view.rank, arrays[i].shape) &&
        std::equal(view.strides.begin(), view.strides.begin() + view.rank, arrays[i].strides))
      return AliasOf{int(i)};
  }
  for (auto& [address, owner] : released)
    if (address == view.data) return NewArray{owner, view};
  if (auto owner = context.release(view.data)) {
    released.emplace_back(view.data, owner);
    return NewArray{owner, view};
  }
  // A view into an argument or a captured array: hand out a copy, which nothing can outlive.
  NewArray copy = new_array(view.dtype, view.shape.data(), view.rank);
  copy_view(view, copy.view);
  return copy;
}

}  // namespace

Function::Function(types::DefinitionPtr definition) : state_(std::make_unique<State>()) {
  state_->stencil_rank = rank_in_text(*definition);
  state_->definition = std::move(definition);
}
Function::~Function() = default;

const types::Definition& Function::definition() const { return *state_->definition; }
const types::DefinitionPtr& Function::definition_ptr() const { return state_->definition; }
int Function::stencil_rank() const { return state_->stencil_rank; }

std::shared_ptr<const Specialization> Function::specialize(const std::vector<Type>& types,
                                                           const StencilOptions& options,
                                                           std::optional<int64_t> points) {
  std::string key = key_of(types, options);
  std::lock_guard lock(state_->mutex);
  std::shared_ptr<Specialization>& made = state_->specializations[key];
  try {
    if (!made) made = make_specialization(state_->definition, types, options);
    if (points && !made->code) make_code(*made, *points);
  } catch (...) {
    state_->specializations.erase(key);
    throw;
  }
  state_->last = made;
  return made;
}

Result Function::call(const std::vector<Argument>& args) {
  std::vector<Type> types;
  for (const Argument& argument : args) types.push_back(type_of(argument));
  return run_function(*specialize(types, {}, 0), args);
}

std::optional<PreparedFunction> Function::prepare(const std::vector<Argument>& args) {
  std::vector<Type> types;
  for (const Argument& argument : args) types.push_back(type_of(argument));
  auto made = specialize(types, {}, 0);
  return PreparedFunction(std::move(made), std::move(types));
}

std::optional<PreparedStencil> Function::prepare_stencil(const std::vector<Argument>& args,
                                                         const std::optional<View>& out, const StencilOptions& given) {
  const types::Definition& kernel = definition();
  const View* first = args.empty() ? nullptr : std::get_if<View>(&args[0]);
  const BorderMode mode = given.mode.value_or(kernel.options.mode);
  if (!first || mode == BorderMode::Valid || given.channels != 1) return {};
  const int rank = stencil_rank() ? std::min(stencil_rank(), first->rank) : first->rank;
  StencilOptions options = given;
  if (out) options.out_dtypes = {out->dtype};
  std::vector<Type> types = stencil_types(kernel, args, rank);
  auto made = specialize(types, options, 0);
  if (made->results.size() != 1) return {};
  const bool fills_border = !out || kernel.options.cval.has_value() || options.fill_border;
  return PreparedStencil(std::move(made), std::move(types), mode, fills_border);
}

Result run_function(const Specialization& made, std::span<const Argument> args) {
  if (std::optional<Result> result = run_stages(made, args)) return std::move(*result);
  if (made.stages && (!made.stages->into.empty() || !have_one_shape(*made.stages, args)))
    return run_function(without_stages(made), args);
  Few<abi::Array> arrays(args.size());
  Few<abi::Value> values(args.size());
  for (size_t i = 0; i < args.size(); ++i) {
    if (const auto* view = std::get_if<View>(&args[i])) {
      write_abi(*view, arrays[i]);
      values[i].array = &arrays[i];
    } else {
      values[i] = to_abi(std::get<Scalar>(args[i]));
    }
  }
  const size_t count = made.results.size();
  Few<abi::Array, 2> result_arrays(count);
  Few<abi::Value, 2> results(count);
  for (size_t i = 0; i < count; ++i) {
    results[i].bits = 0;
    if (made.results[i].is_array()) results[i].array = &result_arrays[i];
  }
  CallContext context;
  if (int32_t status = made.jit(&context, values.data(), results.data()))
    throw_fault(made.module, status, context.fault);

  std::vector<std::pair<const void*, std::shared_ptr<void>>> released;
  auto result = [&](size_t i) {
    return result_of(made.results[i], results[i], result_arrays[i], args, arrays, context, released);
  };
  if (count == 0) return NoneResult{};
  if (count == 1) return result(0);
  auto tuple = std::make_shared<ResultTuple>();
  for (size_t i = 0; i < count; ++i) tuple->items.push_back(result(i));
  return tuple;
}

StencilType Function::stencil_type(const std::vector<Type>& args, const StencilOptions& options) {
  auto made = specialize(args, options, {});
  StencilType type;
  type.footprint = made->footprint;
  for (Type result : made->results) type.results.push_back(result.dtype());
  type.ranges = made->ranges;
  const ir::Function& function = made->module.functions[0];
  for (const ir::Parameter& param : function.params) type.relative.push_back(param.relative);
  for (uint32_t i = 0; i < function.insts.size(); ++i) {
    const auto* dim = std::get_if<ir::Dim>(&function.insts[ir::InstId{i}].op);
    const auto* array = dim ? std::get_if<ir::Param>(&function.insts[dim->array].op) : nullptr;
    type.asks_shapes |= array && function.params[array->position].relative;
  }
  return type;
}

std::shared_ptr<const Specialization> Function::shown(std::vector<Type> args) {
  StencilOptions options;
  if (is_ufunc(definition().options)) {
    options.loop = loop_for(args);
    const bool numbers = std::none_of(args.begin(), args.end(), [](Type type) { return type.is_array(); });
    if (numbers && !args.empty()) args[0] = Type::array(args[0].dtype(), 1);  // the code of one runs over some array
  }
  return specialize(args, options, {});
}

std::string Function::emit_types(const std::vector<Type>& args) {
  return types::print(*types::infer_types(
      as_stencil(state_->definition), is_ufunc(state_->definition->options) ? numbers_of(args, loop_for(args)) : args));
}

std::string Function::emit_ir(const std::vector<Type>& args, std::string_view after) {
  auto made = shown(args);
  if (after == "lower") return ir::print(made->module);
  return ir::print(passes::run(made->module, after, true, made->float32));
}

std::string Function::emit_llvm(const std::vector<Type>& args) {
  codegen::CompileOptions options;
  options.want_llvm = true;
  return codegen::compile(optimised(*shown(args)), codegen::host_target(), options).llvm;
}

std::string Function::emit_assembly(const std::vector<Type>& args) {
  codegen::CompileOptions options;
  options.want_assembly = true;
  return codegen::compile(optimised(*shown(args)), codegen::host_target(), options).assembly;
}

std::string Function::emit_ptx(const std::vector<Type>& args, const std::string& gpu) {
  const codegen::GpuTarget target = codegen::gpu_target(gpu);
  return codegen::compile_ptx(optimised(*shown(args)), target).ptx;
}

std::vector<std::pair<std::string, double>> Function::timings() const {
  std::shared_ptr<const Specialization> last;
  {
    std::lock_guard lock(state_->mutex);
    last = state_->last;
  }
  if (!last) return {};
  std::lock_guard lock(last->strengthening);
  return last->timings;
}

}  // namespace nf::engine

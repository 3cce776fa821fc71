// Generalised ufuncs: operands of a call, and calls in general and prepared.
#include "engine/gufunc.h"

#include <algorithm>
#include <map>

#include "base/assert.h"
#include "engine/arguments.h"
#include "engine/function_state.h"
#include "engine/gufunc_sizes.h"
#include "engine/prepared.h"
#include "types/signature.h"

namespace nf::engine {
namespace {

DType dtype_of(const Argument& argument) {
  return std::visit([](const auto& value) { return value.dtype; }, argument);
}

View view_of(const Argument& argument) {
  const Scalar* scalar = std::get_if<Scalar>(&argument);
  return scalar ? scalar_view(*scalar) : std::get<View>(argument);
}

/// The core at a loop index, counted in C order.
View core_at(const View& view, int core_rank, int64_t index) {
  View core = core_view(view, core_rank);
  for (int d = view.rank - core_rank - 1; d >= 0; --d) {
    core.data = static_cast<char*>(core.data) + index % view.shape[d] * view.strides[d];
    index /= view.shape[d];
  }
  return core;
}

Scalar read_scalar(const View& element) {
  Scalar scalar{element.dtype, 0};
  std::memcpy(&scalar.bits, element.data, size_t(size_of(element.dtype)));
  return scalar;
}

bool overlap_each_other(const std::vector<View>& outs) {
  for (size_t i = 0; i < outs.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (overlap(outs[i], outs[j])) return true;
  return false;
}

bool has_cores(const CoreDims& dims) {
  auto any = [](const auto& groups) {
    return std::any_of(groups.begin(), groups.end(), [](const auto& group) { return !group.empty(); });
  };
  return any(dims.inputs) || any(dims.outputs);
}

std::vector<DType> dtypes_of(const std::vector<Argument>& inputs) {
  std::vector<DType> dtypes;
  for (const Argument& input : inputs) dtypes.push_back(dtype_of(input));
  return dtypes;
}

}  // namespace

std::string layout_text(const CoreDims& dims) {
  return types::to_string(types::GufuncLayout{dims.inputs, dims.outputs});
}

View broadcast(const View& view, int core_rank, std::span<const int64_t> loop) {
  View result = view;
  int own = view.rank - core_rank, total = int(loop.size());
  result.rank = total + core_rank;
  if (result.rank > kMaxRank)
    throw Error(ErrorKind::Value, fmt::format("arrays of more than {} dimensions are not supported", kMaxRank));
  for (int d = 0; d < core_rank; ++d)
    result.shape[total + d] = view.shape[own + d], result.strides[total + d] = view.strides[own + d];
  for (int d = total - 1; d >= 0; --d) {
    int from = d - (total - own);
    result.shape[d] = loop[d];
    result.strides[d] = from >= 0 && view.shape[from] != 1 ? view.strides[from] : 0;
  }
  return result;
}

View core_view(const View& view, int core_rank) {
  View core = view;
  int loop = view.rank - core_rank;
  core.rank = core_rank;
  for (int d = 0; d < core_rank; ++d) core.shape[d] = view.shape[loop + d], core.strides[d] = view.strides[loop + d];
  return core;
}

View scalar_view(const Scalar& scalar) {
  View view;
  view.data = const_cast<uint64_t*>(&scalar.bits);
  view.dtype = scalar.dtype, view.readonly = true;
  return view;
}

void widen_empty_core(Operand& operand, size_t loop_rank) {
  if (operand.by_value || operand.view.rank != int(loop_rank)) return;
  operand.view.rank += 1, operand.core_rank = 1;
  operand.view.shape[operand.view.rank - 1] = 1;
  operand.view.strides[operand.view.rank - 1] = size_of(operand.view.dtype);
}

Layout core_layout(const View& view, int core_rank) {
  int64_t step = size_of(view.dtype), count = 1;
  bool contiguous = true;
  for (int d = view.rank - 1; d >= view.rank - core_rank; --d) {
    contiguous = contiguous && (view.shape[size_t(d)] == 1 || view.strides[size_t(d)] == step);
    step *= view.shape[size_t(d)], count *= view.shape[size_t(d)];
  }
  return contiguous || count == 0 ? Layout::C : Layout::Any;
}

GufuncTypes Function::gufunc_types(const CoreDims& dims, const std::vector<DType>& inputs,
                                   const std::vector<std::optional<View>>& outs) {
  GufuncTypes types = gufunc_types(dims, inputs);
  if (types.signature >= 0 || is_stencil(definition().options) || returns_outputs(definition(), inputs.size()))
    return types;
  // A kernel that stores into its outputs sees those of the caller, as Numba's dynamic gufuncs do.
  for (size_t i = 0; i < types.outputs.size() && i < outs.size(); ++i)
    if (outs[i]) types.outputs[i] = outs[i]->dtype;
  return types;
}

GufuncCode Function::gufunc_code(const CoreDims& dims, const GufuncTypes& types, const std::vector<Layout>& layouts) {
  const std::vector<Type> params = gufunc_params(dims, types, layouts);
  const size_t inputs = dims.inputs.size(), outputs = dims.outputs.size();
  GufuncCode code;
  code.kernel = specialize(params, {}, {});
  if (returns_outputs(definition(), inputs)) code.returned = outputs;
  const bool fills = code.returned && std::any_of(dims.outputs.begin(), dims.outputs.end(),
                                                  [](const auto& core) { return !core.empty(); });
  if (fills || !is_loopable(*code.kernel)) {
    code.kernel = specialize(params, {}, 0);
    return code;
  }
  std::vector<bool> by_value;
  std::vector<int> ranks;
  for (size_t i = 0; i < params.size(); ++i) {
    by_value.push_back(params[i].is_scalar());
    ranks.push_back(int((i < inputs ? dims.inputs[i] : dims.outputs[i - inputs]).size()));
  }
  const std::vector<DType> returned = code.returned ? types.outputs : std::vector<DType>();
  std::lock_guard lock(state_->mutex);
  std::shared_ptr<Specialization>& made = state_->core_loops[{code.kernel.get(), returned}];
  if (!made) made = make_core_loop(*code.kernel, by_value, ranks, inputs, returned);
  code.loop = made;
  return code;
}

void Function::run_gufunc(const CoreDims& dims, const GufuncTypes& types, const std::vector<Argument>& inputs,
                          const std::vector<View>& outs, const StencilOptions& options) {
  const types::Definition& kernel = definition();
  GufuncSizes sizes(kernel.name, dims);
  for (size_t i = 0; i < inputs.size(); ++i) sizes.add_operand("Input", int(i), view_of(inputs[i]), dims.inputs[i]);
  for (size_t i = 0; i < outs.size(); ++i) sizes.add_operand("Output", int(i), outs[i], dims.outputs[i]);
  std::vector<int64_t> loop = sizes.loop();
  auto operand_of = [&](const View& view, size_t core) {
    return Operand{broadcast(view, int(core), loop), int(core), false};
  };
  if (is_stencil(kernel.options)) {
    StencilOptions whole = options;
    whole.fill_border = true;  // an output of a gufunc is written everywhere
    return run_stencil_cores(dims, inputs, outs, loop, whole);
  }
  check_writable(inputs, dims, loop);
  std::vector<Operand> operands;
  std::vector<Layout> layouts;
  for (size_t i = 0; i < inputs.size() + outs.size(); ++i) {
    const bool output = i >= inputs.size();
    const size_t core = (output ? dims.outputs[i - inputs.size()] : dims.inputs[i]).size();
    operands.push_back(operand_of(output ? outs[i - inputs.size()] : view_of(inputs[i]), core));
    operands.back().by_value = !output && is_by_value(kernel, types, i, core);
    layouts.push_back(core ? core_layout(operands.back().view, int(core)) : Layout::C);
  }
  const GufuncCode code = gufunc_code(dims, types, layouts);
  for (Operand& operand : operands) widen_empty_core(operand, loop.size());
  loop.resize(merge_axes(operands, loop));
  int64_t count = 1;
  for (int64_t extent : loop) count *= extent;
  const bool parallel =
      kernel.options.target == "parallel" && count > 1 && is_independent(operands, inputs.size(), loop);
  runtime::parallel_for(0, count, 1, parallel,
                        [&](int64_t lo, int64_t hi) { run_cores(code, operands, loop, lo, hi); });
}

void Function::run_stencil_cores(const CoreDims& dims, const std::vector<Argument>& inputs,
                                 const std::vector<View>& outs, const std::vector<int64_t>& loop,
                                 const StencilOptions& options) {
  std::vector<Argument> args;
  bool numbers_vary = false;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const View* view = std::get_if<View>(&inputs[i]);
    numbers_vary |= view && dims.inputs[i].empty();
    args.push_back(view ? Argument(broadcast(*view, int(dims.inputs[i].size()), loop)) : inputs[i]);
  }
  if (!numbers_vary && !overlap_each_other(outs)) {
    apply_all(args, outs, options);
    return;
  }
  // A stencil takes its numbers once for all images, and stores its results one after the other where they share
  // memory: where numbers differ, and since a core's results are stored before those of the next one, each image is a
  // call.
  int64_t count = 1;
  for (int64_t extent : loop) count *= extent;
  for (int64_t index = 0; index < count; ++index) {
    std::vector<Argument> one = args;
    for (size_t i = 0; i < args.size(); ++i)
      if (const View* view = std::get_if<View>(&args[i])) {
        const View core = core_at(*view, int(dims.inputs[i].size()), index);
        one[i] = core.rank ? Argument(core) : Argument(read_scalar(core));
      }
    std::vector<View> targets;
    for (size_t i = 0; i < outs.size(); ++i) targets.push_back(core_at(outs[i], int(dims.outputs[i].size()), index));
    apply_all(one, targets, options);
  }
}

void Function::check_writable(const std::vector<Argument>& inputs, const CoreDims& dims,
                              const std::vector<int64_t>& loop) const {
  const std::string& name = definition().name;
  for (int i : definition().options.writable_args) {
    const View* view = std::get_if<View>(&inputs[size_t(i)]);
    if (!view) throw Error(ErrorKind::Type, fmt::format("{}: input operand {} is written, and is a number", name, i));
    if (view->readonly) throw Error(ErrorKind::Value, fmt::format("{}: input operand {} is read-only", name, i));
    const size_t leading = size_t(view->rank) - dims.inputs[size_t(i)].size();
    if (leading != loop.size() || !std::equal(loop.begin(), loop.end(), view->shape.begin()))
      throw Error(ErrorKind::Value, fmt::format("{}: input operand {} is written, so it cannot be broadcast", name, i));
  }
}

std::vector<Result> Function::gufunc(const CoreDims& dims, const std::vector<Argument>& inputs,
                                     const std::vector<std::optional<View>>& outs, const StencilOptions& options) {
  const types::Definition& kernel = definition();
  if (inputs.size() != dims.inputs.size())
    throw Error(ErrorKind::Type, fmt::format("{}() takes {} input{} ({} given)", kernel.name, dims.inputs.size(),
                                             dims.inputs.size() == 1 ? "" : "s", inputs.size()));
  const GufuncTypes types = gufunc_types(dims, dtypes_of(inputs), outs);
  // Inputs in the loop's dtypes.
  std::vector<Argument> cast = inputs;
  std::vector<NewArray> held;
  std::vector<std::pair<View, View>> to_copy;  // what was computed aside, and where it goes
  const bool stencil = is_stencil(kernel.options);
  GufuncSizes sizes(kernel.name, dims);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const View view = view_of(inputs[i]);
    sizes.add_operand("Input", int(i), view, dims.inputs[i]);
    if (types.inputs[i] == view.dtype) continue;
    held.push_back(new_array(types.inputs[i], view.shape.data(), view.rank));
    copy_view(view, held.back().view);
    cast[i] = held.back().view;
    const std::vector<int>& writable = kernel.options.writable_args;
    if (std::find(writable.begin(), writable.end(), int(i)) != writable.end() && !view.readonly)
      to_copy.emplace_back(held.back().view, view);
  }
  for (size_t i = 0; i < outs.size(); ++i)
    if (outs[i]) sizes.add_operand("Output", int(i), *outs[i], dims.outputs[i]);

  std::vector<Result> results;
  std::vector<View> targets;
  for (size_t i = 0; i < dims.outputs.size(); ++i) {
    std::vector<int64_t> shape = sizes.loop();
    for (const std::string& dim : dims.outputs[i]) shape.push_back(sizes.core(dim));
    if (shape.size() > size_t(kMaxRank))
      throw Error(ErrorKind::Value, fmt::format("arrays of more than {} dimensions are not supported", kMaxRank));
    const View* given = i < outs.size() && outs[i] ? &*outs[i] : nullptr;
    if (given && !std::equal(shape.begin(), shape.end(), given->shape.begin(), given->shape.begin() + given->rank))
      throw Error(ErrorKind::Value, fmt::format("{}: output operand {} has shape {}, the result has shape {}",
                                                kernel.name, i, shape_text(given->shape.data(), given->rank),
                                                shape_text(shape.data(), int(shape.size()))));
    if (given && given->readonly)
      throw Error(ErrorKind::Value, fmt::format("{}: output operand {} is read-only", kernel.name, i));
    if (given && options.fresh_out && !stencil) fill_view(*given, Scalar{given->dtype, 0});
    const bool overlaps = given && !stencil && std::any_of(cast.begin(), cast.end(), [&](const Argument& input) {
                            return overlap(view_of(input), *given);
                          });
    if (given && !overlaps && (given->dtype == types.outputs[i] || stencil)) {
      targets.push_back(*given);
    } else {
      const DType dtype = given ? types.outputs[i] : options.dtype.value_or(types.outputs[i]);
      held.push_back(new_array(dtype, shape.data(), int(shape.size())));
      targets.push_back(held.back().view);
      if (given)
        copy_view(*given, targets.back()), to_copy.emplace_back(targets.back(), *given);
      else if (!stencil)  // a stencil writes all of it
        fill_view(targets.back(), Scalar{dtype, 0});
    }
    if (given)
      results.push_back(AliasOf{int(inputs.size() + i)});
    else
      results.push_back(held.back());
  }
  run_gufunc(dims, types, cast, targets, options);
  for (const auto& [from, to] : to_copy) copy_view(from, to);
  return results;
}

std::optional<PreparedGufunc> Function::prepare_gufunc(const CoreDims& dims, const GufuncTypes& types,
                                                       const std::vector<Argument>& inputs,
                                                       const std::vector<std::optional<View>>& outs) {
  const types::Definition& kernel = definition();
  const bool returns = returns_outputs(kernel, inputs.size()), stencil = is_stencil(kernel.options);
  std::map<std::string, size_t> numbers;
  std::vector<int64_t> fixed;
  auto operand_of = [&](DType dtype, const std::vector<std::string>& core) {
    PreparedGufunc::Operand operand;
    operand.dtype = dtype;
    for (const std::string& dim : core) {
      auto [found, added] = numbers.emplace(dim, fixed.size());
      if (added) fixed.push_back(std::isdigit(uint8_t(dim[0])) ? std::stoll(dim) : -1);
      operand.core.push_back(found->second);
    }
    return operand;
  };
  std::vector<PreparedGufunc::Operand> in, out;
  std::vector<Layout> layouts;
  std::vector<Argument> cores;  // what the stencil is called with
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (types.inputs[i] != dtype_of(inputs[i])) return {};
    const size_t core = dims.inputs[i].size();
    in.push_back(operand_of(types.inputs[i], dims.inputs[i]));
    in.back().by_value = is_by_value(kernel, types, i, core);
    const View view = view_of(inputs[i]);
    if (view.rank < int(core) || (stencil && core == 0 && std::holds_alternative<View>(inputs[i]))) return {};
    if (!in.back().by_value && std::holds_alternative<Scalar>(inputs[i]) && !kernel.options.writable_args.empty())
      return {};
    cores.push_back(std::holds_alternative<View>(inputs[i]) ? Argument(core_view(view, int(core))) : inputs[i]);
    if (core) in.back().layout = core_layout(view, int(core));
    layouts.push_back(in.back().layout);
  }
  const size_t known = fixed.size();
  for (size_t i = 0; i < dims.outputs.size(); ++i) {
    const View* given = i < outs.size() && outs[i] ? &*outs[i] : nullptr;
    const size_t core = dims.outputs[i].size();
    if (given && given->dtype != types.outputs[i]) return {};
    out.push_back(operand_of(types.outputs[i], dims.outputs[i]));
    if (given && core) out.back().layout = core_layout(*given, int(core));
    layouts.push_back(out.back().layout);
  }
  for (size_t dim = known; dim < fixed.size(); ++dim)
    if (fixed[dim] < 0) return {};  // a size that only `out` tells
  PreparedGufunc::Traits traits;
  traits.parallel = kernel.options.target == "parallel";
  traits.elementwise = !has_cores(dims);
  traits.writes_inputs = !kernel.options.writable_args.empty();
  if (!stencil) {
    GufuncCode made = gufunc_code(dims, types, layouts);
    if (!returns && !traits.elementwise) traits.zeros = unwritten_outputs(*made.kernel, dims);
    return PreparedGufunc(std::move(made), {}, traits, in, out, fixed);
  }
  if (out.size() != 1) return {};

  StencilOptions options;
  options.out_dtypes = {out[0].dtype};
  options.fill_border = true;
  std::optional<PreparedStencil> prepared = prepare_stencil(cores, {}, options);
  if (!prepared) return {};
  GufuncCode code;
  code.kernel = prepared->shared();
  auto large = [function = shared_from_this(), dims, types](auto& args, auto& targets) {
    function->run_gufunc(dims, types, args, targets);
  };
  return PreparedGufunc(std::move(code), PreparedGufunc::Images{std::move(*prepared), large}, traits, in, out, fixed);
}

}  // namespace nf::engine

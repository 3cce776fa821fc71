// Generalised ufuncs: signatures, core dimensions, and the loop over the broadcast leading axes.
#include <algorithm>
#include <map>

#include "base/assert.h"
#include "engine/arguments.h"
#include "engine/gufunc.h"
#include "engine/prepared.h"
#include "engine/specialization.h"

namespace nf::engine {
namespace {

std::string layout_text(const CoreDims& dims) {
  auto groups = [](const std::vector<std::vector<std::string>>& list) {
    std::string text;
    for (const auto& group : list) text += fmt::format("{}({})", text.empty() ? "" : ",", fmt::join(group, ","));
    return text;
  };
  return groups(dims.inputs) + "->" + groups(dims.outputs);
}

DType dtype_of(const Argument& argument) {
  return std::visit([](const auto& value) { return value.dtype; }, argument);
}

/// NumPy's "safe" casting: every value of `from` can be held by `to`.
bool casts_safely(DType from, DType to) {
  if (from == to || is_bool(from)) return true;
  if (is_bool(to)) return false;
  if (is_float(from)) return is_float(to) && size_of(to) >= size_of(from);
  if (is_float(to)) return to == DType::Float64 || size_of(from) <= 2;
  if (is_signed(from)) return is_signed(to) && size_of(to) >= size_of(from);
  return is_signed(to) ? size_of(to) > size_of(from) : size_of(to) >= size_of(from);
}

/// The first signature that takes these dtypes, or an error that says how to write one.
const Signature& choose_signature(const types::Definition& kernel, const std::vector<DType>& inputs) {
  for (const Signature& signature : kernel.options.signatures) {
    bool fits = signature.args.size() >= inputs.size();
    for (size_t i = 0; fits && i < inputs.size(); ++i) fits = casts_safely(inputs[i], signature.args[i].dtype);
    if (fits) return signature;
  }
  std::string types;
  for (DType dtype : inputs) types += fmt::format("{}{}", types.empty() ? "" : ", ", name_of(dtype));
  throw Error(
      ErrorKind::Type,
      fmt::format(
          "ufunc '{}' not supported for the input types ({}), and the inputs could not be safely coerced to any "
          "supported types according to the casting rule 'safe'",
          kernel.name, types),
      {fmt::format("leave the types out of the signature, and `{}` takes every dtype; or add one for nf.{}",
                   kernel.name, name_of(inputs.at(0)))});
}

/// The dtype of what the function stores into its parameter at `position`, before the cast to the array's dtype.
std::optional<DType> stored_dtype(const ir::Function& function, uint32_t position) {
  std::optional<DType> found;
  auto is_param = [&](ir::InstId id) {
    const auto* param = std::get_if<ir::Param>(&function[id].op);
    return param && param->position == position;
  };
  auto add = [&](ir::InstId value) {
    if (const auto* cast = std::get_if<ir::Cast>(&function[value].op)) value = cast->a;
    DType dtype = function[value].type.dtype();
    found = found ? types::unify(*found, dtype) : dtype;
  };
  for (const ir::Inst& inst : function.insts) {
    if (const auto* store = std::get_if<ir::Store>(&inst.op); store && is_param(store->array)) add(store->value);
    if (const auto* copy = std::get_if<ir::Copy>(&inst.op); copy && is_param(copy->target)) add(copy->value);
  }
  return found;
}

size_t param_count(const types::Definition& kernel) {
  const syntax::Module& tree = *kernel.module;
  if (kernel.function) return std::get<syntax::FunctionDef>(tree[kernel.function].node).params.size();
  return std::get<syntax::Lambda>(tree[kernel.lambda].node).params.size();
}

/// Sizes of core dimensions and the shape of the loop, collected over all operands.
class Sizes {
 public:
  Sizes(const std::string& name, const CoreDims& dims) : name_(name), dims_(dims) {}

  void add_operand(const char* role, int number, const View& view, const std::vector<std::string>& core) {
    int rank = int(core.size()), loop = view.rank - rank;
    if (loop < 0)
      throw Error(ErrorKind::Value,
                  fmt::format("{}: {} operand {} does not have enough dimensions (has {}, gufunc core with "
                              "signature {} requires {})",
                              name_, role, number, view.rank, layout_text(dims_), rank));
    for (int d = 0; d < rank; ++d) add_core(role, number, core[d], d, view.shape[loop + d]);
    std::vector<int64_t> own(view.shape.begin(), view.shape.begin() + loop);
    if (own.size() > loop_.size()) loop_.insert(loop_.begin(), own.size() - loop_.size(), 1);
    for (size_t d = 0; d < own.size(); ++d) {
      int64_t& total = loop_[loop_.size() - own.size() + d];
      if (own[d] != total && own[d] != 1 && total != 1)
        throw Error(ErrorKind::Value,
                    fmt::format("{}: operands could not be broadcast together: {} operand {} has leading shape "
                                "{}, the others {}",
                                name_, role, number, shape_text(own.data(), int(own.size())),
                                shape_text(loop_.data(), int(loop_.size()))));
      if (total == 1) total = own[d];
    }
  }
  int64_t core(const std::string& name) const {
    if (!name.empty() && std::isdigit(uint8_t(name[0]))) return std::stoll(name);
    auto found = sizes_.find(name);
    if (found == sizes_.end())
      throw Error(ErrorKind::Value,
                  fmt::format("{}: the size of core dimension `{}` of signature {} is not known from the inputs", name_,
                              name, layout_text(dims_)),
                  {"pass `out=`, whose shape gives it"});
    return found->second;
  }
  const std::vector<int64_t>& loop() const { return loop_; }

 private:
  void add_core(const char* role, int number, const std::string& dim, int position, int64_t size) {
    bool fixed = !dim.empty() && std::isdigit(uint8_t(dim[0]));
    auto [known, added] = sizes_.emplace(dim, fixed ? std::stoll(dim) : size);
    if (known->second != size)
      throw Error(ErrorKind::Value,
                  fmt::format("{}: {} operand {} has a mismatch in its core dimension {}, with gufunc signature "
                              "{} (size {} is different from {})",
                              name_, role, number, position, layout_text(dims_), size, known->second));
  }
  const std::string& name_;
  const CoreDims& dims_;
  std::map<std::string, int64_t> sizes_;
  std::vector<int64_t> loop_;
};

bool is_typed(const types::Definition& kernel) { return !kernel.options.signatures.empty(); }

}  // namespace

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

void run_range(const Specialization& made, std::span<const Operand> operands, size_t returned,
               std::span<const int64_t> loop, int64_t lo, int64_t hi) {
  size_t given = operands.size() - returned;
  Few<abi::Array> arrays(operands.size()), result_arrays(returned);
  Few<abi::Value> values(given), results(returned);
  for (size_t i = 0; i < operands.size(); ++i) write_abi(core_view(operands[i].view, operands[i].core_rank), arrays[i]);
  for (int64_t index = lo; index < hi; ++index) {
    for (size_t i = 0; i < operands.size(); ++i) {
      char* data = static_cast<char*>(operands[i].view.data);
      int64_t rest = index;
      for (int d = int(loop.size()) - 1; d >= 0; --d)
        data += rest % loop[d] * operands[i].view.strides[d], rest /= loop[d];
      arrays[i].data = data;
      if (i >= given) continue;
      if (operands[i].by_value)
        values[i].bits = 0, std::memcpy(&values[i].bits, data, size_t(size_of(operands[i].view.dtype)));
      else
        values[i].array = &arrays[i];
    }
    for (size_t i = 0; i < returned; ++i) {
      results[i].bits = 0;
      if (made.results[i].is_array()) results[i].array = &result_arrays[i];
    }
    CallContext context;
    if (int32_t status = made.jit(&context, values.data(), results.data()))
      throw_fault(made.module, status, context.fault);
    for (size_t i = 0; i < returned; ++i) {
      View target = core_view(operands[given + i].view, operands[given + i].core_rank);
      target.data = arrays[given + i].data;
      if (made.results[i].is_scalar()) {
        fill_view(target, Scalar{made.results[i].dtype(), results[i].bits});
        continue;
      }
      View from = target;
      from.dtype = made.results[i].dtype(), from.data = result_arrays[i].data;
      std::copy_n(result_arrays[i].strides, from.rank, from.strides.begin());
      if (!std::equal(from.shape.begin(), from.shape.begin() + from.rank, result_arrays[i].shape))
        throw Error(
            ErrorKind::Value,
            fmt::format("the kernel returned an array of shape {}, its output has the core shape {}",
                        shape_text(result_arrays[i].shape, from.rank), shape_text(target.shape.data(), target.rank)));
      copy_view(from, target);
    }
  }
}

std::vector<DType> Function::gufunc_results(const CoreDims& dims, const std::vector<DType>& inputs) {
  const types::Definition& kernel = definition();
  size_t count = dims.outputs.size();
  if (is_typed(kernel)) {
    const Signature& signature = choose_signature(kernel, inputs);
    std::vector<DType> results;
    for (size_t i = 0; i < count; ++i) {
      nf_assert(inputs.size() + i < signature.args.size(), "a signature without its outputs");
      results.push_back(signature.args[inputs.size() + i].dtype);
    }
    return results;
  }
  std::vector<Type> types;
  for (size_t i = 0; i < inputs.size(); ++i)
    types.push_back(dims.inputs[i].empty() ? Type::scalar(inputs[i])
                                           : Type::array(inputs[i], int(dims.inputs[i].size())));
  if (is_stencil(kernel.options)) {
    std::vector<DType> results = stencil_type(types).results;
    if (results.size() > 1)
      throw Error(ErrorKind::Unsupported,
                  fmt::format("`{}` is a stencil that makes {} arrays, which a gufunc cannot be yet", kernel.name,
                              results.size()),
                  {"hint: call the stencil itself"});
    return results;
  }
  if (param_count(kernel) == inputs.size()) {
    std::vector<DType> results;
    for (Type type : specialize(types, {}, {})->results) results.push_back(type.dtype());
    return results;
  }
  // Trailing outputs: first typed as float64, then as what is stored into them.
  std::vector<DType> results(count, DType::Float64);
  std::vector<Type> all = types;
  for (size_t i = 0; i < count; ++i)
    all.push_back(Type::array(DType::Float64, std::max<int>(1, int(dims.outputs[i].size()))));
  auto made = specialize(all, {}, {});
  for (size_t i = 0; i < count; ++i)
    results[i] = stored_dtype(made->module.functions[0], uint32_t(inputs.size() + i)).value_or(DType::Float64);
  return results;
}

std::vector<Result> Function::gufunc(const CoreDims& dims, const std::vector<Argument>& inputs,
                                     const std::vector<std::optional<View>>& outs, const StencilOptions& options) {
  const types::Definition& kernel = definition();
  if (inputs.size() != dims.inputs.size())
    throw Error(ErrorKind::Type, fmt::format("{}() takes {} input{} ({} given)", kernel.name, dims.inputs.size(),
                                             dims.inputs.size() == 1 ? "" : "s", inputs.size()));
  std::vector<DType> dtypes;
  for (const Argument& input : inputs) dtypes.push_back(dtype_of(input));
  std::vector<DType> out_dtypes = gufunc_results(dims, dtypes);

  // Inputs as views, cast to the signature's dtypes.
  std::vector<View> views;
  std::vector<NewArray> held;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Scalar* scalar = std::get_if<Scalar>(&inputs[i]);
    View view = scalar ? scalar_view(*scalar) : std::get<View>(inputs[i]);
    if (is_typed(kernel))
      if (DType wanted = choose_signature(kernel, dtypes).args[i].dtype; wanted != view.dtype) {
        held.push_back(new_array(wanted, view.shape.data(), view.rank));
        copy_view(view, held.back().view);
        view = held.back().view;
      }
    views.push_back(view);
  }
  Sizes sizes(kernel.name, dims);
  for (size_t i = 0; i < views.size(); ++i) sizes.add_operand("Input", int(i), views[i], dims.inputs[i]);
  for (size_t i = 0; i < outs.size(); ++i)
    if (outs[i]) sizes.add_operand("Output", int(i), *outs[i], dims.outputs[i]);
  const std::vector<int64_t>& loop = sizes.loop();

  std::vector<Result> results;
  std::vector<View> targets;
  for (size_t i = 0; i < dims.outputs.size(); ++i) {
    std::vector<int64_t> shape = loop;
    for (const std::string& dim : dims.outputs[i]) shape.push_back(sizes.core(dim));
    if (shape.size() > size_t(kMaxRank))
      throw Error(ErrorKind::Value, fmt::format("arrays of more than {} dimensions are not supported", kMaxRank));
    if (i < outs.size() && outs[i]) {
      if (outs[i]->rank != int(shape.size()) || !std::equal(shape.begin(), shape.end(), outs[i]->shape.begin()))
        throw Error(ErrorKind::Value, fmt::format("{}: output operand {} has shape {}, the result has shape {}",
                                                  kernel.name, i, shape_text(outs[i]->shape.data(), outs[i]->rank),
                                                  shape_text(shape.data(), int(shape.size()))));
      if (outs[i]->readonly)
        throw Error(ErrorKind::Value, fmt::format("{}: output operand {} is read-only", kernel.name, i));
      targets.push_back(*outs[i]);
      results.push_back(AliasOf{int(inputs.size() + i)});
    } else {
      NewArray made = new_array(options.dtype.value_or(out_dtypes[i]), shape.data(), int(shape.size()));
      targets.push_back(made.view);
      results.push_back(made);
    }
  }

  if (is_stencil(kernel.options)) {
    std::vector<Argument> args;
    for (size_t i = 0; i < views.size(); ++i) {
      if (dims.inputs[i].empty() && std::holds_alternative<Scalar>(inputs[i]))
        args.push_back(inputs[i]);
      else
        args.push_back(broadcast(views[i], int(dims.inputs[i].size()), loop));
    }
    StencilOptions whole = options;
    whole.fill_border = true;  // an output of a gufunc is written everywhere
    apply(args, targets.at(0), whole);
    return results;
  }

  // Kernels that return their outputs write nothing themselves; the others take the outputs as further arguments.
  bool returns = param_count(kernel) == inputs.size();
  std::vector<Operand> operands;
  std::vector<Type> types;
  std::vector<std::optional<NewArray>> converted(targets.size());
  for (size_t i = 0; i < views.size(); ++i) {
    bool by_value = dims.inputs[i].empty() && !(is_typed(kernel) && choose_signature(kernel, dtypes).args[i].rank > 0);
    int core = int(dims.inputs[i].size());
    operands.push_back({broadcast(views[i], core, loop), core, by_value});
    Operand& operand = operands.back();
    if (by_value) {
      types.push_back(Type::scalar(operand.view.dtype));
      continue;
    }
    if (core == 0) operand.core_rank = 1;  // `()` typed as `T[:]`: an array of one element
    View seen = core_view(operand.view, core);
    types.push_back(Type::array(seen.dtype, std::max(core, 1), seen.c_contiguous() ? Layout::C : Layout::Any));
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    int core = int(dims.outputs[i].size());
    View target = targets[i];
    if (!returns && target.dtype != out_dtypes[i]) {
      converted[i] = new_array(out_dtypes[i], target.shape.data(), target.rank);
      target = converted[i]->view;
    }
    operands.push_back({broadcast(target, core, loop), core, false});
    if (returns) continue;
    View seen = core_view(operands.back().view, core);
    types.push_back(Type::array(seen.dtype, std::max(core, 1), seen.c_contiguous() ? Layout::C : Layout::Any));
  }
  for (Operand& operand : operands) widen_empty_core(operand, loop.size());
  auto made = specialize(types, {}, 0);
  if (returns && made->results.size() != targets.size())
    throw Error(ErrorKind::Type, fmt::format("{} returns {} values, its signature {} has {} outputs", kernel.name,
                                             made->results.size(), layout_text(dims), targets.size()));
  int64_t count = 1;
  for (int64_t extent : loop) count *= extent;
  bool parallel = kernel.options.target == "parallel" && count > 1;
  runtime::parallel_for(0, count, 1, parallel, [&](int64_t lo, int64_t hi) {
    run_range(*made, operands, returns ? targets.size() : 0, loop, lo, hi);
  });
  for (size_t i = 0; i < targets.size(); ++i)
    if (converted[i]) copy_view(converted[i]->view, targets[i]);
  return results;
}

std::optional<PreparedGufunc> Function::prepare_gufunc(const CoreDims& dims, const std::vector<Argument>& inputs,
                                                       const std::vector<std::optional<View>>& outs) {
  const types::Definition& kernel = definition();
  std::vector<DType> dtypes;
  for (const Argument& input : inputs) dtypes.push_back(dtype_of(input));
  const std::vector<DType> out_dtypes = gufunc_results(dims, dtypes);
  const Signature* signature = is_typed(kernel) ? &choose_signature(kernel, dtypes) : nullptr;
  const bool returns = param_count(kernel) == inputs.size(), stencil = is_stencil(kernel.options);

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
  auto layout_of = [](const View& view, size_t core) {
    return core_view(view, int(core)).c_contiguous() ? Layout::C : Layout::Any;
  };
  std::vector<PreparedGufunc::Operand> in, out;
  std::vector<Type> types;
  std::vector<Argument> cores;  // what the stencil is called with
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (signature && signature->args[i].dtype != dtypes[i]) return {};
    const size_t core = dims.inputs[i].size();
    in.push_back(operand_of(dtypes[i], dims.inputs[i]));
    in.back().by_value = core == 0 && !(signature && signature->args[i].rank > 0);
    const View* view = std::get_if<View>(&inputs[i]);
    if (stencil && core == 0 && view) return {};
    cores.push_back(view ? Argument(core_view(*view, int(core))) : inputs[i]);
    if (core && view) in.back().layout = layout_of(*view, core);
    types.push_back(in.back().by_value ? Type::scalar(dtypes[i])
                                       : Type::array(dtypes[i], std::max(int(core), 1), in.back().layout));
  }
  const size_t known = fixed.size();
  for (size_t i = 0; i < dims.outputs.size(); ++i) {
    const View* given = i < outs.size() && outs[i] ? &*outs[i] : nullptr;
    const size_t core = dims.outputs[i].size();
    out.push_back(operand_of(given ? given->dtype : out_dtypes[i], dims.outputs[i]));
    if (given && core) out.back().layout = layout_of(*given, core);
    if (!returns && !stencil && out.back().dtype != out_dtypes[i]) return {};
    if (!returns) types.push_back(Type::array(out.back().dtype, std::max(int(core), 1), out.back().layout));
  }
  for (size_t dim = known; dim < fixed.size(); ++dim)
    if (fixed[dim] < 0) return {};  // a size that only `out` tells
  const bool parallel = kernel.options.target == "parallel";
  if (!stencil) return PreparedGufunc(specialize(types, {}, 0), {}, returns, parallel, in, out, fixed);

  StencilOptions options;
  options.out_dtypes = {out.at(0).dtype};
  options.fill_border = true;
  std::optional<PreparedStencil> prepared = prepare_stencil(cores, {}, options);
  if (!prepared) return {};
  auto made = prepared->shared();
  return PreparedGufunc(std::move(made), std::move(prepared), false, parallel, in, out, fixed);
}

}  // namespace nf::engine

// Which dtypes a call of a gufunc computes in: those of a declared signature, or what the kernel makes of its inputs.
#include <algorithm>

#include "base/assert.h"
#include "engine/gufunc.h"
#include "engine/specialization.h"

namespace nf::engine {
namespace {

/// The first signature that takes these dtypes, or an error that says how to write one.
int choose_signature(const types::Definition& kernel, const std::vector<DType>& inputs) {
  const std::vector<Signature>& signatures = kernel.options.signatures;
  for (size_t s = 0; s < signatures.size(); ++s) {
    bool fits = signatures[s].args.size() >= inputs.size();
    for (size_t i = 0; fits && i < inputs.size(); ++i)
      fits = types::casts_safely(inputs[i], signatures[s].args[i].dtype);
    if (fits) return int(s);
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

size_t param_count(const types::Definition& kernel) {
  const syntax::Module& tree = *kernel.module;
  if (kernel.function) return std::get<syntax::FunctionDef>(tree[kernel.function].node).params.size();
  return std::get<syntax::Lambda>(tree[kernel.lambda].node).params.size();
}

}  // namespace

bool is_typed(const types::Definition& kernel) { return !kernel.options.signatures.empty(); }

bool returns_outputs(const types::Definition& kernel, size_t inputs) { return param_count(kernel) == inputs; }

bool is_by_value(const types::Definition& kernel, const GufuncTypes& types, size_t input, size_t core_rank) {
  const std::vector<int>& writable = kernel.options.writable_args;
  if (core_rank > 0 || std::find(writable.begin(), writable.end(), int(input)) != writable.end()) return false;
  return types.signature < 0 || kernel.options.signatures[size_t(types.signature)].args[input].rank == 0;
}

std::vector<Type> Function::gufunc_params(const CoreDims& dims, const GufuncTypes& types,
                                          const std::vector<Layout>& layouts) const {
  const types::Definition& kernel = definition();
  const std::vector<int>& writable = kernel.options.writable_args;
  std::vector<Type> params;
  for (size_t i = 0; i < dims.inputs.size(); ++i) {
    const int core = int(dims.inputs[i].size());
    const bool readonly = std::find(writable.begin(), writable.end(), int(i)) == writable.end();
    params.push_back(is_by_value(kernel, types, i, size_t(core))
                         ? Type::scalar(types.inputs[i])
                         : Type::array(types.inputs[i], std::max(core, 1), layouts[i], readonly));
  }
  if (!returns_outputs(kernel, dims.inputs.size()))
    for (size_t i = 0; i < dims.outputs.size(); ++i) {
      // A number as output cannot be written, and the compiler says so.
      const bool number = types.signature >= 0 &&
                          kernel.options.signatures[size_t(types.signature)].args[dims.inputs.size() + i].rank == 0;
      params.push_back(number ? Type::scalar(types.outputs[i])
                              : Type::array(types.outputs[i], std::max(int(dims.outputs[i].size()), 1),
                                            layouts[dims.inputs.size() + i]));
    }
  return params;
}

GufuncTypes Function::gufunc_types(const CoreDims& dims, const std::vector<DType>& inputs) {
  const types::Definition& kernel = definition();
  const size_t count = dims.outputs.size();
  GufuncTypes types{inputs, {}, -1};
  if (is_typed(kernel)) {
    types.signature = choose_signature(kernel, inputs);
    const Signature& signature = kernel.options.signatures[size_t(types.signature)];
    nf_assert(signature.args.size() == inputs.size() + count, "a signature without its outputs");
    for (size_t i = 0; i < inputs.size(); ++i) types.inputs[i] = signature.args[i].dtype;
    for (size_t i = 0; i < count; ++i) types.outputs.push_back(signature.args[inputs.size() + i].dtype);
    return types;
  }
  const std::vector<Layout> layouts(inputs.size() + count, Layout::C);
  if (is_stencil(kernel.options)) {
    std::vector<Type> args;
    for (size_t i = 0; i < inputs.size(); ++i)
      args.push_back(dims.inputs[i].empty() ? Type::scalar(inputs[i])
                                            : Type::array(inputs[i], int(dims.inputs[i].size())));
    types.outputs = stencil_type(args).results;
    if (types.outputs.size() != count)
      throw Error(ErrorKind::Type, fmt::format("the stencil `{}` makes {} arrays, and the layout {} has {} outputs",
                                               kernel.name, types.outputs.size(), layout_text(dims), count));
    return types;
  }
  if (returns_outputs(kernel, inputs.size())) {
    for (Type type : specialize(gufunc_params(dims, types, layouts), {}, {})->results)
      types.outputs.push_back(type.dtype());
    return types;
  }
  std::vector<int> ranks;
  for (const auto& core : dims.outputs) ranks.push_back(std::max(int(core.size()), 1));
  types.outputs.resize(count);
  std::vector<Type> params = gufunc_params(dims, types, layouts);
  params.resize(inputs.size(), Type::none());
  types.outputs = types::output_dtypes(definition_ptr(), params, ranks);
  return types;
}

}  // namespace nf::engine

// Kernels over lazy arrays: a stencil or a gufunc of the engine as a stage.
#include <fmt/format.h>

#include <algorithm>

#include "array/array.h"
#include "engine/engine.h"
#include "nearfield/error.h"
#include "types/signature.h"

namespace nf {
namespace {

using engine::StencilOptions;

StencilOptions stencil_options(const CallOptions& options, const std::optional<ir::Range>& range) {
  StencilOptions stencil;
  stencil.mode = options.mode;
  stencil.dtype = options.dtype;
  stencil.input_ranges = {range};
  stencil.fill_border = true;  // buffers are used again: nothing of the frame before may stay
  return stencil;
}

array::Stage stencil_stage(const engine::FunctionPtr& function, const array::ArrayType& input,
                           const CallOptions& options) {
  const types::Definition& definition = function->definition();
  array::Stage stage;
  stage.name = definition.name;
  // A kernel whose text does not tell its rank is meant for one frame.
  int rank = function->stencil_rank();
  stage.rank = rank > 0 ? rank : input.spatial_rank() - input.is_stack();
  stage.mode = options.mode.value_or(definition.options.mode);
  stage.infer = [function, options, rank = stage.rank](const array::ArrayType& in) {
    engine::StencilType type =
        function->stencil_type({Type::array(in.dtype, rank)}, stencil_options(options, in.range));
    if (type.results.size() != 1)
      throw Error(ErrorKind::Unsupported, fmt::format("`{}` returns {} values; over an nf::Array a kernel returns one",
                                                      function->definition().name, type.results.size()));
    return array::StageType{type.results[0], type.ranges.empty() ? std::nullopt : type.ranges[0], type.footprint.axes};
  };
  stage.compute = [function, options](const View& in, const View& out, const array::StageCall& call) {
    StencilOptions stencil = stencil_options(options, call.input_range);
    stencil.dtype = out.dtype;
    stencil.channels = call.channels;
    stencil.parallel = call.parallel && options.parallel;
    function->apply({in}, out, stencil);
  };
  return stage;
}

/// Interleaved channels as a leading axis: gufuncs loop over it.
View split_channels(View view, int64_t channels) {
  int last = view.rank - 1;
  View split = view;
  split.rank = view.rank + 1;
  std::copy(view.shape.begin(), view.shape.begin() + view.rank, split.shape.begin() + 1);
  std::copy(view.strides.begin(), view.strides.begin() + view.rank, split.strides.begin() + 1);
  split.shape[0] = channels, split.strides[0] = size_of(view.dtype);
  split.shape[last + 1] = view.shape[last] / channels, split.strides[last + 1] = channels * view.strides[last];
  return split;
}

array::Stage gufunc_stage(const engine::FunctionPtr& function, const CallOptions& options) {
  const types::Definition& definition = function->definition();
  types::GufuncLayout layout = types::parse_layout(definition.options.layout);
  if (layout.inputs.size() != 1 || layout.outputs != layout.inputs)
    throw Error(ErrorKind::Unsupported,
                fmt::format("`{}` has the layout `{}`; over an nf::Array one input becomes one output of the same "
                            "dimensions, as in `(n,m)->(n,m)`",
                            definition.name, definition.options.layout),
                {"hint: call it on an array in memory"});
  engine::CoreDims dims{layout.inputs, layout.outputs};
  array::Stage stage;
  stage.name = definition.name;
  stage.rank = int(dims.inputs[0].size());
  stage.casts = false;
  stage.infer = [function, dims, rank = stage.rank](const array::ArrayType& in) {
    if (in.is_stack() && rank == in.spatial_rank())
      throw Error(ErrorKind::Unsupported,
                  fmt::format("`{}` takes the whole stack {} at once", function->definition().name,
                              array::shape_text(in.shape)),
                  {"hint: compute the array first, or write a stencil: its reach across frames is known"});
    array::StageType type{function->gufunc_types(dims, {in.dtype}).outputs.at(0), {}, {}};
    type.footprint.resize(size_t(rank));  // within its core dimensions, which are whole
    return type;
  };
  stage.compute = [function, dims, options](const View& in, const View& out, const array::StageCall& call) {
    StencilOptions stencil = stencil_options(options, {});
    stencil.parallel = call.parallel && options.parallel, stencil.fresh_out = true;
    bool split = call.channels > 1;
    function->gufunc(dims, {split ? split_channels(in, call.channels) : in},
                     {split ? split_channels(out, call.channels) : out}, stencil);
  };
  return stage;
}

}  // namespace

Array Array::apply(const Kernel& kernel, const CallOptions& options) const {
  const array::ArrayType& input = array::node_of(*this)->type;
  const engine::FunctionPtr& function = kernel.function();
  if (!function) throw Error(ErrorKind::Value, "an empty nf::Kernel cannot be applied");
  const types::Definition& definition = function->definition();
  const KernelOptions& own = definition.options;
  // Without types a gufunc over a stencil is that stencil; with them its dtypes are the signature's.
  if (own.kind == KernelOptions::Kind::Stencil || (own.over_stencil && own.signatures.empty()))
    return array::with_stage(*this, stencil_stage(function, input, options));
  if (own.kind == KernelOptions::Kind::Gufunc) return array::with_stage(*this, gufunc_stage(function, options));
  throw Error(ErrorKind::Unsupported,
              fmt::format("`{}` is not a stencil or a gufunc, so it cannot run over an nf::Array", definition.name),
              {"hint: call it on an array in memory"});
}

}  // namespace nf

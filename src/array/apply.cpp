// Kernels over lazy arrays: a stencil of the engine as a stage.
#include <fmt/format.h>

#include "array/array.h"
#include "engine/engine.h"
#include "nearfield/error.h"

namespace nf {
namespace {

using engine::StencilOptions;

StencilOptions stencil_options(const CallOptions& options, const std::optional<ir::Range>& range) {
  StencilOptions stencil;
  stencil.mode = options.mode;
  stencil.dtype = options.dtype;
  stencil.input_ranges = {range};
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
    stencil.fresh_out = true;
    function->apply({in}, out, stencil);
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
  if (own.kind != KernelOptions::Kind::Stencil && !own.over_stencil)
    throw Error(ErrorKind::Unsupported,
                fmt::format("`{}` is not a stencil; only stencils run over an nf::Array", definition.name),
                {"hint: call it on an array in memory"});
  const Signature* declared = own.over_stencil ? function->declared_signature({input.dtype}) : nullptr;
  if (!declared) return array::with_stage(*this, stencil_stage(function, input, options));
  // Declared types override: the input is cast before the arithmetic, the result after it.
  CallOptions stored = options;
  if (!stored.dtype) stored.dtype = declared->args.back().dtype;
  Array cast = declared->args[0].dtype == input.dtype ? *this : astype(declared->args[0].dtype);
  return array::with_stage(cast, stencil_stage(function, array::node_of(cast)->type, stored));
}

}  // namespace nf

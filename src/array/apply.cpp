// Kernels over lazy arrays: a stencil or a gufunc of the engine as a stage.
#include <fmt/format.h>

#include <algorithm>

#include "array/array.h"
#include "engine/engine.h"
#include "nearfield/error.h"
#include "types/signature.h"
#include "types/versions.h"

namespace nf {
namespace {

using engine::StencilOptions;

StencilOptions stencil_options(const CallOptions& options, std::vector<std::optional<ir::Range>> ranges) {
  StencilOptions stencil;
  stencil.mode = options.mode;
  stencil.dtype = options.dtype;
  stencil.input_ranges = std::move(ranges);
  stencil.fill_border = true;  // buffers are used again: nothing of the frame before may stay
  return stencil;
}

/// What a call holds besides lazy arrays, each at its place: numbers, and arrays that are seen whole.
using Given = std::vector<std::optional<Argument>>;

/// The arguments of a call: arrays in order, with what is given between them.
template <class T, class Array>
std::vector<T> arguments(std::span<const Array> arrays, const Given& given, auto as_argument) {
  std::vector<T> args;
  for (const std::optional<Argument>& value : given)
    if (value) {
      args.push_back(std::visit([&](const auto& one) { return T(as_argument(one)); }, *value));
    } else {
      args.push_back(as_argument(arrays.front()));
      arrays = arrays.subspan(1);
    }
  return args;
}

/// Ranges for each argument from those of the arrays.
std::vector<std::optional<ir::Range>> ranges_for(std::span<const std::optional<ir::Range>> arrays, const Given& given) {
  std::vector<std::optional<ir::Range>> ranges;
  for (const std::optional<Argument>& value : given) {
    ranges.push_back(value || arrays.empty() ? std::nullopt : arrays.front());
    if (!value && !arrays.empty()) arrays = arrays.subspan(1);
  }
  return ranges;
}

/// The arrays that share a row of bytes.
std::vector<View> results_in(const View& bytes, std::span<const array::StageResult> results, int64_t columns) {
  const std::vector<int64_t> places = array::places_in_row(results);
  std::vector<View> views;
  for (size_t r = 0; r < results.size(); ++r) {
    View view = bytes;
    const int last = view.rank - 1;
    view.dtype = results[r].dtype;
    view.data = static_cast<std::byte*>(bytes.data) + places[r] * columns;
    view.shape[last] = columns, view.strides[last] = size_of(view.dtype);
    views.push_back(view);
  }
  return views;
}

array::Stage stencil_stage(const engine::FunctionPtr& function, const array::ArrayType& input, const Given& given,
                           const CallOptions& options) {
  const types::Definition& definition = function->definition();
  array::Stage stage;
  stage.name = definition.name;
  // A kernel whose text does not tell its rank is meant for one frame.
  int rank = function->stencil_rank();
  stage.rank = rank > 0 ? rank : input.spatial_rank() - input.is_stack();
  stage.mode = options.mode.value_or(definition.options.mode);
  stage.infer = [function, options, given, rank = stage.rank](std::span<const array::ArrayType> in) {
    struct ToType {
      int rank;
      Type operator()(const Scalar& number) const { return Type::scalar(number.dtype); }
      Type operator()(const array::ArrayType& type) const { return Type::array(type.dtype, rank); }
      Type operator()(const View& whole) const { return Type::array(whole.dtype, whole.rank, Layout::Any, true); }
    };
    std::vector<std::optional<ir::Range>> ranges;
    for (const array::ArrayType& type : in) ranges.push_back(type.range);
    engine::StencilType type = function->stencil_type(arguments<Type>(in, given, ToType{rank}),
                                                      stencil_options(options, ranges_for(ranges, given)));
    if (type.asks_shapes && in[0].is_stack() && rank == in[0].spatial_rank())
      throw Error(ErrorKind::Unsupported,
                  fmt::format("`{}` uses the shape of an array of which it sees a few frames at a time",
                              function->definition().name),
                  {"hint: give it the number as an argument, or compute the array first"});
    array::StageType made;
    for (size_t r = 0; r < type.results.size(); ++r)
      made.results.push_back({type.results[r], type.ranges.empty() ? std::nullopt : type.ranges[r]});
    made.dtype = made.results[0].dtype, made.range = made.results[0].range, made.footprint = type.footprint.axes;
    if (made.results.size() == 1) made.results.clear();
    return made;
  };
  stage.compute = [function, given, options](std::span<const View> in, const View& out, const array::StageCall& call) {
    StencilOptions stencil = stencil_options(options, ranges_for(call.input_ranges, given));
    const std::span<const array::StageResult> results = call.results;
    stencil.channels = call.channels;
    stencil.parallel = call.parallel && options.parallel;
    auto as_argument = [](const auto& value) { return Argument(value); };
    const std::vector<Argument> args = arguments<Argument>(in, given, as_argument);
    if (results.empty()) {
      stencil.dtype = out.dtype;
      function->apply(args, out, stencil);
    } else {
      const std::vector<View> all = results_in(out, results, call.columns);
      std::vector<View> wanted;
      for (size_t r = 0; r < all.size(); ++r)
        if (call.wanted[r]) wanted.push_back(all[r]);
      if (wanted.size() < all.size()) stencil.kept = call.wanted;
      function->apply_all(args, wanted, stencil);
    }
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
  stage.infer = [function, dims, rank = stage.rank](std::span<const array::ArrayType> inputs) {
    const array::ArrayType& in = inputs[0];
    if (in.is_stack() && rank == in.spatial_rank())
      throw Error(ErrorKind::Unsupported,
                  fmt::format("`{}` takes the whole stack {} at once", function->definition().name,
                              array::shape_text(in.shape)),
                  {"hint: compute the array first, or write a stencil: its reach across frames is known"});
    array::StageType type{function->gufunc_types(dims, {in.dtype}).outputs.at(0), {}, {}};
    type.footprint.resize(size_t(rank));  // within its core dimensions, which are whole
    return type;
  };
  stage.compute = [function, dims, options](std::span<const View> inputs, const View& out,
                                            const array::StageCall& call) {
    const View& in = inputs[0];
    StencilOptions stencil = stencil_options(options, std::vector<std::optional<ir::Range>>{});
    stencil.parallel = call.parallel && options.parallel, stencil.fresh_out = true;
    bool split = call.channels > 1;
    function->gufunc(dims, {split ? split_channels(in, call.channels) : in},
                     {split ? split_channels(out, call.channels) : out}, stencil);
  };
  return stage;
}

/// A function of numbers at each point.
array::Stage ufunc_stage(const engine::FunctionPtr& function, const Given& given, const CallOptions& options) {
  array::Stage stage;
  stage.name = function->definition().name;
  stage.rank = 1;
  stage.elementwise = true;
  auto dtype = [](const auto& value) { return value.dtype; };
  stage.infer = [function, given, dtype](std::span<const array::ArrayType> in) {
    struct ToType {
      Type operator()(const Scalar& number) const { return Type::scalar(number.dtype); }
      Type operator()(const array::ArrayType& type) const { return Type::array(type.dtype, 1); }
      Type operator()(const View& whole) const { return Type::array(whole.dtype, 1); }
    };
    const std::vector<Type> types = arguments<Type>(in, given, ToType{});
    StencilOptions typed;
    typed.loop = function->choose_loop(arguments<DType>(in, given, dtype));
    for (const array::ArrayType& type : in) typed.input_ranges.push_back(type.range);  // arrays come first there
    const engine::StencilType type = function->stencil_type(types, typed);
    return array::StageType{type.results.at(0), type.ranges.empty() ? std::nullopt : type.ranges[0], {}};
  };
  stage.compute = [function, given, options, dtype](std::span<const View> in, const View& out,
                                                    const array::StageCall& call) {
    std::vector<Argument> args = arguments<Argument>(in, given, [](const auto& value) { return Argument(value); });
    for (Argument& argument : args) {
      View* view = std::get_if<View>(&argument);
      if (!view || view->rank <= out.rank) continue;
      const int extra = view->rank - out.rank;  // axes that the frame does not have count one frame
      for (int d = 0; d < out.rank; ++d)
        view->shape[size_t(d)] = view->shape[size_t(d + extra)],
        view->strides[size_t(d)] = view->strides[size_t(d + extra)];
      view->rank = out.rank;
    }
    function->at_points(function->choose_loop(arguments<DType>(in, given, dtype)), args, out,
                        call.parallel && options.parallel);
  };
  return stage;
}

/// Whether a parameter is indexed absolutely: every block sees it whole.
bool is_indexed_absolutely(const types::Definition& definition, size_t position) {
  const std::vector<std::string>& names = definition.options.standard_indexing;
  const auto& parameters = types::parameters_of(definition);
  return position < parameters.size() &&
         std::find(names.begin(), names.end(), parameters[position].name) != names.end();
}

/// An array in memory, as such a parameter gets it.
Argument whole_array(const Array& array, const types::Definition& definition, size_t position) {
  const auto* memory = std::get_if<array::FromMemory>(&array::node_of(array)->op);
  if (!memory)
    throw Error(ErrorKind::Unsupported,
                fmt::format("`{}` indexes `{}` absolutely: every block sees it whole, so it must be an array in memory",
                            definition.name, types::parameters_of(definition)[position].name),
                {"hint: compute it first"});
  View view = memory->view;
  view.readonly = true;
  return view;
}

}  // namespace

Array Array::apply(const Kernel& kernel, const CallOptions& options) const {
  return nf::apply(kernel, {*this}, options);
}

Array apply(const Kernel& kernel, const std::vector<Operand>& operands, const CallOptions& options) {
  const engine::FunctionPtr& function = kernel.function();
  if (!function) throw Error(ErrorKind::Value, "an empty nf::Kernel cannot be applied");
  const types::Definition& definition = function->definition();
  const KernelOptions& own = definition.options;
  std::vector<Array> arrays;
  Given given;
  std::vector<Array> kept;  // in whose memory the given arrays lie
  for (size_t i = 0; i < operands.size(); ++i) {
    const Operand& operand = operands[i];
    if (operand.is_array() && is_indexed_absolutely(definition, i)) {
      kept.push_back(operand.array());
      given.push_back(whole_array(operand.array(), definition, i));
    } else if (operand.is_array()) {
      array::node_of(operand.array()), arrays.push_back(operand.array());
      given.push_back(std::nullopt);
    } else {
      given.push_back(operand.number());
    }
  }
  if (own.kind == KernelOptions::Kind::Vectorize && !arrays.empty())
    return array::with_stage(arrays, ufunc_stage(function, given, options));
  if (operands.empty() || given[0])
    throw Error(ErrorKind::Type, fmt::format("the first argument of `{}` must be an array", definition.name));
  // Without types a gufunc over a stencil is that stencil; with them its dtypes are the signature's.
  if (own.kind == KernelOptions::Kind::Stencil || (own.over_stencil && own.signatures.empty())) {
    array::Stage stage = stencil_stage(function, array::node_of(arrays[0])->type, given, options);
    stage.compute = [kept = std::move(kept), compute = std::move(stage.compute)](const auto&... args) {
      compute(args...);
    };
    return array::with_stage(arrays, std::move(stage));
  }
  if (own.kind == KernelOptions::Kind::Gufunc) {
    if (operands.size() != 1)
      throw Error(ErrorKind::Unsupported,
                  fmt::format("`{}` takes {} arguments; over an nf::Array a gufunc takes one array", definition.name,
                              operands.size()),
                  {"hint: put it on a stencil, or compute the arrays first"});
    return array::with_stage(arrays, gufunc_stage(function, options));
  }
  throw Error(ErrorKind::Unsupported,
              fmt::format("`{}` is not a stencil or a gufunc, so it cannot run over an nf::Array", definition.name),
              {"hint: call it on an array in memory"});
}

}  // namespace nf

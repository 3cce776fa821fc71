// Stencils that return several numbers: they are applied by a function made here, which is run as any function that
// applies stencils is (stages.h).
#include <algorithm>

#include "engine/arguments.h"
#include "engine/border.h"
#include "engine/function_state.h"
#include "ir/rewrite.h"

namespace nf::engine {
namespace {

/// The module of a stencil behind a function that calls it and returns its arrays.
std::shared_ptr<Specialization> make_applier(const Specialization& stencil, BorderMode mode) {
  auto made = std::make_shared<Specialization>();
  ir::Module& module = made->module;
  module = stencil.module;
  for (ir::Function& function : module.functions)  // all move up by one
    for (uint32_t i = 0; i < function.insts.size(); ++i)
      if (auto* call = std::get_if<ir::Call>(&function.insts[ir::InstId{i}].op)) ++call->function;
  module.functions[0].mode = mode;
  const ir::Function& callee = module.functions[0];
  ir::Function apply;
  apply.name = callee.name;
  apply.body = apply.blocks.add({});
  ir::Builder build(apply, apply.body);
  ir::Call call{1, {}, ir::InstId::none(), uint32_t(module.sites.size())};
  module.sites.push_back({"ValueError", "axis {0} of an array has size {1}, wanted {2}", {}});
  for (const ir::Parameter& param : callee.params) {
    Type type = param.type;
    if (type.is_array()) type = Type::array(type.dtype(), type.rank(), Layout::Any, true);
    call.args.push_back(build.emit(ir::Param{uint32_t(apply.params.size())}, type));
    apply.params.push_back({param.name, type, false, param.range});
  }
  std::vector<Type> arrays;
  for (Type result : callee.results) arrays.push_back(Type::array(result.dtype(), callee.rank));
  ir::InstId tuple = build.emit(std::move(call), Type::tuple(arrays));
  ir::Return back;
  for (uint32_t i = 0; i < arrays.size(); ++i) back.values.push_back(build.emit(ir::Item{tuple, i}, arrays[i]));
  build.emit(std::move(back), Type::none());
  apply.results = arrays;
  // The arrays may have any layout here.
  for (ir::Parameter& param : module.functions[0].params)
    if (param.type.is_array()) {
      const Type wide = Type::array(param.type.dtype(), param.type.rank(), Layout::Any, true);
      for (uint32_t i = 0; i < module.functions[0].insts.size(); ++i) {
        ir::Inst& inst = module.functions[0].insts[ir::InstId{i}];
        const auto* read = std::get_if<ir::Param>(&inst.op);
        if (read && &module.functions[0].params[read->position] == &param) inst.type = wide;
      }
      param.type = wide;
    }
  module.functions.insert(module.functions.begin(), std::move(apply));
  made->results = arrays;
  made->fastmath = stencil.fastmath;
  made->stages = make_stages(module);
  make_code(*made, 0);
  return made;
}

/// The `index`-th array of the leading axes, counted in C order over those of `first`.
View image_of(const View& view, int rank, const View& first, int64_t index) {
  if (view.rank == rank) return view;
  View image = view;
  const int leading = view.rank - rank;
  for (int d = leading - 1; d >= 0; --d) {
    image.data = static_cast<char*>(image.data) + index % first.shape[d] * view.strides[d];
    index /= first.shape[d];
  }
  image.rank = rank;
  for (int d = 0; d < rank; ++d) image.shape[d] = view.shape[d + leading], image.strides[d] = view.strides[d + leading];
  return image;
}

}  // namespace

Result Function::apply_several(const std::vector<Argument>& args, const std::vector<View>& outs,
                               const StencilOptions& options) {
  const types::Definition& kernel = definition();
  const View* first = args.empty() ? nullptr : std::get_if<View>(&args[0]);
  if (!first) {
    apply(args, {}, options);  // says what is wrong
    return NoneResult{};
  }
  const int rank = stencil_rank() ? std::min(stencil_rank(), first->rank) : first->rank, leading = first->rank - rank;
  auto made = specialize(stencil_types(kernel, args, rank), options, true);
  const size_t count = made->results.size();
  if (!outs.empty() && outs.size() != count)
    throw Error(ErrorKind::Type, fmt::format("`{}` makes {} array{}, `out` is a tuple of {}", kernel.name, count,
                                             count == 1 ? "" : "s", outs.size()));
  if (count == 1) {
    apply(args, outs[0], options);
    return NoneResult{};
  }
  check_shapes(args, made->module.functions[0], rank, leading);

  const BorderMode mode = options.mode.value_or(kernel.options.mode);
  std::shared_ptr<const Specialization> applier;
  {
    std::lock_guard lock(state_->mutex);
    std::shared_ptr<Specialization>& known = state_->appliers[{made.get(), int(mode)}];
    if (!known) known = make_applier(*made, mode);
    applier = known;
  }
  View shape = *first;
  if (mode == BorderMode::Valid)
    for (int d = 0; d < rank; ++d) {
      auto [lo, hi] = made->footprint.axes[size_t(d)];
      shape.shape[d + leading] = std::max<int64_t>(0, shape.shape[d + leading] - (hi - lo));
    }
  for (const View& out : outs) {
    if (out.readonly) throw Error(ErrorKind::Value, "`out` is read-only", {"pass arrays that may be written"});
    if (out.rank != shape.rank || !std::equal(out.shape.begin(), out.shape.begin() + out.rank, shape.shape.begin()))
      throw Error(ErrorKind::Value, fmt::format("`out` has shape {}, the results of `{}` have shape {}",
                                                shape_text(out.shape.data(), out.rank), kernel.name,
                                                shape_text(shape.shape.data(), shape.rank)));
  }
  std::vector<NewArray> whole;
  for (Type result : made->results) whole.push_back(new_array(result.dtype(), shape.shape.data(), shape.rank));

  int64_t images = 1;
  for (int d = 0; d < leading; ++d) images *= first->shape[d];
  for (int64_t i = 0; i < images; ++i) {
    std::vector<Argument> image = args;
    for (size_t a = 0; a < image.size(); ++a)
      if (View* view = std::get_if<View>(&image[a]); view && made->module.functions[0].params[a].relative)
        *view = image_of(*view, rank, *first, i);
    Result result = run_function(*applier, image);
    const auto& items = std::get<std::shared_ptr<ResultTuple>>(result)->items;
    if (images == 1 && leading == 0) {
      for (size_t r = 0; r < count; ++r) whole[r] = std::get<NewArray>(items[r]);
    } else {
      for (size_t r = 0; r < count; ++r)
        copy_view(std::get<NewArray>(items[r]).view, image_of(whole[r].view, rank, shape, i));
    }
  }
  if (outs.empty()) {
    auto tuple = std::make_shared<ResultTuple>();
    for (NewArray& result : whole) tuple->items.push_back(std::move(result));
    return tuple;
  }
  // Only now: an `out` may be an input. Without a `cval` the cells of its border stay as they are.
  const bool keeps = mode == BorderMode::Constant && !kernel.options.cval && !options.fill_border;
  for (size_t r = 0; r < count; ++r)
    for (int64_t i = 0; i < images; ++i) {
      View from = image_of(whole[r].view, rank, shape, i), to = image_of(outs[r], rank, shape, i);
      if (keeps) {
        const Region inside = interior_of(made->footprint, from);
        if (inside.empty(rank)) continue;
        from = part(from, inside), to = part(to, inside);
      }
      copy_view(from, to);
    }
  return NoneResult{};
}

}  // namespace nf::engine

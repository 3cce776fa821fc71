// A stencil over whole arrays: leading axes, borders, layouts and threads around the code that computes interior
// points.
#include <algorithm>
#include <optional>

#include "base/assert.h"
#include "engine/arguments.h"
#include "engine/border_strips.h"
#include "engine/call_cost.h"
#include "engine/image.h"
#include "engine/specialization.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

void run_image(const Image& image, const View& first, bool parallel) {
  const Region interior = interior_of(image.made->footprint, first);
  std::vector<Region> strips, sides;  // beside the interior's rows: whoever computes rows fills them there
  const bool fills = image.mode != BorderMode::Valid && (image.mode != BorderMode::Constant || image.fill_border);
  if (fills && first.rank > 0) {
    if (image.mode != BorderMode::Constant && first.bytes() <= kCopiedWhole && !interior.empty(first.rank)) {
      Region whole;
      for (int d = 0; d < first.rank; ++d) whole.hi[d] = first.shape[d];
      return run_border_strips(image, first, {&whole, 1});
    }
    for (const Region& strip : border_of(interior, first)) {
      const bool beside = strip.lo[0] == interior.lo[0] && strip.hi[0] == interior.hi[0];
      (beside && !interior.empty(first.rank) ? sides : strips).push_back(strip);
    }
    run_border_strips(image, first, strips);
  }
  if (interior.empty(first.rank)) return;
  std::vector<Region> origins(image.args.size());
  if (first.rank == 0) return run_region(image, image.args, origins, interior);
  int64_t rows = interior.hi[0] - interior.lo[0];
  const int64_t row_bytes = first.size() / first.shape[0] * bytes_per_point(*image.made);
  runtime::parallel_for(interior.lo[0], interior.hi[0], rows_of_task(image.made->footprint, rows, row_bytes), parallel,
                        [&](int64_t lo, int64_t hi) {
                          auto rows_of = [&](Region region) {
                            region.lo[0] = lo, region.hi[0] = hi;
                            return region;
                          };
                          std::vector<Region> beside;
                          for (const Region& side : sides) beside.push_back(rows_of(side));
                          run_border_strips(image, first, beside);
                          run_region(image, image.args, origins, rows_of(interior));
                        });
}

/// Packs what the region kernel cannot read: arrays whose inner stride is not one element.
void pack(std::vector<Argument>& args, const ir::Function& function, bool threads, std::vector<NewArray>& held) {
  for (size_t i = 0; i < args.size(); ++i) {
    View* view = std::get_if<View>(&args[i]);
    if (!view || !function.params[i].relative || unit_inner_stride(*view)) continue;
    held.push_back(new_array(view->dtype, view->shape.data(), view->rank));
    copy_view(*view, held.back().view, threads);
    *view = held.back().view;
  }
}

bool is_standard(const KernelOptions& options, const std::string& name) {
  return std::find(options.standard_indexing.begin(), options.standard_indexing.end(), name) !=
         options.standard_indexing.end();
}

const std::vector<syntax::Parameter>& params_of(const types::Definition& definition) {
  const syntax::Module& tree = *definition.module;
  if (definition.function) return std::get<syntax::FunctionDef>(tree[definition.function].node).params;
  return std::get<syntax::Lambda>(tree[definition.lambda].node).params;
}

}  // namespace

void check_shapes(const std::vector<Argument>& args, const ir::Function& function, int rank, int leading) {
  const View& first = std::get<View>(args[0]);
  for (size_t i = 1; i < args.size(); ++i) {
    const View* view = std::get_if<View>(&args[i]);
    if (!view || !function.params[i].relative) continue;
    int own_leading = view->rank - rank;
    for (int d = 0; d < rank; ++d)
      if (view->shape[d + own_leading] < first.shape[d + leading])
        throw Error(ErrorKind::Value,
                    fmt::format("`{}` has shape {}, smaller than `{}` with shape {}", function.params[i].name,
                                shape_text(view->shape.data(), view->rank), function.params[0].name,
                                shape_text(first.shape.data(), first.rank)),
                    {"every array that a stencil reads at offsets must be at least as large as the first one"});
    for (int d = 0; own_leading && d < leading; ++d)
      if (view->shape[d] != first.shape[d])
        throw Error(ErrorKind::Value, fmt::format("the leading axes of `{}` {} and `{}` {} differ",
                                                  function.params[i].name, shape_text(view->shape.data(), view->rank),
                                                  function.params[0].name, shape_text(first.shape.data(), first.rank)));
  }
}

std::vector<Type> stencil_types(const types::Definition& kernel, std::span<const Argument> args, int rank) {
  const View& first = std::get<View>(args[0]);
  std::vector<Type> types;
  const auto& params = params_of(kernel);
  for (size_t i = 0; i < args.size(); ++i) {
    const View* view = std::get_if<View>(&args[i]);
    if (!view || (i < params.size() && is_standard(kernel.options, params[i].name))) {
      types.push_back(type_of(args[i]));
      continue;
    }
    int own = view->rank == first.rank ? rank : view->rank;
    types.push_back(Type::array(view->dtype, own, Layout::C));
  }
  return types;
}

namespace {

const View& first_array(const types::Definition& kernel, const std::vector<Argument>& args) {
  if (const View* first = args.empty() ? nullptr : std::get_if<View>(&args[0])) return *first;
  throw Error(ErrorKind::Type, fmt::format("the first argument of the stencil `{}` must be an array", kernel.name),
              {"a stencil runs over the points of its first argument"});
}

void check_outs(const std::string& kernel, const std::vector<View>& outs, size_t count, const View& wanted) {
  if (outs.empty()) return;
  if (outs.size() != count) {
    const std::string given = outs.size() == 1 ? "one" : fmt::format("a tuple of {}", outs.size());
    throw Error(ErrorKind::Type,
                fmt::format("`{}` makes {} array{}, `out` is {}", kernel, count, count == 1 ? "" : "s", given),
                {count == 1 ? "give one array" : "give a tuple of arrays"});
  }
  for (const View& out : outs) {
    if (out.readonly) throw Error(ErrorKind::Value, "`out` is read-only", {"pass an array that may be written"});
    if (out.rank != wanted.rank ||
        !std::equal(wanted.shape.begin(), wanted.shape.begin() + wanted.rank, out.shape.begin()))
      throw Error(ErrorKind::Value, fmt::format("`out` has shape {}, the result of `{}` has shape {}",
                                                shape_text(out.shape.data(), out.rank), kernel,
                                                shape_text(wanted.shape.data(), wanted.rank)));
  }
}

/// The shape of the results for a first argument of this one.
View shape_of_results(const View& first, const ir::Footprint& footprint, BorderMode mode, int rank) {
  View shape = first;
  if (mode != BorderMode::Valid) return shape;
  for (int d = 0; d < rank; ++d) {
    auto [lo, hi] = footprint.axes[d];
    int64_t& extent = shape.shape[d + first.rank - rank];
    extent = std::max<int64_t>(0, extent + std::min<int64_t>(0, lo) - std::max<int64_t>(0, hi));
  }
  return shape;
}

/// True when the stencil can store into `outs[index]` while it still reads its arguments and stores its other results.
bool stores_directly(const std::vector<View>& outs, size_t index, const std::vector<Argument>& args) {
  const View& out = outs[index];
  for (size_t other = 0; other < outs.size(); ++other)
    if (other != index && overlap(outs[other], out)) return false;
  return unit_inner_stride(out) && std::none_of(args.begin(), args.end(), [&](const Argument& argument) {
           const View* view = std::get_if<View>(&argument);
           return view && overlap(*view, out);
         });
}

}  // namespace

std::vector<Type> Function::stencil_argument_types(const std::vector<Argument>& args) const {
  return stencil_types(definition(), args, rank_over(*this, first_array(definition(), args)));
}

Result Function::apply_all(const std::vector<Argument>& args, const std::vector<View>& outs,
                           const StencilOptions& given) {
  const types::Definition& kernel = definition();
  if (is_ufunc(kernel.options))
    return at_points(choose_loop(dtypes_of(args)), args, outs.empty() ? std::nullopt : std::optional(outs[0]),
                     given.parallel, given.trace);
  const View* first = &first_array(kernel, args);
  const int rank = rank_over(*this, *first), leading = first->rank - rank;

  StencilOptions options = given;
  options.out_dtypes.clear();
  for (const View& out : outs) options.out_dtypes.push_back(out.dtype);
  int64_t points = 1;
  for (int d = 0; d < first->rank; ++d) points *= first->shape[d];
  auto made = specialize(stencil_types(kernel, args, rank), options, points);
  const ir::Function& function = made->module.functions[0];
  check_shapes(args, function, rank, leading);
  const BorderMode mode = options.mode.value_or(kernel.options.mode);
  const View shape = shape_of_results(*first, made->footprint, mode, rank);
  const size_t count = made->results.size();
  check_outs(kernel.name, outs, count, shape);

  const bool fills_border = outs.empty() || function.cval.has_value() || options.fill_border;
  std::vector<View> targets;
  std::vector<std::optional<NewArray>> made_here(count);
  for (size_t r = 0; r < count; ++r) {
    if (!outs.empty() && stores_directly(outs, r, args)) {
      targets.push_back(outs[r]);
    } else {
      made_here[r] = new_array(made->results[r].dtype(), shape.shape.data(), shape.rank);
      targets.push_back(made_here[r]->view);
    }
  }

  const int64_t moved = points * bytes_per_point(*made);
  const auto bytes = double(moved);
  const abi::StencilFunction code = stencil_code(*made, moved);
  int64_t images = 1;
  for (int d = 0; d < leading; ++d) images *= first->shape[d];
  bool threads =
      options.parallel && runtime::worth_threads(bytes * made->nanoseconds_per_byte.load(std::memory_order_relaxed));
  bool over_images = images >= 2 * runtime::num_threads();
  int64_t image_bytes = std::max<int64_t>(1, int64_t(bytes / double(std::max<int64_t>(images, 1))));
  const Storing storing = storing_of(*made, image_bytes, threads, targets);
  if (CallTrace* trace = options.trace) {
    trace->images = images, trace->threads = threads, trace->over_images = over_images;
    trace->streaming = storing == Storing::PastCache;
    trace->short_rows = storing == Storing::ShortRows, trace->much_to_compute = storing == Storing::MuchToCompute;
  }
  const SerialTime time(*made, threads ? 0 : bytes);
  runtime::parallel_for(
      0, images, std::max<int64_t>(1, runtime::tuning().task_bytes / image_bytes), threads && over_images,
      [&](int64_t lo, int64_t hi) {
        for (int64_t index = lo; index < hi; ++index) {
          Image image{made.get(), code, args, {}, {}, mode, fills_border, options.channels, 0, options.trace};
          for (const View& target : targets) image.targets.push_back(leading_part(target, rank, shape, leading, index));
          for (size_t i = 0; i < args.size(); ++i) {
            View* view = std::get_if<View>(&image.args[i]);
            if (view && view->rank != function.params[i].type.rank())
              *view = leading_part(*view, rank, *first, leading, index);
          }
          View first_part = std::get<View>(image.args[0]);
          std::vector<NewArray> held;
          pack(image.args, function, threads && !over_images, held);
          if (options.trace && !held.empty()) options.trace->packed = true;
          if (mode == BorderMode::Valid) image.target_origin.lo = interior_of(made->footprint, first_part).lo;
          const bool cold = note_use(function, image.args, image.targets);
          image.flags = flags_for(
              {storing == Storing::PastCache, threads, cold, double(image_bytes), planes_of(image.targets[0])});
          run_image(image, first_part, threads && !over_images);
        }
      });
  if (outs.empty()) {
    if (count == 1) return std::move(*made_here[0]);
    auto tuple = std::make_shared<ResultTuple>();
    for (std::optional<NewArray>& result : made_here) tuple->items.push_back(std::move(*result));
    return tuple;
  }
  Region computed;  // the border of what the caller gave stays as it is, unless it is computed too
  for (int d = 0; d < shape.rank; ++d) computed.hi[d] = shape.shape[d];
  if (!fills_border && mode == BorderMode::Constant && shape.size() != 0) {
    const Region interior = interior_of(made->footprint, leading_part(targets[0], rank, shape, leading, 0));
    for (int d = 0; d < rank; ++d) computed.lo[d + leading] = interior.lo[d], computed.hi[d + leading] = interior.hi[d];
  }
  for (size_t r = 0; r < count; ++r)
    if (made_here[r] && !computed.empty(shape.rank))
      copy_view(part(targets[r], computed), part(outs[r], computed), threads);
  return NoneResult{};
}

Result Function::apply(const std::vector<Argument>& args, std::optional<View> out, const StencilOptions& options) {
  if (!out) return apply_all(args, {}, options);
  apply_all(args, {*out}, options);
  return AliasOf{int(args.size())};
}

}  // namespace nf::engine

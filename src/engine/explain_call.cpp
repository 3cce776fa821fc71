// Measures one call of a stencil beside its two limits: copying as many bytes, and computing on data in the cache.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "codegen/panels.h"
#include "engine/arguments.h"
#include "engine/border.h"
#include "engine/explain.h"
#include "engine/specialization.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

using Clock = std::chrono::steady_clock;

/// Input and output of the part that the computation alone is measured on: it fits the caches of one core.
constexpr int64_t kCachedBytes = 256 << 10;
/// Larger copies take as long for each byte, and twice the memory.
constexpr int64_t kMostCopied = int64_t(256) << 20;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// One stencil call with its outputs made beforehand.
struct Measured {
  Function& function;
  std::vector<Argument> args;
  StencilOptions options;
  std::vector<NewArray> made;  ///< the outputs
  std::vector<View> outs;

  Measured(Function& f, std::vector<Argument> arguments, const StencilOptions& how)
      : function(f), args(std::move(arguments)), options(how) {
    Result result = function.apply_all(args, {}, options);
    if (const auto* several = std::get_if<std::shared_ptr<ResultTuple>>(&result))
      for (const Result& one : (*several)->items) made.push_back(std::get<NewArray>(one));
    else
      made.push_back(std::get<NewArray>(result));
    for (const NewArray& one : made) outs.push_back(one.view);
    options.fill_border = true;  // as without `out`
  }
  int64_t bytes_out() const {
    int64_t bytes = 0;
    for (const View& out : outs) bytes += out.bytes();
    return bytes;
  }
  void run() { function.apply_all(args, outs, options); }

  /// The best time of one call, and how many calls were made. Short ones are timed many together.
  std::pair<double, int> best(std::chrono::milliseconds time) {
    const auto first = Clock::now();
    run();
    const int together = int(std::clamp(50e-6 / std::max(seconds_since(first), 1e-9), 1.0, 100.0));
    double best = INFINITY;
    int calls = 1;
    const auto end = Clock::now() + time;
    for (int round = 0; round < 3 || Clock::now() < end; ++round) {
      const auto start = Clock::now();
      for (int i = 0; i < together; ++i) run();
      best = std::min(best, seconds_since(start) / together);
      calls += together;
    }
    return {best, calls};
  }
};

const View& first_of(const std::vector<Argument>& args) { return std::get<View>(args[0]); }

/// Points of one image whose footprint lies inside.
int64_t interior_points(const ir::Footprint& footprint, const View& image) {
  const Region region = interior_of(footprint, image);
  int64_t points = 1;
  for (int d = 0; d < image.rank; ++d) points *= std::max<int64_t>(0, region.hi[d] - region.lo[d]);
  return points;
}

/// Note [Panels] in codegen/panels.h: the rows of one, 0 where whole planes are computed.
int64_t panel_rows(const Explanation& e, const ir::Footprint& footprint, const View& image) {
  if (image.rank < 3) return 0;
  const Region region = interior_of(footprint, image);
  const auto rank = size_t(image.rank);
  const int64_t rows = region.hi[rank - 2] - region.lo[rank - 2], columns = region.hi[rank - 1] - region.lo[rank - 1];
  const int64_t height = codegen::panel_height({e.code.column_bytes, e.code.halo_rows, e.code.rows},
                                               runtime::tuning().panel_bytes, rows, columns);
  return height < rows ? height : 0;
}

/// The last `rank` axes of a view.
View image_of(View view, int rank) {
  const int leading = view.rank - rank;
  for (int d = 0; d < rank; ++d) view.shape[d] = view.shape[d + leading], view.strides[d] = view.strides[d + leading];
  view.rank = rank;
  return view;
}

/// The shape of a part of an image that fits the cache, as much wider than the footprint as possible.
std::array<int64_t, kMaxRank> cached_shape(const View& image, const ir::Footprint& footprint, int64_t bytes_of_point) {
  constexpr int64_t kLeastColumns = 512, kLeastExtent = 8;
  std::array<int64_t, kMaxRank> shape = image.shape;
  auto least = [&](int d) {
    const auto [lo, hi] = footprint.axes[size_t(d)];
    return hi - lo + (d == image.rank - 1 ? kLeastColumns : kLeastExtent);
  };
  for (;;) {
    int64_t points = 1;
    int widest = -1;
    for (int d = 0; d < image.rank; ++d) {
      points *= shape[size_t(d)];
      if (shape[size_t(d)] <= least(d)) continue;
      // Rows stay long as long as there are other axes to cut.
      if (widest < 0 || widest == image.rank - 1 || (d != image.rank - 1 && shape[size_t(d)] > shape[size_t(widest)]))
        if (widest < 0 || d != image.rank - 1) widest = d;
    }
    if (points * bytes_of_point <= kCachedBytes || widest < 0) return shape;
    shape[size_t(widest)] = std::max(least(widest), shape[size_t(widest)] / 2);
  }
}

/// Copies of the begin of each array that the stencil reads at offsets.
std::vector<Argument> cached_part(const std::vector<Argument>& args,
                                  const std::vector<Explanation::Argument>& described, int rank,
                                  const std::array<int64_t, kMaxRank>& shape, std::vector<NewArray>& held) {
  std::vector<Argument> parts = args;
  for (size_t i = 0; i < args.size(); ++i) {
    const View* view = std::get_if<View>(&args[i]);
    if (!view || !described[i].relative) continue;
    View from = image_of(*view, std::min(rank, view->rank));
    std::copy_n(shape.begin(), from.rank, from.shape.begin());
    held.push_back(new_array(from.dtype, from.shape.data(), from.rank));
    copy_view(from, held.back().view);
    parts[i] = held.back().view;
  }
  return parts;
}

double copy_time(int64_t bytes, int threads) {
  const int64_t copied = std::min(bytes, kMostCopied);
  return runtime::copy_seconds(copied, threads) * double(bytes) / double(copied);
}

std::string array_text(const View& view) {
  std::string text(name_of(view.dtype));
  for (int d = 0; d < view.rank; ++d) text += (d ? ", " : "[") + std::to_string(view.shape[d]);
  return text + "]";
}

}  // namespace

void measure_call(Function& function, const std::vector<Argument>& args, const StencilOptions& options, bool given,
                  Explanation& into) {
  using std::chrono::milliseconds;
  const View& first = first_of(args);
  const int rank = std::min(into.rank, first.rank);
  const ir::Footprint footprint{into.footprint};
  CallTrace trace;
  StencilOptions traced = options;
  traced.trace = &trace;
  Measured whole(function, args, traced);
  Explanation::Call call;
  call.array = array_text(first), call.given = given;
  for (size_t i = 0; i < args.size(); ++i)
    if (const View* view = std::get_if<View>(&args[i]); view && into.arguments[i].relative)
      call.bytes_in += view->bytes();
  call.bytes_out = whole.bytes_out();
  call.images = trace.images, call.over_images = trace.over_images, call.packed = trace.packed;
  call.streaming = trace.streaming, call.short_rows = trace.short_rows, call.much_to_compute = trace.much_to_compute;
  call.streaming_from = runtime::tuning().streaming_from(trace.threads);
  call.tasks = trace.tasks, call.rows_of_a_task = trace.rows_of_a_task;
  call.panel_rows = panel_rows(into, footprint, image_of(first, rank));
  call.allowed_threads = options.parallel ? runtime::num_threads() : 1;
  call.threads = trace.threads && trace.tasks > 1 ? call.allowed_threads : 1;
  const View image = image_of(first, rank);
  call.points = interior_points(footprint, image) * trace.images;
  if (call.points == 0 || whole.bytes_out() == 0) {
    into.call = std::move(call);
    return;
  }
  whole.options.trace = nullptr;

  const auto shape = cached_shape(image, footprint, into.point.bytes_in + into.point.bytes_out);
  std::vector<NewArray> held;
  StencilOptions alone = options;
  alone.parallel = false;
  Measured cached(function, cached_part(args, into.arguments, rank, shape, held), alone);
  const int64_t cached_points = interior_points(footprint, first_of(cached.args));
  double point_seconds = cached.best(milliseconds(40)).first / double(std::max<int64_t>(cached_points, 1));

  std::vector<int> counts = {1};
  if (call.threads > 1) counts.push_back(call.threads);
  double copying = INFINITY;
  for (int threads : counts) {
    whole.options.parallel = threads > 1;
    auto [achieved, runs] = whole.best(milliseconds(80));
    // What the whole took, its computation took at most: on a busy machine the short measurement may be the worse one.
    if (threads == 1) point_seconds = std::min(point_seconds, achieved / double(call.points));
    // Nor does a second thread make copying slower: one may do it.
    copying = std::min(copying, copy_time(call.bytes_in + call.bytes_out, threads));
    call.runs.push_back({threads, copying, point_seconds * double(call.points) / threads, achieved, runs});
  }
  into.call = std::move(call);
}

}  // namespace nf::engine

// One image of a stencil call: its arrays as generated code addresses them.
#include "engine/image.h"

#include <algorithm>

#include "base/past_cache.h"
#include "codegen/codegen.h"
#include "codegen/run_stencil.h"
#include "engine/arguments.h"
#include "runtime/tuning.h"

namespace nf::engine {

/// So many times as large as an image may the planes of a volume be that is computed in strips: only much computing is.
/// (27 points of float32 on Zen 5, planes of 320 kB: 4.97 ns a vector row by row, 3.89 in strips; of 524
/// kB 4.59, 4.88.)
constexpr int64_t kOfAVolume = 4;

/// Of a task, for each plane that it reads besides its own, while there are so many tasks for a thread. (Jacobi of 96
/// MiB of float32 in planes of 1 MB, two threads of Emerald Rapids: 2.6 ms in tasks of three planes, 2.2 in tasks of
/// twelve.)
constexpr int64_t kPlanesOfHalo = 8, kTasksOfThread = 2;

/// Of a line of the cache that is moved: so many take longer than memory does for the line, even if it reads what is
/// stored; stores past the cache only make it longer. (96 MiB of float32 on Emerald Rapids, one thread and two,
/// ordinary stores to such past the cache: 27 points 0.89 and 0.97, 3-D Sobel 0.89 and 0.94; seven points, of 17
/// operations, 1.5 and 1. Images do not gain: 5x5 weights of float32 1.06 and 1.08.)
constexpr int64_t kManyOperations = 24;
constexpr int kFewThreads = 2;

/// Bytes of the smallest array for which it matters where it lies.
constexpr int64_t kLeastCold = 64 << 10;

uint64_t flags_for(const ImageUse& use) {
  const runtime::Tuning& tuning = runtime::tuning();
  if (use.streaming) {
    const bool is_cached = use.bytes <= double(runtime::last_level_cache());
    return abi::kStreaming | (is_cached ? abi::kPrefetch : 0);
  }
  const bool is_volume = use.planes > 1;
  const int64_t strip_bytes = tuning.strip_bytes * (is_volume ? kOfAVolume : 1);
  const bool strips = use.bytes <= double(use.planes) * double(strip_bytes);
  // From the last-level cache strips of volumes are faster than rows that are asked for. (27 points of 5 MB of float32
  // on Emerald Rapids: 435 us and 508.)
  const int64_t prefetch_from = strips && is_volume ? tuning.streaming_bytes : 0;
  const uint64_t cached = !use.cold && use.bytes <= double(tuning.streaming_from(use.threads)) ? abi::kCached : 0;
  if (use.cold || use.bytes > double(std::max(prefetch_from, tuning.prefetch_from(use.threads))))
    return cached | abi::kPrefetch;
  return cached | (strips ? abi::kStrips : 0);
}

int64_t rows_of_task(const ir::Footprint& footprint, int64_t rows, int64_t row_bytes) {
  const auto [first, last] = footprint.axes[0];
  const int64_t halo = footprint.axes.size() < 3 ? 0 : std::max<int64_t>(last, 0) - std::min<int64_t>(first, 0);
  const int64_t threads = runtime::num_threads(), most = std::max<int64_t>(1, rows / threads);
  const int64_t least = std::clamp<int64_t>(kPlanesOfHalo * halo, 1, std::max<int64_t>(1, most / kTasksOfThread));
  return std::clamp<int64_t>(runtime::tuning().task_bytes / std::max<int64_t>(1, row_bytes), least, most);
}

bool has_long_rows(const ir::Footprint& footprint, std::span<const View> targets) {
  const bool joined = std::all_of(footprint.axes.begin(), footprint.axes.end(),
                                  [](auto axis) { return axis.first == 0 && axis.second == 0; });
  return joined || std::any_of(targets.begin(), targets.end(), [](const View& target) {
           const int64_t columns = target.rank == 0 ? 1 : target.shape[target.rank - 1];
           return columns * size_of(target.dtype) >= runtime::tuning().streamed_row_bytes;
         });
}

Storing storing_of(const Specialization& made, int64_t bytes, bool threads, std::span<const View> targets) {
  if (bytes <= runtime::tuning().streaming_from(threads)) return Storing::Small;
  const codegen::Target& target = codegen::host_target();
  if (target.vector_bytes < kCacheLine || !has_long_rows(made.footprint, targets)) return Storing::ShortRows;
  const codegen::StencilPlan* plan = plan_of(made);
  const bool few = !target.slow_split_loads && (!threads || runtime::num_threads() <= kFewThreads);
  const bool computes = plan && plan->rank > 2 && plan->operations >= kManyOperations;
  return few && computes ? Storing::MuchToCompute : Storing::PastCache;
}

bool note_use(const View& view) {
  const int64_t bytes = view.bytes();
  return view.data && bytes >= kLeastCold && !runtime::touched_lately(view.data, bytes);
}

bool note_use(const ir::Function& function, std::span<const Argument> args, std::span<const View> targets) {
  bool cold = false;
  for (size_t i = 0; i < args.size(); ++i)
    if (const View* view = std::get_if<View>(&args[i]); view && function.params[i].relative) cold |= note_use(*view);
  for (const View& target : targets) note_use(target);
  return cold;
}

int64_t planes_of(const View& image) {
  int64_t planes = 1;
  for (int d = 0; d < image.rank - 2; ++d) planes *= image.shape[d];
  return planes;
}

bool unit_inner_stride(const View& view) {
  return view.rank == 0 || view.strides[view.rank - 1] == size_of(view.dtype) || view.shape[view.rank - 1] <= 1;
}

namespace {

/// Moves the data pointer so that coordinate `origin` lies at the view's first element.
abi::Array addressed_from(const View& view, const Region& origin) {
  abi::Array array = to_abi(view);
  if (view.rank && view.shape[view.rank - 1] <= 1) array.strides[view.rank - 1] = size_of(view.dtype);
  auto address = reinterpret_cast<intptr_t>(array.data);
  for (int d = 0; d < view.rank; ++d) address -= origin.lo[d] * array.strides[d];
  array.data = reinterpret_cast<void*>(address);
  return array;
}

}  // namespace

void run_region(const Image& image, const std::vector<Argument>& args, const std::vector<Region>& origins,
                const Region& region) {
  const ir::Function& function = image.made->module.functions[0];
  const int rank = image.targets[0].rank;
  if (region.empty(rank)) return;
  if (image.trace && rank > 0) {
    ++image.trace->tasks;
    image.trace->rows_of_a_task = std::max<int64_t>(image.trace->rows_of_a_task, region.hi[0] - region.lo[0]);
  }
  std::vector<abi::Array> arrays(args.size());
  std::vector<abi::Value> values(args.size());
  for (size_t i = 0; i < args.size(); ++i) {
    if (const auto* view = std::get_if<View>(&args[i])) {
      arrays[i] = function.params[i].relative ? addressed_from(*view, origins[i]) : to_abi(*view);
      values[i].array = &arrays[i];
    } else {
      values[i] = to_abi(std::get<Scalar>(args[i]));
    }
  }
  std::vector<abi::Array> outs;
  for (const View& target : image.targets) outs.push_back(addressed_from(target, image.target_origin));
  abi::StencilCall call{};
  call.args = values.data();
  call.outs = outs.data();
  call.flags = image.flags;
  call.panel_bytes = runtime::tuning().panel_bytes;
  std::copy_n(region.lo.begin(), kMaxRank, call.lo);
  std::copy_n(region.hi.begin(), kMaxRank, call.hi);
  CallContext context;
  if (int32_t status = image.code(&context, &call)) throw_fault(image.made->module, status, context.fault);
}

View leading_part(const View& view, int rank, const View& loop, int leading, int64_t index) {
  if (view.rank == rank) return view;
  View result = view;
  for (int d = leading - 1; d >= 0; --d) {
    result.data = static_cast<char*>(result.data) + index % loop.shape[d] * view.strides[d];
    index /= loop.shape[d];
  }
  result.rank = rank;
  for (int d = 0; d < rank; ++d)
    result.shape[d] = view.shape[d + leading], result.strides[d] = view.strides[d + leading];
  return result;
}

int rank_over(const Function& function, const View& first) {
  return function.stencil_rank() ? std::min(function.stencil_rank(), first.rank) : first.rank;
}

}  // namespace nf::engine

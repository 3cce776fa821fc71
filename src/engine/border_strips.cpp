// See border_strips.h.
//
// Note [Both ends]. What lies left and right of the interior are a few columns of many rows, and generated code
// computes no less than a step of columns. So one copy of the input has both: the begin of each row, as many columns as
// fill a step, and behind them its end. Results go to a scratch, of which the border's columns are copied; those that
// read across the seam mean nothing. A kernel that may raise, or loops until its data say so, sees no such points: both
// ends are computed by themselves, each a step wide. (3x3 mean of 3000x3000 uint8 on Emerald Rapids: 706 us with a
// constant border; with mode "reflect" 980, both ends together 848. On two threads 356, 598 and 436.)
#include "engine/border_strips.h"

#include <algorithm>

#include "codegen/run_stencil.h"
#include "engine/arguments.h"

namespace nf::engine {
namespace {

/// The columns that generated code computes at a time; 1 when it computes point by point.
int64_t columns_of_a_step(const Specialization& made) {
  const codegen::StencilPlan* plan = plan_of(made);
  return plan ? plan->points : 1;
}

/// Computes `region` of `to` from copies of the image's inputs. Its columns are those of `columns`, one range behind
/// the other; points that read across the seam of two ranges mean nothing.
void run_on_copies(const Image& image, Image to, const Region& region, std::span<const Columns> columns) {
  const ir::Footprint& footprint = image.made->footprint;
  const ir::Function& function = image.made->module.functions[0];
  std::vector<Region> origins(image.args.size());
  std::vector<Extended> held;
  for (size_t i = 0; i < image.args.size(); ++i) {
    if (!function.params[i].relative) continue;
    held.push_back(extend(std::get<View>(image.args[i]), region, columns, footprint, image.mode, image.channels));
    to.args[i] = held.back().view;
    for (int d = 0; d < held.back().view.rank; ++d) origins[i].lo[d] = region.lo[d] + footprint.axes[d].first;
  }
  to.trace = nullptr;
  run_region(to, to.args, origins, region);
}

Columns columns_of(const Region& strip, int last) { return {strip.lo[last], strip.hi[last]}; }

/// A strip of fewer columns than one step is taken to be as wide as one: what it covers of the interior gets the values
/// that it gets anyhow, and less than a step costs more than a whole one.
void run_strip(const Image& image, const View& first, Region strip) {
  const int last = first.rank - 1;
  if (const int64_t step = columns_of_a_step(*image.made);
      strip.hi[last] - strip.lo[last] < step && first.shape[last] >= step) {
    if (strip.lo[last] == 0)
      strip.hi[last] = step;
    else
      strip.lo[last] = strip.hi[last] - step;
  }
  const Columns columns[] = {columns_of(strip, last)};
  run_on_copies(image, image, strip, columns);
}

/// Note [Both ends].
void run_ends(const Image& image, const Region& begin, const Region& end, int last) {
  const auto [before, behind] = image.made->footprint.axes[last];
  const Columns left = columns_of(begin, last), right = columns_of(end, last);
  const int64_t seam = behind - before, other = right.hi - right.lo;
  const int64_t wide = std::max(left.hi - left.lo, columns_of_a_step(*image.made) - seam - other);
  Region region = begin;
  region.lo[last] = 0, region.hi[last] = wide + seam + other;
  std::array<int64_t, kMaxRank> shape{};
  for (int d = 0; d <= last; ++d) shape[d] = region.hi[d] - region.lo[d];
  Image scratch = image;
  std::vector<NewArray> held;
  for (View& target : scratch.targets) target = held.emplace_back(new_array(target.dtype, shape.data(), last + 1)).view;
  scratch.target_origin = region;
  scratch.flags = abi::kCached | abi::kStrips;
  const Columns columns[] = {{left.lo, left.lo + wide}, right};
  run_on_copies(image, scratch, region, columns);
  auto copy = [&](size_t result, const Region& side, int64_t column) {
    Region from;
    std::copy_n(shape.begin(), last, from.hi.begin());
    from.lo[last] = column, from.hi[last] = column + side.hi[last] - side.lo[last];
    copy_view(part(scratch.targets[result], from), part(image.targets[result], side));
  };
  for (size_t r = 0; r < image.targets.size(); ++r) copy(r, begin, 0), copy(r, end, wide + seam);
}

/// Note [Both ends].
bool computes_any_points(const Specialization& made) { return plan_of(made) && made.module.sites.size() <= 1; }

}  // namespace

void run_border_strips(const Image& image, const View& first, std::span<const Region> strips) {
  if (image.mode == BorderMode::Constant) {
    for (const Region& strip : strips)
      for (size_t r = 0; r < image.targets.size(); ++r) fill_view(part(image.targets[r], strip), image.made->border[r]);
    return;
  }
  const int last = first.rank - 1;
  auto is_end = [&](const Region& strip) { return strip.hi[last] - strip.lo[last] < first.shape[last]; };
  for (size_t i = 0; i < strips.size(); ++i) {
    if (i + 1 < strips.size() && is_end(strips[i]) && is_end(strips[i + 1]) && computes_any_points(*image.made))
      run_ends(image, strips[i], strips[i + 1], last), ++i;
    else
      run_strip(image, first, strips[i]);
  }
}

}  // namespace nf::engine

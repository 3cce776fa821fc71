#include "base/overlap.h"

#include <cstdlib>
#include <numeric>

namespace nf {
namespace {

/// Bytes from `lo` to before `hi`, counted from an array's first element.
struct Extent {
  int64_t lo = 0, hi = 0;
};

/// What the elements reach along the axes whose steps are no multiples of `period`; along all with 0.
Extent extent_within(const View& view, int64_t period) {
  Extent extent{0, size_of(view.dtype)};
  for (int d = 0; d < view.rank; ++d) {
    const int64_t step = view.strides[size_t(d)], way = (view.shape[size_t(d)] - 1) * step;
    if (period == 0 || step % period != 0) (way < 0 ? extent.lo : extent.hi) += way;
  }
  return extent;
}

/// True when the elements lie in different parts of each `period` bytes.
bool alternate(const View& a, const View& b, int64_t distance, int64_t period) {
  const Extent first = extent_within(a, period), second = extent_within(b, period);
  const int64_t behind = ((distance + second.lo - first.lo) % period + period) % period;
  return behind >= first.hi - first.lo && behind + second.hi - second.lo <= period;
}

}  // namespace

bool overlap(const View& a, const View& b) {
  if (a.size() == 0 || b.size() == 0) return false;
  const int64_t distance = static_cast<const char*>(b.data) - static_cast<const char*>(a.data);
  const Extent first = extent_within(a, 0), second = extent_within(b, 0);
  if (first.lo >= distance + second.hi || distance + second.lo >= first.hi) return false;
  int64_t common = 0;  // what all steps are multiples of
  for (const View* view : {&a, &b})
    for (int d = 0; d < view->rank; ++d) {
      const int64_t step = std::abs(view->strides[size_t(d)]);
      if (view->shape[size_t(d)] == 1 || step == 0) continue;
      if (alternate(a, b, distance, step)) return false;
      common = std::gcd(common, step);
    }
  return common == 0 || !alternate(a, b, distance, common);
}

}  // namespace nf

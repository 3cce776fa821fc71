// Border strips. The interior loop of a stencil never tests for borders: each strip is computed by the same code on a
// small copy of the input that continues beyond the edge.
#include "engine/border.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "ir/elements.h"

namespace nf::engine {

bool Region::empty(int rank) const {
  for (int d = 0; d < rank; ++d)
    if (lo[d] >= hi[d]) return true;
  return false;
}

Region interior_of(const ir::Footprint& footprint, const View& array) {
  Region region;
  for (int d = 0; d < array.rank; ++d) {
    auto [lo, hi] = footprint.axes[d];
    region.lo[d] = std::min(array.shape[d], -std::min<int64_t>(0, lo));
    region.hi[d] = std::max(region.lo[d], array.shape[d] - std::max<int64_t>(0, hi));
  }
  return region;
}

std::vector<Region> border_of(const Region& interior, const View& array) {
  Region whole;
  for (int d = 0; d < array.rank; ++d) whole.hi[d] = array.shape[d];
  if (interior.empty(array.rank)) return whole.empty(array.rank) ? std::vector<Region>{} : std::vector{whole};
  std::vector<Region> strips;
  Region rest = whole;
  for (int d = 0; d < array.rank; ++d) {
    for (auto [lo, hi] : {std::pair(rest.lo[d], interior.lo[d]), std::pair(interior.hi[d], rest.hi[d])}) {
      if (lo >= hi) continue;
      Region strip = rest;
      strip.lo[d] = lo, strip.hi[d] = hi;
      strips.push_back(strip);
    }
    rest.lo[d] = interior.lo[d], rest.hi[d] = interior.hi[d];
  }
  return strips;
}

View part(const View& view, const Region& region) {
  View result = view;
  for (int d = 0; d < view.rank; ++d) {
    result.data = static_cast<char*>(result.data) + region.lo[d] * view.strides[d];
    result.shape[d] = region.hi[d] - region.lo[d];
  }
  return result;
}

namespace {

/// Elements that lie behind each other in the source and in the copy.
struct RunOfElements {
  int64_t from, count;
};
std::vector<RunOfElements> runs_of(const std::vector<int64_t>& sources) {
  std::vector<RunOfElements> runs;
  for (int64_t source : sources) {
    if (!runs.empty() && runs.back().from + runs.back().count == source)
      ++runs.back().count;
    else
      runs.push_back({source, 1});
  }
  return runs;
}

/// Copies one axis after the other; `sources[d]` lists where each coordinate of the copy is read from, `runs` the same
/// of the last one.
void gather(const View& array, const std::vector<std::vector<int64_t>>& sources, const std::vector<RunOfElements>& runs,
            int axis, const char* from, char*& to) {
  const int64_t stride = array.strides[axis], bytes = size_of(array.dtype);
  if (axis + 1 < array.rank) {
    for (int64_t source : sources[size_t(axis)]) gather(array, sources, runs, axis + 1, from + source * stride, to);
    return;
  }
  for (const RunOfElements& run : runs) {
    const char* at = from + run.from * stride;
    if (stride == bytes) {
      std::memcpy(to, at, size_t(run.count * bytes));
      to += run.count * bytes;
      continue;
    }
    for (int64_t i = 0; i < run.count; ++i, at += stride, to += bytes) std::memcpy(to, at, size_t(bytes));
  }
}

/// More than this is not what anybody means by a border, and no memory holds it for long.
constexpr __int128 kMostBytes = __int128(16) << 30;

/// Offsets far beyond the image ask for copies that no memory holds; they are refused before any is made.
void check_size(const View& array, const Region& region, const ir::Footprint& footprint) {
  __int128 bytes = size_of(array.dtype);
  int64_t furthest = 0;
  for (int d = 0; d < array.rank; ++d) {
    auto [lo, hi] = footprint.axes[d];
    bytes = std::min(bytes, kMostBytes + 1) * std::min(__int128(region.hi[d]) + hi - region.lo[d] - lo, kMostBytes + 1);
    furthest = std::max({furthest, hi, lo == INT64_MIN ? INT64_MAX : -lo});
  }
  if (bytes <= kMostBytes) return;
  throw Error(ErrorKind::Memory,
              fmt::format("the stencil reads up to {} elements away: continued that far beyond its border, the image "
                          "takes more than 16 GiB",
                          furthest),
              {"read nearer to the point, or use mode=\"constant\" or mode=\"valid\""});
}

}  // namespace

Extended extend(const View& array, const Region& region, const ir::Footprint& footprint, BorderMode mode,
                int64_t channels) {
  nf_assert(array.rank > 0, "a point has no border");
  check_size(array, region, footprint);
  std::vector<std::vector<int64_t>> sources(size_t(array.rank));
  std::array<int64_t, kMaxRank> shape{};
  for (int d = 0; d < array.rank; ++d) {
    int64_t group = d == array.rank - 1 ? channels : 1;
    int64_t lo = region.lo[d] + footprint.axes[d].first, hi = region.hi[d] + footprint.axes[d].second;
    sources[size_t(d)].reserve(size_t(hi - lo));
    for (int64_t at = lo; at < hi; ++at) {
      if (at >= 0 && at < array.shape[d]) {
        sources[size_t(d)].push_back(at);
        continue;
      }
      int64_t channel = (at % group + group) % group;
      sources[d].push_back(ir::extend_index(mode, (at - channel) / group, array.shape[d] / group) * group + channel);
    }
    shape[d] = hi - lo;
  }
  Extended extended;
  extended.view = View::contiguous(nullptr, array.dtype, shape.data(), array.rank);
  extended.buffer = runtime::Buffer(size_t(std::max<int64_t>(extended.view.bytes(), 1)));
  extended.view.data = extended.buffer.data();
  char* to = reinterpret_cast<char*>(extended.buffer.data());
  gather(array, sources, runs_of(sources.back()), 0, static_cast<const char*>(array.data), to);
  return extended;
}

}  // namespace nf::engine

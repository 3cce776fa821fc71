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

/// Where the coordinates of an axis of a copy are read from, as runs that lie behind each other in the source too.
struct Sources {
  struct Run {
    int64_t from, count;
  };
  std::vector<Run> runs;
  int64_t count = 0;

  void add(int64_t from, int64_t more) {
    if (more <= 0) return;
    count += more;
    if (!runs.empty() && runs.back().from + runs.back().count == from)
      runs.back().count += more;
    else
      runs.push_back({from, more});
  }
  /// [lo, hi) of an axis of `size`, of which `group` coordinates move together.
  void add(int64_t lo, int64_t hi, int64_t size, BorderMode mode, int64_t group) {
    auto outside = [&](int64_t at, int64_t end) {
      for (; at < end; ++at) {
        const int64_t channel = (at % group + group) % group;
        add(ir::extend_index(mode, (at - channel) / group, size / group) * group + channel, 1);
      }
    };
    const int64_t begin = std::clamp<int64_t>(0, lo, hi), end = std::clamp(size, begin, hi);
    outside(lo, begin);
    add(begin, end - begin);
    outside(end, hi);
  }
};

/// Of an axis, with what lies beyond both edges.
constexpr size_t kUsualRuns = 8;
/// Of a run that are copied one by one.
constexpr int64_t kFewElements = 3;

/// Copies one axis after the other.
template <size_t kBytes>
void gather(const View& array, const Sources* axes, int axis, const char* from, char*& to) {
  const int64_t stride = array.strides[axis];
  for (const Sources::Run& run : axes[axis].runs) {
    const char* at = from + run.from * stride;
    if (axis + 1 < array.rank) {
      for (int64_t i = 0; i < run.count; ++i, at += stride) gather<kBytes>(array, axes, axis + 1, at, to);
    } else if (stride == kBytes && run.count > kFewElements) {
      std::memcpy(to, at, size_t(run.count) * kBytes);
      to += size_t(run.count) * kBytes;
    } else {
      for (int64_t i = 0; i < run.count; ++i, at += stride, to += kBytes) std::memcpy(to, at, kBytes);
    }
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

/// Where each axis of a copy is read from, and the copy, which has no memory yet.
struct Continued {
  std::array<Sources, kMaxRank> axes;
  View view;
};

Continued continued(const View& array, const Region& region, std::span<const Columns> columns,
                    const ir::Footprint& footprint, BorderMode mode, int64_t channels) {
  nf_assert(array.rank > 0, "a point has no border");
  check_size(array, region, footprint);
  Continued made;
  std::array<int64_t, kMaxRank> shape{};
  for (int d = 0; d < array.rank; ++d) {
    const bool is_last = d == array.rank - 1;
    const Columns whole{region.lo[d], region.hi[d]};
    auto [first, last] = footprint.axes[d];
    Sources& sources = made.axes[size_t(d)];
    sources.runs.reserve(kUsualRuns);
    for (auto [lo, hi] : is_last ? columns : std::span(&whole, 1))
      sources.add(lo + first, hi + last, array.shape[d], mode, is_last ? channels : 1);
    shape[size_t(d)] = sources.count;
  }
  made.view = View::contiguous(nullptr, array.dtype, shape.data(), array.rank);
  return made;
}

View copied(const View& array, const Continued& made, std::byte* memory) {
  auto* to = reinterpret_cast<char*>(memory);
  const auto* from = static_cast<const char*>(array.data);
  switch (size_of(array.dtype)) {
    case 1: gather<1>(array, made.axes.data(), 0, from, to); break;
    case 2: gather<2>(array, made.axes.data(), 0, from, to); break;
    case 4: gather<4>(array, made.axes.data(), 0, from, to); break;
    default: gather<8>(array, made.axes.data(), 0, from, to); break;
  }
  View view = made.view;
  view.data = memory;
  return view;
}

}  // namespace

Extended extend(const View& array, const Region& region, std::span<const Columns> columns,
                const ir::Footprint& footprint, BorderMode mode, int64_t channels) {
  const Continued made = continued(array, region, columns, footprint, mode, channels);
  Extended extended{runtime::Buffer(size_t(std::max<int64_t>(made.view.bytes(), 1))), {}};
  extended.view = copied(array, made, extended.buffer.data());
  return extended;
}

View extend_whole(const View& array, const Region& all, const ir::Footprint& footprint, BorderMode mode,
                  std::vector<std::byte>& memory) {
  const int last = array.rank - 1;
  const Columns columns[] = {{all.lo[last], all.hi[last]}};
  const Continued made = continued(array, all, columns, footprint, mode, 1);
  if (memory.size() < size_t(made.view.bytes())) memory.resize(size_t(made.view.bytes()));
  return copied(array, made, memory.data());
}

}  // namespace nf::engine

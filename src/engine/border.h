// Border strips of a stencil: which parts of the output they are, and the input around them continued beyond its edge.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "engine/engine.h"

namespace nf::engine {

/// A box of output points: lo[d] <= p[d] < hi[d].
struct Region {
  std::array<int64_t, kMaxRank> lo{}, hi{};
  bool empty(int rank) const;
};

/// The points whose whole footprint lies inside an array of this shape (possibly none).
Region interior_of(const ir::Footprint& footprint, const View& array);
/// All other points, as at most two boxes for each axis.
std::vector<Region> border_of(const Region& interior, const View& array);
/// The part of a view that a region names.
View part(const View& view, const Region& region);

/// Images of at most so many bytes are computed as a whole on copies that continue beyond the edges: cheaper than
/// strips.
inline constexpr int64_t kCopiedWhole = 128 << 10;

/// The input that a region needs, continued beyond the edges, in a C-contiguous copy whose element [0] lies at
/// coordinate region.lo + footprint.lo. `channels` interleaved elements of the last axis move together.
struct Extended {
  runtime::Buffer buffer;
  View view;
};
/// Output points [lo, hi) on the last axis.
struct Columns {
  int64_t lo, hi;
};
/// On the last axis not the region counts, but what `columns` read, one range behind the other.
Extended extend(const View& array, const Region& region, std::span<const Columns> columns,
                const ir::Footprint& footprint, BorderMode mode, int64_t channels);
/// What all points read, in `memory`, which grows as far as it has to.
View extend_whole(const View& array, const Region& all, const ir::Footprint& footprint, BorderMode mode,
                  std::vector<std::byte>& memory);

}  // namespace nf::engine

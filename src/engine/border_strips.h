// How the border of an image is computed.
#pragma once
#include <span>
#include <vector>

#include "engine/image.h"

namespace nf::engine {

/// Stores what an image's mode says into `strips`, parts of its border as `border_of` orders them: the constant, or
/// what the kernel computes on copies of the input that continue beyond the edge. Points of the interior beside a strip
/// may be computed too, and get the values that they get anyhow; no other row is written, so threads may share the rows
/// of a strip.
void run_border_strips(const Image& image, const View& first, std::span<const Region> strips);

}  // namespace nf::engine

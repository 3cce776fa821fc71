// How the border of an image is computed.
#pragma once
#include <span>
#include <vector>

#include "engine/image.h"

namespace nf::engine {

/// Stores what an image's mode says into `strips` (each holds whole rows of a border box): the constant, or what the
/// kernel computes on copies of the input that continue beyond the edge. A strip may cover some of the interior, which
/// gets the values that it gets anyhow. Threads may call it for different rows.
void run_border_strips(const Image& image, const View& first, std::span<const Region> strips);

}  // namespace nf::engine

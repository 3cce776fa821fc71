// The planes of a stencil, strip by strip.
#pragma once
#include "codegen/cpu/frame.h"
#include "codegen/cpu/stencil_body.h"

namespace nf::codegen {

/// What the function is called.
inline constexpr const char* kStripsName = "strips";

/// Where a tile's table has the row `row` rows below the first output row, in the plane `outer` away.
using EntryOfRow = std::function<size_t(uint32_t param, const std::vector<int64_t>& outer, int64_t row)>;

/// Emits the body of a `StencilTile` of blocks of `rows_of_tile` rows that goes through strips of one step of columns,
/// each from the first block to the last, `place.rows` rows at a time, a part of a block (Note [Strips]). It leaves the
/// table as it is, and knows kTilePlain only. Yields false where this has no advantage; then the function is to be
/// erased.
bool emit_strips(Frame& frame, const StencilBody& body, StencilStep step, StencilPlace place, int rows_of_tile,
                 const EntryOfRow& entry);

}  // namespace nf::codegen

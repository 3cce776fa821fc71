// The planes of a stencil, strip by strip.
#pragma once
#include "codegen/cpu/frame.h"
#include "codegen/cpu/stencil_body.h"
#include "codegen/run_stencil.h"

namespace nf::codegen {

/// What the function is called, before the stencil's number.
inline constexpr const char* kStripsName = "nf_strips_";

/// Where a tile's table has the row `row` rows below the first output row, in the plane `outer` away.
using EntryOfRow = std::function<size_t(uint32_t param, const std::vector<int64_t>& outer, int64_t row)>;

/// Emits the body of a `StencilTile` of blocks of `rows_of_tile` rows that goes through strips of one step of columns,
/// each from the first block to the last, `place.rows` rows at a time, a part of a block (Note [Strips]). It leaves the
/// table as it is, and knows kTilePlain only. The function is to be erased where strips never pay.
StripsPay emit_strips(Frame& frame, const StencilBody& body, StencilStep step, StencilPlace place, int rows_of_tile,
                      const EntryOfRow& entry);

}  // namespace nf::codegen

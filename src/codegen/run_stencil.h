// The loops of a vectorised stencil around the code that is generated for it: outer axes, blocks of rows, narrow
// regions, and writing past the cache. They are the same for all stencils, so they are not generated with each.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "abi/abi.h"
#include "codegen/panels.h"

namespace nf::codegen {

/// How far on elements are asked for that are read one after the other, in bytes: the processor reads ahead too, but
/// less the more there is to compute for each line. (10^7 float64 on one thread of Emerald Rapids: exp 14.6 ms without,
/// 13.0 from 512 bytes on, 11.6 from 1 KB, 10.5 from 2, 10.4 from 4; a + b 12.2, 11.9, 11.4, 11.0 and 11.0.)
inline constexpr int64_t kAhead = 4096;

/// A row that a block reads: `row` rows below its first output row, `outer` away on the axes before.
struct StencilLine {
  int64_t param, size;  ///< of one element in bytes
  int64_t row;
  int64_t prefetched;  ///< its address may lie outside the array
  int64_t outer[kMaxRank];
  // Of copies of what a block reads; `pack_plan` fills them in:
  int64_t plane;  ///< number of the line's plane among those that are read
  int64_t below;  ///< rows below the first that a block reads of it
  int64_t fresh;  ///< the block above does not read it
  auto operator<=>(const StencilLine&) const = default;
};

/// Which images the code in strips computes faster: none, those that stay in the first cache level, or all whose rows
/// are not asked for.
enum class StripsPay : int64_t { Never, Small, Unasked };

/// What the loops need to know of a stencil, as plain data: it lies in object files.
struct StencilPlan {
  int64_t rank, rows, points;         ///< a block has `rows` rows; it is computed in steps of `points` columns
  int64_t first_column, last_column;  ///< of what one point reads, relative to it
  int64_t last_row;                   ///< the same, on the axis of rows
  int64_t lines, results;
  int64_t planes, height;  ///< that a block reads; rows of the highest of them
  int64_t column_bytes;    ///< see PanelUse
  int64_t pointwise;       ///< 1: a point of the results reads nothing of the arrays but itself
  int64_t unasked_row;     ///< 1: one long row from memory is best left to the processor, which finds out about it
  int64_t past_cache;      ///< 1: the tile knows kTileStoresPast
  int64_t operations;      ///< on vectors, for each line of the cache that is read or written once
  StripsPay strips_pay;    ///< more than `Small`: for larger images too, some rows at a time
  int64_t rows_pay_from;   ///< so many columns: from a cache the code by rows is faster

  PanelUse panel_use() const { return {column_bytes, height - rows, rows}; }
  const StencilLine* line() const { return reinterpret_cast<const StencilLine*>(this + 1); }
  /// The sizes of the results' elements.
  const int64_t* result_size() const { return reinterpret_cast<const int64_t*>(line() + lines); }
};
/// The plan as words, with its lines and sizes.
std::vector<uint64_t> pack_plan(StencilPlan plan, std::vector<StencilLine> lines,
                                const std::vector<int64_t>& result_sizes);

/// Entries of a tile's table are moved in groups of so many.
inline constexpr int64_t kTableGroup = 8;

/// Generated code: computes the columns [lo, hi), at least `points` of them, of `blocks` blocks of rows below each
/// other. `table` has the addresses of column 0 of each row of each result, then of each line; behind each block
/// `steps` are added to it. Both have room for whole groups. Rows of results are stored from the last to the first.
/// `mode`: kTilePlain, or what it does besides, as bits: kTilePrefetch asks for what it reads next (rows of the
/// next block, or more of the only row), kTilePrefetchOutput for the rows that the next block writes too,
/// kTileStoresPast stores whole lines of the cache past it, where [lo, hi) is whole steps: of each row those from the
/// first that begins behind the element `lo` (with kTileWholeLines, where all rows have one that begins there, at it)
/// to the last that ends before `hi`. kTileLoadsHalves loads registers in two halves (Note [Split loads]). Returns 0 or
/// what it raised (before it stored anything).
using StencilTile = int32_t (*)(abi::Context*, const abi::Value* args, std::byte** table, const int64_t* steps,
                                int64_t lo, int64_t hi, int64_t blocks, int64_t mode);
inline constexpr int64_t kTilePlain = 0, kTileStoresPast = 1, kTilePrefetch = 2, kTilePrefetchOutput = 4,
                         kTileLoadsHalves = 8, kTileWholeLines = 16;

/// An `abi::StencilFunction` with its plan and its code. `strips` and `by_rows` (or null) do the same in orders that
/// are better for some images (`strips_pay`, `rows_pay_from`): they know kTilePlain only, and leave the table as it is.
int32_t run_stencil(abi::Context* context, const abi::StencilCall* call, const StencilPlan* plan, StencilTile tile,
                    StencilTile strips, StencilTile by_rows) noexcept;

}  // namespace nf::codegen

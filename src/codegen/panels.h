// In which order the rows of a volume are computed.
//
// Note [Panels]. A volume is computed plane by plane, and a point reads several of them: where those do not stay in the
// second cache level, each plane comes from the next one several times. So some rows are computed in all planes before
// the rows below them. (96 MiB of float32 in planes of 1 MB on Emerald Rapids, one thread and two: seven points 6.6 and
// 3.2 ms, in panels of 64 rows 5.2 and 2.9; the wave equation 5.9 and 2.7, 4.4 and 2.5.)
#pragma once
#include <algorithm>
#include <cstdint>

namespace nf::codegen {

/// What a stencil's code moves of a volume.
struct PanelUse {
  int64_t column_bytes = 0;  ///< of one column of one row: of all planes that a point reads, and of the results; 0
                             ///< where it reads one plane of each array
  int64_t halo = 0;          ///< rows that are read above and below those that are computed
  int64_t block = 1;         ///< rows that are computed together
};

/// How many of `rows` rows of `columns` columns are computed in all planes before the next ones, so that they move
/// about `panel_bytes`; all where that is not better.
inline int64_t panel_height(const PanelUse& use, int64_t panel_bytes, int64_t rows, int64_t columns) {
  // Rows of a panel at least, and for each row of the halo, which is read twice.
  constexpr int64_t kLeast = 16, kLeastOfHalo = 4;
  if (panel_bytes == 0 || use.column_bytes == 0 || columns <= 0) return rows;
  const int64_t most = panel_bytes / (use.column_bytes * columns);
  if (rows <= most || most < std::max(kLeast, kLeastOfHalo * use.halo)) return rows;
  const int64_t panels = (rows + most - 1) / most, height = (rows + panels - 1) / panels;
  return (height + use.block - 1) / use.block * use.block;
}

}  // namespace nf::codegen

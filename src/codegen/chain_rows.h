// The rows of one buffer of a chain: where they lie, and filling and writing them.
#pragma once
#include <cstddef>
#include <cstring>

#include "codegen/chain_reach.h"

namespace nf::codegen {

/// Where the rows of one buffer lie while a tile is computed.
struct ChainRows {
  int64_t size = 0;       ///< of an element
  bool consumed = false;  ///< a stage reads it
  bool window = false;
  std::byte* base = nullptr;                    ///< of an argument or a wanted result: element 0 of row 0 in this plane
  int64_t stride = 0;                           ///< of it
  BorderMode continued = BorderMode::Constant;  ///< how its rows go on beyond their ends
  Extent rows;                                  ///< of it that the part needs
  Extent own_rows;                              ///< of a wanted result: the part
  int64_t capacity = 0;                         ///< of the window, in rows
  Extent columns;                               ///< that must hold values
  Extent own_columns;
  Extent held;                  ///< columns of the window
  std::byte* memory = nullptr;  ///< of column 0 in the window's first row
  int64_t pitch = 0;            ///< of rows in the window
  int64_t first = 0;            ///< the row that lies in the window's first row

  int64_t step() const { return window ? pitch : stride; }
  /// The address of column 0 of a row.
  std::byte* row(int64_t at) const { return window ? memory + (at - first) * pitch : base + at * stride; }
  /// The next rows that are used lie before `end`, and no further before it than the window holds; those before `done`
  /// are there.
  void slide_to(int64_t end, int64_t done) {
    const int64_t next = std::max(rows.lo, end - capacity);
    if (next == first) return;
    std::byte* top = memory + held.lo * size;
    if (next < done) std::memmove(top, top + (next - first) * pitch, size_t((done - next) * pitch));
    first = next;
  }
};

/// Gives the cells of `rows` rows that lie `step` bytes from each other the value of these bits, of `size` bytes. `row`
/// is the address of column 0 of the first.
void fill_cells(std::byte* row, int64_t step, int64_t rows, Extent cells, int64_t size, uint64_t bits);

/// Writes bytes past the cache, whole lines of it at a time; what is left at both ends is stored plainly.
void stream_row(std::byte* to, const std::byte* from, int64_t bytes);

}  // namespace nf::codegen

#include "codegen/chain_rows.h"

#include <algorithm>

#include "base/past_cache.h"

namespace nf::codegen {
namespace {

template <class T>
void fill_elements(std::byte* row, int64_t step, int64_t rows, Extent cells, uint64_t bits) {
  const T value = T(bits);
  for (; rows > 0; --rows, row += step)
    for (int64_t c = cells.lo; c < cells.hi; ++c) std::memcpy(row + c * int64_t(sizeof(T)), &value, sizeof(T));
}
/// Few bytes, without calls.
template <>
void fill_elements<uint8_t>(std::byte* row, int64_t step, int64_t rows, Extent cells, uint64_t bits) {
  for (; rows > 0; --rows, row += step)
    for (int64_t c = cells.lo; c < cells.hi; ++c) *static_cast<volatile std::byte*>(row + c) = std::byte(bits);
}

}  // namespace

void fill_cells(std::byte* row, int64_t step, int64_t rows, Extent cells, int64_t size, uint64_t bits) {
  if (cells.empty()) return;
  switch (size) {
    case 1:
      if (cells.count() <= 8) return fill_elements<uint8_t>(row, step, rows, cells, bits);
      for (; rows > 0; --rows, row += step) std::memset(row + cells.lo, int(bits & 255), size_t(cells.count()));
      return;
    case 2: return fill_elements<uint16_t>(row, step, rows, cells, bits);
    case 4: return fill_elements<uint32_t>(row, step, rows, cells, bits);
    default: return fill_elements<uint64_t>(row, step, rows, cells, bits);
  }
}

void stream_row(std::byte* to, const std::byte* from, int64_t bytes) {
  const int64_t head = std::min(bytes, int64_t(-reinterpret_cast<uintptr_t>(to) % kCacheLine));
  const int64_t lines = (bytes - head) / kCacheLine, end = head + lines * kCacheLine;
  std::memcpy(to, from, size_t(head));
  store_lines_past_cache(to + head, from + head, lines);
  std::memcpy(to + end, from + end, size_t(bytes - end));
}

}  // namespace nf::codegen

// PNG's row filters and the choice among them.
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "io/png/png.h"

namespace nf::io::png {
namespace {

/// Of left, above and the corner between them the nearest to left + above - corner. Written with selects: it
/// vectorises.
inline uint8_t paeth(int left, int above, int corner) {
  int to_left = std::abs(above - corner), to_above = std::abs(left - corner),
      to_corner = std::abs(left + above - 2 * corner);
  int nearest = to_above <= to_corner ? above : corner;
  return uint8_t(to_left <= to_above && to_left <= to_corner ? left : nearest);
}

/// Bits that one byte takes on average, times the count.
double entropy(const std::array<uint32_t, 256>& histogram) {
  double total = 0, sum = 0;
  for (uint32_t n : histogram)
    if (n > 0) total += n, sum += n * std::log2(double(n));
  return total > 0 ? total * std::log2(total) - sum : 0;
}

}  // namespace

void filter_row(Filter filter, const uint8_t* __restrict row, const uint8_t* __restrict above, uint8_t* __restrict out,
                size_t count, size_t pixel) {
  size_t first = std::min(pixel, count);  // the first pixel has nothing to its left
  switch (filter) {
    case Filter::None: std::memcpy(out, row, count); break;
    case Filter::Sub:
      std::memcpy(out, row, first);
      for (size_t i = first; i < count; ++i) out[i] = uint8_t(row[i] - row[i - pixel]);
      break;
    case Filter::Up:
      for (size_t i = 0; i < count; ++i) out[i] = uint8_t(row[i] - above[i]);
      break;
    case Filter::Average:
      for (size_t i = 0; i < first; ++i) out[i] = uint8_t(row[i] - above[i] / 2);
      for (size_t i = first; i < count; ++i) out[i] = uint8_t(row[i] - (row[i - pixel] + above[i]) / 2);
      break;
    case Filter::Paeth:
      for (size_t i = 0; i < first; ++i) out[i] = uint8_t(row[i] - above[i]);
      for (size_t i = first; i < count; ++i)
        out[i] = uint8_t(row[i] - paeth(row[i - pixel], above[i], above[i - pixel]));
      break;
  }
}

Filter choose_filter(std::span<const uint8_t* const> rows, std::span<const uint8_t* const> above, size_t count,
                     size_t pixel) {
  std::vector<uint8_t> out(count);
  Filter best = Filter::None;
  double least = HUGE_VAL;
  for (Filter filter : {Filter::None, Filter::Up, Filter::Sub, Filter::Paeth}) {
    std::array<uint32_t, 256> histogram{};
    for (size_t i = 0; i < rows.size(); ++i) {
      filter_row(filter, rows[i], above[i], out.data(), count, pixel);
      for (uint8_t byte : out) ++histogram[byte];
    }
    // Reading Paeth back is the slowest of all: it must earn its place.
    double bits = entropy(histogram) * (filter == Filter::Paeth ? 1.02 : 1.0);
    if (bits < least) least = bits, best = filter;
  }
  return best;
}

}  // namespace nf::io::png

// Undoing PNG's row filters: the inner loops of decoding. Each pixel needs the one before it, so what counts is the
// length of that chain; the bytes of one pixel are computed together in a vector.
#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "io/png/decode.h"

namespace nf::io::png {
namespace {

/// The bytes of a pixel, each in a lane wide enough for sums of three. g++ and clang make SSE2 or NEON of it.
typedef int16_t Lanes __attribute__((vector_size(16)));
typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef uint8_t HalfBytes __attribute__((vector_size(8)));
typedef uint64_t Words __attribute__((vector_size(16)));

/// The next `Pixel` bytes; loads of 4 and 8 read the up to two bytes behind them.
template <size_t Pixel>
inline Lanes load(const uint8_t* from) {
  static_assert(Pixel == 3 || Pixel == 4 || Pixel == 6 || Pixel == 8);
  uint64_t bits = 0;
  std::memcpy(&bits, from, Pixel <= 4 ? 4 : 8);
  Words words = {bits, 0};
  Bytes zero = {};
  return (Lanes)__builtin_shufflevector((Bytes)words, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

template <size_t Pixel>
inline void store(uint8_t* to, Lanes lanes) {
  HalfBytes bytes = __builtin_convertvector(lanes, HalfBytes);
  std::memcpy(to, &bytes, Pixel);
}

/// PNG's choice among left, above and corner: the nearest to left + above - corner, the first of equals. With `outside`
/// = 3 * corner - left - above it is the greater of left and above when `outside` is not greater than the lesser, the
/// lesser when `outside` is not less than the greater, else the corner. Few steps lead from `left` to the result.
template <class T>
inline T paeth(T left, T above, T corner) {
  T outside = 3 * corner - above - left;
  T lesser = left < above ? left : above, greater = left < above ? above : left;
  T middle = greater <= outside ? lesser : corner;
  return outside <= lesser ? greater : middle;
}

template <size_t Pixel, class Predict>
void unfilter_lanes(const uint8_t* row, const uint8_t* above, uint8_t* out, size_t count, Predict predict) {
  Lanes left = {}, corner = {};
  for (size_t i = 0; i < count; i += Pixel) {
    Lanes up = load<Pixel>(above + i);
    left = (load<Pixel>(row + i) + predict(left, up, corner)) & 255;
    corner = up;
    store<Pixel>(out + i, left);
  }
}

/// Pixels of one or two bytes: as many independent chains.
template <size_t Pixel, class Predict>
void unfilter_scalars(const uint8_t* row, const uint8_t* above, uint8_t* out, size_t count, Predict predict) {
  int left[Pixel] = {}, corner[Pixel] = {};
  for (size_t i = 0; i < count; i += Pixel)
    for (size_t k = 0; k < Pixel; ++k) {
      int up = above[i + k];
      left[k] = (row[i + k] + predict(left[k], up, corner[k])) & 255;
      corner[k] = up;
      out[i + k] = uint8_t(left[k]);
    }
}

template <class Predict>
void unfilter_pixels(const uint8_t* row, const uint8_t* above, uint8_t* out, size_t count, size_t pixel,
                     Predict predict) {
  switch (pixel) {
    case 1: return unfilter_scalars<1>(row, above, out, count, predict);
    case 2: return unfilter_scalars<2>(row, above, out, count, predict);
    case 3: return unfilter_lanes<3>(row, above, out, count, predict);
    case 4: return unfilter_lanes<4>(row, above, out, count, predict);
    case 6: return unfilter_lanes<6>(row, above, out, count, predict);
    case 8: return unfilter_lanes<8>(row, above, out, count, predict);
  }
  nf_assert(false, "pixels of {} bytes", pixel);
}

}  // namespace

void unfilter_row(Filter filter, const uint8_t* row, const uint8_t* above, uint8_t* out, size_t count, size_t pixel) {
  switch (filter) {
    case Filter::None:
      if (out != row) std::memcpy(out, row, count);
      break;
    case Filter::Sub: unfilter_pixels(row, above, out, count, pixel, [](auto left, auto, auto) { return left; }); break;
    case Filter::Up:
      for (size_t i = 0; i < count; ++i) out[i] = uint8_t(row[i] + above[i]);
      break;
    case Filter::Average:
      unfilter_pixels(row, above, out, count, pixel, [](auto left, auto up, auto) { return (left + up) >> 1; });
      break;
    case Filter::Paeth:
      unfilter_pixels(row, above, out, count, pixel,
                      [](auto left, auto up, auto corner) { return paeth(left, up, corner); });
      break;
  }
}

}  // namespace nf::io::png

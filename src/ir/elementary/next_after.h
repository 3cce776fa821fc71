// nextafter: the float beside x on the way to y, for any number of lanes. Exact.
#pragma once
#include <cstdint>

#include "ir/elementary/operations.h"
#include "ir/elementary/single.h"

namespace nf::ir::elementary {

/// Bits without the sign count the floats from zero on; `least` is the first behind it.
template <class Word, class R>
R next_after(R x, R y, double least) {
  const auto away = opposite(differ(y > x, x > 0.0));
  const R moved = from_bits(to_bits(x) + select(away, Word(1), Word(-1)));
  const R value = select(x == 0.0, with_sign(constant_like(x, least), y), moved);
  return select(x == y, y, select(both(x == x, y == y), value, x + y));
}

template <class R>
R next_after64(R x, R y) {
  return next_after<uint64_t>(x, y, 0x1p-1074);
}
template <class S>
S next_after_in_single(S x, S y) {
  return next_after<uint32_t>(x, y, 0x1p-149);
}

}  // namespace nf::ir::elementary

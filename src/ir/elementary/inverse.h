// asin, acos, atan and atan2, for any number of lanes.
#pragma once
#include "ir/elementary/coefficients.h"
#include "ir/elementary/operations.h"

namespace nf::ir::elementary {

/// atan(a / b) = base.hi + base.lo + atan(above / below), where |above / below| <= 7/16; for a, b >= 0.
template <class R>
struct Rotated {
  R above, below;
  Pair<R> base;
};

template <class R>
Rotated<R> rotate(R a, R b) {
  const R above_half = 2.0 * a - b, below_half = a + 2.0 * b;              // of atan(1/2)
  const R above_one = a - b, below_one = a + b;                            // of atan(1)
  const R above_more = 2.0 * (a - b) - b, below_more = 3.0 * a + 2.0 * b;  // of atan(3/2)
  const auto low = a < 0.4375 * b, half = a < 0.6875 * b, one = a < 1.1875 * b, more = a < 2.4375 * b;
  auto choose = [&](auto v0, auto v1, auto v2, auto v3, auto v4) {
    return select(low, v0, select(half, v1, select(one, v2, select(more, v3, v4))));
  };
  const R above = choose(a, above_half, above_one, above_more, -b);
  const R below = choose(b, below_half, below_one, below_more, a);
  const Pair<R> base = {choose(constant_like(a, 0.0), kAtanHalfHi, kQuarterPiHi, kAtanThreeHalvesHi, kHalfPiHi),
                        choose(constant_like(a, 0.0), kAtanHalfLo, kQuarterPiLo, kAtanThreeHalvesLo, kHalfPiLo)};
  return {above, below, base};
}

template <class R>
auto atan64(R x) {
  const Rotated<R> r = rotate(magnitude(x), constant_like(x, 1.0));
  const R t = r.above / r.below, square = t * t;
  const Pair<R> sum = exact_sum_ordered(r.base.hi, t);
  return with_sign(sum.hi + (sum.lo + (t * square * polynomial(square, kAtan) + r.base.lo)), x);
}

/// Numbers whose products and quotients stay in range, and zeros: the angle of the smaller over the larger, which is
/// the angle of an interval's centre c and atan((q - c) / (1 + c q)), then turned into its octant. The difference d of
/// the quotient q and c is exact, and is kept apart from what is less than it: d / (1 + c q) = d - d c q / (1 + c q).
template <class R>
R atan2_in_range(R y, R x) {
  const R height = magnitude(y), width = magnitude(x);
  const auto steep = height > width;
  const R longer = select(steep, height, width);
  const R above = select(steep, width, height), below = select(longer == 0.0, 1.0, longer);
  const R inverse = 1.0 / below, quotient = above * inverse;
  const Pair<R> product = exact_product(quotient, below);
  const R missing = ((above - product.hi) - product.lo) * inverse;
  const auto at = to_bits(quotient * 15.0 + kShift);
  const R centre = look_up(x, kAtanCentre, at), there = look_up(x, kAtanThere, at);
  const R difference = quotient - centre, both_times = centre * quotient;
  const R less = (difference + missing) * (both_times / (1.0 + both_times)), t = difference - less, square = t * t;
  const R tail = (missing - less) + t * square * polynomial(square, kAtanNear);
  // The angle is added to 0, taken from pi / 2 or pi, or added to pi / 2.
  constexpr uint64_t sign = uint64_t(1) << 63;
  const auto left = with_sign(constant_like(x, 1.0), x) < 0.0;
  const auto flip = (to_bits(x) & sign) ^ select(steep, sign, uint64_t(0));
  const R turned = select(steep, kHalfPiHi, select(left, constant_like(x, kPiHi), 0.0));
  const R turned_lo = select(steep, kHalfPiLo, select(left, constant_like(x, kPiLo), 0.0));
  const Pair<R> first = exact_sum_ordered(turned, from_bits(to_bits(there) ^ flip));
  const Pair<R> second = exact_sum_ordered(first.hi, from_bits(to_bits(difference) ^ flip));
  const R low = (first.lo + turned_lo) + (second.lo + from_bits(to_bits(tail) ^ flip));
  return with_sign(second.hi + low, y);
}

template <class R>
auto atan2_64(R y, R x) {
  const R a = magnitude(y), b = magnitude(x);
  auto usual = [](R size) { return either(size == 0.0, both(size > 0x1p-400, size < 0x1p400)); };
  return Answer{atan2_in_range(y, x), opposite(both(usual(a), usual(b)))};
}

/// What asin and acos share: asin(t) = t + t * bend for t = |x| below 1/2, and for t = sqrt((1 - |x|) / 2) above.
template <class R, class M>
struct Arc {
  M steep;
  R root, missing, bend;  ///< the root is root + missing
};

template <class R>
auto arc_of(R x) {
  const R size = magnitude(x);
  const auto steep = size > 0.5;
  const R half = 0.5 * (1.0 - size), square = select(steep, half, x * x);
  const R root = square_root(half);
  const Pair<R> product = exact_product(root, root);
  // Divided by 2 root, of which the small number keeps zero away.
  const R missing = ((half - product.hi) - product.lo) * (0.5 / (root + 0x1p-1000));
  return Arc{steep, root, missing, square * polynomial(square, kAsin)};
}

template <class R>
auto asin64(R x) {
  const auto arc = arc_of(x);
  const R size = magnitude(x);
  const Pair<R> sum = exact_sum_ordered(kHalfPiHi, -2.0 * arc.root);
  const R steep = sum.hi + (sum.lo + (kHalfPiLo - 2.0 * (arc.root * arc.bend + arc.missing)));
  return with_sign(select(arc.steep, steep, size + size * arc.bend), x);
}

template <class R>
auto acos64(R x) {
  const auto arc = arc_of(x);
  const R tail = arc.root * arc.bend + arc.missing;
  const Pair<R> flat = exact_sum_ordered(kHalfPiHi, -1.0 * x), left = exact_sum_ordered(kPiHi, -2.0 * arc.root);
  const R steep = select(x > 0.0, 2.0 * (arc.root + tail), left.hi + (left.lo + (kPiLo - 2.0 * tail)));
  return select(arc.steep, steep, flat.hi + (flat.lo + (kHalfPiLo - x * arc.bend)));
}

}  // namespace nf::ir::elementary

// exp, exp2, expm1, sinh, cosh and tanh, for any number of lanes.
#pragma once
#include "ir/elementary/coefficients.h"
#include "ir/elementary/operations.h"

namespace nf::ir::elementary {

/// e^x = 2^k (1 + head + tail), where |head| <= ln 2 / 2 is exact and `shifted` has k in its low bits.
template <class R>
struct Reduced {
  R shifted, head, tail;
};

template <class R, size_t N>
Reduced<R> reduce_exp(R x, const double (&coefficients)[N]) {
  const R shifted = x * kLog2E + kShift, k = shifted - kShift;
  const R head = x - k * kLn2Hi, rest = k * kLn2Lo, r = head - rest;
  return {shifted, head, r * r * (r * polynomial(r, coefficients) + 0.5) - rest};
}

/// The same for 2^x.
template <class R>
Reduced<R> reduce_exp2(R x) {
  const R shifted = x + kShift, part = x - (shifted - kShift), top = upper_half(part), r = part * kLn2;
  const R rest = (part - top) * kLn2Top + part * kLn2Rest;
  return {shifted, top * kLn2Top, r * r * (r * polynomial(r, kExp) + 0.5) + rest};
}

/// 2^(k - less) as two factors, for the k from -1080 to 1025 that the low 12 bits hold; `small` says that it is below
/// -1020. Small products are rounded by the second.
template <class R>
struct Factors {
  R first, second;
};
template <class R, class W, class M>
Factors<R> factors_of_power(W k, M small, uint64_t less = 0) {
  const auto exponent = k + select(small, uint64_t(1023 + 128) - less, uint64_t(1023 - 1) - less);
  return {from_bits(exponent << 52), select(small, 0x1p-128, 2.0)};
}

/// 2^(k - less) (1 + head + tail): infinity or a denormal number where it has to be.
template <class R>
R scaled(Reduced<R> e, uint64_t less = 0) {
  const auto sum = exact_sum_ordered(1.0, e.head);
  const auto by = factors_of_power<R>(to_bits(e.shifted), e.shifted < kShift - 1020.0, less);
  return ((sum.hi + (sum.lo + e.tail)) * by.first) * by.second;
}

template <class R>
R clamped(R x, double lowest, double highest) {
  const R below = select(x > highest, highest, x);
  return select(below < lowest, lowest, below);
}

/// Infinity and zero where x leaves the range; NaN as it came.
template <class R>
R bounded(R x, R value, double lowest, double highest, double below) {
  return select(x > highest, kInfinity, select(x < lowest, below, select(x != x, x, value)));
}

inline constexpr double kExpHighest = 0x1.62e42fefa39efp+9, kExpLowest = -746.0;

/// x = n ln 2 / 16 + head - rest, where |head - rest| <= ln 2 / 32; `shifted` has n in its low bits.
template <class R>
struct Sixteenths {
  R shifted, head, rest;
};
template <class R>
Sixteenths<R> reduce_sixteenths(R x) {
  const R shifted = x * kSixteenths + kShift, n = shifted - kShift;
  return {shifted, x - n * kSixteenthHi, n * kSixteenthLo};
}

/// 2^(n/16) e^r, where a table has the 16 powers of 2 between two whole ones.
template <class R>
R raised(R shifted, R r) {
  const auto n = to_bits(shifted);
  const R there = look_up(r, kPowerOfTwo, n), more = r + r * r * polynomial(r, kExpSixteenth);
  const auto by = factors_of_power<R>(n >> 4, shifted < kShift - 16 * 1020.0);
  return ((there + (there * more + look_up(r, kPowerOfTwoLo, n))) * by.first) * by.second;
}

template <class R>
auto exp64(R x) {
  const Sixteenths<R> reduced = reduce_sixteenths(clamped(x, kExpLowest, 710.0));
  return raised(reduced.shifted, reduced.head - reduced.rest);
}

template <class R>
auto exp2_64(R x) {
  const R inside = clamped(x, -1076.0, 1024.0), shifted = inside * 16.0 + kShift;
  return raised(shifted, (inside - (shifted - kShift) * 0.0625) * kLn2);
}

/// e^x - 1 for |x| up to 44.
template <class R>
Pair<R> expm1_pair(Reduced<R> e) {
  const R power = power_of_two(e.shifted);
  const Pair<R> first = exact_sum_ordered(power, -1.0), sum = exact_sum(first.hi, power * e.head);
  return {sum.hi, sum.lo + (first.lo + power * e.tail)};
}

template <class R>
auto expm1_64(R x) {
  const Reduced<R> reduced = reduce_exp(x, kExpm1);
  const Pair<R> pair = expm1_pair(reduced);
  const R value = select(x > 40.0, scaled(reduced), pair.hi + pair.lo);
  return select(magnitude(x) < 0x1p-54, x, bounded(x, value, -40.0, kExpHighest, -1.0));
}

/// cosh(r) and sinh(r) of the reduced argument, each as a pair, and half of 2^k and of 2^-k.
template <class R>
struct Hyperbolic {
  R cosh_tail, sinh_head, sinh_tail;  ///< cosh(r) = 1 + cosh_tail
  R up, down;
  R exponential;  ///< e^x / 2, for large x
};

template <class R>
Hyperbolic<R> hyperbolic(R x) {
  const R shifted = x * kLog2E + kShift, k = shifted - kShift;
  const R head = x - k * kLn2Hi, rest = k * kLn2Lo, r = head - rest, square = r * r;
  const R cosh_tail = square * polynomial(square, kCosh);
  const R sinh_tail = r * square * polynomial(square, kSinh) - rest;
  const R up = half_power_of_two(shifted), down = half_power_of_minus(shifted);
  const R exponential = scaled(Reduced<R>{shifted, head, cosh_tail + sinh_tail}, 1);
  return {cosh_tail, head, sinh_tail, up, down, exponential};
}

inline constexpr double kSinhHighest = 0x1.633ce8fb9f87dp+9;

template <class R>
auto sinh64(R x) {
  const R size = magnitude(x);
  const Hyperbolic<R> h = hyperbolic(size);
  // (up - down) cosh(r) + (up + down) sinh(r)
  const Pair<R> difference = exact_sum_ordered(h.up, -h.down);
  const Pair<R> product = exact_sum_ordered(h.up * h.sinh_head, h.down * h.sinh_head);
  const Pair<R> sum = exact_sum(difference.hi, product.hi);
  const R tail = difference.hi * h.cosh_tail + (h.up + h.down) * h.sinh_tail;
  const R inside = sum.hi + (sum.lo + (difference.lo + (product.lo + tail)));
  const R value = bounded(size, select(size > 19.0, h.exponential, inside), 0.0, kSinhHighest, 0.0);
  return select(size < 0x1p-27, x, with_sign(value, x));
}

template <class R>
auto cosh64(R x) {
  const R size = magnitude(x);
  const Hyperbolic<R> h = hyperbolic(size);
  // (up + down) cosh(r) + (up - down) sinh(r)
  const Pair<R> total = exact_sum_ordered(h.up, h.down);
  const Pair<R> product = exact_sum_ordered(h.up * h.sinh_head, -(h.down * h.sinh_head));
  const Pair<R> sum = exact_sum(total.hi, product.hi);
  const R tail = total.hi * h.cosh_tail + (h.up - h.down) * h.sinh_tail;
  const R inside = sum.hi + (sum.lo + (total.lo + (product.lo + tail)));
  return bounded(size, select(size > 19.0, h.exponential, inside), 0.0, kSinhHighest, 0.0);
}

/// tanh(c + t) = tanh(c) + slope tanh(t) / (1 + tanh(c) tanh(t)), where c is the centre of an interval and tanh(c) is
/// known to nine bits more than its own. The second term is less than a sixth of the first, and so are its errors; near
/// 0 the centre is 0, and nothing is left but tanh(t) = t + t^3 q(t^2).
template <class R>
auto tanh64(R x) {
  const R size = magnitude(x), inside = select(size > 19.125, 19.125, size);
  const auto at = to_bits(inside + 1.375) >> 49;
  const R t = inside - look_up(x, kTanhCentre, at), square = t * t;
  const R step = t + t * square * wide_polynomial(square, kTanh), there = look_up(x, kTanhThere, at);
  return with_sign(there + (1.0 - there * there) * step / (there * step + 1.0), x);
}

}  // namespace nf::ir::elementary

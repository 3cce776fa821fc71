// pow and hypot, for any number of lanes.
#pragma once
#include "ir/elementary/exponential.h"
#include "ir/elementary/for_float32.h"
#include "ir/elementary/logarithm.h"

namespace nf::ir::elementary {

/// log(x) with some 68 digits, for a positive finite x: in x^y errors of it are multiplied by up to 745.
template <class R>
Pair<R> precise_log(R x) {
  const Split<R> parts = split(x);
  const R f = parts.f;
  // s = f / (2 + f) as a pair
  const Pair<R> below = exact_sum_ordered(2.0, f);
  const R inverse = 1.0 / below.hi, s = f * inverse;
  const Pair<R> back = exact_product(s, below.hi);
  const R s_lo = (((f - back.hi) - back.lo) - s * below.lo) * inverse;
  // 2 s + 2/3 s^3 as pairs, the rest of the series plainly
  const Pair<R> square = exact_product(s, s);
  const R square_lo = square.lo + 2.0 * s * s_lo;
  const Pair<R> cube = exact_product(square.hi, s);
  const R cube_lo = cube.lo + square.hi * s_lo + square_lo * s;
  const Pair<R> third = exact_product(cube.hi, constant_like(f, kTwoThirdsHi));
  const R third_lo = third.lo + cube.hi * kTwoThirdsLo + cube_lo * kTwoThirdsHi;
  const R rest = cube.hi * square.hi * polynomial(square.hi, kPow);
  const Pair<R> first = exact_sum_ordered(2.0 * s, third.hi);
  const Pair<R> sum = exact_sum_ordered(parts.k * kLn2Hi, first.hi);
  const R low = sum.lo + (first.lo + (2.0 * s_lo + (third_lo + (rest + parts.k * kLn2Lo))));
  return exact_sum_ordered(sum.hi, low);
}

/// |x|^y for finite numbers.
template <class R>
R power64(R size, R y) {
  const Pair<R> log = precise_log(size), product = exact_product(y, log.hi);
  const R low = product.lo + y * log.lo;
  const R exponent = y * log.hi;
  Reduced<R> reduced = reduce_exp(exponent, kExpm1);
  reduced.tail = reduced.tail + select(magnitude(exponent) < 800.0, low + low * (reduced.head + reduced.tail), 0.0);
  return bounded(exponent, scaled(reduced), kExpLowest, kExpHighest, 0.0);
}

/// size^y for numbers that came from float32: 2^(y log2(size)), where log2(m) = log2(c) + log2(1 + f) and m / c = 1 + f
/// is exact. What becomes of 0 and infinity is what becomes of their logarithms.
template <class R>
R power32(R size, R y) {
  const Apart<R> parts = take_apart(size);
  const auto at = to_bits(parts.mantissa) >> 48;
  const R f = parts.mantissa * look_up(size, kPowerInverse32, at) - 1.0;
  const R log = (parts.exponent + look_up(size, kPowerLog32, at)) + f * wide_polynomial(f, kPowerLog2For32);
  const R exponent = clamped(y * log, -180.0, 180.0), shifted = exponent + kShift / 16,
          r = exponent - (shifted - kShift / 16);
  const auto sixteenths = to_bits(shifted);
  const R power = from_bits(to_bits(look_up(size, kPowerOfTwo, sixteenths)) + ((sixteenths >> 4) << 52));
  return power + power * (r * polynomial(r, kPowerExp2For32));
}

/// The value with its sign, for finite x and |y| < `most`, below which adding `shift` leaves the integer.
template <class R>
auto power_with_sign(R x, R y, R size, double shift, double most) {
  const R shifted = y + shift;
  const auto whole = y == shifted - shift;
  const auto odd = both(whole, is_odd(to_bits(shifted)));
  const auto negative = with_sign(constant_like(x, 1.0), x) < 0.0;
  const R with = select(both(negative, odd), -size, size);
  const R real = select(both(x < 0.0, opposite(whole)), kNan, with);
  const auto usual = both(magnitude(x) < kInfinity, magnitude(y) < most);
  return Answer{select(y == 0.0, 1.0, real), opposite(usual)};
}

template <class R>
auto pow64(R x, R y) {
  const R of_zero = select(y > 0.0, constant_like(x, 0.0), kInfinity);
  return power_with_sign(x, y, select(x == 0.0, of_zero, power64(magnitude(x), y)), kShift, 0x1p51);
}
template <class S>
auto pow_in_single(S x, S y) {
  return power_with_sign(x, y, narrowed(power32(widened(magnitude(x)), widened(y))), kShift32, 0x1p22);
}

/// sqrt(a^2 + b^2) for a >= b whose squares are in range.
template <class R>
R hypot_in_range(R a, R b) {
  const Pair<R> first = exact_product(a, a), second = exact_product(b, b);
  const Pair<R> sum = exact_sum_ordered(first.hi, second.hi);
  return square_root(sum.hi + (sum.lo + (first.lo + second.lo)));
}

template <class R>
auto hypot64(R x, R y) {
  const R p = magnitude(x), q = magnitude(y);
  const R a = select(p > q, p, q), b = select(p > q, q, p);
  const auto usual = either(a == 0.0, both(a > 0x1p-450, a < 0x1p500));
  return Answer{hypot_in_range(a, b), opposite(both(usual, b == b))};
}

template <class R>
auto hypot32(R x, R y) {
  const auto infinite = either(magnitude(x) == kInfinity, magnitude(y) == kInfinity);
  return select(infinite, kInfinity, square_root(x * x + y * y));
}

}  // namespace nf::ir::elementary

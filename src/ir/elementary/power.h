// pow and hypot, for any number of lanes.
#pragma once
#include "ir/elementary/exponential.h"
#include "ir/elementary/for_float32.h"
#include "ir/elementary/logarithm.h"

namespace nf::ir::elementary {

/// log(x) with some 64 digits, for a positive x: in x^y errors of it are multiplied by up to 745. log(m) = log(c) +
/// log(1 + r), where 1 / c has so few digits that m / c is the sum of two products that are exact, and so is the square
/// of the first.
template <class R>
Pair<R> precise_log(R x) {
  const Apart<R> parts = take_apart(x);
  const auto at = to_bits(parts.mantissa) >> 47;
  const R inverse = look_up(x, kPowerInverse, at);
  const R top = from_bits(to_bits(parts.mantissa) & ~((uint64_t(1) << 35) - 1));
  const R r_hi = top * inverse - 1.0, r_lo = (parts.mantissa - top) * inverse;
  const Pair<R> r = exact_sum_ordered(r_hi, r_lo);
  const Pair<R> first = exact_sum_ordered(parts.exponent * kLn2Hi + look_up(x, kPowerThere, at), r.hi);
  const R half = 0.5 * r_hi;
  const Pair<R> second = exact_sum_ordered(first.hi, -(r_hi * half));
  const R rest_of_square = r_lo * (0.5 * r.hi + half), cube = r.hi * r.hi * r.hi;
  const R there_lo = parts.exponent * kLn2Lo + look_up(x, kPowerThereLo, at);
  const R low = (first.lo + second.lo) + (r.lo + there_lo) + (cube * wide_polynomial(r.hi, kPowerLog) - rest_of_square);
  return exact_sum_ordered(second.hi, low);
}

/// size^y for positive finite numbers.
template <class R>
R power64(R size, R y) {
  const Pair<R> log = precise_log(size);
  const R y_hi = upper_half(y), log_hi = upper_half(log.hi), log_lo = (log.hi - log_hi) + log.lo;
  const R exponent = y * log.hi, low = (y_hi * log_hi - exponent) + (y_hi * log_lo + (y - y_hi) * log.hi);
  const Sixteenths<R> reduced = reduce_sixteenths(clamped(exponent, kExpLowest, 710.0));
  const R inside = select(magnitude(exponent) < 800.0, low, 0.0);
  return raised(reduced.shifted, reduced.head + (inside - reduced.rest));
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

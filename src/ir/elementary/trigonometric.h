// sin, cos and tan, for any number of lanes; large angles one by one.
#pragma once
#include "ir/elementary/coefficients.h"
#include "ir/elementary/operations.h"

namespace nf::ir::elementary {

/// x = n pi/2 + angle.hi + angle.lo with |angle| up to pi/4; `shifted` has n in its low bits.
template <class R>
struct Turned {
  R shifted;
  Pair<R> angle;
};

/// For which |x| the reductions below hold: n has 14 bits, and 24 for float32.
inline constexpr double kTurn64Highest = 25735.0, kTurn32Highest = 0x1.8p24;

template <class R>
Turned<R> turn64(R x) {
  const R shifted = x * kTwoOverPi + kShift, n = shifted - kShift;
  const Pair<R> sum = exact_sum(x - n * kHalfPi1, n * -kHalfPi2);
  return {shifted, exact_sum_ordered(sum.hi, sum.lo - n * kHalfPi3)};
}

template <class R>
R sin_near_zero(Pair<R> angle) {
  const R r = angle.hi, square = r * r;
  return r + (r * square * polynomial(square, kSin) + angle.lo * (1.0 - 0.5 * square));
}

template <class R>
R cos_near_zero(Pair<R> angle) {
  const R r = angle.hi, square = r * r, half = 0.5 * square, first = 1.0 - half;
  return first + (((1.0 - first) - half) + (square * square * polynomial(square, kCos) - r * angle.lo));
}

/// The sine of the reduced angle, moved on by `quarters` right angles.
template <class R>
R sin_of_turned(Turned<R> turned, uint64_t quarters) {
  const auto n = to_bits(turned.shifted) + quarters;
  const R value = select(is_odd(n), cos_near_zero(turned.angle), sin_near_zero(turned.angle));
  return from_bits(to_bits(value) ^ ((n >> 1) << 63));
}

template <class R>
auto sin64(R x) {
  const R value = sin_of_turned(turn64(x), 0);
  return Answer{select(magnitude(x) < 0x1p-27, x, value), magnitude(x) > kTurn64Highest};
}

template <class R>
auto cos64(R x) {
  return Answer{sin_of_turned(turn64(x), 1), magnitude(x) > kTurn64Highest};
}

/// sin / cos of the angle; for odd n, -cos / sin.
template <class R>
R tan_of_turned(Turned<R> turned) {
  const Pair<R> angle = turned.angle;
  const R r = angle.hi, square = r * r, half = 0.5 * square, first = 1.0 - half;
  const Pair<R> sine = exact_sum_ordered(r, r * square * polynomial(square, kSin) + angle.lo * (1.0 - 0.5 * square));
  const Pair<R> cosine =
      exact_sum_ordered(first, ((1.0 - first) - half) + (square * square * polynomial(square, kCos) - r * angle.lo));
  const auto odd = is_odd(to_bits(turned.shifted));
  return quotient(Pair<R>{select(odd, -cosine.hi, sine.hi), select(odd, -cosine.lo, sine.lo)},
                  Pair<R>{select(odd, sine.hi, cosine.hi), select(odd, sine.lo, cosine.lo)});
}

template <class R>
auto tan64(R x) {
  const R value = tan_of_turned(turn64(x));
  return Answer{select(magnitude(x) < 0x1p-27, x, value), magnitude(x) > kTurn64Highest};
}

}  // namespace nf::ir::elementary

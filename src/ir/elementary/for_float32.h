// float32 functions that compute in float64: plain formulas are exact enough, and rounding the result to float32 covers
// overflow and underflow. Arguments are float64 that came from float32.
#pragma once
#include "ir/elementary/exponential.h"
#include "ir/elementary/inverse.h"
#include "ir/elementary/logarithm.h"
#include "ir/elementary/single.h"
#include "ir/elementary/trigonometric.h"

namespace nf::ir::elementary {

/// e^r for e^x = 2^k e^r; `shifted` has k.
template <class R>
R scaled32(R shifted, R r) {
  const R value = r * polynomial(r, kExp32) + 1.0;
  return value * power_of_two(shifted);
}

template <class R>
R exp2_32(R x) {
  const R inside = clamped(x, -180.0, 180.0), shifted = inside + kShift;
  return scaled32(shifted, (inside - (shifted - kShift)) * kLn2);
}

template <class R>
R expm1_32(R x) {
  const R inside = clamped(x, -50.0, 128.0), shifted = inside * kLog2E + kShift;
  const R r = inside - (shifted - kShift) * kLn2, power = power_of_two(shifted);
  return with_sign((power - 1.0) + power * (r * polynomial(r, kExpm1For32)), x);
}

/// sinh and cosh of |x| are (up - down) cosh(r) + (up + down) sinh(r), and the same with the signs changed.
template <class R>
R hyperbolic32(R x, bool sine) {
  const R inside = clamped(x, -100.0, 100.0), shifted = inside * kLog2E + kShift;
  const R r = inside - (shifted - kShift) * kLn2, square = r * r;
  const R up = half_power_of_two(shifted), down = half_power_of_minus(shifted);
  const R cosh = square * polynomial(square, kCosh32) + 1.0, sinh = r + r * (square * polynomial(square, kSinh32));
  return sine ? (up - down) * cosh + (up + down) * sinh : (up + down) * cosh + (up - down) * sinh;
}

template <class R>
R sinh32(R x) {
  return with_sign(hyperbolic32(x, true), x);
}
template <class R>
R cosh32(R x) {
  return hyperbolic32(x, false);
}

/// log(1 + f).
template <class R>
R log_near_one32(R f) {
  const R s = f / (f + 2.0), square = s * s;
  return s * (square * polynomial(square, kLog32) + 2.0);
}

template <class R>
R log2_32(R x) {
  const Split<R> parts = split_normal(x);  // a float32 is never too small for a normal float64
  return of_positive(x, parts.k + kLog2E * log_near_one32(parts.f));
}

template <class R>
R log10_32(R x) {
  const Split<R> parts = split_normal(x);
  return of_positive(x, parts.k * kLog10Of2 + kLog10E * log_near_one32(parts.f));
}

template <class R>
R log1p_32(R x) {
  const Pair<R> sum = exact_sum(x, 1.0);
  const Split<R> parts = split_normal(sum.hi);
  const R missing = select(magnitude(x) < 1.0, sum.lo, 0.0);
  const R value = parts.k * kLn2 + (log_near_one32(parts.f) + missing);
  return select(x == 0.0, x, of_positive_shifted(x, value));
}

/// x = n pi/2 + r; `shifted` has n.
template <class R>
struct Turned32 {
  R shifted, r;
};

template <class R>
Turned32<R> turn32(R x) {
  const R shifted = x * kTwoOverPi + kShift, n = shifted - kShift;
  return {shifted, (x - n * kHalfPiCoarse) - n * kHalfPiFine};
}

template <class R>
R sin_near_zero32(R r) {
  const R square = r * r;
  return r + r * (square * polynomial(square, kSin32));
}
template <class R>
R cos_near_zero32(R r) {
  const R square = r * r;
  return square * polynomial(square, kCos32) + 1.0;
}

/// sin(r) for x = n pi + r, where n is whole for the sine and half of an odd number for the cosine; r goes up to pi/2.
template <class S>
auto sin32(S argument, double half) {
  const auto x = widened(argument);
  const auto shifted = (x * kOneOverPi - half) + kShift, whole = shifted - kShift;
  const auto n = half ? whole + half : whole;
  const auto r = (x - n * kPiCoarse) - n * kPiFine, square = r * r;
  const auto value = r * (square * in_turn(square, kSinFar32) + 1.0);
  // A half of an odd number is one step behind in the sign: cos(x) = -sin(x - pi/2).
  const auto odd = to_bits(shifted) + (half ? uint64_t(1) : uint64_t(0));
  return Answer{narrowed(from_bits(to_bits(value) ^ (odd << 63))), magnitude(argument) > kTurn32Highest};
}

template <class R>
auto tan32(R x) {
  const Turned32<R> turned = turn32(x);
  const auto odd = is_odd(to_bits(turned.shifted));
  const R sine = sin_near_zero32(turned.r), cosine = cos_near_zero32(turned.r);
  const R value = select(odd, -cosine, sine) / select(odd, sine, cosine);
  return Answer{select(x == 0.0, x, value), magnitude(x) > kTurn32Highest};
}

template <class R>
R atan32(R x) {
  const Rotated<R> r = rotate(magnitude(x), constant_like(x, 1.0));
  const R t = r.above / r.below, square = t * t;
  return with_sign(r.base.hi + (t + t * (square * polynomial(square, kAtan32))), x);
}

/// asin and acos, as in inverse.h.
template <class R>
R arc32(R x, bool cosine) {
  const R size = magnitude(x);
  const auto steep = size > 0.5;
  const R half = 0.5 * (1.0 - size), square = select(steep, half, x * x), root = square_root(half);
  const R t = select(steep, root, size), arc = t + t * (square * polynomial(square, kAsin32));
  if (!cosine) return with_sign(select(steep, kHalfPiHi - 2.0 * arc, arc), x);
  const auto left = x < 0.0;
  return select(steep, select(left, kPiHi - 2.0 * arc, 2.0 * arc), kHalfPiHi - select(left, -arc, arc));
}

}  // namespace nf::ir::elementary

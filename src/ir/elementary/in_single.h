// The float32 functions that are exact enough in float32 itself, at twice the lanes of float64.
#pragma once
#include "ir/elementary/coefficients.h"
#include "ir/elementary/operations.h"
#include "ir/elementary/single.h"

namespace nf::ir::elementary {

/// e^x for a float32: as `exp64`, with shorter parts. The bounds keep k where the two factors below are normal numbers;
/// beyond them the product overflows or underflows by itself.
template <class S>
S exp_in_single(S x) {
  const S above = select(x > 89.0, 89.0, x), inside = select(above < -105.0, -105.0, above);
  const S shifted = inside * kLog2E + kShift32, k = shifted - kShift32;
  const S head = inside - k * kLn2Hi32, rest = k * kLn2Lo32, r = head - rest;
  const S tail = r * r * (r * polynomial(r, kExpSingle) + 0.5) - rest;
  const auto sum = exact_sum_ordered(1.0, head);
  const auto small = inside < -86.0;
  const auto exponent = to_bits(shifted) + select(small, uint32_t(127 + 64), uint32_t(127 - 1));
  return ((sum.hi + (sum.lo + tail)) * from_bits(exponent << 23)) * select(small, constant_like(x, 0x1p-64), 2.0);
}

/// `take_apart` for a float32.
template <class S>
Apart<S> take_apart_single(S x) {
  const auto small = x < 0x1p-126;
  constexpr uint32_t one = std::bit_cast<uint32_t>(1.0f), least = std::bit_cast<uint32_t>(0.75f);
  const auto bits = to_bits(x * select(small, constant_like(x, 0x1p23), 1.0)) + (one - least);
  const S k = from_bits((bits >> 23) | std::bit_cast<uint32_t>(0x1p23f)) -
              select(small, constant_like(x, 0x1p23 + 150), 0x1p23 + 127);
  return {exponent_of(x, k), from_bits((bits & ((uint32_t(1) << 23) - 1)) + least)};
}

/// log(x) for a float32: see `log64`; log(1 + f) = f + f^2 q(f) without a division.
template <class S>
S log_in_single(S x) {
  const Apart<S> parts = take_apart_single(x);
  const auto at = to_bits(parts.mantissa) >> 19;
  const S f = (parts.mantissa - look_up(x, kLogCentre32, at)) * look_up(x, kLogInverse32, at);
  const S low = f * f * polynomial(f, kLogNear32) + parts.exponent * kLn2Lo32;
  return (parts.exponent * kLn2Hi32 + look_up(x, kLogThere32, at)) + (f + low);
}

/// `log_terms` for a float32, added up.
template <class S>
S log_of_terms_single(Apart<S> parts, S above, S below) {
  const auto at = to_bits(parts.mantissa) >> 19;
  const S f = (parts.mantissa - look_up(below, kLogCentre32, at)) * look_up(below, kLogInverse32, at);
  const S low = f * f * polynomial(f, kLogNear32) + (parts.exponent * kLn2Lo32 + above / below);
  return (parts.exponent * kLn2Hi32 + look_up(below, kLogThere32, at)) + (f + low);
}

/// tanh(x) for a float32: a polynomial for each interval of |x|, whose first coefficient is known to nine bits more
/// than its own. The other terms are less than half of the result, with a last place that is a quarter of its. Below
/// 1/16 the first coefficient is 0 and the second is 1.
template <class S>
S tanh_in_single(S x) {
  const S size = magnitude(x), inside = select(size > 9.125, 9.125, size);
  const auto at = to_bits(inside + 0.625) >> 20;
  const S t = inside - look_up(x, kTanhCentre32, at);
  const S bend = (look_up(x, kTanh4Of32, at) * t + look_up(x, kTanh3Of32, at)) * t + look_up(x, kTanh2Of32, at);
  const S tail = look_up(x, kTanh1Of32, at) * t + t * t * bend;
  return with_sign(look_up(x, kTanh0Of32, at) + tail, x);
}

/// atan2: the angle of the smaller number over the larger, by a polynomial for each interval of their quotient, whose
/// first coefficient is known to some nine bits more than its own; then turned into its octant. What rounding the
/// quotient loses is found from its product, which in small numbers is not exact.
template <class S>
auto atan2_in_single(S y, S x) {
  const S height = magnitude(y), width = magnitude(x);
  const auto steep = height > width;
  const S longer = select(steep, height, width);
  const S above = select(steep, width, height), below = select(longer == 0.0, 1.0, longer);
  const S quotient = above / below;
  const Pair<S> product = exact_product(quotient, below);
  const S missing = select(above < 0x1p-100, 0.0, ((above - product.hi) - product.lo) / below);
  const auto at = to_bits(quotient * 15.0 + kShift32);
  const S t = quotient - look_up(x, kAtanCentre32, at), there = look_up(x, kAtanThere32, at);
  const S bend = (look_up(x, kAtan4Of32, at) * t + look_up(x, kAtan3Of32, at)) * t + look_up(x, kAtan2Of32, at);
  const S tail = t + (look_up(x, kAtanSlope32, at) * (t + missing) + (t * t * bend + missing));
  // The angle is added to 0, taken from pi / 2 or pi, or added to pi / 2.
  constexpr uint32_t sign = uint32_t(1) << 31;
  const auto left = with_sign(constant_like(x, 1.0), x) < 0.0;
  const auto flip = (to_bits(x) & sign) ^ select(steep, sign, uint32_t(0));
  const S turned = select(steep, kHalfPiHi32, select(left, constant_like(x, kPiHi32), 0.0));
  const S turned_lo = select(steep, kHalfPiLo32, select(left, constant_like(x, kPiLo32), 0.0));
  const Pair<S> sum = exact_sum_ordered(turned, from_bits(to_bits(there) ^ flip));
  const S value = sum.hi + (sum.lo + (turned_lo + from_bits(to_bits(tail) ^ flip)));
  return Answer{with_sign(value, y), either(below < 0x1p-90, below == kInfinity)};
}

}  // namespace nf::ir::elementary

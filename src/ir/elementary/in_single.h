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

/// log(x) for a float32: x = 2^k (1 + f), and f - f^2/2 + f^3 q(f) without a division.
template <class S>
S log_in_single(S x) {
  const auto small = x < 0x1p-126;
  constexpr uint32_t one = std::bit_cast<uint32_t>(1.0f), root = std::bit_cast<uint32_t>(0x1.6a09e6p-1f);
  const auto bits = to_bits(x * select(small, constant_like(x, 0x1p23), 1.0)) + (one - root);
  const S k = from_bits((bits >> 23) | std::bit_cast<uint32_t>(0x1p23f)) -
              select(small, constant_like(x, 0x1p23 + 150), 0x1p23 + 127);
  const S f = from_bits((bits & ((uint32_t(1) << 23) - 1)) + root) - 1.0;
  const S square = f * f;
  const auto sum = exact_sum_ordered(k * kLn2Hi32, f);
  const S low = f * square * polynomial(f, kLogSingle) + (k * kLn2Lo32 - 0.5 * square);
  const S value = sum.hi + (sum.lo + low);
  return select(x > 0.0, select(x == kInfinity, x, value), select(x == 0.0, -kInfinity, select(x < 0.0, kNan, x)));
}

}  // namespace nf::ir::elementary

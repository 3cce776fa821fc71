// The reduction of large angles: in integers, one by one.
#pragma once
#include "ir/elementary/trigonometric.h"

namespace nf::ir::elementary {

/// As `turn64`, for any finite |x| from 2 on.
///
/// x is an integer m times 2^e. Of 2/pi only the bits matter that give m * 2^e * (2/pi) digits below 4: 192 bits from
/// there on leave 137 behind the point, and no float64 is nearer to a multiple of pi/2 than 2^-62.
inline Turned<double> turn_large(double x) {
  using Wide = unsigned __int128;
  const uint64_t bits = to_bits(x), m = (bits & ((uint64_t(1) << 52) - 1)) | (uint64_t(1) << 52);
  const int e = int(bits >> 52 & 0x7FF) - 1075;
  // The window begins with the bit of weight 2^(1 - e), which is number e + 62 behind the leading word of zeros.
  const int first = e + 62, word = first / 64, shift = first % 64;
  auto window = [&](int k) {
    const uint64_t* w = kTwoOverPiBits + word + k;
    return shift ? w[0] << shift | w[1] >> (64 - shift) : w[0];
  };
  // The product modulo 2^192: 2 bits before the point, 190 behind.
  const Wide low = Wide(m) * window(2), middle = Wide(m) * window(1) + uint64_t(low >> 64);
  uint64_t high = m * window(0) + uint64_t(middle >> 64);
  Wide rest = middle << 64 | uint64_t(low);
  const uint64_t n = (high + (uint64_t(1) << 61)) >> 62;  // rounded to nearest
  // The fraction, from -1/2 to 1/2, as a sign and 190 bits from the top of 192.
  high <<= 2, high |= uint64_t(rest >> 126), rest <<= 2;
  const bool negative = high >> 63;
  if (negative) high = ~high, rest = ~rest;  // one unit of 2^-192 less than the negation
  int leading = high ? std::countl_zero(high) : 64 + std::countl_zero(uint64_t(rest >> 64));
  Wide fraction = leading < 64 ? Wide(high) << 64 | uint64_t(rest >> 64) : rest;
  const int left = leading % 64;
  if (left) fraction = fraction << left | (leading < 64 ? uint64_t(rest) : 0) >> (64 - left);
  // Times pi/2 in 126 bits: the product's upper 128 bits.
  constexpr uint64_t half_pi_hi = 0xc90fdaa22168c234, half_pi_lo = 0xc4c6628b80dc1cd1;  // pi/2 * 2^127
  const uint64_t f_hi = uint64_t(fraction >> 64), f_lo = uint64_t(fraction);
  const Wide product = Wide(f_hi) * half_pi_hi + (Wide(f_hi) * half_pi_lo >> 64) + (Wide(f_lo) * half_pi_hi >> 64);
  // product * 2^-127 * 2^-leading
  const uint64_t top = uint64_t(product >> 64), head_bits = top & ~uint64_t(0x7FF);
  const double unit = std::ldexp(1.0, -63 - leading), sign = negative != std::signbit(x) ? -1 : 1;
  const double head = double(head_bits) * unit;
  const double tail = (double(top & 0x7FF) + double(uint64_t(product)) * 0x1p-64) * unit;
  const Pair<double> angle = exact_sum_ordered(sign * head, sign * tail);
  const double turns = double(int(n & 3)) * (std::signbit(x) ? -1 : 1);
  return {turns + kShift, angle};
}

}  // namespace nf::ir::elementary

// log, log2, log10 and log1p, for any number of lanes.
#pragma once
#include "ir/elementary/coefficients.h"
#include "ir/elementary/operations.h"

namespace nf::ir::elementary {

/// x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2); log(1 + f) = f - half_square + rest.
template <class R>
struct Split {
  R k, f;
};

inline constexpr double kSqrtHalf = 0x1.6a09e667f3bcdp-1;

/// For a positive normal x.
template <class R>
Split<R> split_normal(R x) {
  const auto bits = to_bits(x) + (bits_of(1.0) - bits_of(kSqrtHalf));
  const R k = from_bits((bits >> 52) | bits_of(0x1p52)) - (0x1p52 + 1023);
  const R m = from_bits((bits & ((uint64_t(1) << 52) - 1)) + bits_of(kSqrtHalf));
  return {k, m - 1.0};
}

/// For any positive x.
template <class R>
Split<R> split(R x) {
  const auto small = x < 0x1p-1022;
  const Split<R> parts = split_normal(x * select(small, 0x1p54, 1.0));
  return {parts.k - select(small, 54.0, 0.0), parts.f};
}

template <class R>
struct LogParts {
  R half_square, rest;
};

template <class R, size_t N>
LogParts<R> log_parts(R f, const double (&coefficients)[N]) {
  const R s = f / (f + 2.0), square = s * s, half_square = 0.5 * f * f;
  return {half_square, s * (half_square + square * polynomial(square, coefficients))};
}

/// -inf at zero, NaN below, inf and NaN as they came.
template <class R>
R of_positive(R x, R value) {
  return select(x > 0.0, select(x == kInfinity, x, value), select(x == 0.0, -kInfinity, select(x < 0.0, kNan, x)));
}

/// log(x) = k ln 2 + log(c) + log(1 + f), where c is the centre of an interval of the mantissa and log(c) ends with the
/// same digit as the first part of ln 2, so that their sum is exact. Near 1 the centre is 1 and f is exact.
template <class R>
auto log64(R x) {
  const Apart<R> parts = take_apart(x);
  const auto at = to_bits(parts.mantissa) >> 48;
  const R f = (parts.mantissa - look_up(x, kLogCentre, at)) * look_up(x, kLogInverse, at);
  const LogParts<R> log = log_parts(f, kLogNear);
  const R head = parts.exponent * kLn2Hi + look_up(x, kLogThere, at);
  return head + (f + (log.rest + parts.exponent * kLn2Lo - log.half_square));
}

/// A logarithm that is not added up: head is exact, and 0 or the largest.
template <class R>
struct LogTerms {
  R head, f, tail;
  R sum() const { return head + (f + tail); }
};

/// log(x (1 + above / below)) as `log64`, for an x that is taken apart and a quotient of some last places of it.
template <class R>
LogTerms<R> log_terms(Apart<R> parts, R above, R below) {
  const auto at = to_bits(parts.mantissa) >> 48;
  const R f = (parts.mantissa - look_up(below, kLogCentre, at)) * look_up(below, kLogInverse, at);
  const R s = f / (f + 2.0), square = s * s, half_square = 0.5 * f * f;
  const R rest = s * (half_square + square * wide_polynomial(square, kLogNear)), missing = above / below;
  return {parts.exponent * kLn2Hi + look_up(below, kLogThere, at), f,
          rest + (parts.exponent * kLn2Lo + missing) - half_square};
}

/// The same for log1p.
template <class R>
R of_positive_shifted(R x, R value) {
  return select(x > -1.0, select(x == kInfinity, x, value), select(x == -1.0, -kInfinity, select(x < -1.0, kNan, x)));
}

template <class R>
auto log1p_64(R x) {
  const Pair<R> sum = exact_sum(x, 1.0);
  const Split<R> parts = split_normal(sum.hi);
  const LogParts<R> log = log_parts(parts.f, kLog);
  const Pair<R> total = exact_sum_ordered(parts.k * kLn2Hi, parts.f);
  const R missing = sum.lo / sum.hi;
  const R value = total.hi + (total.lo + (log.rest + (parts.k * kLn2Lo + missing) - log.half_square));
  return select(magnitude(x) < 0x1p-54, x, of_positive_shifted(x, value));
}

/// k times a constant in two parts plus log(1 + f) times another.
template <class R, class K>
R log_of_base(Split<R> parts, R k_hi, K k_lo, double top, double rest, double factor) {
  const LogParts<R> log = log_parts(parts.f, kLog);
  const R head = upper_half(parts.f - log.half_square), tail = ((parts.f - head) - log.half_square) + log.rest;
  const R product = head * top, low = tail * factor + head * rest;
  const Pair<R> sum = exact_sum(k_hi, product);
  return sum.hi + (sum.lo + (low + k_lo));
}

template <class R>
auto log2_64(R x) {
  const Split<R> parts = split(x);
  return of_positive(x, log_of_base(parts, parts.k, 0.0, kLog2ETop, kLog2ERest, kLog2E));
}

template <class R>
auto log10_64(R x) {
  const Split<R> parts = split(x);
  return of_positive(
      x, log_of_base(parts, parts.k * kLog10Of2Hi, parts.k * kLog10Of2Lo, kLog10ETop, kLog10ERest, kLog10E));
}

}  // namespace nf::ir::elementary

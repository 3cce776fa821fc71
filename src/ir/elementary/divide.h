// Python's `//` and `%` of floats, for any number of lanes: exact as the C library's fmod is, without its loop.
//
// Note [Exact rest]. q, the integer nearest to a / b, is right or one off, so that |a - q b| < 0.75 |b|: a number that
// float64 holds. It comes out exactly when q and b are split in halves whose products are exact and are subtracted from
// the largest to the smallest: what is left after each step has no digits below those of b, and fits.
#pragma once
#include "ir/elementary/operations.h"

namespace nf::ir::elementary {

/// The nearest integer to a / b, the exact rest, and whether quotient and rest belong one step lower.
template <class R, class M>
struct Division {
  R quotient, nearest, rest;
  M lower, rare;
};

template <class R>
auto divide64(R a, R b) {
  const R quotient = a / b, nearest = (quotient + kShift) - kShift;
  const R n_hi = upper_half(nearest), n_lo = nearest - n_hi, b_hi = upper_half(b), b_lo = b - b_hi;
  const R rest = (((a - n_hi * b_hi) - n_hi * b_lo) - n_lo * b_hi) - n_lo * b_lo;
  const auto lower = both(rest != 0.0, differ(rest < 0.0, b < 0.0));
  const R size = magnitude(b);
  const auto usual = both(magnitude(quotient) < 0x1p50, both(size > 0x1p-900, size < 0x1p900));
  return Division{quotient, nearest, rest, lower, opposite(usual)};
}

/// Of numbers that came from float32: all products are exact. Beyond 2^21 the float32 quotient would be rounded.
template <class R>
auto divide32(R a, R b) {
  const R quotient = a / b, nearest = (quotient + kShift) - kShift, rest = a - nearest * b;
  const auto lower = both(rest != 0.0, differ(rest < 0.0, b < 0.0));
  const auto usual = both(magnitude(quotient) < 0x1p21, magnitude(b) < kInfinity);
  return Division{quotient, nearest, rest, lower, opposite(usual)};
}

template <class R, class M>
auto floor_of(Division<R, M> d) {
  const R floor = select(d.lower, d.nearest - 1.0, d.nearest);
  return Answer{select(floor == 0.0, with_sign(floor, d.quotient), floor), d.rare};
}

template <class R, class M>
auto modulo_of(Division<R, M> d, R b) {
  return Answer{select(d.rest == 0.0, with_sign(d.rest, b), select(d.lower, d.rest + b, d.rest)), d.rare};
}

/// C's fmod: the rest has the sign of a.
template <class R, class M>
auto fmod_of(Division<R, M> d, R a, R b) {
  const auto other_side = differ(d.rest < 0.0, a < 0.0);
  const R moved = select(other_side, d.rest + with_sign(b, a), d.rest);
  return Answer{select(d.rest == 0.0, with_sign(d.rest, a), moved), d.rare};
}

}  // namespace nf::ir::elementary

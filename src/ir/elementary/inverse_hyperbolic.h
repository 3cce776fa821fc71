// asinh, acosh and atanh of float64 and of float32, for any number of lanes: the logarithm of a number in two parts.
//
// Note [Logarithm of two parts]. Near 1 the logarithm loses all digits but those behind the point, so its argument
// needs more than a float holds: hi + lo. Then log(hi) starts from hi - 1, which is exact, and lo is added behind it.
#pragma once
#include "ir/elementary/in_single.h"
#include "ir/elementary/logarithm.h"
#include "ir/elementary/operations.h"

namespace nf::ir::elementary {

/// What float64 and float32 differ in. `kBig`: from there on 1 does not matter to asinh and acosh. `kSmall`: below it
/// asinh and atanh are their argument. `kLeast`: stands in for a divisor of 0, and is nothing beside any other.
/// `log_of`: the logarithm of a number taken apart, and of above / below behind it (Note [Logarithm of two parts]).
struct InDouble {
  static constexpr double kBig = 0x1p30, kSmall = 0x1p-27, kLeast = 0x1p-1000;
  template <class R>
  static R log_of(Apart<R> parts, R above, R below) {
    return log_terms(parts, above, below).sum();
  }
  template <class R>
  static Apart<R> apart(R x) {
    return take_apart(x);
  }
};
struct InSingle {
  static constexpr double kBig = 0x1p14, kSmall = 0x1p-13, kLeast = 0x1p-100;
  template <class S>
  static S log_of(Apart<S> parts, S above, S below) {
    return log_of_terms_single(parts, above, below);
  }
  template <class S>
  static Apart<S> apart(S x) {
    return take_apart_single(x);
  }
};

/// log(sum), where sum = a + root in two parts and the square of the root is too small by `missing`: the root itself by
/// missing / (2 root). log(2 x) where x is `big`.
template <class In, class R, class M>
R log_with_root(R root, Pair<R> sum, R missing, R x, M big) {
  const R twice = 2.0 * root;
  Apart<R> parts = In::apart(select(big, x, sum.hi));
  parts.exponent = parts.exponent + select(big, constant_like(x, 1.0), 0.0);
  return In::log_of(parts, sum.lo * twice + missing, twice * sum.hi + In::kLeast);
}

/// 1 - a b, where the product is nearly 1: what the product of the first halves leaves of 1 is exact.
template <class R>
R rest_of_one(Pair<R> a, Pair<R> b) {
  const R a_hi = upper_half(a.hi), b_hi = upper_half(b.hi), a_lo = (a.hi - a_hi) + a.lo, b_lo = (b.hi - b_hi) + b.lo;
  return ((1.0 - a_hi * b_hi) - a_hi * b_lo) - a_lo * b.hi;
}

/// log(|x| + sqrt(x^2 + 1)); root + |x| times root - |x| is 1, and what the product lacks of it the square lacks.
template <class In, class R>
R asinh_of(R x) {
  const R size = magnitude(x);
  const auto big = size > In::kBig;
  const R a = select(big, 0.0, size), root = square_root(a * a + 1.0);
  const Pair<R> sum = exact_sum_ordered(root, a), difference = exact_sum_ordered(root, -a);
  const R value = log_with_root<In>(root, sum, rest_of_one(sum, difference), size, big);
  return select(size < In::kSmall, x, with_sign(value, x));
}

/// log(x + sqrt(x^2 - 1)); NaN below 1. Near 1 little is left of the square, so that it needs all its digits.
template <class In, class R>
R acosh_of(R x) {
  const auto big = x > In::kBig;
  const R a = select(big, 1.0, select(x < 1.0, kNan, x));
  const Pair<R> square = exact_square(a), less = exact_sum_ordered(square.hi, -1.0);
  const R root = square_root(less.hi);
  const Pair<R> rounded = exact_square(root);
  const R missing = ((less.hi - rounded.hi) - rounded.lo) + (less.lo + square.lo);
  return log_with_root<In>(root, exact_sum_ordered(a, root), missing, x, big);
}

/// log((1 + |x|) / (1 - |x|)) / 2, of a negative quotient beyond 1: NaN.
template <class In, class R>
R atanh_of(R x) {
  const R size = magnitude(x);
  const Pair<R> above = exact_sum_ordered(1.0, size), below = exact_sum_ordered(1.0, -size);
  const R quotient = above.hi / below.hi;
  const Pair<R> product = exact_product(quotient, below.hi);
  const R missing = ((above.hi - product.hi) - product.lo) + (above.lo - quotient * below.lo);
  const R value = 0.5 * In::log_of(In::apart(quotient), missing, above.hi);
  return select(size < In::kSmall, x, with_sign(select(size == 1.0, kInfinity, value), x));
}

}  // namespace nf::ir::elementary

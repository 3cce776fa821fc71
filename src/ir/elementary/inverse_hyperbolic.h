// asinh, acosh and atanh of float64 and of float32, for any number of lanes: the logarithm of a number in two parts.
//
// Note [Logarithm of two parts]. Near 1 the logarithm loses all digits but those behind the point, so its argument
// needs more than a float holds: hi + lo. Then log(hi) starts from hi - 1, which is exact, and lo is added behind it.
#pragma once
#include "ir/elementary/in_single.h"
#include "ir/elementary/logarithm.h"
#include "ir/elementary/operations.h"

namespace nf::ir::elementary {

/// How a type takes logarithms of two parts; from which size on 1 does not matter to asinh and acosh; below which size
/// asinh and atanh are their argument.
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

/// log(a + root) where root^2 = square, in two parts, and a + root = sum but for what root is rounded by; where x is
/// `big`, log(2 x).
template <class In, class R, class M>
R log_with_root(Pair<R> square, R root, Pair<R> sum, R x, M big) {
  const Pair<R> rounded = exact_square(root);
  const R missing = ((square.hi - rounded.hi) - rounded.lo) + square.lo, twice = 2.0 * root;
  Apart<R> parts = In::apart(select(big, x, sum.hi));
  parts.exponent = parts.exponent + select(big, constant_like(x, 1.0), 0.0);
  return In::log_of(parts, sum.lo * twice + missing, twice * sum.hi + In::kLeast);  // which is there for a root of 0
}

/// log(|x| + sqrt(x^2 + 1))
template <class In, class R>
R asinh_of(R x) {
  const R size = magnitude(x);
  const auto big = size > In::kBig;
  const R a = select(big, 0.0, size);
  const Pair<R> square = exact_square(a), sum = exact_sum(square.hi, 1.0);
  const R root = square_root(sum.hi);
  const R value = log_with_root<In>({sum.hi, sum.lo + square.lo}, root, exact_sum_ordered(root, a), size, big);
  return select(size < In::kSmall, x, with_sign(value, x));
}

/// log(x + sqrt(x^2 - 1)); NaN below 1.
template <class In, class R>
R acosh_of(R x) {
  const auto big = x > In::kBig;
  const R a = select(big, 1.0, select(x < 1.0, kNan, x));
  const Pair<R> square = exact_square(a), sum = exact_sum_ordered(square.hi, -1.0);
  const R root = square_root(sum.hi);
  return log_with_root<In>({sum.hi, sum.lo + square.lo}, root, exact_sum_ordered(a, root), x, big);
}

/// log((1 + |x|) / (1 - |x|)) / 2
template <class In, class R>
R atanh_of(R x) {
  const R size = magnitude(x);
  const Pair<R> above = exact_sum_ordered(1.0, size), below = exact_sum_ordered(1.0, -size);
  const R quotient = above.hi * (1.0 / below.hi);
  const Pair<R> product = exact_product(quotient, below.hi);
  const R missing = ((above.hi - product.hi) - product.lo) + (above.lo - quotient * below.lo);
  const R value = 0.5 * In::log_of(In::apart(quotient), missing, above.hi);
  const R end = select(size == 1.0, constant_like(x, kInfinity), kNan);
  return select(size < In::kSmall, x, with_sign(select(size < 1.0, value, end), x));
}

template <class R>
R asinh64(R x) {
  return asinh_of<InDouble>(x);
}
template <class R>
R acosh64(R x) {
  return acosh_of<InDouble>(x);
}
template <class R>
R atanh64(R x) {
  return atanh_of<InDouble>(x);
}
template <class S>
S asinh_in_single(S x) {
  return asinh_of<InSingle>(x);
}
template <class S>
S acosh_in_single(S x) {
  return acosh_of<InSingle>(x);
}
template <class S>
S atanh_in_single(S x) {
  return atanh_of<InSingle>(x);
}

}  // namespace nf::ir::elementary

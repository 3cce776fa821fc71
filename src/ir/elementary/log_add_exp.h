// logaddexp and logaddexp2, for any number of lanes; of float32 too, rounded at the end.
#pragma once
#include "ir/elementary/exponential.h"
#include "ir/elementary/logarithm.h"

namespace nf::ir::elementary {

/// 2^k (1 + head + tail), where k is 0 or less, as a pair.
template <class R>
Pair<R> power_in_parts(Reduced<R> e) {
  const auto sum = exact_sum_ordered(1.0, e.head);
  const Pair<R> one = exact_sum_ordered(sum.hi, sum.lo + e.tail);
  const Factors<R> by = factors_of_power<R>(to_bits(e.shifted), e.shifted < kShift - 1020.0);
  return {one.hi * by.first * by.second, one.lo * by.first * by.second};
}

/// max(x, y) + log(1 + power of the distance), added up at the end: the two may cancel, which leaves the last places
/// of what is missing in the parts. `power` takes the distance as a pair, `to_base` the logarithm.
template <class R, class Power, class ToBase>
R log_add(R x, R y, Power power, ToBase to_base) {
  const auto first = x > y;
  const R greater = select(first, x, y), less = select(first, y, x);
  const Pair<R> difference = exact_sum(less, -greater);
  const R distance = select(x == y, 0.0, difference.hi);  // of infinities too
  const R fine = select(distance > -100.0, difference.lo, 0.0);
  const Pair<R> added = power(Pair<R>{distance, fine}), total = exact_sum_ordered(1.0, added.hi);
  const LogTerms<R> log = log_terms(take_apart(total.hi), total.lo + added.lo, total.hi);
  const Pair<R> head = exact_sum_ordered(log.head, log.f);
  const Pair<R> scaled = to_base(Pair<R>{head.hi, head.lo + log.tail}), sum = exact_sum(greater, scaled.hi);
  return select(magnitude(greater) < kInfinity, sum.hi + (sum.lo + scaled.lo), greater - distance);
}

template <class R>
R log_add_exp64(R x, R y) {
  auto power = [](Pair<R> distance) {
    Reduced<R> reduced = reduce_exp(clamped(distance.hi, kExpLowest, 0.0), kExpm1);
    reduced.tail = reduced.tail + distance.lo * (1.0 + reduced.head);
    return power_in_parts(reduced);
  };
  return log_add(x, y, power, [](Pair<R> log) { return log; });
}

template <class R>
R log_add_exp2_64(R x, R y) {
  auto power = [](Pair<R> distance) {
    Reduced<R> reduced = reduce_exp2(clamped(distance.hi, -1076.0, 0.0));
    reduced.tail = reduced.tail + distance.lo * kLn2 * (1.0 + reduced.head);
    return power_in_parts(reduced);
  };
  auto to_base_two = [](Pair<R> log) {
    const R head = upper_half(log.hi), rest = (log.hi - head) + log.lo;
    return Pair<R>{head * kLog2ETop, head * kLog2ERest + rest * kLog2E};
  };
  return log_add(x, y, power, to_base_two);
}

}  // namespace nf::ir::elementary

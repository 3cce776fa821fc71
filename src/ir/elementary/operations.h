// What the elementary functions are written in: operations on one float64. Generated code has the same names for a
// float64 in each lane of a vector (codegen/ops/lane_values.h), so that one text defines a function for both.
//
// Note [Same bits]. Only operations whose result IEEE 754 fixes to the last bit are used: + - * / and square roots, and
// operations on bits. No fused multiply-add, which not every processor has, and none of the C library's functions. NaN
// is one value here: whether its sign and payload stay is not defined.
#pragma once
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace nf::ir::elementary {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
/// Added to a number below 2^51 it leaves the nearest integer in the low bits.
inline constexpr double kShift = 0x1.8p52;

inline uint64_t to_bits(double x) { return std::bit_cast<uint64_t>(x); }
inline double from_bits(uint64_t bits) { return std::bit_cast<double>(bits); }
inline double magnitude(double x) { return from_bits(to_bits(x) & ~(uint64_t(1) << 63)); }
inline double with_sign(double x, double sign) { return std::copysign(x, sign); }
inline double square_root(double x) { return std::sqrt(x); }
inline double select(bool condition, double a, double b) { return condition ? a : b; }
inline uint64_t select(bool condition, uint64_t a, uint64_t b) { return condition ? a : b; }
/// A constant for each lane of the other.
inline double constant_like(double, double constant) { return constant; }
/// The number at `index` modulo N, a power of two, for each lane of the other.
template <size_t N>
double look_up(double, const double (&numbers)[N], uint64_t index) {
  return numbers[index % N];
}
inline bool both(bool a, bool b) { return a && b; }
inline bool either(bool a, bool b) { return a || b; }
inline bool differ(bool a, bool b) { return a != b; }
inline bool opposite(bool a) { return !a; }
inline bool is_odd(uint64_t n) { return n & 1; }

/// The bits of a constant.
constexpr uint64_t bits_of(double constant) { return std::bit_cast<uint64_t>(constant); }

/// What a definition yields: the value, and for which arguments it does not hold. Those are computed one by one.
template <class R, class M>
struct Answer {
  R value;
  M rare;
};
template <class R, class M>
Answer(R, M) -> Answer<R, M>;

/// A number as a rounded part and what is missing.
template <class R>
struct Pair {
  R hi, lo;
};

template <class R, class B>
Pair<R> exact_sum(R a, B b) {
  const R sum = a + b, part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

/// For |a| >= |b| or a == 0.
template <class A, class B>
auto exact_sum_ordered(A a, B b) {
  const auto sum = a + b;
  return Pair<std::remove_const_t<decltype(sum)>>{sum, b - (sum - a)};
}

/// The first 26 bits; 27 are left.
template <class R>
R upper_half(R x) {
  return from_bits(to_bits(x) & ~((uint64_t(1) << 27) - 1));
}

template <class R>
Pair<R> exact_product(R a, R b) {
  const R product = a * b, a_hi = upper_half(a), b_hi = upper_half(b), a_lo = a - a_hi, b_lo = b - b_hi;
  return {product, ((a_hi * b_hi - product) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo};
}

template <class R>
Pair<R> exact_square(R a) {
  const R square = a * a, high = upper_half(a), low = a - high;
  return {square, ((high * high - square) + high * (low + low)) + low * low};
}

/// a / b, nearly rounded to nearest.
template <class R>
R quotient(Pair<R> a, Pair<R> b) {
  const R inverse = 1.0 / b.hi, first = a.hi * inverse;
  const Pair<R> product = exact_product(first, b.hi);
  return first + (((a.hi - product.hi) - product.lo) + a.lo - first * b.lo) * inverse;
}

/// The polynomial with these coefficients, the constant first: as two chains, of even and of odd powers.
template <class R, size_t N>
R polynomial(R x, const double (&c)[N]) {
  static_assert(N >= 3);
  if constexpr (N == 3) {
    return (x * c[2] + c[1]) * x + c[0];
  } else {
    constexpr size_t last_even = (N - 1) / 2 * 2, last_odd = N / 2 * 2 - 1;
    const R square = x * x;
    R even = square * c[last_even] + c[last_even - 2];
    for (size_t k = last_even - 2; k >= 2; k -= 2) even = even * square + c[k - 2];
    R odd = square * c[last_odd] + c[last_odd - 2];
    for (size_t k = last_odd - 2; k >= 3; k -= 2) odd = odd * square + c[k - 2];
    return even + x * odd;
  }
}

/// The same as one chain: an operation less.
template <class R, size_t N>
R in_turn(R x, const double (&c)[N]) {
  R sum = x * c[N - 1] + c[N - 2];
  for (size_t k = N - 2; k-- > 0;) sum = sum * x + c[k];
  return sum;
}

/// The same, where few operations in a row matter more than few operations.
template <size_t first, size_t count, class R, size_t N>
R polynomial_part(const R (&powers)[4], const double (&c)[N]) {
  if constexpr (count == 2) {
    return powers[0] * c[first + 1] + c[first];
  } else {
    constexpr size_t log = std::bit_width(count - 1) - 1, half = size_t(1) << log;
    const R low = polynomial_part<first, half>(powers, c);
    if constexpr (count - half == 1)
      return low + powers[log] * c[first + half];
    else
      return low + powers[log] * polynomial_part<first + half, count - half>(powers, c);
  }
}
template <class R, size_t N>
R wide_polynomial(R x, const double (&c)[N]) {
  static_assert(N >= 2 && N <= 16);
  const R square = x * x, fourth = square * square;
  return polynomial_part<0, N>({x, square, fourth, fourth * fourth}, c);
}

/// x = 2^exponent * mantissa with a mantissa from 3/4 to 3/2. The exponent of 0 is -infinity, that of infinity is
/// infinity; of NaN and of negative numbers exponent or mantissa is NaN.
template <class R>
struct Apart {
  R exponent, mantissa;
};

/// The exponent, where it is not that of a finite positive number.
template <class R>
R exponent_of(R x, R finite) {
  return select(x > 0.0, select(x == kInfinity, x, finite), select(x == 0.0, -kInfinity, constant_like(x, kNan)));
}

template <class R>
Apart<R> take_apart(R x) {
  const auto small = x < 0x1p-1022;
  const auto bits = to_bits(x * select(small, 0x1p54, 1.0)) + (bits_of(1.0) - bits_of(0.75));
  const R k = from_bits((bits >> 52) | bits_of(0x1p52)) - select(small, 0x1p52 + 1023 + 54, 0x1p52 + 1023);
  return {exponent_of(x, k), from_bits((bits & ((uint64_t(1) << 52) - 1)) + bits_of(0.75))};
}

/// 2^k for the integer in the low bits of `shifted`, from -1022 to 1023.
template <class R>
R power_of_two(R shifted) {
  return from_bits((to_bits(shifted) + 1023) << 52);
}

/// Half of that, and half of its inverse.
template <class R>
R half_power_of_two(R shifted) {
  return from_bits((to_bits(shifted) + 1022) << 52);
}
template <class R>
R half_power_of_minus(R shifted) {
  return from_bits((uint64_t(1022) - to_bits(shifted)) << 52);
}

}  // namespace nf::ir::elementary
